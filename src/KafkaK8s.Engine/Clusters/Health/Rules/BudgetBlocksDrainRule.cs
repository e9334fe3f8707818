using System.Text.Json.Nodes;

namespace KafkaK8s.Engine.Clusters.Health.Rules;

/// <summary>A disruption budget lets one pod go; one that lets none go, or several for one pod, keep every node with such a pod from being drained.</summary>
internal sealed class BudgetBlocksDrainRule : HealthRule
{
    /// <inheritdoc/>
    public override string Id => "BudgetBlocksDrain";

    /// <inheritdoc/>
    public override HealthParts Needs => HealthParts.Budgets;

    /// <inheritdoc/>
    public override IEnumerable<HealthFinding> Check(ClusterObservation seen) => Budgets.BySet(seen).SelectMany(set => Tight(seen, set).Concat(Several(seen, set)));

    private IEnumerable<HealthFinding> Tight(ClusterObservation seen, (JsonObject Set, string Name, IReadOnlyList<JsonObject> Of) set) =>
        from budget in set.Of
        let replicas = ClusterSnapshot.Replicas(set.Set)
        where replicas > 0 && Budgets.Allows(budget, replicas) <= 0
        let isMost = budget["spec"]?["maxUnavailable"] is not null
        select Finding(
            HealthSeverity.Warning,
            Name(budget),
            $"The disruption budget lets no pod of {set.Name} go: nodes with one of them can't be drained, and upgrades of nodes hang.",
            $"{Budgets.Words(budget)}, replicas {replicas}",
            isMost
                ? "Allow one at a time: maxUnavailable 1."
                : $"Allow one at a time: minAvailable {replicas - 1}. Kubernetes refuses maxUnavailable beside it.",
            Budgets.Line(seen, budget, isMost ? 1 : replicas - 1));

    // Two budgets don't add up: the eviction API refuses whoever has more than one, whatever they allow.
    private IEnumerable<HealthFinding> Several(ClusterObservation seen, (JsonObject Set, string Name, IReadOnlyList<JsonObject> Of) set)
    {
        if (set.Of.Count > 1)
        {
            var names = set.Of.Select(Name).Order(StringComparer.Ordinal).ToList();
            var extra = names.Contains(set.Name) ? names.Where(name => name != set.Name) : names.Skip(1);
            yield return Finding(
                HealthSeverity.Warning,
                set.Name,
                $"More than one disruption budget selects the pods of {set.Name}. Kubernetes evicts no such pod: nodes with one of them can't be drained.",
                $"budgets: {string.Join(", ", names)}",
                "Keep one of them, and delete the others; whoever made them may have to be asked.",
                $"kubectl delete poddisruptionbudget {string.Join(' ', extra)} --namespace {seen.State.Identity.Namespace}");
        }
    }

    private static string Name(JsonObject budget) => (string?)budget["metadata"]?["name"] ?? "";
}
