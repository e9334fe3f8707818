namespace KafkaK8s.Engine.Clusters.Health.Rules;

/// <summary>An ensemble that no majority leads serves nobody; one with two leaders is two ensembles.</summary>
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
        switch (modes.Count(member => member.Mode is "leader" or "standalone"))
        {
            case 0:
                yield return Finding(
                    HealthSeverity.Critical,
                    ensemble.Name,
                    "The ensemble has no leader. ZooKeeper serves nobody, and Kafka can change neither leaders nor topics.",
                    evidence,
                    "Bring back a majority of the members; their logs say what keeps them apart.",
                    seen.Line($"Get-KafkaLog {Quiet(modes, ensemble)}"));
                break;
            case > 1:
                yield return Finding(
                    HealthSeverity.Critical,
                    ensemble.Name,
                    "More than one member leads: members know different lists, and form ensembles of their own with data of their own.",
                    evidence,
                    "Stop writing, and give all members the same list.",
                    seen.Line($"Set-KafkaZookeeper -Replicas {ensemble.Replicas}"));
                break;
            default:
                foreach (var member in modes.Where(member => member.Mode is null && ensemble.Members.Any(pod => pod.Name == member.Pod && pod.IsReady)))
                {
                    yield return Finding(
                        HealthSeverity.Warning,
                        member.Pod,
                        "The member counts as ready, and is not part of the quorum.",
                        $"{member.Pod}: {member.Problem}",
                        "Look at its log; restart it when it doesn't find back.",
                        seen.Line($"Restart-KafkaZookeeper {member.Pod}"));
                }

                break;
        }
    }

    private static string Quiet(IEnumerable<MemberMode> modes, EnsembleState ensemble) =>
        modes.FirstOrDefault(member => member.Mode is null)?.Pod ?? $"{ensemble.Name}-0";
}
