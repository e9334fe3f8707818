using KafkaK8s.Engine.Clusters;
using KafkaK8s.Engine.Clusters.Ensembles;

namespace KafkaK8s;

/// <summary>A member of a Kafka cluster's ZooKeeper ensemble.</summary>
public sealed class KafkaZookeeper : KafkaMember
{
    internal KafkaZookeeper(ClusterState cluster, PodState pod, EnsembleMember? member, int? syncedFollowers, string? kubeConfig)
        : base(cluster, pod, kubeConfig)
    {
        Id = (pod.Ordinal ?? 0) + 1;
        ListSize = member?.ListSize;
        Mode = member?.Answer?.Mode;
        Version = member?.Answer?.Version;
        Problem = member?.Answer?.Problem;
        SyncedFollowers = Mode == "leader" ? syncedFollowers : null;
    }

    /// <summary>The member's number in the ensemble, from 1: the pod's ordinal plus one.</summary>
    public int Id { get; }

    /// <summary>
    /// How many servers are on the list that this member started with. ZooKeeper reads it once, so it may be another one than the StatefulSet has by now; null
    /// where there is no pod, or it can't be read.
    /// </summary>
    public int? ListSize { get; }

    /// <summary>For the leader, how many followers have all that it has, by its own count; null for others, or where it doesn't say.</summary>
    public int? SyncedFollowers { get; }

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
