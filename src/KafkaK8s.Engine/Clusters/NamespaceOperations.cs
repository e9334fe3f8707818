using System.Text.Json.Nodes;
using KafkaK8s.Engine.Kubernetes;
using KafkaK8s.Engine.Manifests;

namespace KafkaK8s.Engine.Clusters;

/// <summary>A namespace as Kubernetes has it.</summary>
/// <param name="Name">The name.</param>
/// <param name="Phase"><c>Active</c> or <c>Terminating</c>.</param>
/// <param name="CreatedAt">When it was created; null where that may not be read.</param>
public sealed record NamespaceState(string Name, string Phase, DateTimeOffset? CreatedAt)
{
    /// <summary>Whether it is being deleted.</summary>
    public bool IsTerminating => Phase == "Terminating";
}

/// <summary>Namespaces: creates, finds and removes them.</summary>
/// <param name="connection">Where.</param>
public sealed class NamespaceOperations(KubernetesConnection connection)
{
    /// <summary>Creates a namespace, unless it is there.</summary>
    /// <param name="name">The name.</param>
    /// <param name="dryRun">Only ask what would come of it.</param>
    /// <param name="cancellation">Ends it at once.</param>
    /// <exception cref="EngineException"><c>InvalidNamespaceName</c>, <c>NamespaceTerminating</c>, or the server's refusal.</exception>
    public async Task<ResourceDeployment> CreateAsync(string name, bool dryRun, CancellationToken cancellation)
    {
        var body = ClusterManifests.Namespace(name).Body;
        if (await FindAsync(name, cancellation) is { } there)
        {
            return there.IsTerminating ? throw Terminating(name) : Unchanged(name);
        }

        try
        {
            await connection.Resources.CreateAsync(body, dryRun, cancellation);
            return new ResourceDeployment("Namespace", null, name, ResourceOutcome.Created, FieldDifferences.Between(null, body));
        }
        catch (EngineException exception) when (exception.Id == "ResourceAlreadyExists")
        {
            return Unchanged(name);
        }
    }

    /// <summary>Creates a namespace with fields of its own, such as labels, or gives them to the one that is there.</summary>
    /// <param name="name">The name.</param>
    /// <param name="patch">Merged into the namespace by Kubernetes' own rules.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellation">Ends it at once.</param>
    /// <exception cref="EngineException"><c>InvalidNamespaceName</c>, <c>NamespaceTerminating</c>, <c>OverrideChangesIdentity</c>, or the server's refusal; none of these changed anything.</exception>
    public async Task<ResourceDeployment> CreateAsync(string name, JsonObject patch, DeploymentOptions options, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        var body = ClusterManifests.Namespace(name, patch).Body;
        var live = await connection.Resources.FindAsync(Reference(name), cancellation);
        if (live is not null && Read(live).IsTerminating)
        {
            throw Terminating(name);
        }

        var would = (await connection.Resources.ApplyAsync(body, new ApplyOptions(DryRun: true, options.Force), cancellation)).Resource;
        var changes = FieldDifferences.Between(live, live is null ? body : would);
        if (!options.DryRun && (live is null || changes.Count > 0))
        {
            await connection.Resources.ApplyAsync(body, new ApplyOptions(Force: options.Force), cancellation);
        }

        return new ResourceDeployment(
            "Namespace", null, name, live is null ? ResourceOutcome.Created : changes.Count > 0 ? ResourceOutcome.Changed : ResourceOutcome.Unchanged, changes);
    }

    /// <summary>A namespace.</summary>
    /// <param name="name">The name.</param>
    /// <param name="cancellation">Ends the question at once.</param>
    /// <exception cref="EngineException"><c>NamespaceNotFound</c>, among others.</exception>
    public async Task<NamespaceState> GetAsync(string name, CancellationToken cancellation) =>
        Read(await connection.Resources.GetAsync(Reference(name), cancellation));

    /// <summary>All namespaces, by name.</summary>
    /// <param name="cancellation">Ends the question at once.</param>
    /// <exception cref="EngineException"><c>PermissionDenied</c>, among others.</exception>
    public async Task<IReadOnlyList<NamespaceState>> ListAsync(CancellationToken cancellation) =>
        (await connection.Resources.ListAsync(new ResourceQuery("v1", "Namespace", null), cancellation))
            .Select(Read)
            .OrderBy(space => space.Name, StringComparer.Ordinal)
            .ToList();

    /// <summary>Deletes a namespace with everything in it, claims and all.</summary>
    /// <param name="name">The name.</param>
    /// <param name="timeout">How long to wait until it is gone, or null not to wait.</param>
    /// <param name="cancellation">Ends it at once; the deletion goes on.</param>
    /// <exception cref="EngineException"><c>NamespaceNotFound</c>; <c>RemovalNotFinished</c> with what holds it up.</exception>
    public async Task RemoveAsync(string name, TimeSpan? timeout, CancellationToken cancellation)
    {
        await GetAsync(name, cancellation);
        await new ResourceDeletion(connection).DeleteAsync([Reference(name)], timeout, cancellation, wait: timeout is not null);
    }

    /// <summary>A namespace, or null where there is none. One that may not be read is taken to be there.</summary>
    internal async Task<NamespaceState?> FindAsync(string name, CancellationToken cancellation)
    {
        try
        {
            return await connection.Resources.FindAsync(Reference(name), cancellation) is { } space ? Read(space) : null;
        }
        catch (EngineException exception) when (exception.Kind == EngineErrorKind.PermissionDenied)
        {
            return new NamespaceState(name, "Active", null);
        }
    }

    /// <summary>The error for a namespace that is being deleted.</summary>
    internal static EngineException Terminating(string name) => new(
        "NamespaceTerminating",
        EngineErrorKind.Conflict,
        name,
        $"The namespace \"{name}\" is being deleted; nothing can be created in it any more.",
        "Wait until it is gone, then try again.");

    private static ResourceDeployment Unchanged(string name) => new("Namespace", null, name, ResourceOutcome.Unchanged, []);

    private static ResourceReference Reference(string name) => new("v1", "Namespace", null, name);

    private static NamespaceState Read(JsonObject space) => new(
        (string?)space["metadata"]?["name"] ?? "",
        (string?)space["status"]?["phase"] ?? "Active",
        KubernetesTime.Read(space["metadata"]?["creationTimestamp"]));
}
