namespace KafkaK8s.Engine.Clusters;

/// <summary>The parts of a cluster that an operation is about.</summary>
[Flags]
public enum ClusterParts
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The ZooKeeper ensemble.</summary>
    Zookeeper = 1,

    /// <summary>The brokers.</summary>
    Brokers = 2,

    /// <summary>The test client.</summary>
    Client = 4,

    /// <summary>All of it.</summary>
    All = Zookeeper | Brokers | Client,
}
