namespace KafkaK8s;

/// <summary>A member of a Kafka cluster's ZooKeeper ensemble.</summary>
public sealed class KafkaZookeeper : KafkaMember
{
    /// <summary>The member's number in the ensemble, from 1: the pod's ordinal plus one.</summary>
    public int Id { get; internal init; }
}
