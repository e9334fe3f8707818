using System.Text.Json.Nodes;
using KafkaK8s.Sandbox.Api.Selectors;

namespace KafkaK8s.Sandbox.Api.Tables;

/// <summary>A column of a table.</summary>
/// <param name="Name">Its heading.</param>
/// <param name="Cell">What it shows of an object at a time.</param>
/// <param name="Type">string or integer.</param>
/// <param name="IsWide">Whether it shows only when more is asked for.</param>
/// <param name="Description">What it tells.</param>
internal sealed record TableColumn(
    string Name, Func<JsonObject, DateTimeOffset, JsonNode?> Cell, string Type = "string", bool IsWide = false, string Description = "");

/// <summary>The columns of each kind.</summary>
internal static class TableColumns
{
    private const string None = "<none>";
    private const string Unset = "<unset>";

    private static readonly TableColumn Name = new("Name", (item, _) => item.Name(), Description: "The object's name.");
    private static readonly TableColumn Age = new(
        "Age", (item, now) => Ages.Since(item.TextAt("metadata", "creationTimestamp"), now), Description: "The time since it was created.");

    private static readonly Dictionary<ResourceKind, TableColumn[]> ByKind = new()
    {
        [ResourceKind.Pods] =
        [
            Name, Text("Ready", PodRow.Ready), Text("Status", PodRow.Status), new("Restarts", (pod, now) => PodRow.Restarts(pod, now)), Age,
            Wide("IP", pod => pod.TextAt("status", "podIP") ?? None), Wide("Node", pod => pod.TextAt("spec", "nodeName") ?? None),
            Wide("Nominated Node", pod => pod.TextAt("status", "nominatedNodeName") ?? None), Wide("Readiness Gates", PodRow.ReadinessGates),
        ],
        [ResourceKind.StatefulSets] =
        [
            Name, Text("Ready", set => $"{set.NumberAt("status", "readyReplicas") ?? 0}/{set.NumberAt("spec", "replicas") ?? 0}"), Age,
            Wide("Containers", set => Containers(set, "name")), Wide("Images", set => Containers(set, "image")),
        ],
        [ResourceKind.Services] =
        [
            Name, Text("Type", service => service.TextAt("spec", "type")), Text("Cluster-IP", service => service.TextAt("spec", "clusterIP") ?? None),
            Text("External-IP", ExternalAddress), Text("Port(s)", ServicePorts), Age,
            Wide("Selector", service => Labels(service.At("spec", "selector"))),
        ],
        [ResourceKind.Namespaces] = [Name, Text("Status", ns => ns.TextAt("status", "phase")), Age],
        [ResourceKind.Nodes] =
        [
            Name, Text("Status", NodeStatus), Text("Roles", NodeRoles), Age, Text("Version", node => node.TextAt("status", "nodeInfo", "kubeletVersion")),
            Wide("Internal-IP", node => NodeAddress(node, "InternalIP")), Wide("External-IP", node => NodeAddress(node, "ExternalIP")),
            Wide("OS-Image", node => node.TextAt("status", "nodeInfo", "osImage")),
            Wide("Kernel-Version", node => node.TextAt("status", "nodeInfo", "kernelVersion")),
            Wide("Container-Runtime", node => node.TextAt("status", "nodeInfo", "containerRuntimeVersion")),
        ],
        [ResourceKind.PersistentVolumeClaims] =
        [
            Name, Text("Status", claim => claim.TextAt("metadata", "deletionTimestamp") is null ? claim.TextAt("status", "phase") : "Terminating"),
            Text("Volume", claim => claim.TextAt("spec", "volumeName") ?? ""), Text("Capacity", claim => claim.TextAt("status", "capacity", "storage") ?? ""),
            Text("Access Modes", claim => AccessModes(claim.At("status", "accessModes"))),
            Text("StorageClass", claim => claim.TextAt("spec", "storageClassName") ?? ""),
            Text("VolumeAttributesClass", claim => claim.TextAt("spec", "volumeAttributesClassName") ?? Unset), Age,
            Wide("VolumeMode", claim => claim.TextAt("spec", "volumeMode") ?? Unset),
        ],
        [ResourceKind.PersistentVolumes] =
        [
            Name, Text("Capacity", volume => volume.TextAt("spec", "capacity", "storage") ?? ""),
            Text("Access Modes", volume => AccessModes(volume.At("spec", "accessModes"))),
            Text("Reclaim Policy", volume => volume.TextAt("spec", "persistentVolumeReclaimPolicy")),
            Text("Status", volume => volume.TextAt("metadata", "deletionTimestamp") is null ? volume.TextAt("status", "phase") : "Terminating"),
            Text("Claim", volume => volume.At("spec", "claimRef") is { } claim ? $"{claim.TextAt("namespace")}/{claim.TextAt("name")}" : ""),
            Text("StorageClass", volume => volume.TextAt("spec", "storageClassName") ?? ""),
            Text("VolumeAttributesClass", volume => volume.TextAt("spec", "volumeAttributesClassName") ?? Unset),
            Text("Reason", volume => volume.TextAt("status", "reason") ?? ""), Age, Wide("VolumeMode", volume => volume.TextAt("spec", "volumeMode") ?? Unset),
        ],
        [ResourceKind.StorageClasses] =
        [
            new("Name", (storage, _) => IsDefault(storage) ? $"{storage.Name()} (default)" : storage.Name(), Description: "The object's name."),
            Text("Provisioner", storage => storage.TextAt("provisioner")),
            Text("ReclaimPolicy", storage => storage.TextAt("reclaimPolicy")), Text("VolumeBindingMode", storage => storage.TextAt("volumeBindingMode")),
            Text("AllowVolumeExpansion", storage => storage["allowVolumeExpansion"]?.ToJsonString() ?? "false"), Age,
        ],
        [ResourceKind.PodDisruptionBudgets] =
        [
            Name, Text("Min Available", budget => budget.At("spec", "minAvailable")?.ToString() ?? "N/A"),
            Text("Max Unavailable", budget => budget.At("spec", "maxUnavailable")?.ToString() ?? "N/A"),
            Number("Allowed Disruptions", budget => budget.NumberAt("status", "disruptionsAllowed") ?? 0), Age,
        ],
        [ResourceKind.ConfigMaps] = [Name, Number("Data", map => Count(map["data"]) + Count(map["binaryData"])), Age],
        [ResourceKind.Secrets] = [Name, Text("Type", secret => secret.TextAt("type")), Number("Data", secret => Count(secret["data"])), Age],
        [ResourceKind.ServiceAccounts] = [Name, Number("Secrets", account => account.ObjectsAt("secrets").Count()), Age],
        [ResourceKind.ControllerRevisions] =
        [
            Name, Text("Controller", Owner), Number("Revision", revision => revision.NumberAt("revision") ?? 0), Age,
        ],
        [ResourceKind.Endpoints] = [Name, Text("Endpoints", Endpoints), Age],
        [ResourceKind.EndpointSlices] =
        [
            Name, Text("AddressType", slice => slice.TextAt("addressType")),
            Text("Ports", slice => Join(slice.ObjectsAt("ports").Select(port => port["port"]?.ToString() ?? "*"))),
            Text("Endpoints", slice => Join(slice.ObjectsAt("endpoints").SelectMany(endpoint => (endpoint["addresses"] as JsonArray ?? []).Select(address => address!.ToString())))), Age,
        ],
        [ResourceKind.ResourceQuotas] = [Name, Text("Request", quota => QuotaUse(quota, isLimit: false)), Text("Limit", quota => QuotaUse(quota, isLimit: true)), Age],
        [ResourceKind.Roles] = [Name, Created()],
        [ResourceKind.ClusterRoles] = [Name, Created()],
        [ResourceKind.RoleBindings] = [Name, Text("Role", Role), Age],
        [ResourceKind.ClusterRoleBindings] = [Name, Text("Role", Role), Age],
        [ResourceKind.Events] =
        [
            new("Last Seen", (one, now) => Ages.Since(one.TextAt("lastTimestamp") ?? one.TextAt("eventTime") ?? one.TextAt("metadata", "creationTimestamp"), now)),
            Text("Type", one => one.TextAt("type")), Text("Reason", one => one.TextAt("reason")),
            Text("Object", one => $"{one.TextAt("involvedObject", "kind")?.ToLowerInvariant()}/{one.TextAt("involvedObject", "name")}"),
            Wide("Subobject", one => one.TextAt("involvedObject", "fieldPath") ?? ""),
            Wide("Source", one => Join(new[] { one.TextAt("source", "component") ?? one.TextAt("reportingComponent"), one.TextAt("source", "host") }.OfType<string>(), ", ")),
            Text("Message", one => one.TextAt("message")?.Trim()),
            new("First Seen", (one, now) => Ages.Since(one.TextAt("firstTimestamp") ?? one.TextAt("eventTime"), now), IsWide: true),
            new("Count", (one, _) => one.NumberAt("count") ?? 1, "string", IsWide: true), new("Name", (one, _) => one.Name(), IsWide: true),
        ],
    };

