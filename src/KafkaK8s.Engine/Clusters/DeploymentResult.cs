namespace KafkaK8s.Engine.Clusters;

/// <summary>How to deploy.</summary>
/// <param name="DryRun">Only ask the server what would come of it.</param>
/// <param name="Force">Take over fields that another field manager holds, and replace a client that can't be changed in place.</param>
public sealed record DeploymentOptions(bool DryRun = false, bool Force = false);

/// <summary>What a deployment did, or would do.</summary>
/// <param name="Identity">The cluster.</param>
/// <param name="IsDryRun">Whether it was only asked for.</param>
/// <param name="Resources">What became of each resource, in the order of the article's files.</param>
public sealed record DeploymentResult(ClusterIdentity Identity, bool IsDryRun, IReadOnlyList<ResourceDeployment> Resources)
{
    /// <summary>Whether every resource was already as it should be.</summary>
    public bool IsUnchanged => Resources.All(resource => resource.Outcome == ResourceOutcome.Unchanged);
}

/// <summary>What became of a resource.</summary>
public enum ResourceOutcome
{
    /// <summary>It was already as it should be.</summary>
    Unchanged,

    /// <summary>It was not there.</summary>
    Created,

    /// <summary>Some of its fields were not as they should be.</summary>
    Changed,

    /// <summary>It could not be changed in place: it was deleted and created again.</summary>
    Replaced,
}

/// <summary>One resource of a deployment.</summary>
/// <param name="Kind">The kind: <c>StatefulSet</c>.</param>
/// <param name="Namespace">The namespace, or null for a namespace itself.</param>
/// <param name="Name">The name.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Changes">Field by field what changed against the object in the cluster; what the server fills in by itself is left out.</param>
public sealed record ResourceDeployment(string Kind, string? Namespace, string Name, ResourceOutcome Outcome, IReadOnlyList<FieldChange> Changes)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Kind} {Name}";
}

/// <summary>A field that changes.</summary>
/// <param name="Path">Where it is; elements of lists by their key: <c>spec.template.spec.containers[zookeeper].env[ZK_REPLICAS].value</c>.</param>
/// <param name="Before">What it was, as JSON or plain text; null where it was not there.</param>
/// <param name="After">What it becomes; null where it is taken away.</param>
public sealed record FieldChange(string Path, string? Before, string? After)
{
    /// <inheritdoc/>
    public override string ToString() => (Before, After) switch
    {
        (null, _) => $"{Path}: {After} (new)",
        (_, null) => $"{Path}: {Before} (removed)",
        _ => $"{Path}: {Before} -> {After}",
    };
}
