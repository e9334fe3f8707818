using KafkaK8s.Engine.Kubernetes;

namespace KafkaK8s.Engine.Clusters.Changes;

/// <summary>Reads the StatefulSets of a cluster, afresh each time.</summary>
internal sealed class LiveSets(KubernetesConnection connection, ClusterIdentity cluster)
{
    private static readonly TimeSpan Noticing = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly ClusterInspection _inspection = new(connection);

    /// <summary>The cluster.</summary>
    public ClusterIdentity Cluster => cluster;

    /// <summary>The connection.</summary>
    public KubernetesConnection Connection => connection;

    /// <summary>Everything there is of the cluster.</summary>
    public Task<ClusterSnapshot> SnapshotAsync(CancellationToken cancellation) => _inspection.SnapshotAsync(cluster, cancellation);

    /// <summary>One StatefulSet with its pods, once its controller has taken notice of its last change: before that, nobody knows which pods are outdated.</summary>
    /// <param name="part">The ensemble or the brokers.</param>
    /// <param name="cancellation">Ends the question at once.</param>
    /// <exception cref="EngineException">As <see cref="ReadAsync"/>, and <c>ChangeNotObserved</c>.</exception>
    public async Task<LiveSet> ReadObservedAsync(ClusterParts part, CancellationToken cancellation)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var set = await ReadAsync(part, cancellation);
            if (set.IsObserved)
            {
                return set;
            }

            if (TimeProvider.System.GetElapsedTime(began) > Noticing)
            {
                throw new EngineException(
                    "ChangeNotObserved",
                    EngineErrorKind.Unavailable,
                    set.Name,
                    $"StatefulSet {set.Name} was changed, and the controller of StatefulSets has not taken notice of it, so it can't be told which pods are outdated. Nothing was changed.",
                    "See whether the cluster's controller manager runs.");
            }

            await Task.Delay(Pause, cancellation);
        }
    }

    /// <summary>One StatefulSet with its pods.</summary>
    /// <param name="part">The ensemble or the brokers.</param>
    /// <param name="cancellation">Ends the question at once.</param>
    /// <exception cref="EngineException"><c>ClusterNotFound</c>, or <c>NoBrokers</c> or <c>NoEnsemble</c> where there is only the other.</exception>
    public async Task<LiveSet> ReadAsync(ClusterParts part, CancellationToken cancellation)
    {
        var snapshot = await SnapshotAsync(cancellation);
        if (!snapshot.Exists)
        {
            throw _inspection.NotFound(cluster);
        }

        if (part == ClusterParts.Zookeeper && snapshot.BrokerSet is { } brokers && ClusterSnapshot.IsKraftSet(brokers))
        {
            throw new EngineException(
                "NoEnsemble",
                EngineErrorKind.NotFound,
                cluster.ToString(),
                $"{cluster} has no ZooKeeper: its brokers keep the metadata themselves (KRaft).",
                "Restart-KafkaBroker restarts its brokers.");
        }

        return snapshot.Sets(part).FirstOrDefault() is { } set
            ? new LiveSet(snapshot, set)
            : throw new EngineException(
                part == ClusterParts.Brokers ? "NoBrokers" : "NoEnsemble",
                EngineErrorKind.NotFound,
                cluster.ToString(),
                $"{cluster} has no {(part == ClusterParts.Brokers ? "brokers" : "ZooKeeper ensemble of its own")}.",
                part == ClusterParts.Brokers ? "New-KafkaBroker makes them." : "New-KafkaZookeeper makes one.");
    }
}
