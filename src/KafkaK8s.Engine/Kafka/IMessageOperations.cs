namespace KafkaK8s.Engine.Kafka;

/// <summary>Records in and out.</summary>
public interface IMessageOperations
{
    /// <summary>
    /// Sends records and returns when the brokers have answered for all of them, with <c>acks=all</c>. What can't be carried is
    /// refused before anything is sent. A record that the brokers refused, or may have refused, is in the result's failures.
    /// </summary>
    /// <param name="topic">The topic; it must exist.</param>
    /// <param name="records">The records, in order. Keys and values are text, sent as UTF-8.</param>
    /// <param name="cancellation">Ends the operation; what was already sent may have been accepted.</param>
    /// <returns>How many records were accepted, and what became of the others.</returns>
    /// <exception cref="EngineException">
    /// The topic doesn't exist, a record can't be carried (nothing was sent), or the connection broke and the outcome is unknown.
    /// </exception>
    Task<SendResult> SendAsync(string topic, IReadOnlyList<OutgoingRecord> records, CancellationToken cancellation);

    /// <summary>
    /// Receives records until the request's end is reached or the caller stops. Leaves no running program behind, and no consumer group
    /// but the one that was asked for. For that one, what the caller has taken is committed at the end: a record counts as taken when
    /// the next one is asked for. What was not taken comes again.
    /// </summary>
    /// <param name="request">Which records.</param>
    /// <param name="cancellation">Ends the operation within 200 ms, and the reader in the cluster with it.</param>
    /// <exception cref="EngineException">
    /// The topic, the partition or the offset doesn't exist, the request contradicts itself, the group has members (<c>GroupActive</c>), the
    /// brokers or the connection failed, or what was received could not be committed (<c>OffsetsNotCommitted</c>).
    /// </exception>
    IAsyncEnumerable<ReceivedRecord> ReceiveAsync(ReceiveRequest request, CancellationToken cancellation);
}

/// <summary>A record to send.</summary>
/// <param name="Key">The key, or null for none.</param>
/// <param name="Value">The value, or null for a tombstone, which 3.2 and later can send.</param>
/// <param name="Headers">The headers in order, which 3.2 and later can send, or null for none.</param>
public sealed record OutgoingRecord(string? Key, string? Value, IReadOnlyList<RecordHeader>? Headers = null);

/// <summary>A header of a record.</summary>
/// <param name="Key">The name; several headers of a record may have the same.</param>
/// <param name="Value">The value, or null.</param>
public sealed record RecordHeader(string Key, string? Value);

/// <summary>What became of the records that were sent.</summary>
/// <param name="Accepted">How many the brokers accepted.</param>
/// <param name="Sent">Those that are known to be accepted, in order: fewer, where the cluster's answer doesn't tell which of several was refused.</param>
/// <param name="Failures">One entry a record that was refused or may have been; empty when all is well.</param>
public sealed record SendResult(int Accepted, IReadOnlyList<SentRecord> Sent, IReadOnlyList<SendFailure> Failures);

/// <summary>A record that the brokers accepted.</summary>
/// <param name="Record">The record.</param>
/// <param name="Partition">Its partition, or null where it isn't known.</param>
public sealed record SentRecord(OutgoingRecord Record, int? Partition);

/// <summary>A record that was not accepted, or may not have been.</summary>
/// <param name="Record">The record, or null where the cluster's answer fits several and doesn't tell which.</param>
/// <param name="Error">Why. Its kind is <see cref="EngineErrorKind.OutcomeUnknown"/> where the record may have been stored after all.</param>
public sealed record SendFailure(OutgoingRecord? Record, EngineException Error);

/// <summary>Which records to receive.</summary>
/// <param name="Topic">The topic; it must exist.</param>
/// <param name="FromBeginning">From the first record that is still there, instead of from now on.</param>
/// <param name="MaxCount">After how many records to end, or null for no limit.</param>
/// <param name="Timeout">How long to wait for the next record before it ends, or null to wait until stopped. The time that the reader takes to start is not counted.</param>
public sealed record ReceiveRequest(string Topic, bool FromBeginning, int? MaxCount, TimeSpan? Timeout)
{
    /// <summary>The only partition to read, or null for all.</summary>
    public int? Partition { get; init; }

    /// <summary>The offset to begin with, in the partition or in a topic's only one; null for the beginning or the end.</summary>
    public long? Offset { get; init; }

    /// <summary>The consumer group to read and commit as, which begins where it has left off; null for none.</summary>
    public string? Group { get; init; }
}

/// <summary>A record received.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Key">The key, or null. Releases before 2.7 print the text <c>null</c> for both; it is taken for no key.</param>
/// <param name="Value">The value, or null for a tombstone. Releases before 2.7 print the text <c>null</c> for both; it is taken for the text.</param>
/// <param name="Timestamp">When it was created or appended, or null where the record has none.</param>
/// <param name="Partition">The partition, or null where the version can't print it.</param>
/// <param name="Offset">The offset, or null where the version can't print it (before 2.7).</param>
/// <param name="Headers">The headers in order, or null where the version can't print them (before 2.7).</param>
public sealed record ReceivedRecord(
    string Topic,
    string? Key,
    string? Value,
    DateTimeOffset? Timestamp,
    int? Partition,
    long? Offset,
    IReadOnlyList<RecordHeader>? Headers);
