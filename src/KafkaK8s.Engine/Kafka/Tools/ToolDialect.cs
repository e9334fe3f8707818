using System.Globalization;

namespace KafkaK8s.Engine.Kafka.Tools;

/// <summary>
/// How one generation of Kafka's programs is asked. A generation begins where an option or a form of output changed; each class
/// below says what changed since the one before. What the programs answer is read by the readers, which know all generations.
/// </summary>
internal abstract class ToolDialect
{
    /// <summary>The newest release that was tried. Newer ones are asked as this one is.</summary>
    public static readonly Version NewestKnown = new(4, 3, 1);

    // Newest first: the first whose release is not newer than the programs' serves.
    private static readonly (Version Since, ToolDialect Dialect)[] Generations =
    [
        (new(4, 2), new Dialect42()),
        (new(3, 2), new Dialect32()),
        (new(3, 0), new Dialect30()),
        (new(2, 7), new Dialect27()),
        (new(2, 5), new Dialect25()),
        (new(2, 4), new Dialect24()),
        (new(2, 3), new Dialect23()),
        (new(0, 0), new Dialect11()),
    ];

    /// <summary>The generation that a release belongs to.</summary>
    public static ToolDialect For(Version version) => Generations.First(generation => version >= generation.Since).Dialect;

    /// <summary>Whether a release is of a line that was never tried; a patch of a known one is not news.</summary>
    public static bool IsNewerThanKnown(Version version) => (version.Major, version.Minor).CompareTo((NewestKnown.Major, NewestKnown.Minor)) > 0;

