namespace KafkaK8s.Engine.Clusters.Health.Rules;

/// <summary>A disruption budget lets one pod go; one that lets none go keeps every node with such a pod from being drained.</summary>
internal sealed class BudgetBlocksDrainRule : HealthRule
{
    /// <inheritdoc/>
    public override string Id => "BudgetBlocksDrain";

    /// <inheritdoc/>
    public override HealthParts Needs => HealthParts.Budgets;

    /// <inheritdoc/>
    public override IEnumerable<HealthFinding> Check(ClusterObservation seen) =>
        from set in Budgets.BySet(seen)
        from budget in set.Of
        let replicas = ClusterSnapshot.Replicas(set.Set)
        where replicas > 0 && Budgets.Allows(budget, replicas) <= 0
        select Finding(
            HealthSeverity.Warning,
            (string?)budget["metadata"]?["name"] ?? "",
            $"The disruption budget lets no pod of {set.Name} go: nodes with one of them can't be drained, and upgrades of nodes hang.",
            $"{Budgets.Words(budget)}, replicas {replicas}",
            "Allow one at a time: maxUnavailable 1.",
            Budgets.Line(seen, set.Name));
}
