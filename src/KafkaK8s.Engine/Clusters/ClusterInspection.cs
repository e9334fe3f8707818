using System.Text.Json.Nodes;
using KafkaK8s.Engine.Kubernetes;
using KafkaK8s.Engine.Manifests;

namespace KafkaK8s.Engine.Clusters;

/// <summary>Finds clusters by the article's names and labels, whoever made them, and tells how they are.</summary>
/// <param name="connection">Where to look.</param>
public sealed class ClusterInspection(KubernetesConnection connection)
{
    /// <summary>A cluster, or what there is of it.</summary>
    /// <param name="cluster">Which.</param>
    /// <param name="cancellation">Ends the question at once.</param>
    /// <exception cref="EngineException"><c>ClusterNotFound</c> where there is neither ensemble nor brokers nor client, among others.</exception>
    public async Task<ClusterState> GetAsync(ClusterIdentity cluster, CancellationToken cancellation) =>
        await FindAsync(cluster, cancellation) ?? throw NotFound(cluster);

    /// <summary>A cluster, or null where there is nothing of it.</summary>
    /// <param name="cluster">Which.</param>
    /// <param name="cancellation">Ends the question at once.</param>
    public async Task<ClusterState?> FindAsync(ClusterIdentity cluster, CancellationToken cancellation)
    {
        var snapshot = await SnapshotAsync(cluster, cancellation);
        return snapshot.Exists ? snapshot.Read(connection.ContextName) : null;
    }

    /// <summary>All clusters, by namespace and name.</summary>
    /// <param name="inNamespace">The namespace, or null for all of them.</param>
    /// <param name="cancellation">Ends the question at once.</param>
    public async Task<IReadOnlyList<ClusterState>> ListAsync(string? inNamespace, CancellationToken cancellation)
    {
        var sets = await connection.Resources.ListAsync(new ResourceQuery("apps/v1", "StatefulSet", inNamespace), cancellation);
        var clusters = sets.Where(ClusterSnapshot.IsBrokerSet).Select(Identity)
            .Concat(sets.Where(ClusterSnapshot.IsZookeeperSet).Select(set => Identity(set) with { Name = Identity(set).Name[..^"-zookeeper".Length] }))
            .Distinct()
            .OrderBy(cluster => cluster.Namespace, StringComparer.Ordinal)
            .ThenBy(cluster => cluster.Name, StringComparer.Ordinal);
        var states = await Task.WhenAll(clusters.Select(cluster => FindAsync(cluster, cancellation)));
        return states.OfType<ClusterState>().ToList();
    }

    /// <summary>The objects of a cluster, with events where something is not ready.</summary>
    internal async Task<ClusterSnapshot> SnapshotAsync(ClusterIdentity cluster, CancellationToken cancellation)
    {
        SpecificationRules.CheckIdentity(cluster);
        var zookeeper = FindSetAsync(cluster.Namespace, cluster.ZookeeperSet, ClusterSnapshot.IsZookeeperSet, cancellation);
        var brokers = FindSetAsync(cluster.Namespace, cluster.BrokerSet, ClusterSnapshot.IsBrokerSet, cancellation);
        var client = connection.Resources.FindAsync(new ResourceReference("v1", "Pod", cluster.Namespace, cluster.ClientPod), cancellation);
        var pods = connection.Resources.ListAsync(
            new ResourceQuery("v1", "Pod", cluster.Namespace, $"app in ({cluster.BrokerSet},{cluster.ZookeeperSet})"), cancellation);
        await Task.WhenAll(zookeeper, brokers, client, pods);
        var snapshot = new ClusterSnapshot(cluster, await zookeeper, await brokers, await client, await pods, ClusterEvents.None);
        return snapshot.Exists && snapshot.Read(connection.ContextName).Reasons.Count > 0
            ? snapshot with { Events = await EventsAsync(cluster.Namespace, cancellation) }
            : snapshot;
    }

    /// <summary>The error for a cluster that is not there.</summary>
    internal EngineException NotFound(ClusterIdentity cluster) => new(
        "ClusterNotFound",
        EngineErrorKind.NotFound,
        cluster.Name,
        $"There is no Kafka cluster \"{cluster.Name}\" in namespace \"{cluster.Namespace}\" of context \"{connection.ContextName}\".",
        "Get-KafkaCluster lists what is there; New-KafkaCluster makes one.");

    private static ClusterIdentity Identity(JsonObject set) =>
        new((string?)set["metadata"]?["namespace"] ?? "", (string?)set["metadata"]?["name"] ?? "");

    private async Task<JsonObject?> FindSetAsync(string inNamespace, string name, Func<JsonObject, bool> isOurs, CancellationToken cancellation) =>
        await connection.Resources.FindAsync(new ResourceReference("apps/v1", "StatefulSet", inNamespace, name), cancellation) is { } set && isOurs(set)
            ? set
            : null;

    // Events explain; without permission to read them the pods' own words have to do.
    private async Task<ClusterEvents> EventsAsync(string inNamespace, CancellationToken cancellation)
    {
        try
        {
            return new ClusterEvents(await connection.Resources.ListAsync(new ResourceQuery("v1", "Event", inNamespace), cancellation));
        }
        catch (EngineException exception) when (exception.Kind == EngineErrorKind.PermissionDenied)
        {
            return ClusterEvents.None;
        }
    }
}
