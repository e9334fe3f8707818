using System.Globalization;
using KafkaK8s.Sandbox.Pods.Simulated.Kafka;

namespace KafkaK8s.Sandbox.Pods.Simulated.Programs;

/// <summary>kafka-topics of 3.9.2, which asks a broker.</summary>
internal sealed class KafkaTopicsNew(ProgramCall call, ToolOptions options, BootstrapServers servers)
{
    private const string Logger = "org.apache.kafka.tools.TopicCommand";

    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(30);

    private static readonly string[] Known =
    [
        "alter", "at-min-isr-partitions", "bootstrap-server=", "command-config=", "config=", "create", "delete", "delete-config=", "describe", "exclude-internal",
        "help", "if-exists", "if-not-exists", "list", "partition-size-limit-per-response=", "partitions=", "replica-assignment=", "replication-factor=", "topic=",
        "topic-id=", "topics-with-overrides", "unavailable-partitions", "under-min-isr-partitions", "under-replicated-partitions", "version",
    ];

    private static readonly string[] Actions = ["create", "list", "alter", "describe", "delete"];

    private static readonly string[] PartitionFilters =
        ["under-replicated-partitions", "unavailable-partitions", "under-min-isr-partitions", "at-min-isr-partitions"];

    private static readonly (string Option, string[] AllowedWith)[] Scopes =
    [
        ("config", ["alter", "create"]), ("delete-config", ["alter"]), ("partitions", ["alter", "create"]), ("replication-factor", ["create"]),
        ("replica-assignment", ["alter", "create"]), ("under-replicated-partitions", ["describe"]), ("under-min-isr-partitions", ["describe"]),
        ("at-min-isr-partitions", ["describe"]), ("unavailable-partitions", ["describe"]), ("topics-with-overrides", ["describe"]),
        ("if-exists", ["alter", "delete", "describe"]), ("if-not-exists", ["create"]), ("exclude-internal", ["list", "describe"]),
    ];

    private static readonly string[] MainFrames =
    [
        "org.apache.kafka.tools.TopicCommand.mainNoExit(TopicCommand.java:90)",
        "org.apache.kafka.tools.TopicCommand.main(TopicCommand.java:85)",
    ];

    private static readonly string[] BadValueFrames =
    [
        "org.apache.kafka.common.config.ConfigDef.parseType(ConfigDef.java:776)",
        "org.apache.kafka.common.config.ConfigDef.parseValue(ConfigDef.java:531)",
        "org.apache.kafka.common.config.ConfigDef.parse(ConfigDef.java:524)",
        "org.apache.kafka.storage.internals.log.LogConfig.validate(LogConfig.java:752)",
        "org.apache.kafka.storage.internals.log.LogConfig.validate(LogConfig.java:742)",
        "org.apache.kafka.tools.TopicCommand.parseTopicConfigsToBeAdded(TopicCommand.java:176)",
        "org.apache.kafka.tools.TopicCommand.access$000(TopicCommand.java:81)",
        "org.apache.kafka.tools.TopicCommand$CommandTopicPartition.<init>(TopicCommand.java:267)",
        "org.apache.kafka.tools.TopicCommand$TopicService.createTopic(TopicCommand.java:460)",
        "org.apache.kafka.tools.TopicCommand.execute(TopicCommand.java:105)",
        .. MainFrames,
    ];

    private static readonly string[] CreateFrames =
    [
        "org.apache.kafka.tools.TopicCommand$TopicService.createTopic(TopicCommand.java:465)",
        "org.apache.kafka.tools.TopicCommand.execute(TopicCommand.java:105)",
        .. MainFrames,
    ];

    private readonly TextWriter _output = call.Console.Output;

