using System.Collections.Concurrent;
using KafkaK8s.Sandbox.Pods.Simulated.Kafka;
using KafkaK8s.Sandbox.Pods.Simulated.ZooKeeper;

namespace KafkaK8s.Sandbox.Pods.Simulated;

/// <summary>What all simulated containers of one sandbox share: the time, chance, and who listens where.</summary>
internal sealed class SimulatedWorld(SandboxClock clock, Random random)
{
    private readonly ConcurrentDictionary<(string Address, int Port), ZooKeeperServer> _zooKeepers = new();
    private readonly ConcurrentDictionary<(string Address, int Port), KafkaBroker> _brokers = new();
    private readonly ConcurrentDictionary<string, ZooKeeperEnsemble> _ensembles = new(StringComparer.Ordinal);

    public SandboxClock Clock { get; } = clock;

    public Random Random { get; } = random;

    /// <summary>What ZooKeeper servers and brokers keep on their volumes.</summary>
    public VolumeContents Volumes { get; } = new();

    public ZooKeeperEnsemble Ensemble(string key) => _ensembles.GetOrAdd(key, _ => new ZooKeeperEnsemble());

    public void Listen(ZooKeeperServer server, int port) => _zooKeepers[(server.Pod.Address, port)] = server;

    public void Listen(KafkaBroker broker, int port) => _brokers[(broker.Pod.Address, port)] = broker;

    public void Close(ZooKeeperServer server, int port) => _zooKeepers.TryRemove(new((server.Pod.Address, port), server));

    public void Close(KafkaBroker broker, int port) => _brokers.TryRemove(new((broker.Pod.Address, port), broker));

    public ZooKeeperServer? ZooKeeperAt(string address, int port) => _zooKeepers.GetValueOrDefault((address, port));

    public KafkaBroker? BrokerAt(string address, int port) => _brokers.GetValueOrDefault((address, port));
}
