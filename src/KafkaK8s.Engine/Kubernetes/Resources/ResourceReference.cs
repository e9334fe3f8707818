using System.Text.Json.Nodes;

namespace KafkaK8s.Engine.Kubernetes;

/// <summary>One object in the cluster.</summary>
/// <param name="ApiVersion">The group and version: <c>apps/v1</c>, <c>v1</c>.</param>
/// <param name="Kind">The kind: <c>StatefulSet</c>.</param>
/// <param name="Namespace">The namespace; null for a kind that has none.</param>
/// <param name="Name">The name.</param>
public sealed record ResourceReference(string ApiVersion, string Kind, string? Namespace, string Name)
{
    /// <summary>The reference of an object that has apiVersion, kind and a name.</summary>
    /// <param name="resource">The object.</param>
    /// <exception cref="EngineException"><c>InvalidResource</c>: one of these is missing.</exception>
    public static ResourceReference Of(JsonObject resource) => new(
        Required(resource["apiVersion"], "apiVersion"),
        Required(resource["kind"], "kind"),
        (string?)resource["metadata"]?["namespace"],
        Required(resource["metadata"]?["name"], "metadata.name"));

    /// <inheritdoc/>
    public override string ToString() => Namespace is null ? $"{Kind} {Name}" : $"{Kind} {Namespace}/{Name}";

    private static string Required(JsonNode? node, string field) => node is JsonValue value && value.TryGetValue<string>(out var text) && text.Length > 0
        ? text
        : throw new EngineException("InvalidResource", EngineErrorKind.InvalidArgument, null, $"A resource has no {field}.");
}

/// <summary>Some objects in the cluster.</summary>
/// <param name="ApiVersion">The group and version: <c>apps/v1</c>, <c>v1</c>.</param>
/// <param name="Kind">The kind of one of them: <c>Pod</c>.</param>
/// <param name="Namespace">The namespace; null for all of them, or for a kind that has none.</param>
/// <param name="LabelSelector">Only those with these labels: <c>app=kafka</c>.</param>
/// <param name="FieldSelector">Only those with these fields: <c>metadata.name=kafka</c>.</param>
public sealed record ResourceQuery(string ApiVersion, string Kind, string? Namespace, string? LabelSelector = null, string? FieldSelector = null);

/// <summary>How to apply.</summary>
/// <param name="DryRun">Only ask what would come of it.</param>
/// <param name="Force">Take over fields that another field manager holds.</param>
public sealed record ApplyOptions(bool DryRun = false, bool Force = false);

/// <summary>What came of an apply.</summary>
/// <param name="Resource">The object as the server has it now, or would have it.</param>
/// <param name="WasCreated">Whether it was not there before. That nothing changed shows in an unchanged resourceVersion.</param>
public sealed record AppliedResource(JsonObject Resource, bool WasCreated);

/// <summary>How a patch is to be understood.</summary>
public enum PatchKind
{
    /// <summary>JSON merge patch, RFC 7386.</summary>
    Merge,

    /// <summary>JSON patch, RFC 6902; the patch is an array.</summary>
    Json,

    /// <summary>Kubernetes' strategic merge patch.</summary>
    Strategic,
}

/// <summary>What becomes of an object's dependents when it is deleted.</summary>
public enum DeletePropagation
{
    /// <summary>They are deleted afterwards.</summary>
    Background,

    /// <summary>They are deleted first; the object stays visible until they are gone.</summary>
    Foreground,

    /// <summary>They stay.</summary>
    Orphan,
}

/// <summary>How to delete.</summary>
/// <param name="Propagation">What becomes of dependents, or null for the kind's default.</param>
/// <param name="Uid">Only if this is still its uid.</param>
/// <param name="GracePeriodSeconds">Seconds that a pod gets to end, or null for its own.</param>
/// <param name="DryRun">Only ask what would come of it.</param>
public sealed record DeleteOptions(DeletePropagation? Propagation = null, string? Uid = null, int? GracePeriodSeconds = null, bool DryRun = false);

/// <summary>What happened to a watched object.</summary>
public enum ResourceChangeKind
{
    /// <summary>It is new, or was there when the watch began.</summary>
    Added,

    /// <summary>It changed.</summary>
    Modified,

    /// <summary>It is gone.</summary>
    Deleted,
}

/// <summary>A change of a watched object.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Resource">The object after it; for a deletion as it was last seen.</param>
public sealed record ResourceChange(ResourceChangeKind Kind, JsonObject Resource);
