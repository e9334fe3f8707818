using KafkaK8s.Engine.Clusters;

namespace KafkaK8s;

/// <summary>A member of a Kafka cluster's ZooKeeper ensemble.</summary>
public sealed class KafkaZookeeper : KafkaMember
{
    internal KafkaZookeeper(ClusterState cluster, PodState pod, MemberMode? answer, string? kubeConfig)
        : base(cluster, pod, kubeConfig)
    {
        Id = (pod.Ordinal ?? 0) + 1;
        Mode = answer?.Mode;
        Version = answer?.Version;
        Problem = answer?.Problem;
    }

    /// <summary>The member's number in the ensemble, from 1: the pod's ordinal plus one.</summary>
    public int Id { get; }

    /// <summary>
    /// What the member says of itself: <c>leader</c>, <c>follower</c>, <c>observer</c> or <c>standalone</c>; null where it is in no quorum, or
    /// can't be asked.
    /// </summary>
    public string? Mode { get; }

    /// <summary>ZooKeeper's release, or null where the member did not say.</summary>
    public string? Version { get; }

    /// <summary>Why there is no mode, or null where there is one.</summary>
    public string? Problem { get; }
}
