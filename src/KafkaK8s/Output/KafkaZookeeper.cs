using KafkaK8s.Engine.Clusters;

namespace KafkaK8s;

/// <summary>A member of a Kafka cluster's ZooKeeper ensemble.</summary>
public sealed class KafkaZookeeper : KafkaMember
{
    internal KafkaZookeeper(ClusterState cluster, PodState pod, string? kubeConfig)
        : base(cluster, pod, kubeConfig)
        => Id = (pod.Ordinal ?? 0) + 1;

    /// <summary>The member's number in the ensemble, from 1: the pod's ordinal plus one.</summary>
    public int Id { get; }
}
