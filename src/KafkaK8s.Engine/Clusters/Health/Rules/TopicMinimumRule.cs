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

    private IEnumerable<HealthFinding> Check(ClusterObservation seen, TopicDescription topic)
    {
        var minimum = topic.MinInSyncReplicas ?? seen.State.Brokers?.MinInSyncReplicas ?? 1;
        var under = topic.Partitions.Where(partition => partition.Leader is not null && partition.InSyncReplicas.Count < minimum).ToList();
        var at = topic.Partitions.Where(partition => partition.InSyncReplicas.Count == minimum && partition.Replicas.Count > minimum).ToList();
        if (under.Count > 0)
        {
            yield return Finding(
                HealthSeverity.Critical,
                topic.Name,
                $"Fewer replicas are in sync than {Setting} asks for: producers that wait for all of them (acks=all) are refused.",
                $"{Setting}={minimum}; {TopicWords.Partitions(under)}",
                topic.ReplicationFactor < minimum ? "The topic has fewer replicas than the minimum: lower the minimum, or add replicas." : "Bring back the brokers that are away.",
                topic.ReplicationFactor < minimum
                    ? seen.Line($"Set-KafkaTopic {topic.Name} -Configuration @{{ '{Setting}' = {topic.ReplicationFactor} }}")
                    : seen.Line($"Restart-KafkaBroker -Id {under[0].Replicas.Except(under[0].InSyncReplicas).First()}"));
        }

        if (at.Count > 0)
        {
            yield return Finding(
                HealthSeverity.Warning,
                topic.Name,
                $"As few replicas are in sync as {Setting} allows: when one more goes, producers that wait for all of them are refused.",
                $"{Setting}={minimum}; {TopicWords.Partitions(at)}",
                "Bring back the brokers that are away before anything else is restarted.",
                seen.Line($"Restart-KafkaBroker -Id {at[0].Replicas.Except(at[0].InSyncReplicas).First()}"));
        }

        if (under.Count == 0 && topic.Partitions.Count > 0 && topic.ReplicationFactor <= minimum)
        {
            yield return Finding(
                HealthSeverity.Information,
                topic.Name,
                "The topic has no replica to spare: it can't be written to while a broker that holds it restarts.",
                $"{Setting}={minimum}, replication factor {topic.ReplicationFactor}",
                "Give it more replicas, unless it can do without.",
                seen.Line($"Set-KafkaTopic {topic.Name} -ReplicationFactor {minimum + 1}"));
        }
    }
}
