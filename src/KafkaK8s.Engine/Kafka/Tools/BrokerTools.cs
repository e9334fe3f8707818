namespace KafkaK8s.Engine.Kafka.Tools;

/// <summary>
/// Brokers, by what ZooKeeper knows of them where there is one, else by <c>kafka-metadata-quorum</c> and <c>kafka-broker-api-versions</c>.
/// </summary>
internal sealed class BrokerTools(ToolSession session) : IBrokerOperations
{
    private const string ClusterNode = "/cluster/id";
    private const string ControllerNode = "/controller";
    private const string BrokersNode = "/brokers/ids";

    private readonly ZookeeperShell _shell = new(session);

    /// <inheritdoc/>
    public Task<BrokerRegistry> DescribeAsync(CancellationToken cancellation) =>
        session.Access.ZookeeperConnect is { } zookeeper ? AskZookeeperAsync(zookeeper, cancellation)
        : session.Dialect.HasQuorumTool ? AskBrokersAsync(cancellation)
        : throw new EngineException(
            "BrokersUnknown",
            EngineErrorKind.NotSupported,
            session.Access.Cluster.ToString(),
            $"{session.Access.Cluster} has no ZooKeeper that is known, and Kafka's programs in it are from before 3.3, which can't tell the controller without one.",
            "Use a newer client image.");

    private async Task<BrokerRegistry> AskZookeeperAsync(string zookeeper, CancellationToken cancellation)
    {
        // A broker's id is its pod's ordinal, so that its registration can be asked for before the list of them has come.
        var expected = Enumerable.Range(0, session.Access.Pods.Count(pod => !pod.IsClient)).ToList();
        var answers = await _shell.AskAsync(
            zookeeper, [$"get {ClusterNode}", $"get {ControllerNode}", $"ls {BrokersNode}", .. expected.Select(Registration)], cancellation);
        var ids = answers[2] is { } list ? ZookeeperNodeReader.Ids(list) : [];
        var registered = expected.Zip(answers.Skip(3)).ToDictionary(pair => pair.First, pair => pair.Second);
        var others = ids.Except(expected).ToList();
        if (others.Count > 0)
        {
            foreach (var (id, answer) in others.Zip(await _shell.AskAsync(zookeeper, [.. others.Select(Registration)], cancellation)))
            {
                registered[id] = answer;
            }
        }

        return new BrokerRegistry(
            answers[0] is { } cluster ? ZookeeperNodeReader.ClusterId(cluster) : null,
            answers[1] is { } controller ? ZookeeperNodeReader.ControllerId(controller) : null,
            [.. registered.Where(pair => pair.Value is not null).OrderBy(pair => pair.Key).Select(pair => ZookeeperNodeReader.Broker(pair.Key, pair.Value!))]);
    }

    private static string Registration(int broker) => $"get {BrokersNode}/{Invariant.Text(broker)}";

    private async Task<BrokerRegistry> AskBrokersAsync(CancellationToken cancellation)
    {
        var quorum = LinesAsync(ToolDialect.DescribeQuorum(session.Access), cancellation);
        var versions = LinesAsync(ToolDialect.BrokerVersions(session.Access), cancellation);
        await Task.WhenAll(quorum, versions);
        var (clusterId, leader) = QuorumStatusReader.Read(await quorum);
        return new BrokerRegistry(clusterId, leader, BrokerVersionsReader.Read(await versions));
    }

    private async Task<IEnumerable<string>> LinesAsync(ToolCommand command, CancellationToken cancellation)
    {
        var answer = await session.RunAsync(command, null, cancellation);
        return answer.ExitCode == 0 ? answer.Lines : throw ToolFailure.Of(command, answer, session.Access.Cluster.ToString());
    }
}
