namespace KafkaK8s.Engine.Clusters.Changes;

/// <summary>How a step ended.</summary>
public enum StepStatus
{
    /// <summary>It was carried out.</summary>
    Done,

    /// <summary>It was as wanted already when its turn came, so that nothing was done: a node's drain has restarted the pod, say.</summary>
    Skipped,

    /// <summary>It was begun, and not finished. The error that follows says why.</summary>
    Failed,
}

/// <summary>A step that was begun.</summary>
/// <param name="Step">Which.</param>
/// <param name="Status">How it ended.</param>
/// <param name="Duration">How long it took; steps that one request carried out took as long as that.</param>
public sealed record StepResult(ChangeStep Step, StepStatus Status, TimeSpan Duration);

/// <summary>A step that is held, and what holds it. Told again whenever it is something else.</summary>
/// <param name="Step">Which.</param>
/// <param name="Blockers">What holds it.</param>
public sealed record StepHold(ChangeStep Step, IReadOnlyList<StepBlocker> Blockers);

/// <summary>
/// Takes what a plan's steps come to. Callbacks and no interface, so that a cmdlet needs no type of its own for it.
/// </summary>
/// <param name="OnStep">Takes each step that ended.</param>
/// <param name="OnHold">Takes what holds a step while it waits.</param>
public sealed record StepListener(Func<StepResult, Task> OnStep, Func<StepHold, Task> OnHold)
{
    /// <summary>Takes nothing.</summary>
    public static StepListener Silent { get; } = new(static _ => Task.CompletedTask, static _ => Task.CompletedTask);
}
