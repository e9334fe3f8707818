namespace KafkaK8s.Engine.Kafka;

/// <summary>Topics and their partitions.</summary>
public interface ITopicOperations
{
    /// <summary>The names of all topics, internal ones included, in ordinal order. A topic that waits to be deleted is not among them.</summary>
    /// <param name="cancellation">Ends the question at once.</param>
    /// <exception cref="EngineException">The cluster could not be asked, or its answer not be understood.</exception>
    Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellation);

    /// <summary>Describes topics, in one question however many there are, in ordinal order of their names.</summary>
    /// <param name="names">Exact names, never patterns; null for all topics. A name that doesn't exist is left out of the answer.</param>
    /// <param name="cancellation">Ends the question at once.</param>
    /// <exception cref="EngineException">A name that no topic can have, or the cluster could not be asked.</exception>
    Task<IReadOnlyList<TopicDescription>> DescribeAsync(IReadOnlyCollection<string>? names, CancellationToken cancellation);

    /// <summary>
    /// Describes topics as <see cref="DescribeAsync"/> does, with <see cref="TopicDescription.MinInSyncReplicas"/> on every release. Where a topic
    /// doesn't set it, releases before 2.3 can tell only the cluster-wide dynamic setting and what the brokers were started with, and one
    /// broker's own dynamic setting is left out.
    /// </summary>
    /// <param name="names">Exact names, never patterns; null for all topics. A name that doesn't exist is left out of the answer.</param>
    /// <param name="cancellation">Ends the question at once.</param>
    /// <exception cref="EngineException">A name that no topic can have, or the cluster could not be asked.</exception>
    Task<IReadOnlyList<TopicDescription>> DescribeInFullAsync(IReadOnlyCollection<string>? names, CancellationToken cancellation);

    /// <summary>Creates topics. One answer a topic, in the order asked; a refused one does not stop the others.</summary>
    /// <param name="topics">What to create.</param>
    /// <param name="cancellation">Ends the operation; what was already sent may have happened.</param>
    /// <exception cref="EngineException">Nothing could be asked of the cluster. What concerns one topic is in its outcome.</exception>
    Task<IReadOnlyList<TopicOutcome>> CreateAsync(IReadOnlyList<TopicCreation> topics, CancellationToken cancellation);

    /// <summary>Gives a topic more partitions. As many as it has is no error, fewer are.</summary>
    /// <param name="name">The exact name.</param>
    /// <param name="partitions">How many it shall have.</param>
    /// <param name="cancellation">Ends the operation; what was already sent may have happened.</param>
    /// <exception cref="EngineException"><c>TopicNotFound</c>, <c>InvalidPartitionCount</c>, among others.</exception>
    Task SetPartitionsAsync(string name, int partitions, CancellationToken cancellation);

    /// <summary>Why a topic can't have so many partitions, as far as that can be known without asking the cluster; null where it may well.</summary>
    /// <param name="topic">The topic as it is.</param>
    /// <param name="partitions">How many it shall have.</param>
    EngineException? Refusal(TopicDescription topic, int partitions);

    /// <summary>Gives topics more partitions. One answer a topic, in the order asked; a refused one does not stop the others.</summary>
    /// <param name="partitions">How many partitions each topic shall have, by exact name.</param>
    /// <param name="cancellation">Ends the operation; what was already sent may have happened.</param>
    Task<IReadOnlyList<TopicOutcome>> SetPartitionsAsync(IReadOnlyDictionary<string, int> partitions, CancellationToken cancellation);

    /// <summary>Where the records of topics' partitions begin and end, in one question however many topics there are.</summary>
    /// <param name="topics">The topics, as they were described.</param>
    /// <param name="at">A time to find in each partition, or null.</param>
    /// <param name="cancellation">Ends the question at once.</param>
    /// <exception cref="EngineException">The cluster could not be asked, or its answer not be understood.</exception>
    Task<IReadOnlyList<PartitionRange>> RangesAsync(IReadOnlyList<TopicDescription> topics, DateTimeOffset? at, CancellationToken cancellation);

    /// <summary>The offsets of all partitions of topics at a place, by topic and partition.</summary>
    /// <param name="names">Exact names, never patterns. A name that doesn't exist is left out of the answer.</param>
    /// <param name="position">Earliest, latest, or a time.</param>
    /// <param name="cancellation">Ends the question at once.</param>
    /// <exception cref="EngineException">A position that is none of these, or the cluster could not be asked.</exception>
    Task<IReadOnlyList<PartitionOffset>> OffsetsAsync(IReadOnlyCollection<string> names, OffsetPosition position, CancellationToken cancellation);

    /// <summary>Deletes topics, and waits until they are gone. One answer a topic, in the order asked.</summary>
    /// <param name="names">Exact names, never patterns.</param>
    /// <param name="cancellation">Ends the operation; what was already sent may have happened.</param>
    /// <exception cref="EngineException">Nothing could be asked of the cluster. What concerns one topic is in its outcome.</exception>
    Task<IReadOnlyList<TopicOutcome>> DeleteAsync(IReadOnlyList<string> names, CancellationToken cancellation);
}

