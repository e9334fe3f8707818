namespace KafkaK8s.Engine.Clusters.Changes;

/// <summary>Something that is done in one go: one step as a rule, several where they are begun together, such as the fields of a resource.</summary>
/// <param name="Steps">The steps, at least one.</param>
/// <param name="CarryOutAsync">Does it. It must be safe to begin again after an interruption anywhere within.</param>
public sealed record ChangeWork(IReadOnlyList<ChangeStep> Steps, Func<StepRun, CancellationToken, Task> CarryOutAsync)
{
    /// <summary>Work of a single step.</summary>
    public ChangeWork(ChangeStep step, Func<StepRun, CancellationToken, Task> carryOutAsync)
        : this([step], carryOutAsync)
    {
    }

    /// <summary>Neighbours of the same group may change places while the plan is carried out; null where the place is fixed.</summary>
    public string? Group { get; init; }

    /// <summary>Whether, as things are by then, the rest of its group comes first: asked when its turn comes.</summary>
    public Func<CancellationToken, Task<bool>>? LetsOthersFirstAsync { get; init; }
}
