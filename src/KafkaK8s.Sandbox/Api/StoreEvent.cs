using System.Text.Json.Nodes;

namespace KafkaK8s.Sandbox.Api;

/// <summary>What happened to an object.</summary>
internal enum StoreEventType
{
    Added,
    Modified,
    Deleted,
}

/// <summary>A change in the store.</summary>
/// <param name="Type">What happened.</param>
/// <param name="Kind">The object's kind.</param>
/// <param name="Object">The object after the change; when it is gone, as it last was. The reader's own copy.</param>
/// <param name="Previous">The object before the change; null when it is new. The reader's own copy.</param>
/// <param name="Version">The resource version of the change.</param>
internal sealed record StoreEvent(StoreEventType Type, ResourceKind Kind, JsonObject Object, JsonObject? Previous, long Version);

/// <summary>On whose behalf an object is written: what its managed fields will name.</summary>
/// <param name="Manager">The field manager.</param>
/// <param name="Subresource">The subresource that is written through, <c>status</c> or <c>scale</c>; null for the object itself.</param>
/// <param name="IsApply">Whether by server-side apply, which settles the ownership itself.</param>
internal sealed record Writer(string Manager, string? Subresource = null, bool IsApply = false);

/// <summary>How an object is to be deleted.</summary>
internal sealed record Deletion
{
    /// <summary>Seconds that a pod has to end; null for its own <c>terminationGracePeriodSeconds</c>; 0 removes it at once.</summary>
    public long? GracePeriodSeconds { get; init; }

    /// <summary>What becomes of the objects that it owns: <c>Background</c>, <c>Foreground</c> or <c>Orphan</c>; null for what was decided before, or background.</summary>
    public string? Propagation { get; init; }

    /// <summary>The uid that the object must have.</summary>
    public string? Uid { get; init; }

    /// <summary>The resource version that the object must have.</summary>
    public string? ResourceVersion { get; init; }
}