    /// <summary>Runs the program.</summary>
    public static async Task<int> RunAsync(ProgramCall call, CancellationToken cancellation)
    {
        ToolOptions options;
        try
        {
            options = ToolOptions.Parse(call.Arguments, Known);
        }
        catch (ToolOptionException exception)
        {
            return FailAtStart(call, exception.Message, JavaTrace.Format(
                $"{exception.ClassName}: {exception.Message}",
                [
                    .. exception.Frames,
                    "org.apache.kafka.tools.TopicCommand$TopicCommandOptions.<init>(TopicCommand.java:830)",
                    "org.apache.kafka.tools.TopicCommand.execute(TopicCommand.java:100)",
                    .. MainFrames,
                ]));
        }

        if (options.Has("version"))
        {
            call.Console.Output.WriteLine(call.Pod.Image.ToldVersion);
            return 0;
        }

        if (Complaint(call.Arguments, options) is { } complaint)
        {
            return UsageErrorException.Print(call.Console, complaint, Known);
        }

        if (options.Value("bootstrap-server") is not { } bootstrap)
        {
            return FailAtStart(call, "--bootstrap-server must be specified", JavaTrace.Format(
                "java.lang.IllegalArgumentException: --bootstrap-server must be specified",
                [
                    "org.apache.kafka.tools.TopicCommand$TopicCommandOptions.checkRequiredArgs(TopicCommand.java:978)",
                    "org.apache.kafka.tools.TopicCommand$TopicCommandOptions.checkArgs(TopicCommand.java:971)",
                    "org.apache.kafka.tools.TopicCommand$TopicCommandOptions.<init>(TopicCommand.java:835)",
                    "org.apache.kafka.tools.TopicCommand.execute(TopicCommand.java:100)",
                    .. MainFrames,
                ]));
        }

        var (servers, trace) = AdminConnection.Create(call, bootstrap,
        [
            "org.apache.kafka.tools.TopicCommand$TopicService.createAdminClient(TopicCommand.java:456)",
            "org.apache.kafka.tools.TopicCommand$TopicService.<init>(TopicCommand.java:445)",
            "org.apache.kafka.tools.TopicCommand.execute(TopicCommand.java:101)",
            .. MainFrames,
        ]);
        return servers is null
            ? FailAtStart(call, "Failed to create new KafkaAdminClient", trace!)
            : await new KafkaTopicsNew(call, options, servers).RunAsync(cancellation);
    }

    private static int FailAtStart(ProgramCall call, string message, string trace)
    {
        call.Console.Error.WriteLine(message);
        call.Console.Error.WriteLine(trace + "\n");
        return 1;
    }

    private static string? Complaint(IReadOnlyList<string> arguments, ToolOptions options)
    {
        if (arguments.Count == 0)
        {
            return "Create, delete, describe, or change a topic.";
        }

        if (options.Has("help"))
        {
            return "This tool helps to create, delete, describe, or change a topic.";
        }

        if (Actions.Count(options.Has) != 1)
        {
            return "Command must include exactly one action: --list, --describe, --create, --alter or --delete";
        }

        if (options.Has("bootstrap-server") && !options.Has("list") && !options.Has("describe") && !options.Has("topic"))
        {
            return "Missing required argument \"[topic]\"";
        }

        foreach (var (option, allowed) in Scopes.Where(scope => options.Has(scope.Option)))
        {
            if (Actions.Except(allowed).FirstOrDefault(options.Has) is { } action)
            {
                return $"Option \"[{option}]\" can't be used with option \"[{action}]\"";
            }
        }

        return options.Has("alter") && options.Has("config")
            ? "Option combination \"[[bootstrap-server], [config]]\" can't be used with option \"[alter]\" (the kafka-configs CLI supports altering topic configs with a --bootstrap-server option)"
            : null;
    }

    private async Task<int> RunAsync(CancellationToken cancellation)
    {
        try
        {
            if (options.Has("create"))
            {
                await CreateAsync(cancellation);
            }
            else
            {
                await RunOnTopicsAsync(cancellation);
            }

            return 0;
        }
        catch (KafkaErrorException exception)
        {
            return Fail(exception.Message, exception.Description);
        }
        catch (ToolFailureException exception)
        {
            return Fail(exception.Message, exception.Trace);
        }
        catch (ToolOptionException exception)
        {
            return Fail(exception.Message, JavaTrace.Format($"{exception.ClassName}: {exception.Message}", [.. exception.Frames, .. MainFrames]));
        }
    }

    private int Fail(string message, string trace)
    {
        _output.WriteLine($"Error while executing topic command : {message}");
        call.Console.Log("ERROR", trace + "\n", Logger);
        return 1;
    }

