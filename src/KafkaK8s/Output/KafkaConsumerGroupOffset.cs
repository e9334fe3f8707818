namespace KafkaK8s;

/// <summary>
/// How far a consumer group has read a partition. Written to a CSV file and read back, it is what <c>Reset-KafkaConsumerGroup</c> takes.
/// </summary>
public sealed class KafkaConsumerGroupOffset
{
    /// <summary>The group.</summary>
    public string Group { get; internal init; } = "";

    /// <summary>The topic.</summary>
    public string Topic { get; internal init; } = "";

    /// <summary>The partition.</summary>
    public int Partition { get; internal init; }

    /// <summary>The next record that it will read, or null when nothing is committed.</summary>
    public long? Offset { get; internal init; }

    /// <summary>The offset behind the last record, or null while the partition has no leader.</summary>
    public long? LogEndOffset { get; internal init; }

    /// <summary>How many records are left to read, or null when it can't be told.</summary>
    public long? Lag { get; internal init; }

    /// <summary>The id of the member that reads it, or null.</summary>
    public string? MemberId { get; internal init; }

    /// <summary>The name of the Kafka cluster.</summary>
    public string Cluster { get; internal init; } = "";

    /// <summary>The namespace.</summary>
    public string Namespace { get; internal init; } = "";

    /// <summary>The kubeconfig's context that it was reached through.</summary>
    public string? Context { get; internal init; }

    /// <summary>The kubeconfig file, or null where it is the usual one.</summary>
    public string? KubeConfig { get; internal init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Topic}-{Partition}";
}
