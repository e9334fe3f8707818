namespace KafkaK8s.Engine.Kafka;

/// <summary>
/// Everything that can be asked of a running Kafka cluster, whatever carries the question there. Today Kafka's own programs
/// in a pod answer; the cluster's own protocol through a port-forward is to come. Cmdlets don't know which one serves.
/// </summary>
public interface IKafkaOperations
{
    /// <summary>
    /// The release of the tools or brokers that answer, such as 3.9.2. Releases before 2.3 can't tell theirs: they answer as 1.1.
    /// Confluent's builds tell Confluent's release, which says the Kafka without its patch: 3.9.
    /// </summary>
    Version Version { get; }

    /// <summary>Topics and their partitions.</summary>
    ITopicOperations Topics { get; }

    /// <summary>Records in and out.</summary>
    IMessageOperations Messages { get; }

    /// <summary>Settings of topics and brokers.</summary>
    IConfigurationOperations Configuration { get; }

    /// <summary>Consumer groups.</summary>
    IConsumerGroupOperations Groups { get; }

    /// <summary>Where partitions' replicas are, and where they are moved to.</summary>
    IPartitionOperations Partitions { get; }

    /// <summary>The registered brokers and their controller.</summary>
    IBrokerOperations Brokers { get; }
}
