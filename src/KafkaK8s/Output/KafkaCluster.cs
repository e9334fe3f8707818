namespace KafkaK8s;

/// <summary>A Kafka cluster on Kubernetes: its ensemble, its brokers, its test client, and how they are.</summary>
public sealed class KafkaCluster
{
    /// <summary>The cluster's name, which is also the name of the brokers' StatefulSet.</summary>
    public string Name { get; internal init; } = "";

    /// <summary>The cluster's name again, as the other cmdlets take it from the pipeline.</summary>
    public string Cluster => Name;

    /// <summary>The namespace.</summary>
    public string Namespace { get; internal init; } = "";

    /// <summary>The kubeconfig's context that it was reached through.</summary>
    public string? Context { get; internal init; }

    /// <summary>The kubeconfig file, or null where it is the usual one.</summary>
    public string? KubeConfig { get; internal init; }

    /// <summary>The preset that it was just made from, or null where it was found.</summary>
    public KafkaPreset? Preset { get; internal init; }

    /// <summary>Whether what there is of it is ready: <c>Ready</c>, <c>NotReady</c>, or <c>Incomplete</c> while a part is missing.</summary>
    public string State { get; internal init; } = "";

    /// <summary>Why it is not ready, a line a reason; empty when it is.</summary>
    public IReadOnlyList<string> Reasons { get; internal init; } = [];

    /// <summary>Who keeps its metadata: <c>ZooKeeper</c>, or <c>KRaft</c> where the brokers do it themselves; null while there are no brokers.</summary>
    public string? Metadata { get; internal init; }

    /// <summary>The ZooKeeper ensemble, or null where there is none.</summary>
    public KafkaEnsemble? Zookeeper { get; internal init; }

    /// <summary>The brokers, or null where there are none.</summary>
    public KafkaBrokerSet? Broker { get; internal init; }

    /// <summary>The test client, or null where there is none.</summary>
    public KafkaClient? Client { get; internal init; }

    /// <summary>When the oldest part of it was created.</summary>
    public DateTimeOffset? CreatedAt { get; internal init; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
