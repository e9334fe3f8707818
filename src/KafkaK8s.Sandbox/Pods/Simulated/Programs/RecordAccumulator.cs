using KafkaK8s.Sandbox.Pods.Simulated.Kafka;

namespace KafkaK8s.Sandbox.Pods.Simulated.Programs;

/// <summary>A producer's batches by partition, and how they are sent: with retries where the error passes, and an error for each record that was refused.</summary>
internal sealed class RecordAccumulator(ProgramCall call, ProducerOptions options, KafkaCluster cluster)
{
    private const string SenderLogger = "org.apache.kafka.clients.producer.internals.Sender";
    private const int BatchSize = 16384;

    private readonly SortedDictionary<int, List<StoredRecord>> _batches = [];
    private readonly bool _isOld = call.Pod.Image.HasOldTools;
    private int _turn = Random.Shared.Next();
    private int? _sticky;
    private int _size;
    private int _correlation = 2;

    /// <summary>Whether nothing waits.</summary>
    public bool IsEmpty => _batches.Count == 0;

    /// <summary>Whether it is time to send without waiting for more.</summary>
    public bool IsFull => _size >= BatchSize;

    /// <summary>Puts a record into the batch of its partition, as the default partitioner chooses it.</summary>
    public void Add(StoredRecord record)
    {
        var partitions = cluster.Describe().FirstOrDefault(topic => topic.Name == options.Topic)?.Partitions ?? [];
        var partition = partitions.Count == 0 ? 0
            : record.Key is { } key ? Murmur2.Partition(key, partitions.Count)
            : WithoutKey(partitions);
        if (!_batches.TryGetValue(partition, out var batch))
        {
            _batches[partition] = batch = [];
        }

        batch.Add(record);
        _size += RecordSize.OfBatch(record);
    }

    /// <summary>Sends what waits.</summary>
    /// <returns>Each record that no broker took, with the error as Java prints it.</returns>
    public async Task<IReadOnlyList<(StoredRecord Record, string Error)>> FlushAsync(CancellationToken cancellation)
    {
        var waiting = _batches.ToList();
        _batches.Clear();
        _size = 0;
        _sticky = null;
        var failures = new List<(StoredRecord, string)>();
        for (var attemptsLeft = options.Retries; waiting.Count > 0; attemptsLeft--)
        {
            var retried = new List<KeyValuePair<int, List<StoredRecord>>>();
            foreach (var (partition, batch) in waiting)
            {
                var result = await SendAsync(partition, batch, cancellation);
                if (Passes(result) is { } error && attemptsLeft > 0)
                {
                    call.Console.Log(
                        "WARN",
                        $"[Producer clientId=console-producer] Got error produce response with correlation id {++_correlation} on topic-partition {options.Topic}-{partition}, retrying ({attemptsLeft - 1} attempts left). Error: {error}",
                        SenderLogger);
                    retried.Add(new(partition, batch));
                }
                else
                {
                    failures.AddRange(Failures(result, partition, batch));
                }
            }

            waiting = retried;
            if (waiting.Count > 0)
            {
                await call.Console.FlushAsync(cancellation);
                await call.Pod.Clock.DelayAsync(options.RetryBackoff, cancellation);
            }
        }

        // Nobody answers a producer that asks for no acknowledgement, so it never hears of a failure.
        return options.Acknowledgements == 0 ? [] : failures;
    }

    // 1.1 takes turns, later versions stay with one partition for a batch; both choose among those that have a leader.
    private int WithoutKey(IReadOnlyList<PartitionDescription> partitions)
    {
        var available = partitions.Where(partition => partition.HasLeader).Select(partition => partition.Index).ToList();
        var candidates = available.Count > 0 ? available : [.. partitions.Select(partition => partition.Index)];
        return _isOld
            ? candidates[(_turn++ & int.MaxValue) % candidates.Count]
            : _sticky ??= candidates[Random.Shared.Next(candidates.Count)];
    }

    /// <summary>Sends a batch, and waits for a leader as long as a batch is kept.</summary>
    private async Task<AppendResult> SendAsync(int partition, List<StoredRecord> batch, CancellationToken cancellation)
    {
        var clock = call.Pod.Clock;
        var started = clock.GetTimestamp();
        while (true)
        {
            var changed = cluster.Changed;
            var result = cluster.Append(options.Topic, partition, batch, allInSync: options.Acknowledgements == -1);
            var left = options.DeliveryTimeout - clock.GetElapsedTime(started);
            if (result is not (AppendResult.NoLeader or AppendResult.UnknownTopicOrPartition) || left <= TimeSpan.Zero)
            {
                return result;
            }

            using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            await Task.WhenAny(changed, clock.DelayAsync(left, waiting.Token));
            await waiting.CancelAsync();
            cancellation.ThrowIfCancellationRequested();
        }
    }

    // The errors that a producer tries again. To 1.1 a missing key is a damaged message.
    private string? Passes(AppendResult result) => result switch
    {
        AppendResult.NotEnoughReplicas => "NOT_ENOUGH_REPLICAS",
        AppendResult.KeyMissing when _isOld => "CORRUPT_MESSAGE",
        _ => null,
    };

    private IEnumerable<(StoredRecord, string)> Failures(AppendResult result, int partition, List<StoredRecord> batch) => result switch
    {
        AppendResult.Appended => [],
        AppendResult.TooLarge when batch.Count > 1 => batch.SelectMany(record => Failures(
            cluster.Append(options.Topic, partition, [record], allInSync: options.Acknowledgements == -1), partition, [record])),
        _ => batch.Select(record => (record, Error(result, partition, record, batch.Count))),
    };

    private string Error(AppendResult result, int partition, StoredRecord record, int count) => result switch
    {
        AppendResult.TooLarge => "org.apache.kafka.common.errors.RecordTooLargeException: The request included a message larger than the max message size the server will accept.",
        AppendResult.NotEnoughReplicas => "org.apache.kafka.common.errors.NotEnoughReplicasException: Messages are rejected since there are fewer in-sync replicas than required.",
        AppendResult.KeyMissing when _isOld => "org.apache.kafka.common.errors.CorruptRecordException: This message has failed its CRC checksum, exceeds the valid size, or is otherwise corrupt.",
        AppendResult.KeyMissing when record.Key is null => $"org.apache.kafka.common.InvalidRecordException: Compacted topic cannot accept message without key in topic partition {options.Topic}-{partition}",
        AppendResult.KeyMissing => "org.apache.kafka.common.InvalidRecordException: Failed to append record because it was part of a batch which had one more more invalid records",
        _ => "org.apache.kafka.common.errors.TimeoutException: " + (_isOld
            ? $"Expiring {count} record(s) for {options.Topic}-{partition}: {options.DeliveryTimeout.TotalMilliseconds} ms has passed since batch creation plus linger time"
            : $"Expiring {count} record(s) for {options.Topic}-{partition}:{options.DeliveryTimeout.TotalMilliseconds} ms has passed since batch creation"),
    };
}