    private async Task CreateAsync(CancellationToken cancellation)
    {
        var topic = options.Value("topic")!;
        var (partitions, replicationFactor) = (options.Number("partitions"), options.Number("replication-factor"));
        var configuration = Configuration();
        if (TopicNames.HasCollisionCharacters(topic))
        {
            _output.WriteLine(TopicsOutput.CollisionWarning);
        }

        if (replicationFactor is < 1 or > short.MaxValue)
        {
            throw ToolFailureException.IllegalArgument($"The replication factor must be between 1 and {short.MaxValue} inclusive", ["org.apache.kafka.tools.TopicCommand$TopicService.createTopic(TopicCommand.java:470)", .. CreateFrames]);
        }

        if (partitions < 1)
        {
            throw ToolFailureException.IllegalArgument("The partitions must be greater than 0", ["org.apache.kafka.tools.TopicCommand$TopicService.createTopic(TopicCommand.java:473)", .. CreateFrames]);
        }

        var broker = await AdminConnection.ConnectAsync(call, servers, "createTopics", cancellation);
        try
        {
            await CreateAsync(broker, topic, partitions, replicationFactor, configuration, cancellation);
        }
        catch (KafkaErrorException exception) when (options.Has("if-not-exists") && exception.ClassName.EndsWith(".TopicExistsException", StringComparison.Ordinal))
        {
            // As asked, a topic that exists is all right.
            return;
        }

        _output.WriteLine($"Created topic {topic}.");
    }

    private async Task CreateAsync(
        KafkaBroker broker, string topic, int? partitions, int? replicationFactor, IReadOnlyDictionary<string, string> configuration, CancellationToken cancellation)
    {
        var cluster = broker.Cluster!;
        if (options.Value("replica-assignment") is not { } assignment)
        {
            cluster.CreateTopic(
                topic,
                partitions ?? broker.Settings.Number("num.partitions", 1),
                replicationFactor ?? broker.Settings.Number("default.replication.factor", 1),
                configuration,
                byBroker: true);
            return;
        }

        cluster.CreateTopic(topic, TopicsOutput.ParseAssignment(assignment), configuration, byBroker: true);
        if (!cluster.Describe().Single(description => description.Name == topic).IsPublished)
        {
            // The broker waits for leaders that never come.
            await call.Pod.Clock.DelayAsync(RequestTimeout, cancellation);
            throw new KafkaErrorException("TimeoutException", "The request timed out.");
        }
    }

    private async Task RunOnTopicsAsync(CancellationToken cancellation)
    {
        var broker = await AdminConnection.ConnectAsync(call, servers, "listTopics", cancellation);
        var filter = options.Value("topic") is { } text ? new TopicFilter(text) : null;
        var topics = broker.Cluster!.Describe()
            .Where(topic => topic.IsPublished && filter?.Matches(topic.Name) != false && !(topic.IsInternal && options.Has("exclude-internal")))
            .ToList();
        if (options.Has("list"))
        {
            _output.WriteLine(string.Join('\n', topics.Select(topic => topic.Name)));
        }
        else if (options.Has("describe"))
        {
            Require(topics, "org.apache.kafka.tools.TopicCommand$TopicService.describeTopic(TopicCommand.java:578)", "org.apache.kafka.tools.TopicCommand.execute(TopicCommand.java:111)");
            Describe(broker, topics);
        }
        else if (options.Has("alter"))
        {
            Require(topics, "org.apache.kafka.tools.TopicCommand$TopicService.alterTopic(TopicCommand.java:512)", "org.apache.kafka.tools.TopicCommand.execute(TopicCommand.java:107)");
            Alter(broker.Cluster, topics);
        }
        else
        {
            Require(topics, "org.apache.kafka.tools.TopicCommand$TopicService.deleteTopic(TopicCommand.java:656)", "org.apache.kafka.tools.TopicCommand.execute(TopicCommand.java:113)");
            Delete(broker, topics);
        }
    }

    private void Require(List<TopicDescription> topics, params string[] frames)
    {
        if (topics.Count == 0 && options.Has("topic") && !options.Has("if-exists"))
        {
            throw ToolFailureException.IllegalArgument($"Topic 'Optional[{options.Value("topic")}]' does not exist as expected",
            [
                "org.apache.kafka.tools.TopicCommand.ensureTopicExists(TopicCommand.java:218)",
                "org.apache.kafka.tools.TopicCommand.access$700(TopicCommand.java:81)",
                .. frames,
                .. MainFrames,
            ]);
        }
    }

