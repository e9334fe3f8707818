using KafkaK8s.Engine.Kafka;

namespace KafkaK8s.Output;

/// <summary>Makes the module's objects from what the engine says of consumer groups.</summary>
internal static class ConsumerGroupProjection
{
    public static KafkaConsumerGroup ToOutput(this ConsumerGroupDescription group, Origin origin) => new()
    {
        Name = group.Name,
        Cluster = origin.Cluster,
        Namespace = origin.Namespace,
        Context = origin.Context,
        KubeConfig = origin.KubeConfig,
        State = group.State,
        CoordinatorId = group.CoordinatorId,
        Strategy = group.Strategy,
        Members =
        [
            .. group.Members.Select(member => new KafkaConsumerGroupMember
            {
                Group = group.Name,
                ClientId = member.ClientId,
                Host = member.Host,
                PartitionCount = member.PartitionCount,
                MemberId = member.Id,
            }),
        ],
        Offsets = [.. group.Offsets.Select(offset => ToOutput(offset, group.Name, origin))],
    };

    public static KafkaOffsetMove ToOutput(this OffsetMove move, string group, Origin origin) => new()
    {
        Group = group,
        Topic = move.Topic,
        Partition = move.Partition,
        From = move.From,
        To = move.To,
        Cluster = origin.Cluster,
        Namespace = origin.Namespace,
        Context = origin.Context,
        KubeConfig = origin.KubeConfig,
    };

    private static KafkaConsumerGroupOffset ToOutput(ConsumerGroupOffset offset, string group, Origin origin) => new()
    {
        Group = group,
        Topic = offset.Topic,
        Partition = offset.Partition,
        Offset = offset.CurrentOffset,
        LogEndOffset = offset.LogEndOffset,
        Lag = offset.Lag,
        MemberId = offset.MemberId,
        Cluster = origin.Cluster,
        Namespace = origin.Namespace,
        Context = origin.Context,
        KubeConfig = origin.KubeConfig,
    };
}
