namespace KafkaK8s.Engine.Kafka.Tools;

/// <content>How topics are asked about and changed.</content>
internal abstract partial class ToolDialect
{
    /// <summary>Whether the brokers choose the number of partitions and replicas when a topic's creator doesn't.</summary>
    public virtual bool HasTopicDefaults => false;

    /// <summary>Whether a topic's description has all settings that aren't Kafka's defaults, those of the brokers included.</summary>
    public virtual bool DescribesBrokersSettings => true;

    /// <summary>All topics' names.</summary>
    public ToolCommand ListTopics(KafkaAccess access) => Topics(access, "--list");

    /// <summary>Topics and their partitions.</summary>
    /// <param name="access">The cluster's addresses.</param>
    /// <param name="names">Valid names, or null for all topics.</param>
    public ToolCommand DescribeTopics(KafkaAccess access, IReadOnlyCollection<string>? names) =>
        names is null ? Topics(access, "--describe") : Topics(access, "--describe", "--topic", TopicNames.Pattern(names));

    /// <summary>Creates a topic.</summary>
    public ToolCommand CreateTopic(KafkaAccess access, TopicCreation topic)
    {
        var isPlaced = topic.ReplicaAssignment is not null;
        var partitions = isPlaced ? null : topic.Partitions ?? (HasTopicDefaults ? null : 1);
        var replicas = isPlaced ? null : topic.ReplicationFactor ?? (HasTopicDefaults ? null : 1);
        return Topics(
            access,
            [
                "--create", "--topic", topic.Name,
                .. Option("--partitions", partitions),
                .. Option("--replication-factor", replicas),
                .. topic.ReplicaAssignment is { } assignment ? new[] { "--replica-assignment", string.Join(',', assignment.Select(brokers => string.Join(':', brokers.Select(id => Invariant.Text(id))))) } : [],
                .. topic.Configuration.OrderBy(entry => entry.Key, StringComparer.Ordinal).SelectMany(entry => new[] { "--config", $"{entry.Key}={entry.Value}" }),
            ]) with { IsChange = true };
    }

    /// <summary>Gives topics more partitions.</summary>
    public ToolCommand AlterPartitions(KafkaAccess access, IReadOnlyCollection<string> topics, int partitions) =>
        Topics(access, "--alter", "--topic", TopicNames.Pattern(topics), "--partitions", Invariant.Text(partitions)) with { IsChange = true };

    /// <summary>Offsets of topics' partitions: one command for all topics, or one for each where the release takes only one.</summary>
    /// <param name="access">The cluster's addresses.</param>
    /// <param name="topics">Topics that exist: old releases create those that don't.</param>
    /// <param name="position">Earliest, latest, or a time.</param>
    public virtual IEnumerable<ToolCommand> Offsets(KafkaAccess access, IReadOnlyCollection<string> topics, OffsetPosition position) =>
        topics.Select(topic => new ToolCommand(
            "kafka-run-class",
            ["kafka.tools.GetOffsetShell", "--broker-list", access.BootstrapServers, "--topic", topic, "--time", Time(position)]));

    /// <summary>Whether a time behind all records is answered with the end of the partition.</summary>
    public virtual bool TellsEndForLaterTimes => false;

    /// <summary>Deletes topics.</summary>
    /// <param name="access">The cluster's addresses.</param>
    /// <param name="names">Valid names of topics that exist.</param>
    public ToolCommand DeleteTopics(KafkaAccess access, IReadOnlyCollection<string> names) =>
        Topics(access, "--delete", "--topic", TopicNames.Pattern(names)) with { IsChange = true };

    /// <summary>How <c>kafka-topics</c> reaches the cluster.</summary>
    protected virtual string[] TopicsConnection(KafkaAccess access) => ["--bootstrap-server", access.BootstrapServers];

    /// <summary>Milliseconds since 1970; -1 for latest, -2 for earliest.</summary>
    protected static string Time(OffsetPosition position) => position switch
    {
        OffsetPosition.Latest => "-1",
        OffsetPosition.Earliest => "-2",
        OffsetPosition.At at => Invariant.Text(at.Time.ToUnixTimeMilliseconds()),
        _ => throw new EngineException(
            "InvalidOffsetPosition", EngineErrorKind.InvalidArgument, null, "Offsets can be asked for at the earliest or the latest record, or at a time."),
    };

    private ToolCommand Topics(KafkaAccess access, params string[] arguments) => new("kafka-topics", [.. TopicsConnection(access), .. arguments]);
}
