namespace KafkaK8s;

/// <summary>A context of a kubeconfig: a Kubernetes cluster, who one is there, and the namespace one works in.</summary>
public sealed class KafkaContext
{
    /// <summary>The context's name.</summary>
    public string Name { get; internal init; } = "";

    /// <summary>The context's name again, as the other cmdlets take it from the pipeline.</summary>
    public string Context => Name;

    /// <summary>The Kubernetes cluster, as the kubeconfig names it.</summary>
    public string KubernetesCluster { get; internal init; } = "";

    /// <summary>The URL of its API server.</summary>
    public string? Server { get; internal init; }

    /// <summary>The kubeconfig's name for who one is there.</summary>
    public string? User { get; internal init; }

    /// <summary>The namespace that cmdlets work in when none is named, or null where nothing says one.</summary>
    public string? Namespace { get; internal init; }

    /// <summary>The kubeconfig file that it was asked for in, or null where it is the usual one.</summary>
    public string? KubeConfig { get; internal init; }

    /// <summary>Whether cmdlets use it when no context is named: the session's choice, else the kubeconfig's.</summary>
    public bool IsCurrent { get; internal init; }

    /// <summary>The Kafka cluster that cmdlets work on in this context when none is named.</summary>
    public string DefaultCluster { get; internal init; } = "";

    /// <inheritdoc/>
    public override string ToString() => Name;
}
