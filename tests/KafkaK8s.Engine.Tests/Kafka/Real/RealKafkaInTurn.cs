namespace KafkaK8s.Engine.Tests.Kafka.Real;

/// <summary>Real brokers get the machine to themselves, one release after the other: beside other tests they are slow to start and to answer.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class RealKafkaInTurn
{
    public const string Name = "RealKafka";
}
