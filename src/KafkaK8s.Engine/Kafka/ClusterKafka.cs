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
    /// <exception cref="EngineException"><c>ClusterNotFound</c>, <c>ClusterAmbiguous</c>, <c>NoBrokers</c>, or no pod can serve.</exception>
    public static async Task<ClusterKafka> OpenAsync(KubernetesConnection connection, string name, CancellationToken cancellation)
    {
        var cluster = await new ClusterSearch(connection).FindAsync(name, cancellation);
        return new ClusterKafka(cluster.Identity, await KafkaOperations.OpenAsync(connection, cluster, cancellation));
    }
}
