namespace KafkaK8s;

/// <summary>A pod of a Kafka cluster.</summary>
public abstract class KafkaMember
{
    private protected KafkaMember()
    {
    }

    /// <summary>The pod's name.</summary>
    public string Name { get; internal init; } = "";

    /// <summary>The name of the Kafka cluster that it belongs to.</summary>
    public string Cluster { get; internal init; } = "";

    /// <summary>The namespace.</summary>
    public string Namespace { get; internal init; } = "";

    /// <summary>The kubeconfig's context that it was reached through.</summary>
    public string? Context { get; internal init; }

    /// <summary>The kubeconfig file, or null where it is the usual one.</summary>
    public string? KubeConfig { get; internal init; }

    /// <summary>Whether Kubernetes counts it as ready.</summary>
    public bool IsReady { get; internal init; }

    /// <summary>What kubectl would show: the pod's phase, or the reason why it isn't running.</summary>
    public string Status { get; internal init; } = "";

    /// <summary>Why it is not ready, or null when it is.</summary>
    public string? Reason { get; internal init; }

    /// <summary>How often its container was started again.</summary>
    public int Restarts { get; internal init; }

    /// <summary>The node that it runs on, or null while it runs on none.</summary>
    public string? Node { get; internal init; }

    /// <summary>The pod's address, or null while it has none.</summary>
    public string? Address { get; internal init; }

    /// <summary>The image of its container.</summary>
    public string Image { get; internal init; } = "";

    /// <summary>When it was created, or null where there is no pod yet.</summary>
    public DateTimeOffset? CreatedAt { get; internal init; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
