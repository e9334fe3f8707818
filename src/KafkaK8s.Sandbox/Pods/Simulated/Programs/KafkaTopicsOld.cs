using System.Globalization;
using KafkaK8s.Sandbox.Pods.Simulated.Kafka;

namespace KafkaK8s.Sandbox.Pods.Simulated.Programs;

/// <summary>kafka-topics of 1.1.1, which works through ZooKeeper.</summary>
internal sealed class KafkaTopicsOld(ProgramCall call, ToolOptions options, KafkaCluster cluster)
{
    private const string Logger = "kafka.admin.TopicCommand$";
    private const string Main = "kafka.admin.TopicCommand.main(TopicCommand.scala)";

    private static readonly string[] Known =
    [
        "alter", "config=", "create", "delete", "delete-config=", "describe", "disable-rack-aware", "force", "help", "if-exists", "if-not-exists", "list",
        "partitions=", "replica-assignment=", "replication-factor=", "topic=", "topics-with-overrides", "unavailable-partitions", "under-replicated-partitions",
        "zookeeper=",
    ];

    private static readonly string[] Actions = ["create", "list", "alter", "describe", "delete"];

    private static readonly string[] RequiredToCreate = ["partitions", "replication-factor"];

    // What an option can't be used with: all actions but its own.
    private static readonly (string Option, string[] AllowedWith)[] Scopes =
    [
        ("config", ["alter", "create"]), ("delete-config", ["alter"]), ("partitions", ["alter", "create"]), ("replication-factor", ["create"]),
        ("replica-assignment", ["create", "alter"]), ("under-replicated-partitions", ["describe"]), ("unavailable-partitions", ["describe"]),
        ("topics-with-overrides", ["describe"]), ("if-exists", ["alter", "delete"]), ("if-not-exists", ["create"]),
    ];

    private static readonly string[] BadValueFrames =
    [
        "org.apache.kafka.common.config.ConfigDef.parseType(ConfigDef.java:722)",
        "org.apache.kafka.common.config.ConfigDef.parseValue(ConfigDef.java:469)",
        "org.apache.kafka.common.config.ConfigDef.parse(ConfigDef.java:462)",
        "kafka.log.LogConfig$.validate(LogConfig.scala:299)",
        "kafka.admin.TopicCommand$.parseTopicConfigsToBeAdded(TopicCommand.scala:265)",
        "kafka.admin.TopicCommand$.createTopic(TopicCommand.scala:96)",
        "kafka.admin.TopicCommand$.main(TopicCommand.scala:63)",
        Main,
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
            call.Console.Error.WriteLine(JavaTrace.Format(
                $"Exception in thread \"main\" {exception.ClassName}: {exception.Message}",
                [.. exception.Frames, "kafka.admin.TopicCommand$TopicCommandOptions.<init>(TopicCommand.scala:358)", "kafka.admin.TopicCommand$.main(TopicCommand.scala:44)", Main]));
            return 1;
        }

        if (Complaint(call.Arguments, options) is { } complaint)
        {
            return UsageErrorException.Print(call.Console, complaint, Known);
        }

