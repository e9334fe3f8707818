namespace KafkaK8s.Sandbox.Tests.Real;

/// <summary>Real pods get the machine to themselves: beside other tests they are slow to start and to answer.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class RealKafkaInTurn
{
    public const string Name = "RealKafka";
}
