using KafkaK8s.Engine.Clusters;

namespace KafkaK8s;

/// <summary>The test client of a Kafka cluster: a pod with Kafka's own tools in it.</summary>
public sealed class KafkaClient : KafkaMember
{
    internal KafkaClient(ClusterState cluster, PodState pod, string? kubeConfig)
        : base(cluster, pod, kubeConfig)
    {
    }
}
