namespace KafkaK8s.Engine.Clusters;

/// <summary>Where a Kafka cluster is, or is to be, and the names of its resources, which follow the cluster's.</summary>
/// <param name="Namespace">The namespace.</param>
/// <param name="Name">The cluster's name, which is also the name of the brokers' StatefulSet and service.</param>
public sealed record ClusterIdentity(string Namespace, string Name = ClusterIdentity.DefaultName)
{
    /// <summary>The name of the article's cluster.</summary>
    public const string DefaultName = "kafka";

    /// <summary>The brokers' StatefulSet, service and <c>app</c> label: <c>kafka</c>.</summary>
    public string BrokerSet => Name;

    /// <summary>The service that gives each broker a DNS name: <c>kafka-headless</c>.</summary>
    public string BrokerHeadlessService => Headless(BrokerSet);

    /// <summary>The ensemble's StatefulSet, service and <c>app</c> label: <c>kafka-zookeeper</c>.</summary>
    public string ZookeeperSet => Name + "-zookeeper";

    /// <summary>The service that gives each member a DNS name: <c>kafka-zookeeper-headless</c>.</summary>
    public string ZookeeperHeadlessService => Headless(ZookeeperSet);

    /// <summary>The test client's pod: <c>kafka-test-client</c>.</summary>
    public string ClientPod => Name + "-test-client";

    /// <inheritdoc/>
    public override string ToString() => $"{Namespace}/{Name}";

    /// <summary>A line for this cluster: a cmdlet with its parameters, and where to find the cluster.</summary>
    internal string Line(string command) => $"{command} -Namespace {Namespace}{(Name == DefaultName ? "" : $" -Cluster {Name}")}";

    /// <summary>The headless service of a StatefulSet.</summary>
    internal static string Headless(string set) => set + "-headless";
}
