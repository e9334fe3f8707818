using KafkaK8s.Engine.Clusters.Ensembles;

namespace KafkaK8s.Engine.Clusters.Health.Rules;

/// <summary>The list of members that the configuration has, the replicas that there are, and the list that each pod was started with are one and the same.</summary>
internal sealed class EnsembleListRule : HealthRule
{
    /// <inheritdoc/>
    public override string Id => "EnsembleList";

    /// <inheritdoc/>
    public override IEnumerable<HealthFinding> Check(ClusterObservation seen)
    {
        if (seen.Snapshot.ZookeeperSet is not { } set || ServerList.Read(set["spec"]?["template"]?["spec"]) is not { } list)
        {
            yield break;
        }

        var replicas = ClusterSnapshot.Replicas(set);
        var name = seen.State.Identity.ZookeeperSet;
        var members = list.Ids.Count;
        if (members != replicas)
        {
            yield return Finding(
                HealthSeverity.Warning,
                name,
                members > replicas
                    ? "The members expect more of them than there are: fewer may fail than the number of members promises."
                    : "There are more members than the list has: those outside it belong to no quorum, or make one of their own.",
                $"{list.Where} has {members} members, spec.replicas is {replicas}",
                "Make both the same; members are restarted one by one.",
                seen.Line($"Set-KafkaZookeeper -Replicas {replicas}"));
        }

        foreach (var (pod, old) in seen.Snapshot.PodsOf(set)
            .Select(member => (member.Name, List: ServerList.Read(member.Pod?["spec"])))
            .Where(member => member.List is { } own && own.Written != list.Written))
        {
            yield return Finding(
                HealthSeverity.Warning,
                pod,
                "The member was started with another list than the ensemble has now.",
                $"{old!.Where} has {old.Ids.Count} members in {pod}, and {members} in {name}",
                "Bring all members to one list, by one member at a time: restarted at once with lists that differ by more, they could elect two leaders.",
                seen.Line($"Set-KafkaZookeeper -Replicas {replicas}"));
        }
    }
}
