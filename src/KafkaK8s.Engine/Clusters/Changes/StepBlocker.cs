namespace KafkaK8s.Engine.Clusters.Changes;

/// <summary>One thing that keeps a step from going on for now.</summary>
/// <param name="Subject">What it is about: a partition such as <c>orders-3</c>, or a member.</param>
/// <param name="Rule">The rule that forbids to go on, in a sentence.</param>
/// <param name="InSyncReplicas">A partition's in-sync replicas, or null where it is about no partition.</param>
/// <param name="MinInSyncReplicas">How many of them it must have, or null.</param>
/// <param name="Replicas">All its replicas, or null.</param>
public sealed record StepBlocker(
    string Subject,
    string Rule,
    IReadOnlyList<int>? InSyncReplicas = null,
    int? MinInSyncReplicas = null,
    IReadOnlyList<int>? Replicas = null)
{
    /// <inheritdoc/>
    public override string ToString() => InSyncReplicas is null
        ? $"{Subject}: {Rule}"
        : FormattableString.Invariant($"{Subject}: {Rule} (in sync {List(InSyncReplicas)}; minimum {MinInSyncReplicas}; replicas {List(Replicas ?? [])})");

    /// <inheritdoc/>
    public bool Equals(StepBlocker? other) => other is not null && ToString() == other.ToString();

    /// <inheritdoc/>
    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    private static string List(IReadOnlyList<int> ids) => ids.Count == 0 ? "none" : string.Join(",", ids);
}
