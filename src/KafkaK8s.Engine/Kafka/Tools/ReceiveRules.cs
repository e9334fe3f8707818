namespace KafkaK8s.Engine.Kafka.Tools;

/// <summary>Refuses requests for records that contradict themselves, or that a release can't serve, before anything is read.</summary>
internal static class ReceiveRules
{
    /// <summary>What can be told without asking the cluster.</summary>
    /// <exception cref="EngineException">What doesn't go together, and why.</exception>
    public static void Validate(ReceiveRequest request, ToolDialect dialect, Version version)
    {
        if (request.Group is not null && (request.Partition ?? request.Offset) is not null)
        {
            throw Contradiction(
                request.Group,
                "A consumer group decides itself which partitions its readers get, and begins where it has left off: it can't be combined with a partition or an offset.",
                "Move the group there first with Reset-KafkaConsumerGroup, or read without -Group.");
        }

        if (request.Offset is not null && request.FromBeginning)
        {
            throw Contradiction(request.Topic, "Either an offset to begin with, or the beginning.", "Leave one of -Offset and -FromBeginning out.");
        }

        if (request.Partition < 0 || request.Offset < 0)
        {
            throw Contradiction(request.Topic, "Partitions and offsets begin with 0.", "Get-KafkaOffset shows those that there are.");
        }

        if (request is { Group: not null, MaxCount: null, Timeout: null } && !dialect.CanPrintPosition)
        {
            throw new EngineException(
                "CommitNotSupported",
                EngineErrorKind.NotSupported,
                request.Group,
                $"The console consumer of Kafka {version} doesn't say where a record is from (2.7 and later do), so what it has read until it is stopped could not be committed for {request.Group}.",
                "Give -MaxCount, or a -Timeout instead of -Follow: it commits at its own end.");
        }
    }

    /// <summary>What depends on the topic.</summary>
    /// <exception cref="EngineException"><c>PartitionNotFound</c>, <c>PartitionNotGiven</c>.</exception>
    public static void Validate(ReceiveRequest request, TopicDescription topic)
    {
        if (request.Partition >= topic.Partitions.Count)
        {
            throw new EngineException(
                "PartitionNotFound",
                EngineErrorKind.NotFound,
                topic.Name,
                $"The topic {topic.Name} has {topic.Partitions.Count} partitions, from 0 on; there is no partition {request.Partition}.",
                "Get-KafkaTopic shows the partitions that there are.");
        }

        if (request is { Offset: not null, Partition: null } && topic.Partitions.Count > 1)
        {
            throw new EngineException(
                "PartitionNotGiven",
                EngineErrorKind.InvalidArgument,
                topic.Name,
                $"The topic {topic.Name} has {topic.Partitions.Count} partitions, each with offsets of its own; in which one is offset {request.Offset}?",
                "Give -Partition with -Offset.");
        }
    }

    private static EngineException Contradiction(string target, string message, string advice) =>
        new("ReceiveContradiction", EngineErrorKind.InvalidArgument, target, message, advice);
}
