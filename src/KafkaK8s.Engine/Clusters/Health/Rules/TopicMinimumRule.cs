using KafkaK8s.Engine.Kafka;

namespace KafkaK8s.Engine.Clusters.Health.Rules;

/// <summary>More replicas are in sync than <c>min.insync.replicas</c> asks for, so that one broker can go.</summary>
internal sealed class TopicMinimumRule : HealthRule
{
    private const string Setting = "min.insync.replicas";

    /// <inheritdoc/>
    public override string Id => "TopicMinimum";

    /// <inheritdoc/>
    public override HealthParts Needs => HealthParts.Topics;

    /// <inheritdoc/>
    public override IEnumerable<HealthFinding> Check(ClusterObservation seen) =>
        (seen.Topics ?? []).Where(topic => !topic.IsMarkedForDeletion).SelectMany(topic => Check(seen, topic));

    // Partitions of one topic may have different numbers of replicas: each is held against its own.
    private IEnumerable<HealthFinding> Check(ClusterObservation seen, TopicDescription topic)
    {
        var minimum = topic.MinInSyncReplicas ?? seen.State.Brokers?.MinInSyncReplicas ?? 1;
        var under = topic.Partitions.Where(partition => partition.Leader is not null && partition.InSyncReplicas.Count < minimum).ToList();
        var at = topic.Partitions.Where(partition => partition.InSyncReplicas.Count == minimum && partition.Replicas.Count > minimum).ToList();
        if (under.Count > 0)
        {
            yield return Under(seen, topic, minimum, under);
        }

        if (at.Count > 0)
        {
            yield return Finding(
                HealthSeverity.Warning,
                topic.Name,
                $"As few replicas are in sync as {Setting} allows: when one more goes, producers that wait for all of them are refused.",
                $"{Setting}={minimum}; {TopicWords.Partitions(at)}",
                "Bring back the brokers that are away before anything else is restarted.",
                Restart(seen, topic, at));
        }

        var bare = topic.Partitions.Where(partition => partition.Replicas.Count <= minimum).ToList();
        if (under.Count == 0 && bare.Count > 0)
        {
            yield return Finding(
                HealthSeverity.Information,
                topic.Name,
                bare.Count == topic.Partitions.Count
                    ? "The topic has no replica to spare: it can't be written to while a broker that holds it restarts."
                    : "Some of the topic's partitions have no replica to spare: they can't be written to while a broker that holds them restarts.",
                bare.Count == topic.Partitions.Count
                    ? $"{Setting}={minimum}, replication factor {Fewest(bare)}"
                    : $"{Setting}={minimum}; {TopicWords.Partitions(bare)}",
                "Give it more replicas, unless it can do without.",
                seen.Line($"Set-KafkaTopic {topic.Name} -ReplicationFactor {Math.Max(minimum + 1, Most(topic.Partitions))}"));
        }
    }

    private HealthFinding Under(ClusterObservation seen, TopicDescription topic, int minimum, List<PartitionDescription> under)
    {
        var tooFew = under.Where(partition => partition.Replicas.Count < minimum).ToList();
        var hasEnough = Most(topic.Partitions) >= minimum;
        return Finding(
            HealthSeverity.Critical,
            topic.Name,
            $"Fewer replicas are in sync than {Setting} asks for: producers that wait for all of them (acks=all) are refused.",
            $"{Setting}={minimum}; {TopicWords.Partitions(under)}",
            tooFew.Count == 0 ? "Bring back the brokers that are away."
                : tooFew.Count < under.Count ? "Bring back the brokers that are away. Partitions that have fewer replicas than the minimum need more of them, or a lower minimum."
                : hasEnough ? "Some partitions have fewer replicas than the minimum: give them as many as the others, or lower the minimum."
                : "The topic has fewer replicas than the minimum: lower the minimum, or add replicas.",
            tooFew.Count < under.Count ? Restart(seen, topic, under)
                : hasEnough ? seen.Line($"Set-KafkaTopic {topic.Name} -ReplicationFactor {Most(topic.Partitions)}")
                : seen.Line($"Set-KafkaTopic {topic.Name} -Configuration @{{ '{Setting}' = {Fewest(tooFew)} }}"));
    }

    private static int Fewest(IEnumerable<PartitionDescription> partitions) => partitions.Min(partition => partition.Replicas.Count);

    private static int Most(IEnumerable<PartitionDescription> partitions) => partitions.Max(partition => partition.Replicas.Count);

    // While replicas move, those in sync need not be among those that are wanted.
    private static string Restart(ClusterObservation seen, TopicDescription topic, List<PartitionDescription> partitions) =>
        partitions.SelectMany(partition => partition.Replicas.Except(partition.InSyncReplicas)).Select(broker => (int?)broker).FirstOrDefault() is { } away
            ? seen.Line($"Restart-KafkaBroker -Id {away}")
            : seen.Line($"Get-KafkaPartition {topic.Name}");
}
