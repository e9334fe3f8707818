using System.Globalization;
using System.Text.Json.Nodes;
using KafkaK8s.Engine.Kubernetes;
using KafkaK8s.Engine.Manifests;

namespace KafkaK8s.Engine.Clusters;

/// <summary>How to remove a cluster or parts of it.</summary>
/// <param name="Parts">Which parts.</param>
/// <param name="IncludeData">Whether the claims go too, and with them all data.</param>
/// <param name="Force">Remove the ensemble although brokers still run on it.</param>
/// <param name="Timeout">How long to wait until all is gone, or null not to wait.</param>
public sealed record RemovalOptions(ClusterParts Parts, bool IncludeData = false, bool Force = false, TimeSpan? Timeout = null);

/// <summary>What a removal took away and what it left.</summary>
/// <param name="Identity">The cluster.</param>
/// <param name="Removed">The resources that are gone, or going, as <c>StatefulSet kafka</c>.</param>
/// <param name="KeptClaims">The claims that stay, with the data in them.</param>
public sealed record RemovalResult(ClusterIdentity Identity, IReadOnlyList<string> Removed, IReadOnlyList<string> KeptClaims);

/// <summary>Removes clusters, brokers before the ensemble that they need, and leaves their data unless told otherwise.</summary>
/// <param name="connection">Where.</param>
public sealed class ClusterRemoval(KubernetesConnection connection)
{
    /// <summary>What a removal would take away and what it would leave; nothing is changed.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="options">What, and how.</param>
    /// <param name="cancellation">Ends it at once.</param>
    /// <exception cref="EngineException">As for <see cref="RemoveAsync"/>.</exception>
    public async Task<RemovalResult> PreviewAsync(ClusterIdentity cluster, RemovalOptions options, CancellationToken cancellation) =>
        (await PlanAsync(cluster, options, cancellation)).Result;

    /// <summary>Removes a cluster or parts of it.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="options">What, and how.</param>
    /// <param name="cancellation">Ends it at once; what was deleted stays deleted.</param>
    /// <exception cref="EngineException"><c>ClusterNotFound</c> where there is nothing to remove; <c>BrokersStillRun</c>; <c>RemovalNotFinished</c>, among others.</exception>
    public async Task<RemovalResult> RemoveAsync(ClusterIdentity cluster, RemovalOptions options, CancellationToken cancellation)
    {
        var plan = await PlanAsync(cluster, options, cancellation);
        var deletion = new ResourceDeletion(connection);
        var waits = options.Timeout is not null;

        // Brokers say goodbye to the ensemble, so it goes after them; claims are free only when the pods are gone.
        foreach (var step in new[] { plan.First, plan.Then, plan.Claims })
        {
            await deletion.DeleteAsync(step, options.Timeout, cancellation, waits);
        }

        return plan.Result;
    }

    /// <summary>What is deleted, in three steps, and what is said about it.</summary>
    private sealed record Plan(
        IReadOnlyList<ResourceReference> First, IReadOnlyList<ResourceReference> Then, IReadOnlyList<ResourceReference> Claims, RemovalResult Result);

    private async Task<Plan> PlanAsync(ClusterIdentity cluster, RemovalOptions options, CancellationToken cancellation)
    {
        SpecificationRules.CheckIdentity(cluster);
        if (options.Parts.HasFlag(ClusterParts.Zookeeper) && !options.Parts.HasFlag(ClusterParts.Brokers) && !options.Force)
        {
            await RefuseUnderBrokersAsync(cluster, cancellation);
        }

        var budgetVersion = (await BudgetVersions.OfAsync(connection, cancellation)).Order(StringComparer.Ordinal).FirstOrDefault("policy/v1");
        var client = options.Parts.HasFlag(ClusterParts.Client) ? await ExistingAsync(Client(cluster), _ => true, cancellation) : [];
        var brokers = options.Parts.HasFlag(ClusterParts.Brokers) ? await ExistingAsync(Set(cluster, cluster.BrokerSet, budgetVersion), live => IsOf(live, cluster.BrokerSet), cancellation) : [];
        var ensemble = options.Parts.HasFlag(ClusterParts.Zookeeper) ? await ExistingAsync(Set(cluster, cluster.ZookeeperSet, budgetVersion), live => IsOf(live, cluster.ZookeeperSet), cancellation) : [];
        var claims = await ClaimsAsync(cluster, options.Parts, cancellation);
        var removed = client.Concat(brokers).Concat(ensemble).Concat(options.IncludeData ? claims : []).ToList();
        return removed.Count == 0
            ? throw NothingToRemove(cluster, options.Parts, claims)
            : new Plan(
                [.. client, .. brokers],
                ensemble,
                options.IncludeData ? claims : [],
                new RemovalResult(
                    cluster,
                    removed.Select(reference => $"{reference.Kind} {reference.Name}").ToList(),
                    options.IncludeData ? [] : claims.Select(claim => claim.Name).ToList()));
    }

