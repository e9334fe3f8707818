using KafkaK8s.Engine.Kafka;

namespace KafkaK8s.Output;

/// <summary>Makes the module's objects from what the engine says of partitions.</summary>
internal static class PartitionProjection
{
    public static KafkaPartition ToOutput(this PartitionDescription partition, TopicDescription topic, Origin origin, ReplicaSizes? sizes = null)
    {
        var byBroker = sizes?.Of(new TopicPartition(partition.Topic, partition.Partition));
        return new KafkaPartition
        {
            Topic = partition.Topic,
            Partition = partition.Partition,
            Leader = partition.Leader,
            Replicas = new JoinedList<int>(partition.Replicas),
            InSyncReplicas = new JoinedList<int>(partition.InSyncReplicas),
            MinInSyncReplicas = topic.MinInSyncReplicas,
            SizeByBroker = byBroker,
            Size = byBroker is null ? null
                : partition.Leader is { } leader && byBroker.TryGetValue(leader, out var size) ? size
                : byBroker.Count > 0 ? byBroker.Values.Max() : null,
            Cluster = origin.Cluster,
            Namespace = origin.Namespace,
            Context = origin.Context,
            KubeConfig = origin.KubeConfig,
        };
    }

    public static KafkaPartitionMove ToOutput(this PartitionMove move, SizedPlan plan, string status, Origin origin) => new()
    {
        Topic = move.Topic,
        Partition = move.Partition,
        From = new JoinedList<int>(move.From),
        To = new JoinedList<int>(move.To),
        Adding = new JoinedList<int>(move.Adding),
        Removing = new JoinedList<int>(move.Removing),
        Bytes = plan.BytesOf(move),
        Status = status,
        Cluster = origin.Cluster,
        Namespace = origin.Namespace,
        Context = origin.Context,
        KubeConfig = origin.KubeConfig,
    };

    public static KafkaReassignment ToOutput(this PartitionReassignment moving, ReplicaSizes sizes, Origin origin) => new()
    {
        Topic = moving.Topic,
        Partition = moving.Partition,
        Replicas = new JoinedList<int>(moving.Target.Replicas),
        Adding = new JoinedList<int>(moving.Adding),
        Removing = new JoinedList<int>(moving.Removing),
        PercentCopied = sizes.PercentCopied(moving),
        Cluster = origin.Cluster,
        Namespace = origin.Namespace,
        Context = origin.Context,
        KubeConfig = origin.KubeConfig,
    };
}
