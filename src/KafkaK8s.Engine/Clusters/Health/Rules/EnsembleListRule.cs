using System.Globalization;
using System.Text.Json.Nodes;

namespace KafkaK8s.Engine.Clusters.Health.Rules;

/// <summary>The list of members that the configuration has, the replicas that there are, and the list that each pod was started with are one and the same.</summary>
internal sealed class EnsembleListRule : HealthRule
{
    private static readonly string[] Variables = ["ZK_REPLICAS", "ZOO_SERVERS"];

    /// <inheritdoc/>
    public override string Id => "EnsembleList";

    /// <inheritdoc/>
    public override IEnumerable<HealthFinding> Check(ClusterObservation seen)
    {
        if (seen.Snapshot.ZookeeperSet is not { } set || ListOf(ClusterSnapshot.Containers(set)) is not var (variable, value, members))
        {
            yield break;
        }

        var replicas = ClusterSnapshot.Replicas(set);
        var name = seen.State.Identity.ZookeeperSet;
        if (members != replicas)
        {
            yield return Finding(
                HealthSeverity.Warning,
                name,
                members > replicas
                    ? "The members expect more of them than there are: fewer may fail than the number of members promises."
                    : "There are more members than the list has: those outside it belong to no quorum, or make one of their own.",
                $"{variable} has {members} members, spec.replicas is {replicas}",
                "Make both the same; members are restarted one by one.",
                seen.Line($"Set-KafkaZookeeper -Replicas {replicas}"));
        }

        foreach (var (pod, old) in seen.Snapshot.PodsOf(set)
            .Where(member => member.Pod is not null)
            .Select(member => (member.Name, List: ListOf((member.Pod!["spec"]?["containers"] as JsonArray ?? []).OfType<JsonObject>())))
            .Where(member => member.List is { } list && list.Value != value))
        {
            yield return Finding(
                HealthSeverity.Warning,
                pod,
                "The member was started with another list than the ensemble has now.",
                $"{old!.Value.Variable} has {old.Value.Members} members in {pod}, and {members} in {name}",
                "Bring all members to one list, by one member at a time: restarted at once with lists that differ by more, they could elect two leaders.",
                seen.Line($"Set-KafkaZookeeper -Replicas {replicas}"));
        }
    }

    private static (string Variable, string Value, int Members)? ListOf(IEnumerable<JsonObject> containers)
    {
        var found = (from container in containers
                     from variable in Variables
                     let value = ClusterSnapshot.Variable(container, variable)
                     where !string.IsNullOrEmpty(value)
                     select (Variable: variable, Value: value)).FirstOrDefault();
        return found.Variable switch
        {
            null => null,
            "ZOO_SERVERS" => (found.Variable, found.Value, found.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length),
            _ => int.TryParse(found.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? (found.Variable, found.Value, count) : null,
        };
    }
}
