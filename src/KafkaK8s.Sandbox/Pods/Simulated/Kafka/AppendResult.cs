namespace KafkaK8s.Sandbox.Pods.Simulated.Kafka;

/// <summary>A broker's answer to a batch of records.</summary>
internal enum AppendResult
{
    /// <summary>It has them.</summary>
    Appended,

    /// <summary>There is no such partition.</summary>
    UnknownTopicOrPartition,

    /// <summary>The partition has no leader at the moment.</summary>
    NoLeader,

    /// <summary>The batch is larger than the topic allows.</summary>
    TooLarge,

    /// <summary>All in-sync replicas were asked for, and there are fewer than min.insync.replicas.</summary>
    NotEnoughReplicas,

    /// <summary>The topic is compacted, and a record has no key.</summary>
    KeyMissing,
}
