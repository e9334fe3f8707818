using KafkaK8s.Engine.Clusters.Ensembles;

namespace KafkaK8s.Engine.Clusters;

/// <summary>How a cluster is, in one word.</summary>
public enum ClusterStatus
{
    /// <summary>Brokers are there, with an ensemble unless they need none, and every member, every broker and the client, where there is one, is ready.</summary>
    Ready,

    /// <summary>Something that should be ready is not.</summary>
    NotReady,

    /// <summary>What is there is ready, but there are no brokers, or no ensemble for brokers that need one.</summary>
    Incomplete,
}

/// <summary>A cluster as Kubernetes has it.</summary>
/// <param name="Identity">Which.</param>
/// <param name="Context">The kubeconfig's context that it was seen through.</param>
/// <param name="Status">How it is.</param>
/// <param name="Reasons">Why it is not ready, a line each, such as <c>kafka-1: pulling image</c>; empty when it is.</param>
/// <param name="Zookeeper">The ensemble, or null where there is none.</param>
/// <param name="Brokers">The brokers, or null where there are none.</param>
/// <param name="Client">The test client, or null where there is none.</param>
/// <param name="CreatedAt">When its oldest part was created.</param>
public sealed record ClusterState(
    ClusterIdentity Identity,
    string Context,
    ClusterStatus Status,
    IReadOnlyList<string> Reasons,
    EnsembleState? Zookeeper,
    BrokerSetState? Brokers,
    PodState? Client,
    DateTimeOffset? CreatedAt)
{
    /// <summary>The pods of some parts, those that are not there yet included.</summary>
    internal IEnumerable<PodState> Pods(ClusterParts parts) =>
        (parts.HasFlag(ClusterParts.Zookeeper) ? Zookeeper?.Members ?? [] : [])
            .Concat(parts.HasFlag(ClusterParts.Brokers) ? Brokers?.Members ?? [] : [])
            .Concat(parts.HasFlag(ClusterParts.Client) && Client is not null ? [Client] : []);
}

/// <summary>A ZooKeeper ensemble as Kubernetes has it.</summary>
/// <param name="Name">The StatefulSet's name.</param>
/// <param name="Replicas">How many members there should be.</param>
/// <param name="ReadyReplicas">How many of them are ready.</param>
/// <param name="Image">The image that new members run.</param>
/// <param name="ConnectString">Where clients in the same namespace find it: <c>kafka-zookeeper:2181</c>.</param>
/// <param name="Members">The members by ordinal, those that have no pod yet included.</param>
/// <param name="Topology">Who its members are, by all that has a say in it.</param>
public sealed record EnsembleState(
    string Name,
    int Replicas,
    int ReadyReplicas,
    string Image,
    string ConnectString,
    IReadOnlyList<PodState> Members,
    EnsembleTopology Topology);

/// <summary>The brokers of a cluster as Kubernetes has them.</summary>
/// <param name="Name">The StatefulSet's name.</param>
/// <param name="Replicas">How many brokers there should be.</param>
/// <param name="ReadyReplicas">How many of them are ready.</param>
/// <param name="Image">The image that new brokers run.</param>
/// <param name="BootstrapAddress">Where clients in the same namespace find them: <c>kafka:9092</c>.</param>
/// <param name="ZookeeperConnect">The ensemble that they register with, as their configuration has it; null where it has none.</param>
/// <param name="IsKraft">Whether they keep the cluster's metadata themselves, in a quorum of controllers, without ZooKeeper.</param>
/// <param name="Members">The brokers by ordinal, which is the broker's id, those that have no pod yet included.</param>
public sealed record BrokerSetState(
    string Name,
    int Replicas,
    int ReadyReplicas,
    string Image,
    string BootstrapAddress,
    string? ZookeeperConnect,
    bool IsKraft,
    IReadOnlyList<PodState> Members)
{
    /// <summary>What the brokers' configuration says of <c>min.insync.replicas</c>, or null where it says nothing.</summary>
    public int? MinInSyncReplicas { get; init; }
}

/// <summary>A pod of a cluster.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Ordinal">Its number in its StatefulSet, from 0; null for the client.</param>
/// <param name="IsReady">Whether Kubernetes counts it as ready.</param>
/// <param name="Status">What kubectl shows: the phase, or the reason why it isn't running; <c>Absent</c> while there is no pod.</param>
/// <param name="Reason">Why it is not ready, in words; null when it is.</param>
/// <param name="Restarts">How often its containers were started again.</param>
/// <param name="Node">The node, or null while it has none.</param>
/// <param name="Address">Its address, or null while it has none.</param>
/// <param name="Image">The image of its first container.</param>
/// <param name="CreatedAt">When it was created, or null while there is no pod.</param>
/// <param name="Container">Its first container, or null while there is no pod.</param>
public sealed record PodState(
    string Name,
    int? Ordinal,
    bool IsReady,
    string Status,
    string? Reason,
    int Restarts,
    string? Node,
    string? Address,
    string Image,
    DateTimeOffset? CreatedAt,
    string? Container = null);
