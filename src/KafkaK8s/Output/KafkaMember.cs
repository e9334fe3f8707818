using KafkaK8s.Engine.Clusters;

namespace KafkaK8s;

/// <summary>A pod of a Kafka cluster.</summary>
public abstract class KafkaMember
{
    private protected KafkaMember(ClusterState cluster, PodState pod, string? kubeConfig)
    {
        Name = pod.Name;
        Cluster = cluster.Identity.Name;
        Namespace = cluster.Identity.Namespace;
        Context = cluster.Context;
        KubeConfig = kubeConfig;
        IsReady = pod.IsReady;
        Status = pod.Status;
        Reason = pod.Reason;
        Restarts = pod.Restarts;
        Node = pod.Node;
        Address = pod.Address;
        Image = pod.Image;
        CreatedAt = pod.CreatedAt;
    }

    /// <summary>The pod's name.</summary>
    public string Name { get; }

    /// <summary>The name of the Kafka cluster that it belongs to.</summary>
    public string Cluster { get; }

    /// <summary>The namespace.</summary>
    public string Namespace { get; }

    /// <summary>The kubeconfig's context that it was reached through.</summary>
    public string? Context { get; }

    /// <summary>The kubeconfig file, or null where it is the usual one.</summary>
    public string? KubeConfig { get; }

    /// <summary>Whether Kubernetes counts it as ready.</summary>
    public bool IsReady { get; }

    /// <summary>What kubectl would show: the pod's phase, or the reason why it isn't running.</summary>
    public string Status { get; }

    /// <summary>Why it is not ready, or null when it is.</summary>
    public string? Reason { get; }

    /// <summary>How often its container was started again.</summary>
    public int Restarts { get; }

    /// <summary>The node that it runs on, or null while it runs on none.</summary>
    public string? Node { get; }

    /// <summary>The pod's address, or null while it has none.</summary>
    public string? Address { get; }

    /// <summary>The image of its container.</summary>
    public string Image { get; }

    /// <summary>When it was created, or null where there is no pod yet.</summary>
    public DateTimeOffset? CreatedAt { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