    private void Describe(KafkaBroker broker, List<TopicDescription> topics)
    {
        var filters = PartitionFilters.Where(options.Has).ToList();
        var overrides = options.Has("topics-with-overrides");
        var byName = topics.ToDictionary(topic => topic.Name, StringComparer.Ordinal);
        foreach (var topic in JavaHashOrder.Sized(byName.Keys).Select(name => byName[name]))
        {
            var configuration = Shown(broker, topic);
            if (filters.Count == 0 && (!overrides || configuration.Count > 0))
            {
                _output.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"Topic: {topic.Name}\t{(broker.IsOld ? "" : $"TopicId: {topic.Id}\t")}PartitionCount: {topic.Partitions.Count}\tReplicationFactor: {topic.Partitions[0].Replicas.Count - (topic.Partitions[0].Reassignment?.Adding.Count ?? 0)}\tConfigs: {string.Join(',', configuration)}"));
            }

            var minimum = int.Parse(KafkaCluster.Setting(topic.Configuration, "min.insync.replicas", broker), CultureInfo.InvariantCulture);
            foreach (var partition in overrides ? [] : topic.Partitions.Where(partition => filters.Count == 0 || filters.Exists(filter => Passes(filter, partition, minimum))))
            {
                var leader = partition.HasLeader ? partition.Leader!.Value.ToString(CultureInfo.InvariantCulture) : null;
                var moving = partition.Reassignment is { } move
                    ? $"\tAdding Replicas: {string.Join(',', move.Adding)}\tRemoving Replicas: {string.Join(',', move.Removing)}"
                    : "";
                _output.WriteLine(TopicsOutput.Row(topic.Name, partition, leader) + moving + "\tElr: N/A\tLastKnownElr: N/A");
            }
        }
    }

    private static bool Passes(string filter, PartitionDescription partition, int minimum) => filter switch
    {
        "under-replicated-partitions" => partition.InSync.Count < partition.Replicas.Count,
        "unavailable-partitions" => !partition.HasLeader,
        "under-min-isr-partitions" => !partition.HasLeader || partition.InSync.Count < minimum,
        _ => partition.HasLeader && partition.InSync.Count == minimum,
    };

    // Everything that isn't a default: the topic's own settings and what the broker's properties say, in the order of a hash table with all of them.
    private static List<string> Shown(KafkaBroker broker, TopicDescription topic)
    {
        var all = TopicSettings.All(old: broker.IsOld).ToList();
        var shown = all
            .Where(setting => topic.Configuration.ContainsKey(setting.Name) || (setting.ServerName is not null && broker.Setting(setting.ServerName) is not null))
            .Select(setting => setting.Name);
        return [.. JavaHashOrder.Growing(shown, all.Count).Select(name => $"{name}={KafkaCluster.Setting(topic.Configuration, name, broker)}")];
    }

    private void Alter(KafkaCluster cluster, List<TopicDescription> topics)
    {
        if (options.Number("partitions") is not { } partitions)
        {
            return;
        }

        foreach (var topic in topics)
        {
            var assignment = options.Value("replica-assignment") is { } text ? TopicsOutput.ParseAssignment(text).Skip(topic.Partitions.Count).ToList() : null;
            cluster.AddPartitions(topic.Name, partitions, assignment, byBroker: true);
        }
    }

    private static void Delete(KafkaBroker broker, List<TopicDescription> topics)
    {
        if (topics.Count > 0 && !broker.Settings.Flag("delete.topic.enable", otherwise: true))
        {
            throw new KafkaErrorException("TopicDeletionDisabledException", "Topic deletion is disabled.");
        }

        topics.ForEach(topic => broker.Cluster!.DeleteTopic(topic.Name));
    }

    private IReadOnlyDictionary<string, string> Configuration()
    {
        var pairs = TopicsOutput.ParseConfiguration(options.Values("config"), MainFrames);
        try
        {
            TopicSettings.Check(pairs, old: false);
        }
        catch (KafkaErrorException exception) when (exception.ClassName.EndsWith(".ConfigException", StringComparison.Ordinal))
        {
            throw new ToolFailureException(exception, BadValueFrames);
        }

        return pairs;
    }
}
