namespace KafkaK8s;

/// <summary>The ZooKeeper ensemble of a Kafka cluster.</summary>
public sealed class KafkaEnsemble
{
    /// <summary>The name of its StatefulSet.</summary>
    public string Name { get; internal init; } = "";

    /// <summary>How many members it should have.</summary>
    public int Replicas { get; internal init; }

    /// <summary>How many of them are ready.</summary>
    public int ReadyReplicas { get; internal init; }

    /// <summary>
    /// How many servers are on the list that new members start with: <c>ZK_REPLICAS</c>, <c>ZOO_SERVERS</c>. As many as replicas in a sound ensemble; null where it
    /// can't be read.
    /// </summary>
    public int? ListSize { get; internal init; }

    /// <summary>What does not agree, a line each: replicas, the list, and the lists that members started with. Empty in a sound ensemble; <c>Set-KafkaZookeeper</c> mends it.</summary>
    public IReadOnlyList<string> Disagreements { get; internal init; } = [];

    /// <summary>The image that its members run.</summary>
    public string Image { get; internal init; } = "";

    /// <summary>Where clients inside the Kubernetes cluster find it: <c>host:2181</c>, comma separated.</summary>
    public string ConnectString { get; internal init; } = "";

    /// <summary>Ready members of all, as in <c>3/3</c>.</summary>
    public string Ready => $"{ReadyReplicas}/{Replicas}";

    /// <inheritdoc/>
    public override string ToString() => Name;
}
