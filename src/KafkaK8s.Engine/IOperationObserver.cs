namespace KafkaK8s.Engine;

/// <summary>
/// Hears what an operation does while it runs. The cmdlets turn it into verbose lines, progress bars and warnings; it may be
/// called from any thread, and must return quickly.
/// </summary>
public interface IOperationObserver
{
    /// <summary>A call to the cluster has ended, well or not.</summary>
    /// <param name="description">One line without secrets: the method, the resource, how it ended.</param>
    /// <param name="duration">How long it took.</param>
    void RemoteCall(string description, TimeSpan duration);

    /// <summary>An operation has come further, or still waits.</summary>
    /// <param name="progress">Where it is, and why.</param>
    void Progress(OperationProgress progress);

    /// <summary>Something surprising that does not stop the operation.</summary>
    /// <param name="message">One sentence.</param>
    void Warning(string message);
}

/// <summary>Where a longer operation is.</summary>
/// <param name="Activity">What is being done: <c>Waiting for kafka in the-project</c>.</param>
/// <param name="Status">What it waits for now, with the reason: <c>kafka-1: pulling image</c>.</param>
/// <param name="PercentComplete">0 to 100, or null where it can't be told.</param>
/// <param name="Completed">True for the last report of this activity.</param>
public sealed record OperationProgress(string Activity, string Status, int? PercentComplete = null, bool Completed = false);