/// <summary>A topic as the cluster describes it.</summary>
/// <param name="Name">The name.</param>
/// <param name="TopicId">The id that 2.8 and later give it, or null.</param>
/// <param name="ReplicationFactor">Replicas of each partition.</param>
/// <param name="Configuration">What differs from the broker's default, by key.</param>
/// <param name="IsMarkedForDeletion">True while it waits to be deleted.</param>
/// <param name="Partitions">Its partitions, by number.</param>
public sealed record TopicDescription(
    string Name,
    string? TopicId,
    int ReplicationFactor,
    IReadOnlyDictionary<string, string> Configuration,
    bool IsMarkedForDeletion,
    IReadOnlyList<PartitionDescription> Partitions)
{
    /// <summary>How many replicas must have a record before a producer with <c>acks=all</c> is told so; null where the answer did not tell.</summary>
    public int? MinInSyncReplicas { get; init; }
}

/// <summary>A partition of a topic.</summary>
/// <param name="Topic">The topic's name.</param>
/// <param name="Partition">The number, from 0.</param>
/// <param name="Leader">The leader's broker id, or null while there is none.</param>
/// <param name="Replicas">The broker ids that hold a replica, the preferred leader first.</param>
/// <param name="InSyncReplicas">The broker ids whose replica is in sync.</param>
public sealed record PartitionDescription(
    string Topic,
    int Partition,
    int? Leader,
    IReadOnlyList<int> Replicas,
    IReadOnlyList<int> InSyncReplicas);

/// <summary>A topic to create.</summary>
/// <param name="Name">The name.</param>
/// <param name="Partitions">How many partitions, or null for the brokers' default where the version has one (2.4), else 1.</param>
/// <param name="ReplicationFactor">Replicas of each partition, or null for the brokers' default where the version has one (2.4), else 1.</param>
/// <param name="Configuration">Settings that differ from the brokers' defaults; may be empty.</param>
public sealed record TopicCreation(
    string Name,
    int? Partitions,
    int? ReplicationFactor,
    IReadOnlyDictionary<string, string> Configuration)
{
    /// <summary>
    /// The broker ids of each partition's replicas, the preferred leader first, from partition 0 on, instead of numbers of partitions and
    /// replicas; null to let the cluster place them.
    /// </summary>
    public IReadOnlyList<IReadOnlyList<int>>? ReplicaAssignment { get; init; }
}

/// <summary>What became of one topic in a call about several.</summary>
/// <param name="Name">The topic.</param>
/// <param name="Error">
/// Why it was not done, or null when it was. <see cref="EngineErrorKind.OutcomeUnknown"/> says that it may have been done.
/// </param>
public sealed record TopicOutcome(string Name, EngineException? Error);

/// <summary>An offset in a partition.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Partition">The partition.</param>
/// <param name="Offset">The offset, or null when there is no record of that time or later.</param>
public sealed record PartitionOffset(string Topic, int Partition, long? Offset);

/// <summary>Where the records of a partition begin and end.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Partition">The partition.</param>
/// <param name="Earliest">The offset of the first record that is still there, or null while the partition has no leader.</param>
/// <param name="Latest">The offset behind the last record, or null while the partition has no leader.</param>
/// <param name="At">The first offset of the time that was asked for or later, or null when there is none.</param>
public sealed record PartitionRange(string Topic, int Partition, long? Earliest, long? Latest, long? At);
