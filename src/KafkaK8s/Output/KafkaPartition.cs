namespace KafkaK8s;

/// <summary>A partition of a topic.</summary>
public sealed class KafkaPartition
{
    /// <summary>The topic's name.</summary>
    public string Topic { get; internal init; } = "";

    /// <summary>The number, from 0.</summary>
    public int Partition { get; internal init; }

    /// <summary>The id of the broker that leads it, or null while none does.</summary>
    public int? Leader { get; internal init; }

    /// <summary>The ids of the brokers that hold a replica, the preferred leader first.</summary>
    public IReadOnlyList<int> Replicas { get; internal init; } = [];

    /// <summary>The ids of the brokers whose replica is in sync.</summary>
    public IReadOnlyList<int> InSyncReplicas { get; internal init; } = [];

    /// <summary>Whether a replica is not in sync.</summary>
    public bool IsUnderReplicated => InSyncReplicas.Count < Replicas.Count;

    /// <inheritdoc/>
    public override string ToString() => $"{Topic}-{Partition}";
}
