namespace KafkaK8s;

/// <summary>A namespace of a Kubernetes cluster. Pipe it to what is to be made in it.</summary>
public sealed class KafkaNamespace
{
    /// <summary>The name.</summary>
    public string Name { get; internal init; } = "";

    /// <summary>The name again, as the other cmdlets take it from the pipeline.</summary>
    public string Namespace => Name;

    /// <summary><c>Active</c>, or <c>Terminating</c> while it is being deleted.</summary>
    public string Status { get; internal init; } = "";

    /// <summary>When it was created.</summary>
    public DateTimeOffset? CreatedAt { get; internal init; }

    /// <summary>The kubeconfig's context that it was reached through.</summary>
    public string? Context { get; internal init; }

    /// <summary>The kubeconfig file, or null where it is the usual one.</summary>
    public string? KubeConfig { get; internal init; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
