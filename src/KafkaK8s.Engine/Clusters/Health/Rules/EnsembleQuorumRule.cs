using KafkaK8s.Engine.Clusters.Ensembles;

namespace KafkaK8s.Engine.Clusters.Health.Rules;

/// <summary>An ensemble that no majority leads serves nobody; one with two leaders is two ensembles. Members that did not say are none of this rule's.</summary>
internal sealed class EnsembleQuorumRule : HealthRule
{
    /// <inheritdoc/>
    public override string Id => "EnsembleQuorum";

    /// <inheritdoc/>
    public override HealthParts Needs => HealthParts.Ensemble;

    /// <inheritdoc/>
    public override IEnumerable<HealthFinding> Check(ClusterObservation seen)
    {
        if (seen.State.Zookeeper is not { } ensemble || seen.Modes is not { } modes)
        {
            yield break;
        }

        var evidence = string.Join("; ", modes.Select(member => $"{member.Pod}: {member.Mode ?? member.Problem}"));
        if (modes.Count(member => member.Mode is "leader" or "standalone") > 1)
        {
            yield return Finding(
                HealthSeverity.Critical,
                ensemble.Name,
                "More than one member leads: members know different lists, and form ensembles of their own with data of their own.",
                evidence,
                "Stop writing, find out which side the brokers use, and stop the members of the other one: the last ones by kubectl scale, any other by kubectl delete pod, "
                + "after which it has the list of the StatefulSet. Once a single one leads, Set-KafkaZookeeper brings all to one list.",
                seen.Line("Get-KafkaZookeeper"));
        }
        else if (modes.All(member => member.Mode is null))
        {
            // Followers prove that there is a leader, so here is none that anybody knows of. Those who did not say may be a majority with one.
            if (seen.SilentMembers.Count < EnsembleQuorum.Majority(ensemble.Topology.ListSize ?? ensemble.Replicas))
            {
                yield return Finding(
                    HealthSeverity.Critical,
                    ensemble.Name,
                    "The ensemble has no leader. ZooKeeper serves nobody, and Kafka can change neither leaders nor topics.",
                    evidence,
                    "Bring back a majority of the members; their logs say what keeps them apart.",
                    seen.Line($"Get-KafkaLog {(modes is [var first, ..] ? first.Pod : $"{ensemble.Name}-0")}"));
            }
        }
        else
        {
            foreach (var member in modes.Where(member => member.IsOutside && ensemble.Members.Any(pod => pod.Name == member.Pod && pod.IsReady)))
            {
                yield return Finding(
                    HealthSeverity.Warning,
                    member.Pod,
                    "The member counts as ready, and is not part of the quorum.",
                    $"{member.Pod}: {member.Problem}",
                    "Look at its log; restart it when it doesn't find back.",
                    seen.Line($"Restart-KafkaZookeeper {member.Pod}"));
            }
        }
    }
}