    /// <summary>Whether the brokers choose the number of partitions and replicas when a topic's creator doesn't.</summary>
    public virtual bool HasTopicDefaults => false;

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
        var partitions = topic.Partitions ?? (HasTopicDefaults ? null : 1);
        var replicas = topic.ReplicationFactor ?? (HasTopicDefaults ? null : 1);
        return Topics(
            access,
            [
                "--create", "--topic", topic.Name,
                .. Option("--partitions", partitions),
                .. Option("--replication-factor", replicas),
                .. topic.Configuration.OrderBy(entry => entry.Key, StringComparer.Ordinal).SelectMany(entry => new[] { "--config", $"{entry.Key}={entry.Value}" }),
            ]) with { IsChange = true };
    }

    /// <summary>Gives a topic more partitions.</summary>
    public ToolCommand AlterPartitions(KafkaAccess access, string topic, int partitions) =>
        Topics(access, "--alter", "--topic", TopicNames.Pattern([topic]), "--partitions", Invariant.Text(partitions)) with { IsChange = true };

    /// <summary>Offsets of topics' partitions: one command for all topics, or one for each where the release takes only one.</summary>
    /// <param name="access">The cluster's addresses.</param>
    /// <param name="topics">Topics that exist: old releases create those that don't.</param>
    /// <param name="time">Milliseconds since 1970; -1 for latest, -2 for earliest.</param>
    public virtual IEnumerable<ToolCommand> Offsets(KafkaAccess access, IReadOnlyCollection<string> topics, long time) =>
        topics.Select(topic => new ToolCommand(
            "kafka-run-class",
            ["kafka.tools.GetOffsetShell", "--broker-list", access.BootstrapServers, "--topic", topic, "--time", Invariant.Text(time)]));

    /// <summary>Settings of a topic or of brokers.</summary>
    public ToolCommand DescribeConfiguration(KafkaAccess access, ConfigurationTarget target, bool all) => new(
        "kafka-configs",
        [.. ConfigurationConnection(access, target), "--describe", .. Flag("--all", all && CanTellDefaults), .. Entity(target)]);

    /// <summary>Changes settings of a topic or of brokers.</summary>
    /// <param name="access">The cluster's addresses.</param>
    /// <param name="target">Whose settings.</param>
    /// <param name="added">What to set, as the tool takes it.</param>
    /// <param name="removed">What to remove.</param>
    public ToolCommand AlterConfiguration(KafkaAccess access, ConfigurationTarget target, IReadOnlyCollection<string> added, IReadOnlyCollection<string> removed) => new(
        "kafka-configs",
        [
            .. ConfigurationConnection(access, target), "--alter", .. Entity(target),
            .. added.Count > 0 ? new[] { "--add-config", string.Join(',', added) } : [],
            .. removed.Count > 0 ? new[] { "--delete-config", string.Join(',', removed) } : [],
        ]) { IsChange = true };

    /// <summary>Whether all settings can be told with where they come from, not only those that were set.</summary>
    public virtual bool CanTellDefaults => false;

    /// <summary>Whether several groups can be described at once.</summary>
    public virtual bool CanDescribeManyGroups => true;

    /// <summary>All groups' names.</summary>
    public static ToolCommand ListGroups(KafkaAccess access) => Groups(access, "--list");

    /// <summary>One aspect of groups.</summary>
    /// <param name="access">The cluster's addresses.</param>
    /// <param name="groups">The groups; one only where the release takes no more.</param>
    /// <param name="aspect"><c>--offsets</c>, <c>--members</c> or <c>--state</c>.</param>
    public static ToolCommand DescribeGroups(KafkaAccess access, IEnumerable<string> groups, string aspect) =>
        Groups(access, ["--describe", .. groups.Select(group => "--group=" + group), aspect]);

    /// <summary>Moves a group's offsets, or tells where they would go.</summary>
    public static ToolCommand ResetGroup(KafkaAccess access, OffsetReset reset, bool dryRun) =>
        Groups(
            access,
            [
                "--reset-offsets", "--group=" + reset.Group,
                .. reset.Topics is null
                    ? ["--all-topics"]
                    : reset.Topics.SelectMany(topic => new[]
                    {
                        "--topic",
                        topic.Value.Count == 0 ? topic.Key : $"{topic.Key}:{string.Join(',', topic.Value.Select(partition => Invariant.Text(partition)))}",
                    }),
                .. Position(reset.Position),
                dryRun ? "--dry-run" : "--execute",
            ]) with { IsChange = !dryRun };

    /// <summary>Deletes consumer groups without members.</summary>
    public static ToolCommand DeleteGroups(KafkaAccess access, IEnumerable<string> groups) =>
        Groups(access, ["--delete", .. groups.SelectMany(group => new[] { "--group", group })]) with { IsChange = true };

    /// <summary>Deletes topics.</summary>
    /// <param name="access">The cluster's addresses.</param>
    /// <param name="names">Valid names of topics that exist.</param>
    public ToolCommand DeleteTopics(KafkaAccess access, IReadOnlyCollection<string> names) =>
        Topics(access, "--delete", "--topic", TopicNames.Pattern(names)) with { IsChange = true };

    /// <summary>Whether the producer can send headers, and null as a value.</summary>
    public virtual bool CanSendHeadersAndNull => false;

    /// <summary>Whether the consumer can print partition, offset and headers, and tell null from the text <c>null</c>.</summary>
    public virtual bool CanPrintPosition => false;

    /// <summary>Reads records from standard input, one a line, and sends them to a topic, waiting for all in-sync replicas.</summary>
    /// <param name="access">The cluster's addresses.</param>
    /// <param name="topic">A topic that exists.</param>
    /// <param name="separators">What stands between the parts of a record.</param>
    /// <param name="oneByOne">
    /// Whether each record waits for the one before. The program then stops at the first that is refused, and its exit code tells;
    /// otherwise it goes on, and its log tells which were refused.
    /// </param>
    public ToolCommand Produce(KafkaAccess access, string topic, Separators separators, bool oneByOne) => new(
        "kafka-console-producer",
        [
            ProducerConnection, access.BootstrapServers,
            "--topic", topic,
            "--request-required-acks", "all",
            // The tool's own 1.5 seconds make a slow broker look like a lost record.
            "--request-timeout-ms", "15000",
            "--max-block-ms", "20000",
            // How long it collects records before it sends them, not how long it waits: each record would take a second one by one.
            "--timeout", "0",
            .. Flag("--sync", oneByOne),
            .. Properties(
                ReaderProperty,
                [
                    "parse.key=true", "key.separator=" + separators.Key,
                    // A line without a separator is a record without a key; otherwise the tool would stop at it.
                    "ignore.error=true",
                    .. CanSendHeadersAndNull
                        ? new[]
                        {
                            "parse.headers=true", "headers.delimiter=" + separators.HeadersEnd, "headers.separator=" + separators.Header,
                            "headers.key.separator=" + separators.HeaderValue, "null.marker=" + separators.Null,
                        }
                        : [],
                ]),
        ]) { IsChange = true };

    /// <summary>Prints records of a topic. Never commits an offset.</summary>
    /// <param name="access">The cluster's addresses.</param>
    /// <param name="reading">What to read.</param>
    /// <param name="separators">What stands between the parts of a record, and between records.</param>
    public ToolCommand Consume(KafkaAccess access, Reading reading, Separators separators) => new(
        "kafka-console-consumer",
        [
            "--bootstrap-server", access.BootstrapServers,
            "--topic", reading.Topic,
            .. reading.Partition is { } partition
                ? new[] { "--partition", Invariant.Text(partition), "--offset", reading.FromBeginning ? "earliest" : "latest" }
                : Flag("--from-beginning", reading.FromBeginning),
            .. reading.Group is { } group ? new[] { "--group", group } : [],
            .. Option("--max-messages", reading.MaxCount),
            .. reading.Timeout is { } timeout ? new[] { "--timeout-ms", Invariant.Text((long)timeout.TotalMilliseconds) } : [],
            .. Properties(ConsumerProperty, ["enable.auto.commit=false"]),
            .. Properties(
                FormatterProperty,
                [
                    "print.timestamp=true", "print.key=true", "key.separator=" + separators.Key, "line.separator=" + separators.Record,
                    .. CanPrintPosition
                        ? new[]
                        {
                            "print.partition=true", "print.offset=true", "print.headers=true",
                            "headers.separator=" + separators.Header, "null.literal=" + separators.Null,
                        }
                        : [],
                ]),
        ]);

    /// <summary>How the producer reaches the brokers.</summary>
    protected virtual string ProducerConnection => "--bootstrap-server";

    /// <summary>How the producer's line reader is configured.</summary>
    protected virtual string ReaderProperty => "--property";

    /// <summary>How the consumer's printer is configured.</summary>
    protected virtual string FormatterProperty => "--property";

    /// <summary>How the consumer is configured.</summary>
    protected virtual string ConsumerProperty => "--consumer-property";

    /// <summary>How <c>kafka-configs</c> reaches the cluster.</summary>
    protected virtual string[] ConfigurationConnection(KafkaAccess access, ConfigurationTarget target) => ["--bootstrap-server", access.BootstrapServers];

    /// <summary>How <c>kafka-topics</c> reaches the cluster.</summary>
    protected virtual string[] TopicsConnection(KafkaAccess access) => ["--bootstrap-server", access.BootstrapServers];

    /// <summary>An option without a value, or nothing.</summary>
    protected static string[] Flag(string name, bool isOn) => isOn ? [name] : [];

    /// <summary>An option with a number, or nothing.</summary>
    protected static string[] Option(string name, int? value) => value is { } number ? [name, Invariant.Text(number)] : [];

    private static string[] Entity(ConfigurationTarget target) =>
        target.TopicName is { } topic ? ["--entity-type", "topics", "--entity-name", topic]
        : target.BrokerId is { } broker ? ["--entity-type", "brokers", "--entity-name", Invariant.Text(broker)]
        : ["--entity-type", "brokers", "--entity-default"];

    private static string[] Position(OffsetPosition position) => position switch
    {
        OffsetPosition.Earliest => ["--to-earliest"],
        OffsetPosition.Latest => ["--to-latest"],
        OffsetPosition.At at => ["--to-datetime", at.Time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)],
        OffsetPosition.Exactly exactly => ["--to-offset", Invariant.Text(exactly.Offset)],
        OffsetPosition.ShiftedBy shift => ["--shift-by", Invariant.Text(shift.Count)],
        _ => throw new ArgumentOutOfRangeException(nameof(position)),
    };

    private static ToolCommand Groups(KafkaAccess access, params string[] arguments) =>
        new("kafka-consumer-groups", ["--bootstrap-server", access.BootstrapServers, .. arguments]);

    private static IEnumerable<string> Properties(string option, IEnumerable<string> properties) =>
        properties.SelectMany(property => new[] { option, property });

    private ToolCommand Topics(KafkaAccess access, params string[] arguments) => new("kafka-topics", [.. TopicsConnection(access), .. arguments]);
}

