namespace KafkaK8s.Engine.Clusters.Health.Rules;

/// <summary>
/// Kafka's own topics have as many replicas as the brokers allow, up to three, and are never asked to have more than there are brokers:
/// then they aren't made at all, and consumers wait for ever.
/// </summary>
internal sealed class InternalTopicRule : HealthRule
{
    private const int Usual = 3;

    private static readonly (string Topic, string Variable, string Setting, string Users)[] Topics =
    [
        ("__consumer_offsets", "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR", "offsets.topic.replication.factor", "Consumer groups"),
        ("__transaction_state", "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR", "transaction.state.log.replication.factor", "Transactional producers"),
    ];

    /// <inheritdoc/>
    public override string Id => "InternalTopic";

    /// <inheritdoc/>
    public override HealthParts Needs => HealthParts.Topics;

    /// <inheritdoc/>
    public override IEnumerable<HealthFinding> Check(ClusterObservation seen)
    {
        if (seen.State.Brokers is not { } brokers || seen.Topics is not { } topics)
        {
            yield break;
        }

        foreach (var (name, variable, setting, users) in Topics)
        {
            var wanted = BrokerSetting.Number(seen, variable, Usual);
            var topic = topics.FirstOrDefault(topic => topic.Name == name);
            if (topic is null && wanted > brokers.Replicas)
            {
                yield return Finding(
                    HealthSeverity.Critical,
                    name,
                    $"{users} can't work: the brokers can't make {name}, which is to have more replicas than there are brokers.",
                    $"{setting}={wanted}, brokers: {brokers.Replicas}",
                    "Ask for as many replicas as there are brokers, or add brokers.",
                    seen.Line($"Set-KafkaBroker -Configuration @{{ '{setting}' = {brokers.Replicas} }}"));
            }
            else if (topic is not null && topic.ReplicationFactor < Math.Min(Usual, brokers.Replicas))
            {
                yield return Finding(
                    HealthSeverity.Warning,
                    name,
                    $"{name} has fewer replicas than the brokers allow: {users.ToLowerInvariant()} stop when a broker that holds it does.",
                    $"replication factor {topic.ReplicationFactor}, brokers: {brokers.Replicas}",
                    "Give it three replicas, or as many as there are brokers.",
                    seen.Line($"Set-KafkaTopic {name} -ReplicationFactor {Math.Min(Usual, brokers.Replicas)}"));
            }
        }
    }
}
