namespace KafkaK8s.Engine.Clusters.Health.Rules;

/// <summary>Every replica is in sync.</summary>
internal sealed class UnderReplicatedPartitionRule : HealthRule
{
    /// <inheritdoc/>
    public override string Id => "PartitionUnderReplicated";

    /// <inheritdoc/>
    public override HealthParts Needs => HealthParts.Topics;

    /// <inheritdoc/>
    public override IEnumerable<HealthFinding> Check(ClusterObservation seen) =>
        from topic in seen.Topics ?? []
        where !topic.IsMarkedForDeletion
        let partitions = topic.Partitions.Where(partition => partition.Leader is not null && partition.InSyncReplicas.Count < partition.Replicas.Count).ToList()
        where partitions.Count > 0
        let away = partitions.SelectMany(partition => partition.Replicas.Except(partition.InSyncReplicas)).Distinct().Order().ToList()
        select Finding(
            HealthSeverity.Warning,
            topic.Name,
            $"Replicas are not in sync, on {(away.Count == 1 ? "broker" : "brokers")} {string.Join(", ", away)}: there are fewer copies than there should be.",
            TopicWords.Partitions(partitions),
            "A broker that was away catches up by itself. One that is there and doesn't says why in its log.",
            seen.Line($"Get-KafkaLog {seen.State.Identity.BrokerSet}-{away[0]}"));
}