    /// <summary>The columns of a kind.</summary>
    public static IReadOnlyList<TableColumn> Of(ResourceKind kind) => ByKind.TryGetValue(kind, out var columns) ? columns : [Name, Created()];

    private static TableColumn Text(string name, Func<JsonObject, string?> read) => new(name, (item, _) => read(item));

    private static TableColumn Wide(string name, Func<JsonObject, string?> read) => new(name, (item, _) => read(item), IsWide: true);

    private static TableColumn Number(string name, Func<JsonObject, long> read) => new(name, (item, _) => read(item), "integer");

    private static TableColumn Created() => Text("Created At", item => item.TextAt("metadata", "creationTimestamp"));

    private static int Count(JsonNode? map) => (map as JsonObject)?.Count ?? 0;

    private static string Containers(JsonObject set, string field) =>
        string.Join(',', set.ObjectsAt("spec", "template", "spec", "containers").Select(container => container.TextAt(field)));

    private static string Labels(JsonNode? labels) => LabelSelector.OfLabels(labels)?.ToString() ?? None;

    private static string ExternalAddress(JsonObject service) => service.TextAt("spec", "type") switch
    {
        "ExternalName" => service.TextAt("spec", "externalName") ?? None,
        "LoadBalancer" => Join(service.ObjectsAt("status", "loadBalancer", "ingress").Select(one => one.TextAt("ip") ?? one.TextAt("hostname") ?? "")) is { } given and not None ? given : "<pending>",
        _ => None,
    };

