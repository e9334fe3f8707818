namespace KafkaK8s;

/// <summary>A broker of a Kafka cluster.</summary>
public sealed class KafkaBroker : KafkaMember
{
    /// <summary>The broker's id, from 0: the pod's ordinal.</summary>
    public int Id { get; internal init; }
}
