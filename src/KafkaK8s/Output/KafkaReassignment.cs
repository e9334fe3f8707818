namespace KafkaK8s;

/// <summary>A partition that is being moved now.</summary>
public sealed class KafkaReassignment
{
    /// <summary>The topic's name.</summary>
    public string Topic { get; internal init; } = "";

    /// <summary>The number, from 0.</summary>
    public int Partition { get; internal init; }

    /// <summary>The ids of the brokers that hold a replica in the end, the preferred leader first.</summary>
    public IReadOnlyList<int> Replicas { get; internal init; } = [];

    /// <summary>The brokers that get a replica. Of Kafka before 2.6: those that are not in sync yet.</summary>
    public IReadOnlyList<int> Adding { get; internal init; } = [];

    /// <summary>The brokers that lose theirs.</summary>
    public IReadOnlyList<int> Removing { get; internal init; } = [];

    /// <summary>How much of it has been copied, from 0 to 100, or null where it can't be told.</summary>
    public int? PercentCopied { get; internal init; }

    /// <summary>The name of the Kafka cluster.</summary>
    public string Cluster { get; internal init; } = "";

    /// <summary>The namespace.</summary>
    public string Namespace { get; internal init; } = "";

    /// <summary>The kubeconfig's context that it was reached through.</summary>
    public string? Context { get; internal init; }

    /// <summary>The kubeconfig file, or null where it is the usual one.</summary>
    public string? KubeConfig { get; internal init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Topic}-{Partition} -> {string.Join(',', Replicas)}";
}
