namespace KafkaK8s.Engine.Kafka.Tools;

/// <summary>Kafka by its own programs, run in one of the cluster's pods.</summary>
internal sealed class ToolOperations(ToolSession session) : IKafkaOperations
{
    /// <inheritdoc/>
    public Version Version => session.Version;

    /// <inheritdoc/>
    public ITopicOperations Topics { get; } = new TopicTools(session);

    /// <inheritdoc/>
    public IMessageOperations Messages { get; } = new MessageTools(session, new TopicTools(session), new GroupTools(session, new TopicTools(session)));

    /// <inheritdoc/>
    public IConfigurationOperations Configuration { get; } = new ConfigurationTools(session, new TopicTools(session));

    /// <inheritdoc/>
    public IConsumerGroupOperations Groups { get; } = new GroupTools(session, new TopicTools(session));

    /// <inheritdoc/>
    public IPartitionOperations Partitions { get; } = new PartitionTools(session, new TopicTools(session));

    /// <inheritdoc/>
    public IBrokerOperations Brokers { get; } = new BrokerTools(session);

    /// <summary>Chooses the pod that serves: a client before a broker, a ready one, one whose image has the programs.</summary>
    /// <exception cref="EngineException">There is no such pod.</exception>
    public static async Task<IKafkaOperations> OpenAsync(
        ToolCatalog catalog,
        Func<ToolPod, IProgramRunner> runnerOf,
        KafkaAccess access,
        IOperationObserver observer,
        CancellationToken cancellation)
    {
        var ready = access.Pods.Where(pod => pod.IsReady).OrderByDescending(pod => pod.IsClient).ToList();
        foreach (var pod in ready)
        {
            var runner = runnerOf(pod);
            if (await catalog.FindAsync(pod, runner, observer, cancellation) is { } tools)
            {
                return new ToolOperations(new ToolSession(runner, pod, tools, access, observer));
            }
        }

        throw ready.Count == 0 ? NoPodReady(access) : NoTools(access, ready);
    }

    private static EngineException NoPodReady(KafkaAccess access) => new(
        "NoPodForKafkaTools",
        EngineErrorKind.Unavailable,
        access.Cluster.ToString(),
        access.Pods.Count == 0
            ? $"{access.Cluster} has neither a client nor a broker, so Kafka can't be asked."
            : $"No pod of {access.Cluster} is ready, so Kafka can't be asked; there are {string.Join(", ", access.Pods.Select(pod => pod.Name))}.",
        "Wait-KafkaCluster says what they wait for; New-KafkaClient makes a client.");

    private static EngineException NoTools(KafkaAccess access, IEnumerable<ToolPod> ready) => new(
        "KafkaToolsMissing",
        EngineErrorKind.NotSupported,
        access.Cluster.ToString(),
        $"None of the ready pods of {access.Cluster} has Kafka's programs: {string.Join(", ", ready.Select(pod => $"{pod.Name} ({pod.Image})"))}.",
        "New-KafkaClient makes a client from an image that has them.");
}
