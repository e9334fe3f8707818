using KafkaK8s.Engine.Kafka;

namespace KafkaK8s.Output;

/// <summary>Makes the module's objects from what the engine says of topics and records.</summary>
internal static class TopicProjection
{
    public static KafkaTopic ToOutput(this TopicDescription topic, Origin origin) => new()
    {
        Name = topic.Name,
        Cluster = origin.Cluster,
        Namespace = origin.Namespace,
        Context = origin.Context,
        KubeConfig = origin.KubeConfig,
        TopicId = topic.TopicId,
        ReplicationFactor = topic.ReplicationFactor,
        Configuration = topic.Configuration,
        MinInSyncReplicas = topic.MinInSyncReplicas,
        IsMarkedForDeletion = topic.IsMarkedForDeletion,
        Partitions = [.. topic.Partitions.Select(partition => partition.ToOutput(topic, origin))],
    };

    public static KafkaMessage ToOutput(this ReceivedRecord record) => new()
    {
        Topic = record.Topic,
        Partition = record.Partition,
        Offset = record.Offset,
        Timestamp = record.Timestamp,
        Key = record.Key,
        Value = record.Value,
        Headers = HeadersOf(record.Headers),
    };

    public static KafkaMessage ToOutput(this OutgoingRecord record, string topic, int? partition) => new()
    {
        Topic = topic,
        Partition = partition,
        Key = record.Key,
        Value = record.Value,
        Headers = HeadersOf(record.Headers),
    };

    private static JoinedList<KafkaHeader> HeadersOf(IEnumerable<RecordHeader>? headers) => new((headers ?? []).Select(header => new KafkaHeader(header.Key, header.Value)));
}
