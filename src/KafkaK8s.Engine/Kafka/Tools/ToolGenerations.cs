namespace KafkaK8s.Engine.Kafka.Tools;

/// <summary>1.1 to 2.2: topics, reassignments and elections are ZooKeeper's, the producer wants a broker list, the consumer prints neither partition nor offset.</summary>
internal sealed class Dialect11 : ToolDialect
{
    /// <inheritdoc/>
    public override bool ReassignsThroughZookeeper => true;

    /// <inheritdoc/>
    public override bool ElectsThroughZookeeper => true;

    /// <inheritdoc/>
    protected override string ProducerConnection => "--broker-list";

    /// <inheritdoc/>
    public override bool CanDescribeManyGroups => false;

    /// <inheritdoc/>
    public override bool DescribesBrokersSettings => false;

    /// <inheritdoc/>
    public override bool TellsEndForLaterTimes => true;

    /// <summary>
    /// The program for offsets finds times by the files that records are in. Where a group would be moved is exact, and takes all topics at
    /// once; the group comes to nothing, because nothing is moved.
    /// </summary>
    public override IEnumerable<ToolCommand> Offsets(KafkaAccess access, IReadOnlyCollection<string> topics, OffsetPosition position) =>
        position is OffsetPosition.At
            ? [ResetGroup(access, new OffsetReset.ToPosition($"kafkak8s-{Guid.NewGuid():n}", topics.ToDictionary(topic => topic, _ => (IReadOnlyList<int>)[]), position), dryRun: true)]
            : base.Offsets(access, topics, position);

    /// <inheritdoc/>
    protected override string[] TopicsConnection(KafkaAccess access) => Zookeeper(access);

    /// <inheritdoc/>
    protected override string[] ConfigurationConnection(KafkaAccess access, ConfigurationTarget target) =>
        target.TopicName is null ? base.ConfigurationConnection(access, target) : Zookeeper(access);
}

/// <summary>2.3: topics are the brokers'; reassignments and elections are still ZooKeeper's.</summary>
internal class Dialect23 : ToolDialect
{
    /// <inheritdoc/>
    public override bool ReassignsThroughZookeeper => true;

    /// <inheritdoc/>
    public override bool ElectsThroughZookeeper => true;

    /// <inheritdoc/>
    protected override string[] ConfigurationConnection(KafkaAccess access, ConfigurationTarget target) =>
        target.TopicName is not null && access.ZookeeperConnect is { } zookeeper
            ? ["--zookeeper", zookeeper]
            : ["--bootstrap-server", access.BootstrapServers];

    /// <inheritdoc/>
    protected override string ProducerConnection => "--broker-list";
}

/// <summary>2.4: a topic can take its partitions and replicas from the brokers' defaults; elections are the brokers', who tell how they end.</summary>
internal class Dialect24 : Dialect23
{
    /// <inheritdoc/>
    public override bool ElectsThroughZookeeper => false;

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

/// <summary>2.6: reassignments are the brokers', who can list them.</summary>
internal class Dialect26 : Dialect25
{
    /// <inheritdoc/>
    public override bool ReassignsThroughZookeeper => false;
}

/// <summary>2.7: the consumer prints partition, offset and headers, and null as one likes; settings can be read from a file.</summary>
internal class Dialect27 : Dialect26
{
    /// <inheritdoc/>
    public override bool CanReadSettingsFromFile => true;

    /// <inheritdoc/>
    public override bool CanPrintPosition => true;
}

/// <summary>3.0: offsets have a program of their own, which takes patterns.</summary>
internal class Dialect30 : Dialect27
{
    /// <inheritdoc/>
    public override IEnumerable<ToolCommand> Offsets(KafkaAccess access, IReadOnlyCollection<string> topics, OffsetPosition position) =>
    [
        new ToolCommand(
            "kafka-get-offsets",
            ["--bootstrap-server", access.BootstrapServers, "--topic", TopicNames.Pattern(topics), "--time", Time(position)]),
    ];
}

/// <summary>3.2: the producer takes headers and a marker for null.</summary>
internal class Dialect32 : Dialect30
{
    /// <inheritdoc/>
    public override bool CanSendHeadersAndNull => true;
}

/// <summary>3.3: a cluster without ZooKeeper tells its controllers.</summary>
internal class Dialect33 : Dialect32
{
    /// <inheritdoc/>
    public override bool HasQuorumTool => true;
}

/// <summary>4.2: each kind of <c>--property</c> got a name of its own; with the old one, a warning is printed among the records.</summary>
internal sealed class Dialect42 : Dialect33
{
    /// <inheritdoc/>
    protected override string ReaderProperty => "--reader-property";

    /// <inheritdoc/>
    protected override string FormatterProperty => "--formatter-property";

    /// <inheritdoc/>
    protected override string ConsumerProperty => "--command-property";
}
