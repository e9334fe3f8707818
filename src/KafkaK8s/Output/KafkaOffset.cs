namespace KafkaK8s;

/// <summary>Where the records of a partition begin and end.</summary>
public sealed class KafkaOffset
{
    /// <summary>The topic.</summary>
    public string Topic { get; internal init; } = "";

    /// <summary>The name of the Kafka cluster that it belongs to.</summary>
    public string Cluster { get; internal init; } = "";

    /// <summary>The namespace.</summary>
    public string Namespace { get; internal init; } = "";

    /// <summary>The kubeconfig's context that it was reached through.</summary>
    public string? Context { get; internal init; }

    /// <summary>The kubeconfig file, or null where it is the usual one.</summary>
    public string? KubeConfig { get; internal init; }

    /// <summary>The partition, from 0.</summary>
    public int Partition { get; internal init; }

    /// <summary>The offset of the first record that is still there, or null while the partition has no leader.</summary>
    public long? Earliest { get; internal init; }

    /// <summary>The offset behind the last record, or null while the partition has no leader.</summary>
    public long? Latest { get; internal init; }

    /// <summary>How many offsets lie between: as many records, or fewer where compaction or transactions have left gaps.</summary>
    public long? Count => Latest - Earliest;

    /// <summary>The time that <c>-At</c> asked for, or null.</summary>
    public DateTimeOffset? At { get; internal init; }

    /// <summary>The offset of the first record of that time or later, or null where there is none, or no time was asked for.</summary>
    public long? OffsetAt { get; internal init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Topic}-{Partition}";
}
