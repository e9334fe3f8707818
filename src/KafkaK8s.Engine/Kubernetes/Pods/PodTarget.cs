namespace KafkaK8s.Engine.Kubernetes;

/// <summary>A container of a pod.</summary>
/// <param name="Namespace">The namespace.</param>
/// <param name="Pod">The pod.</param>
/// <param name="Container">The container; null for the pod's only one.</param>
public sealed record PodTarget(string Namespace, string Pod, string? Container = null)
{
    /// <inheritdoc/>
    public override string ToString() => Container is null ? $"{Namespace}/{Pod}" : $"{Namespace}/{Pod}/{Container}";

    /// <summary>A call to one of the pod's subresources.</summary>
    /// <exception cref="EngineException"><c>InvalidNamespaceName</c> or <c>InvalidResourceName</c>.</exception>
    internal ApiCall Call(string subresource, string description) => new(
        HttpMethod.Get,
        $"{ResourceType.Find("v1", "Pod")!.CollectionPath(Namespace)}/{ResourceNames.RequireSubdomain(Pod, "a pod")}/{subresource}",
        "get",
        $"pods/{subresource}",
        "",
        Namespace,
        Pod)
    {
        Description = description,
        Query = Container is null ? [] : [new("container", ResourceNames.RequireLabel(Container, "a container"))],
    };
}
