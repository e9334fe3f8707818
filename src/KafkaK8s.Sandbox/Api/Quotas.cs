using System.Text.Json.Nodes;

namespace KafkaK8s.Sandbox.Api;

/// <summary>Resource quotas: counts of objects, and what pods and claims ask for.</summary>
internal static class Quotas
{
    /// <summary>Refuses an object that a quota of its namespace has no room for.</summary>
    /// <exception cref="ApiException">403.</exception>
    public static void Check(ObjectStore store, ResourceKind kind, JsonObject item)
    {
        foreach (var quota in kind.Namespaced ? store.List(ResourceKind.ResourceQuotas, item.Namespace()) : [])
        {
            var hard = (quota.At("spec", "hard") as JsonObject ?? []).Select(entry => entry.Key).Order(StringComparer.Ordinal).ToList();
            if (kind == ResourceKind.Pods)
            {
                RequireValues(quota, hard, item);
            }

            var asked = hard.ToDictionary(resource => resource, resource => Usage(kind, item, resource));
            var over = hard.Where(resource => asked[resource] > 0
                && Used(store, item.Namespace(), resource) + asked[resource] > Quantity.Parse(quota.At("spec", "hard", resource))).ToList();
            if (over.Count > 0)
            {
                throw ApiException.Forbidden(
                    kind,
                    item.Name(),
                    $"exceeded quota: {quota.Name()}, requested: {Write(over, resource => asked[resource])}, "
                    + $"used: {Write(over, resource => Used(store, item.Namespace(), resource))}, "
                    + $"limited: {string.Join(',', over.Select(resource => $"{resource}={quota.At("spec", "hard", resource)}"))}");
            }
        }
    }

    /// <summary>How much of a quota there is, and is used.</summary>
    public static JsonObject StatusOf(ObjectStore store, JsonObject quota)
    {
        var hard = quota.At("spec", "hard") as JsonObject ?? [];
        var used = hard.Select(entry => KeyValuePair.Create<string, JsonNode?>(entry.Key, Quantity.Write(Used(store, quota.Namespace(), entry.Key))));
        return new JsonObject { ["hard"] = hard.DeepClone(), ["used"] = new JsonObject(used) };
    }

    // A quota on compute resources makes every container say what it needs.
    private static void RequireValues(JsonObject quota, List<string> hard, JsonObject pod)
    {
        var missing = hard
            .Select(resource => (Resource: resource, Path: ComputePath(resource)))
            .Where(entry => entry.Path is not null)
            .Select(entry => (entry.Resource, Containers: pod.ObjectsAt("spec", "containers")
                .Where(container => container.At(entry.Path!) is null)
                .Select(container => container.TextAt("name"))
                .ToList()))
            .Where(entry => entry.Containers.Count > 0)
            .Select(entry => $"{entry.Resource} for: {string.Join(',', entry.Containers)}")
            .ToList();
        if (missing.Count > 0)
        {
            throw ApiException.Forbidden(
                ResourceKind.Pods, pod.Name(), $"failed quota: {quota.Name()}: must specify {string.Join("; ", missing)}");
        }
    }

    private static decimal Used(ObjectStore store, string ns, string resource) => ResourceKind.All
        .Where(kind => kind.Namespaced)
        .Sum(kind => store.List(kind, ns).Where(item => kind != ResourceKind.Pods || item.TextAt("status", "phase") is not ("Succeeded" or "Failed"))
            .Sum(item => Usage(kind, item, resource)));

    private static decimal Usage(ResourceKind kind, JsonObject item, string resource)
    {
        if (resource == kind.Plural || resource == $"count/{kind.QualifiedPlural}")
        {
            return 1;
        }

        if (kind == ResourceKind.PersistentVolumeClaims && resource == "requests.storage")
        {
            return Quantity.Parse(item.At("spec", "resources", "requests", "storage")) ?? 0;
        }

        return kind == ResourceKind.Pods && ComputePath(resource) is { } path
            ? item.ObjectsAt("spec", "containers").Sum(container => Quantity.Parse(container.At(path)) ?? 0)
            : 0;
    }

    private static string[]? ComputePath(string resource) => resource switch
    {
        "cpu" or "requests.cpu" => ["resources", "requests", "cpu"],
        "memory" or "requests.memory" => ["resources", "requests", "memory"],
        "limits.cpu" => ["resources", "limits", "cpu"],
        "limits.memory" => ["resources", "limits", "memory"],
        _ => null,
    };

    private static string Write(IEnumerable<string> resources, Func<string, decimal> amount) =>
        string.Join(',', resources.Select(resource => $"{resource}={Quantity.Write(amount(resource))}"));
}