/// <summary>1.1 to 2.2: topics are ZooKeeper's, the producer wants a broker list, the consumer prints neither partition nor offset.</summary>
internal sealed class Dialect11 : ToolDialect
{
    /// <inheritdoc/>
    protected override string ProducerConnection => "--broker-list";

    /// <inheritdoc/>
    public override bool CanDescribeManyGroups => false;

    /// <inheritdoc/>
    protected override string[] TopicsConnection(KafkaAccess access) => Zookeeper(access);

    /// <inheritdoc/>
    protected override string[] ConfigurationConnection(KafkaAccess access, ConfigurationTarget target) =>
        target.TopicName is null ? base.ConfigurationConnection(access, target) : Zookeeper(access);

    private static string[] Zookeeper(KafkaAccess access) =>
    [
        "--zookeeper",
        access.ZookeeperConnect ?? throw new EngineException(
            "ZookeeperUnknown",
            EngineErrorKind.NotSupported,
            access.Cluster.ToString(),
            $"The programs in {access.Cluster} are from before Kafka 2.3 and need ZooKeeper's address, which is not known.",
            "Name a cluster whose ensemble can be found, or use a newer client image."),
    ];
}

/// <summary>2.3: topics are the brokers'.</summary>
internal class Dialect23 : ToolDialect
{
    /// <inheritdoc/>
    protected override string[] ConfigurationConnection(KafkaAccess access, ConfigurationTarget target) =>
        target.TopicName is not null && access.ZookeeperConnect is { } zookeeper
            ? ["--zookeeper", zookeeper]
            : ["--bootstrap-server", access.BootstrapServers];

