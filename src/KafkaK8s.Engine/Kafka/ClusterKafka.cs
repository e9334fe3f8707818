using KafkaK8s.Engine.Clusters;
using KafkaK8s.Engine.Kubernetes;

namespace KafkaK8s.Engine.Kafka;

/// <summary>The Kafka of a cluster that runs on Kubernetes, found and ready to be asked.</summary>
/// <param name="Identity">Which cluster it turned out to be.</param>
/// <param name="Operations">What can be asked of it.</param>
public sealed record ClusterKafka(ClusterIdentity Identity, IKafkaOperations Operations)
{
    /// <summary>Finds a cluster by name, and a pod that can ask it.</summary>
    /// <param name="connection">Where to look.</param>
    /// <param name="name">The Kafka cluster's name.</param>
    /// <param name="cancellation">Ends it at once.</param>
    /// <exception cref="EngineException"><c>ClusterNotFound</c>, <c>ClusterAmbiguous</c>, <c>BrokersMissing</c>, or no pod can serve.</exception>
    public static async Task<ClusterKafka> OpenAsync(KubernetesConnection connection, string name, CancellationToken cancellation)
    {
        var cluster = await new ClusterSearch(connection).FindAsync(name, cancellation);
        var operations = await KafkaOperations.OpenAsync(connection, AccessTo(cluster), cancellation);
        return new ClusterKafka(cluster.Identity, operations);
    }

    private static KafkaAccess AccessTo(ClusterState cluster)
    {
        var brokers = cluster.Brokers ?? throw new EngineException(
            "BrokersMissing",
            EngineErrorKind.Unavailable,
            cluster.Identity.ToString(),
            $"The cluster {cluster.Identity} has no brokers, so there is no Kafka to ask.",
            "New-KafkaBroker makes them.");
        var pods = brokers.Members.Select(member => ToolPodOf(member, isClient: false));
        return new KafkaAccess(
            cluster.Identity,
            [.. cluster.Client is { } client ? pods.Prepend(ToolPodOf(client, isClient: true)) : pods],
            brokers.ZookeeperConnect ?? cluster.Zookeeper?.ConnectString,
            brokers.BootstrapAddress);
    }

    private static ToolPod ToolPodOf(PodState pod, bool isClient) => new(pod.Name, null, pod.Image, pod.IsReady, isClient);
}
