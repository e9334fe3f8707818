using System.Globalization;
using KafkaK8s.Engine.Kafka;

namespace KafkaK8s.Commands;

/// <summary>What is to change about one topic: nothing but what differs.</summary>
/// <param name="Name">The topic.</param>
/// <param name="Partitions">How many partitions it is to have, or null where that stays.</param>
/// <param name="Settings">The settings to set, and, with null, to remove.</param>
/// <param name="Words">From what to what.</param>
internal sealed record TopicPlan(string Name, int? Partitions, IReadOnlyDictionary<string, string?> Settings, IReadOnlyList<string> Words)
{
    /// <summary>Whether all is as wanted.</summary>
    public bool IsEmpty => Partitions is null && Settings.Count == 0;

    /// <summary>Compares a topic with what is wanted.</summary>
    public static TopicPlan Of(TopicDescription topic, int? partitions, IReadOnlyDictionary<string, string?> wanted, IReadOnlyList<ConfigurationEntry>? current)
    {
        var (settings, words) = SettingChanges.Compare(wanted, current ?? []);
        return partitions is null || partitions == topic.Partitions.Count
            ? new TopicPlan(topic.Name, null, settings, words)
            : new TopicPlan(topic.Name, partitions, settings, [string.Create(CultureInfo.InvariantCulture, $"partitions {topic.Partitions.Count} -> {partitions}"), .. words]);
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join(", ", Words);
}
