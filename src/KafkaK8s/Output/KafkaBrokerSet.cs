namespace KafkaK8s;

/// <summary>The brokers of a Kafka cluster, together.</summary>
public sealed class KafkaBrokerSet
{
    /// <summary>The name of their StatefulSet.</summary>
    public string Name { get; internal init; } = "";

    /// <summary>How many brokers there should be.</summary>
    public int Replicas { get; internal init; }

    /// <summary>How many of them are ready.</summary>
    public int ReadyReplicas { get; internal init; }

    /// <summary>The image that they run.</summary>
    public string Image { get; internal init; } = "";

    /// <summary>Where clients inside the Kubernetes cluster find them: <c>host:9092</c>, comma separated.</summary>
    public string BootstrapAddress { get; internal init; } = "";

    /// <summary>Ready brokers of all, as in <c>3/3</c>.</summary>
    public string Ready => $"{ReadyReplicas}/{Replicas}";

    /// <inheritdoc/>
    public override string ToString() => Name;
}
