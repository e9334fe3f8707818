namespace KafkaK8s.Engine.Clusters.Health.Rules;

/// <summary>Every partition has a leader.</summary>
internal sealed class LeaderlessPartitionRule : HealthRule
{
    /// <inheritdoc/>
    public override string Id => "PartitionLeaderless";

    /// <inheritdoc/>
    public override HealthParts Needs => HealthParts.Topics;

    /// <inheritdoc/>
    public override IEnumerable<HealthFinding> Check(ClusterObservation seen) =>
        from topic in seen.Topics ?? []
        where !topic.IsMarkedForDeletion
        let partitions = topic.Partitions.Where(partition => partition.Leader is null).ToList()
        where partitions.Count > 0
        let broker = partitions[0].InSyncReplicas.Concat(partitions[0].Replicas).First()
        select Finding(
            HealthSeverity.Critical,
            topic.Name,
            "Partitions have no leader: nobody can write to them or read from them.",
            TopicWords.Partitions(partitions),
            "Bring back a broker that was in sync; another one would lose what it doesn't have.",
            seen.Line($"Restart-KafkaBroker -Id {broker}"));
}
