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

    /// <summary>The id of the broker that should lead it: the first of its replicas.</summary>
    public int? PreferredLeader => Replicas.Count > 0 ? Replicas[0] : null;

    /// <summary>Whether the preferred leader leads it.</summary>
    public bool IsLedByPreferred => Leader is not null && Leader == PreferredLeader;

    /// <summary>Whether nobody leads it, so that nobody can write to it or read from it.</summary>
    public bool IsOffline => Leader is null;

    /// <summary>Whether a replica is not in sync.</summary>
    public bool IsUnderReplicated => InSyncReplicas.Count < Replicas.Count;

    /// <summary>How many replicas must have a record before a producer with <c>acks=all</c> is told so; null where nobody asked, as for the partitions of a topic of Kafka before 2.3.</summary>
    public int? MinInSyncReplicas { get; internal init; }

    /// <summary>Whether fewer replicas are in sync than must be, so that producers with <c>acks=all</c> are refused; null where it isn't known.</summary>
    public bool? IsUnderMinIsr => MinInSyncReplicas is { } minimum ? InSyncReplicas.Count < minimum : null;

    /// <summary>Whether just as many replicas are in sync as must be, so that none of them may go; null where it isn't known.</summary>
    public bool? IsAtMinIsr => MinInSyncReplicas is { } minimum ? InSyncReplicas.Count == minimum : null;

    /// <summary>
    /// The worst that is to be said: <c>Offline</c>, <c>UnderMinIsr</c>, <c>UnderReplicated</c>, <c>NotPreferred</c> (another than the preferred leader leads), or <c>Healthy</c>.
    /// </summary>
    public string Status =>
        IsOffline ? "Offline"
        : IsUnderMinIsr == true ? "UnderMinIsr"
        : IsUnderReplicated ? "UnderReplicated"
        : IsLedByPreferred ? "Healthy"
        : "NotPreferred";

    /// <summary>The bytes of the leader's replica, or of the largest where nobody leads; null unless sizes were asked for.</summary>
    public long? Size { get; internal init; }

    /// <summary>The bytes of each replica by broker id, of the brokers that are up; null unless sizes were asked for.</summary>
    public IReadOnlyDictionary<int, long>? SizeByBroker { get; internal init; }

    /// <summary>The name of the Kafka cluster.</summary>
    public string Cluster { get; internal init; } = "";

    /// <summary>The namespace.</summary>
    public string Namespace { get; internal init; } = "";

    /// <summary>The kubeconfig's context that it was reached through.</summary>
    public string? Context { get; internal init; }

    /// <summary>The kubeconfig file, or null where it is the usual one.</summary>
    public string? KubeConfig { get; internal init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Topic}-{Partition}";
}
