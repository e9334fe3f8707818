using System.Globalization;
using KafkaK8s.Engine.Kafka;

namespace KafkaK8s.Commands;

/// <summary>What is to change about one topic: nothing but what differs.</summary>
/// <param name="Name">The topic.</param>
/// <param name="Partitions">How many partitions it is to have, or null where that stays.</param>
/// <param name="ReplicationFactor">How many replicas each partition is to have, or null where that stays.</param>
/// <param name="Settings">The settings to set, and, with null, to remove.</param>
/// <param name="Words">From what to what.</param>
internal sealed record TopicPlan(
    string Name, int? Partitions, int? ReplicationFactor, IReadOnlyDictionary<string, string?> Settings, IReadOnlyList<string> Words)
{
    /// <summary>Whether all is as wanted.</summary>
    public bool IsEmpty => Partitions is null && ReplicationFactor is null && Settings.Count == 0;

    /// <summary>Compares a topic with what is wanted.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="partitions">How many partitions it is to have, or null.</param>
    /// <param name="replicationFactor">How many replicas, or null.</param>
    /// <param name="wanted">What its settings are to be; null removes one.</param>
    /// <param name="current">What is set now.</param>
    public static TopicPlan Of(
        TopicDescription topic, int? partitions, int? replicationFactor, IReadOnlyDictionary<string, string?> wanted, IReadOnlyList<ConfigurationEntry> current)
    {
        var (settings, words) = SettingChanges.Compare(wanted, current);
        var grown = partitions == topic.Partitions.Count ? null : partitions;
        var replicated = topic.Partitions.All(partition => partition.Replicas.Count == replicationFactor) ? null : replicationFactor;
        return new TopicPlan(
            topic.Name,
            grown,
            replicated,
            settings,
            [
                .. grown is null ? [] : new[] { string.Create(CultureInfo.InvariantCulture, $"partitions {topic.Partitions.Count} -> {grown}") },
                .. replicated is null ? [] : new[] { string.Create(CultureInfo.InvariantCulture, $"replication factor {topic.ReplicationFactor} -> {replicated}") },
                .. words,
            ]);
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join(", ", Words);
}
