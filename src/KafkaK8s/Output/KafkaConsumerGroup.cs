namespace KafkaK8s;

/// <summary>A consumer group: who reads, and how far.</summary>
public sealed class KafkaConsumerGroup
{
    /// <summary>The name.</summary>
    public string Name { get; internal init; } = "";

    /// <summary>The name again, as the other cmdlets take it from the pipeline.</summary>
    public string Group => Name;

    /// <summary>The name of the Kafka cluster that it belongs to.</summary>
    public string Cluster { get; internal init; } = "";

    /// <summary>The namespace.</summary>
    public string Namespace { get; internal init; } = "";

    /// <summary>The kubeconfig's context that it was reached through.</summary>
    public string? Context { get; internal init; }

    /// <summary>The kubeconfig file, or null where it is the usual one.</summary>
    public string? KubeConfig { get; internal init; }

    /// <summary>As Kafka calls it: <c>Stable</c>, <c>Empty</c> (no members), <c>PreparingRebalance</c>, <c>CompletingRebalance</c>, <c>Dead</c>, <c>Assigning</c> or <c>Reconciling</c>.</summary>
    public string State { get; internal init; } = "";

    /// <summary>The id of the broker that coordinates it.</summary>
    public int CoordinatorId { get; internal init; }

    /// <summary>How partitions are assigned to the members, or null without members.</summary>
    public string? Strategy { get; internal init; }

    /// <summary>The active members.</summary>
    public IReadOnlyList<KafkaConsumerGroupMember> Members { get; internal init; } = [];

    /// <summary>How far it has read each partition, by topic and partition.</summary>
    public IReadOnlyList<KafkaConsumerGroupOffset> Offsets { get; internal init; } = [];

    /// <summary>How many records are left to read in all partitions whose lag is known; null where none is.</summary>
    public long? TotalLag => Offsets.Any(offset => offset.Lag is not null) ? Offsets.Sum(offset => offset.Lag ?? 0) : null;

    /// <inheritdoc/>
    public override string ToString() => Name;
}
