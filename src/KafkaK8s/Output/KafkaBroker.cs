using KafkaK8s.Engine.Clusters;

namespace KafkaK8s;

/// <summary>A broker of a Kafka cluster.</summary>
public sealed class KafkaBroker : KafkaMember
{
    internal KafkaBroker(ClusterState cluster, PodState pod, string? kubeConfig)
        : base(cluster, pod, kubeConfig)
        => Id = pod.Ordinal ?? 0;

    /// <summary>The broker's id, from 0: the pod's ordinal.</summary>
    public int Id { get; }
}
