using KafkaK8s.Engine.Manifests;

namespace KafkaK8s.Engine.Clusters;

/// <summary>What an import of manifests did, or would do.</summary>
/// <param name="IsDryRun">Whether it was only asked for.</param>
/// <param name="Resources">What became of each resource: namespaces first, the others in the order of the files.</param>
/// <param name="Clusters">The Kafka clusters that the manifests have a part of.</param>
public sealed record ManifestImport(bool IsDryRun, IReadOnlyList<ResourceDeployment> Resources, IReadOnlyList<ImportedCluster> Clusters)
{
    /// <summary>Whether every resource was already as it should be.</summary>
    public bool IsUnchanged => Resources.All(resource => resource.Outcome == ResourceOutcome.Unchanged);
}

/// <summary>A Kafka cluster that manifests have a part of.</summary>
/// <param name="Identity">Which.</param>
/// <param name="Parts">Which parts.</param>
public sealed record ImportedCluster(ClusterIdentity Identity, ClusterParts Parts)
{
    private const string ClientSuffix = "-test-client";
    private const string ZookeeperSuffix = "-zookeeper";

    /// <summary>The clusters whose StatefulSets and clients are among some documents.</summary>
    internal static IReadOnlyList<ImportedCluster> Of(IEnumerable<ManifestDocument> documents) =>
    [
        .. documents.Select(Part).OfType<ImportedCluster>()
            .GroupBy(part => part.Identity)
            .Select(cluster => new ImportedCluster(cluster.Key, cluster.Aggregate(ClusterParts.None, (parts, part) => parts | part.Parts))),
    ];

    private static ImportedCluster? Part(ManifestDocument document)
    {
        var (body, kind) = (document.Body, (string?)document.Body["kind"]);
        var (space, name) = ((string?)body["metadata"]?["namespace"] ?? "", (string?)body["metadata"]?["name"] ?? "");
        return kind == "StatefulSet" && ClusterSnapshot.IsBrokerSet(body) ? new(new(space, name), ClusterParts.Brokers)
            : kind == "StatefulSet" && ClusterSnapshot.IsZookeeperSet(body) ? new(new(space, name[..^ZookeeperSuffix.Length]), ClusterParts.Zookeeper)
            : kind == "Pod" && name.EndsWith(ClientSuffix, StringComparison.Ordinal) && name.Length > ClientSuffix.Length ? new(new(space, name[..^ClientSuffix.Length]), ClusterParts.Client)
            : null;
    }
}