        var cluster = await ZooKeeperConnection.OpenAsync(
            call, options.Value("zookeeper")!, ["kafka.admin.TopicCommand$.main(TopicCommand.scala:57)", Main], cancellation);
        return cluster is null ? 1 : new KafkaTopicsOld(call, options, cluster).Run();
    }

    private static string? Complaint(IReadOnlyList<string> arguments, ToolOptions options)
    {
        if (arguments.Count == 0)
        {
            return "Create, delete, describe, or change a topic.";
        }

        if (Actions.Count(options.Has) != 1)
        {
            return "Command must include exactly one action: --list, --describe, --create, --alter or --delete";
        }

        if (!options.Has("zookeeper"))
        {
            return Missing("zookeeper");
        }

        if (!options.Has("list") && !options.Has("describe") && !options.Has("topic"))
        {
            return Missing("topic");
        }

        foreach (var (option, allowed) in Scopes.Where(scope => options.Has(scope.Option)))
        {
            if (Actions.Except(allowed).FirstOrDefault(options.Has) is { } action)
            {
                return Conflict(option, action);
            }
        }

        return !options.Has("create") || !options.Has("replica-assignment") ? null
            : options.Has("partitions") ? Conflict("replica-assignment", "partitions")
            : options.Has("replication-factor") ? Conflict("replica-assignment", "replication-factor")
            : null;
    }

    private static string Missing(string option) => $"Missing required argument \"[{option}]\"";

    private static string Conflict(string option, string other) => $"Option \"[{option}]\" can't be used with option\"[{other}]\"";

    private int Run()
    {
        try
        {
            if (options.Has("create"))
            {
                Create();
            }
            else if (options.Has("list"))
            {
                List();
            }
            else if (options.Has("describe"))
            {
                Describe();
            }
            else if (options.Has("alter"))
            {
                Alter();
            }
            else
            {
                Delete();
            }

            return 0;
        }
        catch (UsageErrorException exception)
        {
            return UsageErrorException.Print(call.Console, exception.Message, Known);
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
            return Fail(exception.Message, JavaTrace.Format($"{exception.ClassName}: {exception.Message}", [.. exception.Frames, Main]));
        }
    }

    private int Fail(string message, string trace)
    {
        _output.WriteLine($"Error while executing topic command : {message}");
        call.Console.Log("ERROR", trace + "\n", Logger);
        return 1;
    }

    private void Create()
    {
        var topic = options.Value("topic")!;
        var configuration = Configuration();
        if (TopicNames.HasCollisionCharacters(topic))
        {
            _output.WriteLine(TopicsOutput.CollisionWarning);
        }

        try
        {
            if (options.Value("replica-assignment") is { } assignment)
            {
                cluster.CreateTopic(topic, TopicsOutput.ParseAssignment(assignment), configuration, byBroker: false);
            }
            else
            {
                if (RequiredToCreate.FirstOrDefault(option => !options.Has(option)) is { } missing)
                {
                    throw new UsageErrorException(Missing(missing));
                }

                cluster.CreateTopic(topic, options.Number("partitions")!.Value, options.Number("replication-factor")!.Value, configuration, byBroker: false);
            }

            _output.WriteLine($"Created topic \"{topic}\".");
        }
        catch (KafkaErrorException exception) when (options.Has("if-not-exists") && exception.ClassName.EndsWith(".TopicExistsException", StringComparison.Ordinal))
        {
            // As asked, a topic that exists is all right.
            return;
        }
    }

    private void List()
    {
        foreach (var topic in Topics())
        {
            _output.WriteLine(topic.IsMarkedForDeletion ? $"{topic.Name} - marked for deletion" : topic.Name);
        }
    }

    private void Describe()
    {
        var (underReplicated, unavailable) = (options.Has("under-replicated-partitions"), options.Has("unavailable-partitions"));
        var overrides = options.Has("topics-with-overrides");
        var isFiltered = underReplicated || unavailable;
        var alive = cluster.Brokers.Select(broker => broker.Id).ToHashSet();
        foreach (var topic in Topics())
        {
            if (!isFiltered && (!overrides || topic.Configuration.Count > 0))
            {
                var configuration = JavaHashOrder.Growing(topic.Configuration.Keys, topic.Configuration.Count).Select(key => $"{key}={topic.Configuration[key]}");
                _output.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"Topic:{topic.Name}\tPartitionCount:{topic.Partitions.Count}\tReplicationFactor:{topic.Partitions[^1].Replicas.Count}\tConfigs:{string.Join(',', configuration)}{(topic.IsMarkedForDeletion ? "\tMarkedForDeletion:true" : "")}"));
            }

            foreach (var partition in overrides ? [] : topic.Partitions)
            {
                if (!isFiltered
                    || (underReplicated && partition.InSync.Count < partition.Replicas.Count)
                    || (unavailable && (partition.Leader is not { } leader || !alive.Contains(leader))))
                {
                    _output.WriteLine(TopicsOutput.Row(topic.Name, partition, partition.Leader?.ToString(CultureInfo.InvariantCulture))
                        + (isFiltered && topic.IsMarkedForDeletion ? "\tMarkedForDeletion: true" : ""));
                }
            }
        }
    }

    private void Alter()
    {
        foreach (var topic in Existing("kafka.admin.TopicCommand$.alterTopic(TopicCommand.scala:123)", "kafka.admin.TopicCommand$.main(TopicCommand.scala:65)"))
        {
            if (options.Has("config") || options.Has("delete-config"))
            {
                _output.WriteLine("WARNING: Altering topic configuration from this script has been deprecated and may be removed in future releases.");
                _output.WriteLine("         Going forward, please use kafka-configs.sh for this functionality");
                cluster.ConfigureTopic(topic.Name,
                [
                    .. Configuration().Select(pair => KeyValuePair.Create<string, string?>(pair.Key, pair.Value)),
                    .. options.Values("delete-config").Select(name => KeyValuePair.Create<string, string?>(name.Trim(), null)),
                ]);
                _output.WriteLine($"Updated config for topic \"{topic.Name}\".");
            }

            if (options.Number("partitions") is { } partitions)
            {
                if (topic.Name == ConsumerGroup.OffsetsTopic)
                {
                    throw ToolFailureException.IllegalArgument("The number of partitions for the offsets topic cannot be changed.", Main);
                }

                _output.WriteLine("WARNING: If partitions are increased for a topic that has a key, the partition logic or ordering of the messages will be affected");
                var assignment = options.Value("replica-assignment") is { } text ? TopicsOutput.ParseAssignment(text).Skip(topic.Partitions.Count).ToList() : null;
                cluster.AddPartitions(topic.Name, partitions, assignment, byBroker: false);
                _output.WriteLine("Adding partitions succeeded!");
            }
        }
    }

    private void Delete()
    {
        foreach (var topic in Existing("kafka.admin.TopicCommand$.deleteTopic(TopicCommand.scala:182)", "kafka.admin.TopicCommand$.main(TopicCommand.scala:71)"))
        {
            if (topic.IsInternal)
            {
                throw new ToolFailureException(
                    "kafka.admin.AdminOperationException", $"Topic {topic.Name} is a kafka internal topic and is not allowed to be marked for deletion.", [Main]);
            }

            if (cluster.DeleteTopic(topic.Name))
            {
                _output.WriteLine($"Topic {topic.Name} is marked for deletion.");
                _output.WriteLine("Note: This will have no impact if delete.topic.enable is not set to true.");
            }
            else
            {
                _output.WriteLine($"Topic {topic.Name} is already marked for deletion.");
            }
        }
    }

    private List<TopicDescription> Topics()
    {
        var filter = options.Value("topic") is { } text ? new TopicFilter(text) : null;
        return [.. cluster.Describe().Where(topic => filter?.Matches(topic.Name) != false)];
    }

    private List<TopicDescription> Existing(params string[] frames)
    {
        var topics = Topics();
        return topics.Count > 0 || options.Has("if-exists") ? topics : throw ToolFailureException.IllegalArgument(
            $"Topic {options.Value("topic")} does not exist on ZK path {options.Value("zookeeper")}", [.. frames, Main]);
    }

    private IReadOnlyDictionary<string, string> Configuration()
    {
        var pairs = TopicsOutput.ParseConfiguration(options.Values("config"), [Main]);
        try
        {
            TopicSettings.Check(pairs, old: true);
        }
        catch (KafkaErrorException exception) when (exception.ClassName.EndsWith(".ConfigException", StringComparison.Ordinal))
        {
            throw new ToolFailureException(exception, BadValueFrames);
        }

        return pairs;
    }
}