    private static string ServicePorts(JsonObject service) => Join(service.ObjectsAt("spec", "ports").Select(port =>
        (port.NumberAt("nodePort") is > 0 and var node ? $"{port["port"]}:{node}" : $"{port["port"]}") + $"/{port.TextAt("protocol")}"));

    private static string NodeStatus(JsonObject node)
    {
        var isReady = node.ObjectsAt("status", "conditions").FirstOrDefault(condition => condition.TextAt("type") == "Ready").TextAt("status") == "True";
        var status = isReady ? "Ready" : "NotReady";
        return node.At("spec", "unschedulable")?.GetValue<bool>() == true ? $"{status},SchedulingDisabled" : status;
    }

    private static string NodeRoles(JsonObject node)
    {
        const string prefix = "node-role.kubernetes.io/";
        return Join((node.At("metadata", "labels") as JsonObject ?? [])
            .Where(label => label.Key.StartsWith(prefix, StringComparison.Ordinal))
            .Select(label => label.Key[prefix.Length..]));
    }

    private static string NodeAddress(JsonObject node, string type) =>
        node.ObjectsAt("status", "addresses").FirstOrDefault(address => address.TextAt("type") == type).TextAt("address") ?? None;

    private static string AccessModes(JsonNode? modes) => string.Join(
        ',',
        (modes as JsonArray ?? []).Select(mode => mode!.ToString() switch
        {
            "ReadWriteOnce" => "RWO",
            "ReadOnlyMany" => "ROX",
            "ReadWriteMany" => "RWX",
            "ReadWriteOncePod" => "RWOP",
            var other => other,
        }));

    private static bool IsDefault(JsonObject storage) =>
        storage.TextAt("metadata", "annotations", "storageclass.kubernetes.io/is-default-class") == "true";

    private static string Owner(JsonObject item)
    {
        var owner = item.ObjectsAt("metadata", "ownerReferences").FirstOrDefault(one => one["controller"]?.GetValue<bool>() == true);
        if (owner is null)
        {
            return None;
        }

        var kind = ResourceKind.Find(owner.TextAt("apiVersion"), owner.TextAt("kind"));
        return $"{(kind is null || kind.Group.Length == 0 ? kind?.Singular : $"{kind.Singular}.{kind.Group}")}/{owner.TextAt("name")}";
    }

    private static string Role(JsonObject binding) => $"{binding.TextAt("roleRef", "kind")}/{binding.TextAt("roleRef", "name")}";

    private static string Endpoints(JsonObject endpoints)
    {
        var all = endpoints.ObjectsAt("subsets").SelectMany(subset => subset.ObjectsAt("addresses").SelectMany(address =>
            subset.ObjectsAt("ports").Select(port => $"{address.TextAt("ip")}:{port["port"]}").DefaultIfEmpty(address.TextAt("ip")!))).ToList();
        return all.Count <= 3 ? Join(all) : $"{string.Join(',', all.Take(3))} + {all.Count - 3} more...";
    }

    private static string QuotaUse(JsonObject quota, bool isLimit) => string.Join(
        ", ",
        (quota.At("status", "hard") as JsonObject ?? [])
            .Where(entry => entry.Key.StartsWith("limits.", StringComparison.Ordinal) == isLimit)
            .OrderBy(entry => entry.Key, StringComparer.Ordinal)
            .Select(entry => $"{entry.Key}: {quota.At("status", "used", entry.Key)}/{entry.Value}"));

    private static string Join(IEnumerable<string> parts, string separator = ",") =>
        string.Join(separator, parts) is { Length: > 0 } text ? text : None;
}
