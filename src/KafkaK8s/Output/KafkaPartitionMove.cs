namespace KafkaK8s;

/// <summary>A partition whose replicas move: planned, started, or done.</summary>
public sealed class KafkaPartitionMove
{
    /// <summary>The topic's name.</summary>
    public string Topic { get; internal init; } = "";

    /// <summary>The number, from 0.</summary>
    public int Partition { get; internal init; }

    /// <summary>The ids of the brokers that held a replica, the preferred leader first.</summary>
    public IReadOnlyList<int> From { get; internal init; } = [];

    /// <summary>The ids of the brokers that are to hold one, the preferred leader first.</summary>
    public IReadOnlyList<int> To { get; internal init; } = [];

    /// <summary>The brokers that get a replica; none where only the order changes.</summary>
    public IReadOnlyList<int> Adding { get; internal init; } = [];

    /// <summary>The brokers that lose theirs.</summary>
    public IReadOnlyList<int> Removing { get; internal init; } = [];

    /// <summary>How many bytes are copied, or null where it isn't known.</summary>
    public long? Bytes { get; internal init; }

    /// <summary><c>Planned</c>, <c>Started</c> or <c>Done</c>.</summary>
    public string Status { get; internal init; } = "";

    /// <summary>The name of the Kafka cluster.</summary>
    public string Cluster { get; internal init; } = "";

    /// <summary>The namespace.</summary>
    public string Namespace { get; internal init; } = "";

    /// <summary>The kubeconfig's context that it was reached through.</summary>
    public string? Context { get; internal init; }

    /// <summary>The kubeconfig file, or null where it is the usual one.</summary>
    public string? KubeConfig { get; internal init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Topic}-{Partition}: {string.Join(',', From)} -> {string.Join(',', To)}";
}
