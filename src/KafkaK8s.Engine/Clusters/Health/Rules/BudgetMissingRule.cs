namespace KafkaK8s.Engine.Clusters.Health.Rules;

/// <summary>Every set of several pods has a disruption budget; without one a drain may take several of them at once.</summary>
internal sealed class BudgetMissingRule : HealthRule
{
    /// <inheritdoc/>
    public override string Id => "BudgetMissing";

    /// <inheritdoc/>
    public override HealthParts Needs => HealthParts.Budgets;

    /// <inheritdoc/>
    public override IEnumerable<HealthFinding> Check(ClusterObservation seen) =>
        from set in Budgets.BySet(seen)
        where set.Of.Count == 0 && ClusterSnapshot.Replicas(set.Set) > 1
        select Finding(
            HealthSeverity.Warning,
            set.Name,
            "There is no disruption budget: nodes that are drained at the same time take several of its pods with them.",
            $"no PodDisruptionBudget in {seen.State.Identity.Namespace} selects the pods of {set.Name}",
            "Give it one with maxUnavailable 1.",
            Budgets.Line(seen, set.Name));
}
