using System.Globalization;
using KafkaK8s.Engine.Clusters;

namespace KafkaK8s.Engine.Kafka;

/// <summary>How a cluster's Kafka can be reached from inside: what an inspection of the cluster found.</summary>
/// <param name="Cluster">The cluster.</param>
/// <param name="Pods">The pods that may hold Kafka's programs, ready or not: the test client and the brokers.</param>
/// <param name="ZookeeperConnect">The ensemble's connect string, <c>host:2181,host:2181/chroot</c>, or null without ZooKeeper.</param>
/// <param name="BootstrapServers">The brokers' addresses as a client in the namespace reaches them, <c>host:9092,host:9092</c>.</param>
public sealed record KafkaAccess(
    ClusterIdentity Cluster,
    IReadOnlyList<ToolPod> Pods,
    string? ZookeeperConnect,
    string BootstrapServers)
{
    /// <summary>What the brokers were started with as <c>min.insync.replicas</c>, or null where nothing is known; releases before 2.3 can't tell it.</summary>
    public int? MinInSyncReplicas { get; init; }

    /// <summary>The ids of the brokers that there should be, up or not: the numbers of their pods. Empty where no broker's pod is known.</summary>
    public IReadOnlyList<int> BrokerIds =>
    [
        .. Pods.Where(pod => !pod.IsClient)
            .Select(pod => int.TryParse(pod.Name.AsSpan(pod.Name.LastIndexOf('-') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : -1)
            .Where(id => id >= 0),
    ];

    /// <summary>How the Kafka of an inspected cluster can be reached.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <exception cref="EngineException"><c>NoBrokers</c>: there is no Kafka in it.</exception>
    public static KafkaAccess Of(ClusterState cluster)
    {
        var brokers = cluster.Brokers ?? throw new EngineException(
            "NoBrokers",
            EngineErrorKind.Unavailable,
            cluster.Identity.ToString(),
            $"{cluster.Identity} has no brokers.",
            "New-KafkaBroker makes them.");
        var client = cluster.Client is { } pod ? new[] { Tool(pod, isClient: true) } : [];
        return new KafkaAccess(
            cluster.Identity,
            [.. client, .. brokers.Members.Select(member => Tool(member, isClient: false))],
            brokers.IsKraft ? null : brokers.ZookeeperConnect ?? cluster.Zookeeper?.ConnectString,
            brokers.BootstrapAddress)
        {
            MinInSyncReplicas = brokers.MinInSyncReplicas,
        };
    }

    private static ToolPod Tool(PodState pod, bool isClient) => new(pod.Name, pod.Container, pod.Image, pod.IsReady, isClient);
}

/// <summary>A pod that may hold Kafka's programs.</summary>
/// <param name="Name">The pod's name.</param>
/// <param name="Container">The container, or null for the pod's only one.</param>
/// <param name="Image">The container's image; what was found out about one image holds for all its pods.</param>
/// <param name="IsReady">Whether the pod is ready.</param>
/// <param name="IsClient">Whether it is a client rather than a broker: preferred, because the brokers have their own work.</param>
public sealed record ToolPod(string Name, string? Container, string Image, bool IsReady, bool IsClient);
