using KafkaK8s.Sandbox.Pods.Simulated.Kafka;

namespace KafkaK8s.Sandbox.Pods.Simulated.Programs;

/// <summary>One partition from one offset on, without a group.</summary>
internal sealed class OnePartition(KafkaCluster cluster, string topic, int partition, long start, Func<long, Exception>? outOfRange) : IPartitionSource
{
    private const int MostRecords = 500;

    private long? _position;

    /// <inheritdoc/>
    public IReadOnlyList<(int Partition, long Offset, StoredRecord Record)> Read(int most)
    {
        if (cluster.Offsets(topic, partition) is not { } offsets)
        {
            return [];
        }

        if (_position is null && outOfRange is not null && start >= 0 && (start < offsets.Start || start > offsets.End))
        {
            throw outOfRange(start);
        }

        // An offset that isn't there means the end, as for a position without one.
        _position ??= start == ConsumerOptions.Earliest ? offsets.Start : start >= offsets.Start && start <= offsets.End ? start : offsets.End;
        var records = cluster.Read(topic, partition, _position.Value, Math.Min(most, MostRecords));
        _position = records.Count > 0 ? records[^1].Offset + 1 : _position;
        return [.. records.Select(record => (partition, record.Offset, record.Record))];
    }

    /// <inheritdoc/>
    public void Dispose() => _position = null;
}
