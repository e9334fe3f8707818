using System.Text.Json.Nodes;

namespace KafkaK8s.Engine.Manifests;

/// <summary>
/// Which lists are sets of named things, and by which field Kubernetes tells their elements apart (the <c>patchMergeKey</c> tags of
/// its API types). Every other list is one value. Claim templates are the one addition: Kubernetes never lets them change, so it
/// has no key for them; in an override their name is meant.
/// </summary>
internal static class MergeKeys
{
    private static readonly Dictionary<(string Owner, string Field), string> Keys = new()
    {
        [("spec", "containers")] = "name",
        [("spec", "initContainers")] = "name",
        [("spec", "ephemeralContainers")] = "name",
        [("spec", "volumes")] = "name",
        [("spec", "imagePullSecrets")] = "name",
        [("spec", "hostAliases")] = "ip",
        [("spec", "topologySpreadConstraints")] = "topologyKey",
        [("spec", "schedulingGates")] = "name",
        [("spec", "resourceClaims")] = "name",
        [("spec", "ports")] = "port",
        [("spec", "volumeClaimTemplates")] = "metadata.name",
        [("metadata", "ownerReferences")] = "uid",
        [("status", "conditions")] = "type",
    };

    private static readonly Dictionary<string, string> ContainerKeys = new()
    {
        ["ports"] = "containerPort",
        ["env"] = "name",
        ["volumeMounts"] = "mountPath",
        ["volumeDevices"] = "devicePath",
    };

    /// <summary>The field that tells a list's elements apart, or null where the list is one value.</summary>
    /// <param name="owner">The name of the field that the object is in, or of the list that it is an element of; empty for the resource itself.</param>
    /// <param name="field">The list's field.</param>
    public static string? Of(string owner, string field) =>
        owner is "containers" or "initContainers" or "ephemeralContainers"
            ? ContainerKeys.GetValueOrDefault(field)
            : Keys.GetValueOrDefault((owner, field));

    /// <summary>Whether a list of plain values is merged as a set.</summary>
    public static bool IsSet(string owner, string field) => (owner, field) == ("metadata", "finalizers");

    /// <summary>What an element has in its key field, or null.</summary>
    public static string? Value(JsonNode? element, string key) =>
        key.Split('.').Aggregate(element, (node, part) => (node as JsonObject)?[part])?.ToString();
}
