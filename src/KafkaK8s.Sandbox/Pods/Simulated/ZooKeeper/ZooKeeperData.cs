using KafkaK8s.Sandbox.Pods.Simulated.Kafka;

namespace KafkaK8s.Sandbox.Pods.Simulated.ZooKeeper;

/// <summary>
/// What an ensemble knows: the Kafka clusters registered with it. Its servers share one as soon as they follow one leader, and a server
/// that starts with an empty disk gets its leader's.
/// </summary>
internal sealed class ZooKeeperData
{
    private readonly Dictionary<string, KafkaCluster> _clusters = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    /// <summary>How much it has seen: the election prefers the server with the most.</summary>
    public long Transactions
    {
        get
        {
            lock (_gate)
            {
                return _clusters.Values.Sum(cluster => 1 + cluster.Changes);
            }
        }
    }

    /// <summary>The cluster below a path, as in <c>host:2181/path</c>; "" is the root.</summary>
    public KafkaCluster Cluster(string path, SimulatedWorld world)
    {
        lock (_gate)
        {
            return _clusters.TryGetValue(path, out var cluster) ? cluster : _clusters[path] = new KafkaCluster(world);
        }
    }
}
