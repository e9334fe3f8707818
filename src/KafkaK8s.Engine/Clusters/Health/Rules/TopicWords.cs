using KafkaK8s.Engine.Kafka;

namespace KafkaK8s.Engine.Clusters.Health.Rules;

/// <summary>How rules tell of partitions.</summary>
internal static class TopicWords
{
    private const int Most = 5;

    /// <summary>The first partitions with their replicas, and how many more there are.</summary>
    public static string Partitions(IReadOnlyList<PartitionDescription> partitions) =>
        string.Join("; ", partitions.Take(Most).Select(partition =>
            $"partition {partition.Partition}: leader {partition.Leader?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "none"}, replicas {List(partition.Replicas)}, in sync {List(partition.InSyncReplicas)}"))
        + (partitions.Count > Most ? $"; and {partitions.Count - Most} more" : "");

    private static string List(IReadOnlyCollection<int> ids) => ids.Count == 0 ? "none" : string.Join(",", ids);
}
