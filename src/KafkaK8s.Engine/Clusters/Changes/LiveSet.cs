using System.Globalization;
using System.Text.Json.Nodes;

namespace KafkaK8s.Engine.Clusters.Changes;

/// <summary>A StatefulSet and its pods as they are at one time.</summary>
/// <param name="Snapshot">The cluster that it is in.</param>
/// <param name="Set">The StatefulSet.</param>
internal sealed record LiveSet(ClusterSnapshot Snapshot, JsonObject Set)
{
    /// <summary>The label by which a pod tells from which template it was made.</summary>
    private const string RevisionLabel = "controller-revision-hash";

    /// <summary>Its name.</summary>
    public string Name => (string)Set["metadata"]!["name"]!;

    /// <summary>How many members it should have.</summary>
    public int Replicas => ClusterSnapshot.Replicas(Set);

    /// <summary>Whether its controller has seen what it is now; before that, its status is about what it was.</summary>
    public bool IsObserved => ((long?)Set["status"]?["observedGeneration"] ?? 0) >= ((long?)Set["metadata"]?["generation"] ?? 0);

    /// <summary>The template that pods are made from, as its controller names it; null before it has done so.</summary>
    public string? Revision => IsObserved && (string?)Set["status"]?["updateRevision"] is { Length: > 0 } revision ? revision : null;

    /// <summary>Whether what a pod keeps outlives it. What is in a volume that is made with the pod goes with the pod.</summary>
    public bool KeepsData =>
        StatefulSetTakeover.Claims(Set["spec"]).Count > 0
        || (Set["spec"]?["template"]?["spec"]?["volumes"] as JsonArray ?? [])
            .OfType<JsonObject>()
            .Any(volume => !volume.Any(source => source.Key is "emptyDir" or "configMap" or "secret" or "projected" or "downwardAPI"));

    /// <summary>Whether its controller restarts pods by itself when the template changes, without looking at what runs in them.</summary>
    public bool RestartsByItself => (string?)Set["spec"]?["updateStrategy"]?["type"] != "OnDelete";

    /// <summary>Its members by ordinal; null where one that should be there has no pod.</summary>
    public IReadOnlyList<(int Ordinal, string Name, JsonObject? Pod)> Members => Snapshot.PodsOf(Set);

    /// <summary>The name of the member with an ordinal.</summary>
    public string Member(int ordinal) => string.Create(CultureInfo.InvariantCulture, $"{Name}-{ordinal}");

    /// <summary>Whether a pod was made from another template than the one that holds now.</summary>
    public bool IsOutdated(JsonObject pod) =>
        Revision is { } wanted
        && (string?)pod["metadata"]?["labels"]?[RevisionLabel] is { } running
        && running != wanted;

    /// <summary>Why a member is not ready, in words; null when it is.</summary>
    public string? WhyNotReady(string member)
    {
        var state = Snapshot.Read("");
        return (state.Brokers?.Members ?? []).Concat(state.Zookeeper?.Members ?? []).FirstOrDefault(pod => pod.Name == member) switch
        {
            null => "not there",
            { IsReady: true } => null,
            var pod => pod.Reason,
        };
    }
}
