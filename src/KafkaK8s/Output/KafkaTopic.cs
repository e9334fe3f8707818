namespace KafkaK8s;

/// <summary>A topic, with its partitions.</summary>
public sealed class KafkaTopic
{
    /// <summary>The name.</summary>
    public string Name { get; internal init; } = "";

    /// <summary>The name again, as the other cmdlets take it from the pipeline.</summary>
    public string Topic => Name;

    /// <summary>The name of the Kafka cluster that it belongs to.</summary>
    public string Cluster { get; internal init; } = "";

    /// <summary>The namespace.</summary>
    public string Namespace { get; internal init; } = "";

    /// <summary>The kubeconfig's context that it was reached through.</summary>
    public string? Context { get; internal init; }

    /// <summary>The kubeconfig file, or null where it is the usual one.</summary>
    public string? KubeConfig { get; internal init; }

    /// <summary>The id that Kafka 2.8 and later give a topic, or null.</summary>
    public string? TopicId { get; internal init; }

    /// <summary>How many partitions it has.</summary>
    public int PartitionCount => Partitions.Count;

    /// <summary>How many replicas each partition should have.</summary>
    public int ReplicationFactor { get; internal init; }

    /// <summary>
    /// The settings that differ from Kafka's defaults, by Kafka's names: the topic's own, and, from Kafka 2.3 on, what the brokers have that isn't Kafka's
    /// default. <c>Get-KafkaConfiguration</c> tells which is which.
    /// </summary>
    public IReadOnlyDictionary<string, string> Configuration { get; internal init; } = new Dictionary<string, string>();

    /// <summary>The partitions, by number.</summary>
    public IReadOnlyList<KafkaPartition> Partitions { get; internal init; } = [];

    /// <summary>How many partitions have a replica that is not in sync.</summary>
    public int UnderReplicatedPartitionCount => Partitions.Count(partition => partition.IsUnderReplicated);

    /// <summary>How many partitions have no leader, so that nobody can write to or read from them.</summary>
    public int OfflinePartitionCount => Partitions.Count(partition => partition.Leader is null);

    /// <summary>
    /// How many replicas must have a record before a producer with <c>acks=all</c> is told so: the topic's setting, else the brokers'. Null where Kafka before 2.3
    /// was not asked for the brokers'; <c>Get-KafkaTopic -UnderMinIsr</c> does.
    /// </summary>
    public int? MinInSyncReplicas { get; internal init; }

    /// <summary>How many partitions have fewer replicas in sync than that, or no leader, so that a producer with <c>acks=all</c> is refused; null where it isn't known.</summary>
    public int? UnderMinIsrPartitionCount => MinInSyncReplicas is { } minimum
        ? Partitions.Count(partition => partition.Leader is null || partition.InSyncReplicas.Count < minimum)
        : null;

    /// <summary>Whether it is one of Kafka's own, such as <c>__consumer_offsets</c>.</summary>
    public bool IsInternal => Name.StartsWith("__", StringComparison.Ordinal);

    /// <summary>Whether it waits to be deleted.</summary>
    public bool IsMarkedForDeletion { get; internal init; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