    /// <inheritdoc/>
    protected override string ProducerConnection => "--broker-list";
}

/// <summary>2.4: a topic can take its partitions and replicas from the brokers' defaults.</summary>
internal class Dialect24 : Dialect23
{
    /// <inheritdoc/>
    public override bool HasTopicDefaults => true;
}

/// <summary>2.5: the producer takes <c>--bootstrap-server</c>, and topics' settings are the brokers'.</summary>
internal class Dialect25 : Dialect24
{
    /// <inheritdoc/>
    public override bool CanTellDefaults => true;

    /// <inheritdoc/>
    protected override string[] ConfigurationConnection(KafkaAccess access, ConfigurationTarget target) => ["--bootstrap-server", access.BootstrapServers];

    /// <inheritdoc/>
    protected override string ProducerConnection => "--bootstrap-server";
}

/// <summary>2.7: the consumer prints partition, offset and headers, and null as one likes.</summary>
internal class Dialect27 : Dialect25
{
    /// <inheritdoc/>
    public override bool CanPrintPosition => true;
}

/// <summary>3.0: offsets have a program of their own, which takes patterns.</summary>
internal class Dialect30 : Dialect27
{
    /// <inheritdoc/>
    public override IEnumerable<ToolCommand> Offsets(KafkaAccess access, IReadOnlyCollection<string> topics, long time) =>
    [
        new ToolCommand(
            "kafka-get-offsets",
            ["--bootstrap-server", access.BootstrapServers, "--topic", TopicNames.Pattern(topics), "--time", Invariant.Text(time)]),
    ];
}

/// <summary>3.2: the producer takes headers and a marker for null.</summary>
internal class Dialect32 : Dialect30
{
    /// <inheritdoc/>
    public override bool CanSendHeadersAndNull => true;
}

/// <summary>4.2: each kind of <c>--property</c> got a name of its own; with the old one, a warning is printed among the records.</summary>
internal sealed class Dialect42 : Dialect32
{
    /// <inheritdoc/>
    protected override string ReaderProperty => "--reader-property";

    /// <inheritdoc/>
    protected override string FormatterProperty => "--formatter-property";

    /// <inheritdoc/>
    protected override string ConsumerProperty => "--command-property";
}
