namespace KafkaK8s.Sandbox.Pods.Simulated.Kafka;

/// <summary>A topic at one moment.</summary>
internal sealed record TopicDescription(
    string Name,
    string Id,
    IReadOnlyDictionary<string, string> Configuration,
    bool IsMarkedForDeletion,
    bool IsPublished,
    bool IsInternal,
    IReadOnlyList<PartitionDescription> Partitions)
{
    public static TopicDescription Of(KafkaTopic topic) => new(
        topic.Name,
        topic.Id,
        new SortedDictionary<string, string>(topic.Configuration, StringComparer.Ordinal),
        topic.IsMarkedForDeletion,
        topic.IsPublished,
        topic.IsInternal,
        [.. topic.Partitions.Select(partition => new PartitionDescription(partition.Index, partition.Leader, partition.Replicas, [.. partition.InSync], partition.Reassignment))]);
}

/// <summary>A partition at one moment.</summary>
/// <param name="Index">Its number.</param>
/// <param name="Leader">The leader's id; <see cref="KafkaPartition.NoLeader"/>, or null when there never was one.</param>
/// <param name="Replicas">Broker ids, the preferred leader first.</param>
/// <param name="InSync">Broker ids in the order in which they came.</param>
/// <param name="Reassignment">Where it moves to, or null.</param>
internal sealed record PartitionDescription(
    int Index, int? Leader, IReadOnlyList<int> Replicas, IReadOnlyList<int> InSync, KafkaReassignment? Reassignment)
{
    public bool HasLeader => Leader >= 0;
}
