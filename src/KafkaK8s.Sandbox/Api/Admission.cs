using System.Text.Json.Nodes;

namespace KafkaK8s.Sandbox.Api;

/// <summary>What every object goes through on its way into the store.</summary>
internal static class Admission
{
    /// <summary>Completes a new object.</summary>
    /// <exception cref="ApiException">It is refused.</exception>
    public static void BeforeCreate(ObjectStore store, ResourceKind kind, JsonObject item, Writer? writer)
    {
        if (kind.Namespaced)
        {
            RequireLivingNamespace(store, kind, item);
        }

        item["apiVersion"] = kind.ApiVersion;
        item["kind"] = kind.Kind;
        var metadata = item.Child("metadata");
        metadata["uid"] = Guid.NewGuid().ToString();
        metadata["creationTimestamp"] = store.Clock.GetUtcNow().ToStamp();
        metadata.Remove("resourceVersion");
        metadata.Remove("deletionTimestamp");
        metadata.Remove("deletionGracePeriodSeconds");
        if (kind == ResourceKind.Namespaces)
        {
            metadata.Child("labels")["kubernetes.io/metadata.name"] = item.Name();
            item.Child("spec")["finalizers"] = new JsonArray("kubernetes");
            item.Child("status")["phase"] = "Active";
        }
    }

    /// <summary>Completes a changed object.</summary>
    /// <exception cref="ApiException">The change is refused.</exception>
    public static void BeforeChange(ObjectStore store, ResourceKind kind, JsonObject current, JsonObject next, Writer? writer)
    {
        if (current.NumberAt("metadata", "generation") is { } generation && !JsonNode.DeepEquals(current["spec"], next["spec"]))
        {
            next.Child("metadata")["generation"] = generation + 1;
        }
    }

    private static void RequireLivingNamespace(ObjectStore store, ResourceKind kind, JsonObject item)
    {
        var ns = store.Get(ResourceKind.Namespaces, null, item.Namespace())
            ?? throw ApiException.NotFound(ResourceKind.Namespaces, item.Namespace());
        if (ns.TextAt("metadata", "deletionTimestamp") is null)
        {
            return;
        }

        var details = ApiException.Details(kind, item.Name());
        var why = $"namespace {item.Namespace()} is being terminated";
        details["causes"] = new JsonArray(new JsonObject { ["reason"] = "NamespaceTerminating", ["message"] = why, ["field"] = "metadata.namespace" });
        throw new ApiException(
            403,
            "Forbidden",
            $"{kind.QualifiedPlural} \"{item.Name()}\" is forbidden: unable to create new content in namespace {item.Namespace()} because it is being terminated",
            details);
    }
}
