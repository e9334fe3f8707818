namespace KafkaK8s.Engine.Clusters.Changes;

/// <summary>Ends a wait within a step: what it waits for can't come, however long one waits.</summary>
/// <param name="error">Why.</param>
internal sealed class StepStoppedException(EngineException error) : Exception(error.Message, error)
{
    /// <summary>Why.</summary>
    public EngineException Error { get; } = error;
}