    private static IEnumerable<ResourceReference> Client(ClusterIdentity cluster) => [new("v1", "Pod", cluster.Namespace, cluster.ClientPod)];

    private static IEnumerable<ResourceReference> Set(ClusterIdentity cluster, string name, string budgetVersion) =>
    [
        new("apps/v1", "StatefulSet", cluster.Namespace, name),
        new("v1", "Service", cluster.Namespace, name),
        new("v1", "Service", cluster.Namespace, ClusterIdentity.Headless(name)),
        new(budgetVersion, "PodDisruptionBudget", cluster.Namespace, name),
    ];

    private async Task<IReadOnlyList<ResourceReference>> ExistingAsync(
        IEnumerable<ResourceReference> references, Func<JsonObject, bool> isOurs, CancellationToken cancellation)
    {
        var found = await Task.WhenAll(references.Select(async reference => (reference, live: await connection.Resources.FindAsync(reference, cancellation))));
        foreach (var (reference, _) in found.Where(pair => pair.live is not null && !isOurs(pair.live)))
        {
            connection.Observer.Warning($"{reference} is not of this cluster, by its selector: it stays.");
        }

        return found.Where(pair => pair.live is not null && isOurs(pair.live)).Select(pair => pair.reference).ToList();
    }

    private static bool IsOf(JsonObject live, string app) =>
        (string?)(live["spec"]?["selector"]?["matchLabels"]?["app"] ?? live["spec"]?["selector"]?["app"]) == app;

    private async Task<IReadOnlyList<ResourceReference>> ClaimsAsync(ClusterIdentity cluster, ClusterParts parts, CancellationToken cancellation)
    {
        var sets = new[] { (Part: ClusterParts.Brokers, Name: cluster.BrokerSet, Template: "datadir"), (Part: ClusterParts.Zookeeper, Name: cluster.ZookeeperSet, Template: "data") };
        var prefixes = await Task.WhenAll(sets.Where(set => parts.HasFlag(set.Part)).Select(async set =>
            StatefulSetTakeover.Claims((await connection.Resources.FindAsync(new ResourceReference("apps/v1", "StatefulSet", cluster.Namespace, set.Name), cancellation))?["spec"])
                .Append(set.Template)
                .Select(template => $"{template}-{set.Name}-")));
        var claims = await connection.Resources.ListAsync(new ResourceQuery("v1", "PersistentVolumeClaim", cluster.Namespace), cancellation);
        return claims.Select(claim => (string?)claim["metadata"]?["name"] ?? "")
            .Where(name => prefixes.SelectMany(prefix => prefix).Any(prefix => IsClaim(name, prefix)))
            .Order(StringComparer.Ordinal)
            .Select(name => new ResourceReference("v1", "PersistentVolumeClaim", cluster.Namespace, name))
            .ToList();
    }

    // A StatefulSet names its claims TEMPLATE-SET-ORDINAL; they outlive it.
    private static bool IsClaim(string name, string prefix) =>
        name.StartsWith(prefix, StringComparison.Ordinal) && int.TryParse(name.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out _);

    private async Task RefuseUnderBrokersAsync(ClusterIdentity cluster, CancellationToken cancellation)
    {
        var snapshot = await new ClusterInspection(connection).SnapshotAsync(cluster, cancellation);
        if (snapshot.BrokerSet is not null && snapshot.PodsOf(snapshot.BrokerSet).Any(pod => pod.Pod is not null))
        {
            throw new EngineException(
                "BrokersStillRun",
                EngineErrorKind.Conflict,
                cluster.ZookeeperSet,
                $"The brokers of {cluster.Name} in {cluster.Namespace} still run on this ensemble: without it they fail.",
                "Remove the brokers first with Remove-KafkaBroker, all of it with Remove-KafkaCluster, or the ensemble nevertheless with -Force.");
        }
    }

    private EngineException NothingToRemove(ClusterIdentity cluster, ClusterParts parts, IReadOnlyList<ResourceReference> claims)
    {
        var what = parts switch
        {
            ClusterParts.Zookeeper => $"ZooKeeper ensemble of a cluster \"{cluster.Name}\"",
            ClusterParts.Brokers => $"broker of a cluster \"{cluster.Name}\"",
            ClusterParts.Client => $"test client of a cluster \"{cluster.Name}\"",
            _ => $"Kafka cluster \"{cluster.Name}\"",
        };
        var kept = claims.Count > 0 ? $" Its claims are still there: {string.Join(", ", claims.Select(claim => claim.Name))}." : "";
        return new EngineException(
            "ClusterNotFound",
            EngineErrorKind.NotFound,
            cluster.Name,
            $"There is no {what} in namespace \"{cluster.Namespace}\" of context \"{connection.ContextName}\".{kept}",
            claims.Count > 0 ? "To remove the claims and their data, add -IncludeData." : "Get-KafkaCluster lists what is there.");
    }
}
