namespace KafkaK8s.Engine.Kafka;

/// <summary>
/// Everything that can be asked of a running Kafka cluster, whatever carries the question there. Today Kafka's own programs
/// through pod exec answer; the cluster's own protocol through a port-forward is to come. Cmdlets don't know which one serves.
/// </summary>
public interface IKafkaOperations
{
    /// <summary>The release of the tools or brokers that answer, such as 1.1.1.</summary>
    Version Version { get; }

    /// <summary>Topics and their partitions.</summary>
    ITopicOperations Topics { get; }

    /// <summary>Records in and out.</summary>
    IMessageOperations Messages { get; }
}

/// <summary>Topics and their partitions.</summary>
public interface ITopicOperations
{
    /// <summary>The names of all topics, internal ones included, in ordinal order.</summary>
    /// <param name="cancellation">Ends the question at once.</param>
    Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellation);

    /// <summary>Describes topics, in one question however many there are.</summary>
    /// <param name="names">Exact names, never patterns; null for all topics. A name that doesn't exist is left out of the answer.</param>
    /// <param name="cancellation">Ends the question at once.</param>
    Task<IReadOnlyList<TopicDescription>> DescribeAsync(IReadOnlyCollection<string>? names, CancellationToken cancellation);

    /// <summary>Creates topics. One answer a topic, in the order asked; a refused one does not stop the others.</summary>
    /// <param name="topics">What to create.</param>
    /// <param name="cancellation">Ends the operation; what was already sent may have happened.</param>
    Task<IReadOnlyList<TopicOutcome>> CreateAsync(IReadOnlyList<TopicCreation> topics, CancellationToken cancellation);

    /// <summary>Deletes topics. One answer a topic, in the order asked.</summary>
    /// <param name="names">Exact names, never patterns.</param>
    /// <param name="cancellation">Ends the operation; what was already sent may have happened.</param>
    Task<IReadOnlyList<TopicOutcome>> DeleteAsync(IReadOnlyList<string> names, CancellationToken cancellation);
}

/// <summary>Records in and out.</summary>
public interface IMessageOperations
{
    /// <summary>
    /// Sends records and returns when the brokers have accepted all of them. What can't be carried is refused before anything
    /// is sent; a record that the brokers refused, or may have refused, is an <see cref="EngineException"/>, never a silent loss.
    /// </summary>
    /// <param name="topic">The topic; it must exist.</param>
    /// <param name="records">The records, in order.</param>
    /// <param name="cancellation">Ends the operation; what was already sent may have been accepted.</param>
    /// <returns>How many records were accepted.</returns>
    Task<int> SendAsync(string topic, IReadOnlyList<OutgoingRecord> records, CancellationToken cancellation);

    /// <summary>Receives records until the request's end is reached or the caller stops.</summary>
    /// <param name="request">Which records.</param>
    /// <param name="cancellation">Ends the operation within 200 ms, and the reader in the cluster with it.</param>
    IAsyncEnumerable<ReceivedRecord> ReceiveAsync(ReceiveRequest request, CancellationToken cancellation);
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
    IReadOnlyList<PartitionDescription> Partitions);

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
/// <param name="Partitions">How many partitions, or null for the brokers' default where the version has one.</param>
/// <param name="ReplicationFactor">Replicas of each partition, or null for the brokers' default where the version has one.</param>
/// <param name="Configuration">Settings that differ from the brokers' defaults.</param>
public sealed record TopicCreation(
    string Name,
    int? Partitions,
    int? ReplicationFactor,
    IReadOnlyDictionary<string, string> Configuration);

/// <summary>What became of one topic in a call about several.</summary>
/// <param name="Name">The topic.</param>
/// <param name="Error">Why it was not done, or null when it was.</param>
public sealed record TopicOutcome(string Name, EngineException? Error);

/// <summary>A record to send.</summary>
/// <param name="Key">The key, or null for none.</param>
/// <param name="Value">The value.</param>
public sealed record OutgoingRecord(string? Key, string Value);

/// <summary>Which records to receive.</summary>
/// <param name="Topic">The topic; it must exist.</param>
/// <param name="FromBeginning">From the first record that is still there, instead of from now on.</param>
/// <param name="MaxCount">After how many records to end, or null for no limit.</param>
/// <param name="Timeout">How long to wait for the next record before it ends, or null to wait until stopped.</param>
public sealed record ReceiveRequest(string Topic, bool FromBeginning, int? MaxCount, TimeSpan? Timeout);

/// <summary>A record received.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Key">The key, or null.</param>
/// <param name="Value">The value, or null for a tombstone.</param>
/// <param name="Timestamp">When it was created or appended, or null where the version doesn't say.</param>
/// <param name="Partition">The partition, or null where the version can't print it.</param>
/// <param name="Offset">The offset, or null where the version can't print it.</param>
public sealed record ReceivedRecord(
    string Topic,
    string? Key,
    string? Value,
    DateTimeOffset? Timestamp,
    int? Partition,
    long? Offset);
