namespace KafkaK8s.Sandbox.Pods.Simulated.Kafka;

/// <summary>One replica's records.</summary>
internal sealed class PartitionLog
{
    private readonly List<StoredRecord> _records = [];

    /// <summary>The first offset that can still be read.</summary>
    public long StartOffset { get; private set; }

    /// <summary>The offset that the next record gets.</summary>
    public long EndOffset => _records.Count;

    /// <summary>How many bytes it takes on the disk, each record being a batch.</summary>
    public long Size => _records.Skip((int)StartOffset).Sum(record => (long)RecordSize.OfBatch(record));

    /// <summary>The record at an offset.</summary>
    public StoredRecord this[long offset] => _records[(int)offset];

    public void Append(StoredRecord record) => _records.Add(record);

    /// <summary>Makes this the same as the leader's.</summary>
    public void CatchUp(PartitionLog leader)
    {
        if (leader != this)
        {
            _records.Clear();
            _records.AddRange(leader._records);
            StartOffset = leader.StartOffset;
        }
    }

    /// <summary>Makes records before an offset unreadable.</summary>
    public void DeleteBefore(long offset) => StartOffset = Math.Max(StartOffset, offset);
}

/// <summary>A record as a broker keeps it.</summary>
/// <param name="Key">The key's bytes, or null.</param>
/// <param name="Value">The value's bytes, or null for a tombstone.</param>
/// <param name="Headers">Names and values in order.</param>
/// <param name="Timestamp">When it was made.</param>
internal sealed record StoredRecord(byte[]? Key, byte[]? Value, IReadOnlyList<KeyValuePair<string, byte[]?>> Headers, DateTimeOffset Timestamp);
