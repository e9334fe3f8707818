namespace KafkaK8s.Engine.Kafka.Tools;

/// <content>How brokers are asked about.</content>
internal abstract partial class ToolDialect
{
    /// <summary>Whether a cluster without ZooKeeper can be asked for its controller: <c>kafka-metadata-quorum</c> came with 3.3.</summary>
    public virtual bool HasQuorumTool => false;

    /// <summary>ZooKeeper's shell, which reads commands from its input, answers them in turn, and ends with the input.</summary>
    /// <param name="zookeeper">The connect string; with a path in it, the shell's paths begin there.</param>
    public static ToolCommand ZookeeperShell(string zookeeper) => new("zookeeper-shell", [zookeeper]);

    /// <summary>Id and leader of the controllers' quorum.</summary>
    public static ToolCommand DescribeQuorum(KafkaAccess access) =>
        new("kafka-metadata-quorum", ["--bootstrap-server", access.BootstrapServers, "describe", "--status"]);

    /// <summary>The brokers, with their addresses and what they understand.</summary>
    public static ToolCommand BrokerVersions(KafkaAccess access) => new("kafka-broker-api-versions", ["--bootstrap-server", access.BootstrapServers]);
}
