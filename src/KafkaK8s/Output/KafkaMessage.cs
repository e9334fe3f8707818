namespace KafkaK8s;

/// <summary>A record of a topic, received or sent.</summary>
public sealed class KafkaMessage
{
    /// <summary>The topic.</summary>
    public string Topic { get; internal init; } = "";

    /// <summary>The partition, or null where the Kafka version can't say.</summary>
    public int? Partition { get; internal init; }

    /// <summary>The offset in the partition, or null where the Kafka version can't say.</summary>
    public long? Offset { get; internal init; }

    /// <summary>When it was created or appended, or null where the Kafka version can't say.</summary>
    public DateTimeOffset? Timestamp { get; internal init; }

    /// <summary>The key, or null where it has none.</summary>
    public string? Key { get; internal init; }

    /// <summary>The value, or null for a tombstone.</summary>
    public string? Value { get; internal init; }

    /// <summary>The headers in order; empty where it has none, or the Kafka version can't say.</summary>
    public IReadOnlyList<KafkaHeader> Headers { get; internal init; } = [];

    /// <inheritdoc/>
    public override string ToString() => Value ?? "";
}
