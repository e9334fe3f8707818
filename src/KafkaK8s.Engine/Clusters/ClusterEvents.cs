using System.Globalization;
using System.Text.Json.Nodes;

namespace KafkaK8s.Engine.Clusters;

/// <summary>What Kubernetes told about objects of a namespace, oldest first.</summary>
internal sealed class ClusterEvents(IEnumerable<JsonObject> events)
{
    /// <summary>For where there is nothing to tell, or no permission to hear it.</summary>
    public static ClusterEvents None { get; } = new([]);

    private readonly ILookup<string, ClusterEvent> _byObject = events
        .Select(ClusterEvent.Read)
        .OrderBy(told => told.LastSeen)
        .ThenBy(told => told.Version)
        .ToLookup(told => told.Uid);

    /// <summary>What was told about an object.</summary>
    public IEnumerable<ClusterEvent> About(JsonObject? resource) =>
        (string?)resource?["metadata"]?["uid"] is { } uid ? _byObject[uid] : [];
}

/// <summary>An event of the Kubernetes API.</summary>
/// <param name="Id">Its own uid.</param>
/// <param name="Uid">The uid of what it is about.</param>
/// <param name="IsWarning">Whether something is wrong.</param>
/// <param name="Reason">Why, in one word: <c>FailedScheduling</c>.</param>
/// <param name="Message">What happened.</param>
/// <param name="Count">How often.</param>
/// <param name="LastSeen">When, the last time.</param>
/// <param name="Version">Its resource version, which orders events of the same second.</param>
internal sealed record ClusterEvent(
    string Id, string Uid, bool IsWarning, string Reason, string Message, int Count, DateTimeOffset LastSeen, long Version)
{
    /// <summary>Reads one as <c>v1</c> has it: kubelet and controllers fill in count and lastTimestamp, the scheduler series and eventTime.</summary>
    public static ClusterEvent Read(JsonObject told) => new(
        (string?)told["metadata"]?["uid"] ?? "",
        (string?)told["involvedObject"]?["uid"] ?? "",
        (string?)told["type"] == "Warning",
        (string?)told["reason"] ?? "",
        ((string?)told["message"] ?? "").Trim(),
        (int?)told["series"]?["count"] ?? (int?)told["count"] ?? 1,
        KubernetesTime.Read(told["series"]?["lastObservedTime"] ?? told["lastTimestamp"] ?? told["eventTime"] ?? told["metadata"]?["creationTimestamp"]) ?? default,
        long.TryParse((string?)told["metadata"]?["resourceVersion"], NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : 0);

    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{(IsWarning ? "Warning" : "Normal")} {Reason}{(Count > 1 ? $" (x{Count})" : "")}: {Message}");
}
