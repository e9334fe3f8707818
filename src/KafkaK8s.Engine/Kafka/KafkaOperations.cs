using KafkaK8s.Engine.Clusters;
using KafkaK8s.Engine.Kafka.Tools;
using KafkaK8s.Engine.Kubernetes;

namespace KafkaK8s.Engine.Kafka;

/// <summary>Where operations on a cluster's Kafka come from.</summary>
public static class KafkaOperations
{
    /// <summary>Operations on the Kafka of an inspected cluster.</summary>
    /// <param name="connection">The Kubernetes that it is in; its observer hears of calls and warnings.</param>
    /// <param name="cluster">The cluster as <see cref="ClusterInspection"/> found it.</param>
    /// <param name="cancellation">Ends the search at once.</param>
    /// <exception cref="EngineException"><c>NoBrokers</c>, or no pod is ready, or none holds Kafka's programs.</exception>
    public static Task<IKafkaOperations> OpenAsync(KubernetesConnection connection, ClusterState cluster, CancellationToken cancellation) =>
        OpenAsync(connection, KafkaAccess.Of(cluster), cancellation);

    /// <summary>
    /// Finds a pod that can serve, and what Kafka's programs in it can do, once per image. Cheap to call again: nothing is asked
    /// of the cluster when the image is known.
    /// </summary>
    /// <param name="connection">The cluster that the pods are in; its observer hears of calls and warnings.</param>
    /// <param name="access">The pods and addresses.</param>
    /// <param name="cancellation">Ends the search at once.</param>
    /// <exception cref="EngineException">No pod is ready, or none holds Kafka's programs.</exception>
    public static Task<IKafkaOperations> OpenAsync(KubernetesConnection connection, KafkaAccess access, CancellationToken cancellation) =>
        ToolOperations.OpenAsync(
            ToolCatalog.Shared,
            pod => new PodProgramRunner(connection, new PodTarget(access.Cluster.Namespace, pod.Name, pod.Container)),
            access,
            connection.Observer,
            cancellation);
}
