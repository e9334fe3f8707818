using System.Text.Json.Nodes;
using KafkaK8s.Engine.Kafka;

namespace KafkaK8s.Engine.Clusters.Health;

/// <summary>A cluster as it was seen at one time, for all rules alike. What was not asked, or gave no answer, is null.</summary>
/// <param name="Snapshot">Its objects.</param>
/// <param name="State">What they say.</param>
internal sealed record ClusterObservation(ClusterSnapshot Snapshot, ClusterState State)
{
    /// <summary>The namespace's disruption budgets.</summary>
    public IReadOnlyList<JsonObject>? Budgets { get; init; }

    /// <summary>What the ensemble's members say of themselves.</summary>
    public IReadOnlyList<MemberMode>? Modes { get; init; }

    /// <summary>Members that count as ready, and did not say whether they serve.</summary>
    public IReadOnlyList<MemberMode> SilentMembers =>
        [.. (Modes ?? []).Where(member => member is { Mode: null, IsOutside: false } && State.Zookeeper!.Members.Any(pod => pod.Name == member.Pod && pod.IsReady))];

    /// <summary>Who is registered.</summary>
    public BrokerRegistry? Registry { get; init; }

    /// <summary>The topics, internal ones included.</summary>
    public IReadOnlyList<TopicDescription>? Topics { get; init; }

    /// <summary>How full claims are, by pod.</summary>
    public IReadOnlyList<VolumeUse>? Volumes { get; init; }

    /// <summary>Whose disk each broker has.</summary>
    public IReadOnlyList<DiskIdentity>? Disks { get; init; }

    /// <summary>The last log lines of pods in trouble, by pod: those of the run before, then those of this one.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? LastWords { get; init; }

    /// <summary>Addresses of brokers that another pod could not connect to.</summary>
    public IReadOnlySet<string>? UnreachableAddresses { get; init; }

    /// <summary>What could not be asked, and why.</summary>
    public IReadOnlyList<UnansweredQuestion> Unanswered { get; init; } = [];

    /// <summary>When it was seen.</summary>
    public DateTimeOffset At { get; init; } = DateTimeOffset.UtcNow;

    /// <summary>A line for this cluster: a cmdlet with its parameters, and where to find the cluster.</summary>
    public string Line(string command) => State.Identity.Line(command);
}

/// <summary>What could not be asked.</summary>
/// <param name="Part">What it was for.</param>
/// <param name="Question">What was asked, in words.</param>
/// <param name="Failure">Why there is no answer.</param>
internal sealed record UnansweredQuestion(HealthParts Part, string Question, EngineException Failure);

/// <summary>How full a claim is.</summary>
/// <param name="Pod">The pod that it is mounted in.</param>
/// <param name="Claim">The claim.</param>
/// <param name="SizeBytes">How much it holds.</param>
/// <param name="UsedBytes">How much of that is used.</param>
internal sealed record VolumeUse(string Pod, string Claim, long SizeBytes, long UsedBytes)
{
    /// <summary>How much is used, in percent.</summary>
    public int UsedPercent => SizeBytes > 0 ? (int)(100m * UsedBytes / SizeBytes) : 0;
}

/// <summary>What a broker's disk says whose it is: <c>meta.properties</c> in its log directory.</summary>
/// <param name="Pod">The broker's pod.</param>
/// <param name="Ordinal">The pod's number.</param>
/// <param name="ClusterId">The cluster's id, or null where the file has none: brokers write it since 2.4.</param>
/// <param name="BrokerId">The broker's id, or null where the file has none.</param>
internal sealed record DiskIdentity(string Pod, int Ordinal, string? ClusterId, int? BrokerId);
