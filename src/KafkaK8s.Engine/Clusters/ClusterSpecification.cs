using System.Text.Json.Nodes;

namespace KafkaK8s.Engine.Clusters;

/// <summary>Which recipe a cluster is made from.</summary>
public enum ClusterPreset
{
    /// <summary>The same cluster as the article's, as one would run it today. The default.</summary>
    Standard,

    /// <summary>The nine manifests of the article <i>Kafka on Kubernetes</i>, field for field.</summary>
    Article,
}

/// <summary>What a ZooKeeper ensemble should be. Null means: as the preset has it, or as the live one has it.</summary>
/// <param name="Replicas">Members; odd. <c>ZK_REPLICAS</c> or the server list follows.</param>
/// <param name="Image">The image.</param>
/// <param name="StorageSize">The size of each member's claim, such as <c>1Gi</c>; only where the preset uses claims.</param>
/// <param name="StorageClass">The storage class of the claims; empty for claims that are bound by hand.</param>
/// <param name="Override">Merged into the StatefulSet by Kubernetes' own rules, last.</param>
public sealed record ZookeeperSpecification(
    int? Replicas = null,
    string? Image = null,
    string? StorageSize = null,
    string? StorageClass = null,
    JsonObject? Override = null);

/// <summary>What the brokers should be. Null means: as the preset has it, or as the live ones have it.</summary>
/// <param name="Replicas">Brokers.</param>
/// <param name="Image">The image.</param>
/// <param name="StorageSize">The size of each broker's claim, such as <c>1Gi</c>.</param>
/// <param name="StorageClass">The storage class of the claims.</param>
/// <param name="HeapOptions">The brokers' <c>KAFKA_HEAP_OPTS</c>.</param>
/// <param name="Configuration">Broker settings by their Kafka names, such as <c>min.insync.replicas</c>; they become environment variables.</param>
/// <param name="Override">Merged into the StatefulSet by Kubernetes' own rules, last.</param>
public sealed record BrokerSpecification(
    int? Replicas = null,
    string? Image = null,
    string? StorageSize = null,
    string? StorageClass = null,
    string? HeapOptions = null,
    IReadOnlyDictionary<string, string>? Configuration = null,
    JsonObject? Override = null);

/// <summary>What the test client should be.</summary>
/// <param name="Image">The image; the brokers' own when null.</param>
/// <param name="Override">Merged into the pod by Kubernetes' own rules, last.</param>
public sealed record ClientSpecification(string? Image = null, JsonObject? Override = null);

/// <summary>A whole cluster, or the parts of one that are not null.</summary>
/// <param name="Identity">Where.</param>
/// <param name="Preset">From which recipe.</param>
/// <param name="IncludeNamespace">Whether the namespace is made too where it doesn't exist.</param>
/// <param name="Zookeeper">The ensemble, or null to leave it alone.</param>
/// <param name="Brokers">The brokers, or null to leave them alone.</param>
/// <param name="Client">The test client, or null to leave it alone.</param>
public sealed record ClusterSpecification(
    ClusterIdentity Identity,
    ClusterPreset Preset,
    bool IncludeNamespace,
    ZookeeperSpecification? Zookeeper,
    BrokerSpecification? Brokers,
    ClientSpecification? Client);
