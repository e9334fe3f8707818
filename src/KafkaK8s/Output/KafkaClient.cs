namespace KafkaK8s;

/// <summary>The test client of a Kafka cluster: a pod with Kafka's own tools in it.</summary>
public sealed class KafkaClient : KafkaMember
{
}
