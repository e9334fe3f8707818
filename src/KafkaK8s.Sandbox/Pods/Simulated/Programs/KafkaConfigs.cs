using System.Globalization;
using KafkaK8s.Sandbox.Pods.Simulated.Kafka;

namespace KafkaK8s.Sandbox.Pods.Simulated.Programs;

/// <summary>kafka-configs of both generations, for topics and brokers.</summary>
internal sealed class KafkaConfigs(ProgramCall call, ConfigOptions options, KafkaCluster cluster, KafkaBroker? broker)
{
    private const string Main = "kafka.admin.ConfigCommand.main(ConfigCommand.scala)";

    private static readonly string[] FutureFrames =
    [
        "java.base/java.util.concurrent.CompletableFuture.reportGet(CompletableFuture.java:396)",
        "java.base/java.util.concurrent.CompletableFuture.get(CompletableFuture.java:2096)",
        "org.apache.kafka.common.internals.KafkaFutureImpl.get(KafkaFutureImpl.java:183)",
    ];

    private static readonly string[] OldFutureFrames =
    [
        "org.apache.kafka.common.internals.KafkaFutureImpl.wrapAndThrow(KafkaFutureImpl.java:45)",
        "org.apache.kafka.common.internals.KafkaFutureImpl.access$000(KafkaFutureImpl.java:32)",
        "org.apache.kafka.common.internals.KafkaFutureImpl$SingleWaiter.await(KafkaFutureImpl.java:104)",
        "org.apache.kafka.common.internals.KafkaFutureImpl.get(KafkaFutureImpl.java:270)",
        "kafka.admin.ConfigCommand$.alterBrokerConfig(ConfigCommand.scala:254)",
        "kafka.admin.ConfigCommand$.processBrokerConfig(ConfigCommand.scala:225)",
        "kafka.admin.ConfigCommand$.main(ConfigCommand.scala:79)",
        Main,
    ];

    private static readonly string[] ProcessFrames = ["kafka.admin.ConfigCommand$.processCommand(ConfigCommand.scala:349)", "kafka.admin.ConfigCommand$.main(ConfigCommand.scala:98)", Main];

    private static readonly string[] OldChangeFrames =
    [
        "kafka.zk.AdminZkClient.changeTopicConfig(AdminZkClient.scala:347)",
        "kafka.zk.AdminZkClient.changeConfigs(AdminZkClient.scala:284)",
        "kafka.admin.ConfigCommand$.alterConfig(ConfigCommand.scala:133)",
        "kafka.admin.ConfigCommand$.processCommandWithZk(ConfigCommand.scala:100)",
        "kafka.admin.ConfigCommand$.main(ConfigCommand.scala:77)",
        Main,
    ];

    private static readonly string[] OldBadValueFrames =
    [
        "org.apache.kafka.common.config.ConfigDef.parseType(ConfigDef.java:722)",
        "org.apache.kafka.common.config.ConfigDef.parseValue(ConfigDef.java:469)",
        "org.apache.kafka.common.config.ConfigDef.parse(ConfigDef.java:462)",
        "kafka.log.LogConfig$.validate(LogConfig.scala:299)",
        "kafka.zk.AdminZkClient.validateTopicConfig(AdminZkClient.scala:335)",
        .. OldChangeFrames,
    ];

    private readonly TextWriter _output = call.Console.Output;
    private readonly bool _isOld = call.Pod.Image.HasOldTools;

    /// <summary>Runs the program.</summary>
    public static async Task<int> RunAsync(ProgramCall call, CancellationToken cancellation)
    {
        var isOld = call.Pod.Image.HasOldTools;
        ConfigOptions options;
        try
        {
            options = ConfigOptions.Parse(call.Arguments, isOld, call.Files);
        }
        catch (Exception exception) when (exception is ToolOptionException or UsageErrorException)
        {
            return UsageErrorException.Print(call.Console, exception.Message, ConfigOptions.All(isOld));
        }

        if (options.IsVersionAsked)
        {
            call.Console.Output.WriteLine(call.Pod.Image.ToldVersion);
            return 0;
        }

        return isOld && (!options.IsBroker || options.ZooKeeper is not null) ? await RunOnZooKeeperAsync(call, options, cancellation) : await RunOnBrokerAsync(call, options, cancellation);
    }

    private static async Task<int> RunOnZooKeeperAsync(ProgramCall call, ConfigOptions options, CancellationToken cancellation)
    {
        if (options.ZooKeeper is not { } address)
        {
            return UsageErrorException.Print(call.Console, "Missing required argument \"[zookeeper]\"", ConfigOptions.All(isOld: true));
        }

        var cluster = await ZooKeeperConnection.OpenAsync(call, address, ["kafka.admin.ConfigCommand$.main(ConfigCommand.scala:74)", Main], cancellation);
        return cluster is null ? 1 : new KafkaConfigs(call, options, cluster, null).Run();
    }

    private static async Task<int> RunOnBrokerAsync(ProgramCall call, ConfigOptions options, CancellationToken cancellation)
    {
        if (options.Bootstrap is not { } bootstrap)
        {
            call.Console.Error.WriteLine("One of the required --bootstrap-server, --boostrap-controller, or --zookeeper arguments must be specified");
            return 1;
        }

        var (servers, trace) = AdminConnection.Create(call, bootstrap, ["kafka.admin.ConfigCommand$.processCommand(ConfigCommand.scala:343)", "kafka.admin.ConfigCommand$.main(ConfigCommand.scala:98)", Main]);
        if (servers is null)
        {
            return Fail(call, trace!);
        }

        try
        {
            var broker = await AdminConnection.ConnectAsync(call, servers, options.IsAlter ? "incrementalAlterConfigs" : "describeConfigs", cancellation);
            return new KafkaConfigs(call, options, broker.Cluster!, broker).Run();
        }
        catch (KafkaErrorException exception)
        {
            return Fail(call, exception.Description);
        }
    }

    private static int Fail(ProgramCall call, string trace)
    {
        call.Console.Error.WriteLine($"Error while executing config command with args '{string.Join(' ', call.Arguments)}'");
        call.Console.Error.WriteLine(trace);
        return 1;
    }

    private int Run()
    {
        try
        {
            if (options.IsBroker)
            {
                RunOnBrokers();
            }
            else if (options.IsAlter)
            {
                AlterTopic(options.Name ?? "");
            }
            else
            {
                DescribeTopics();
            }

            return 0;
        }
        catch (UsageErrorException exception)
        {
            call.Console.Error.WriteLine(exception.Message);
            return 1;
        }
        catch (ToolFailureException exception)
        {
            return Fail(call, exception.Trace);
        }
    }

    private void DescribeTopics()
    {
        var topics = cluster.Describe().Where(topic => _isOld || topic.IsPublished).ToDictionary(topic => topic.Name, StringComparer.Ordinal);
        foreach (var name in options.Name is { } one ? [one] : JavaHashOrder.Growing(topics.Keys, topics.Count))
        {
            var configuration = topics.GetValueOrDefault(name)?.Configuration;
            if (_isOld)
            {
                var pairs = JavaHashOrder.Growing(configuration?.Keys ?? [], configuration?.Count ?? 0).Select(key => $"{key}={configuration![key]}");
                _output.WriteLine($"Configs for topic '{name}' are {string.Join(',', pairs)}");
                continue;
            }

            _output.WriteLine($"{(options.IsAll ? "All" : "Dynamic")} configs for topic {name} are:");
            foreach (var setting in TopicSettings.All(old: false).Where(setting => options.IsAll || configuration?.ContainsKey(setting.Name) == true))
            {
                _output.WriteLine(Row(setting, configuration ?? throw Unknown(
                    "kafka.admin.ConfigCommand$.getResourceConfig(ConfigCommand.scala:618)",
                    "kafka.admin.ConfigCommand$.$anonfun$describeResourceConfig$5(ConfigCommand.scala:576)")));
            }

            if (configuration is null)
            {
                throw Unknown(
                    "kafka.admin.ConfigCommand$.getResourceConfig(ConfigCommand.scala:618)",
                    "kafka.admin.ConfigCommand$.$anonfun$describeResourceConfig$5(ConfigCommand.scala:576)",
                    "kafka.admin.ConfigCommand$.$anonfun$describeResourceConfig$5$adapted(ConfigCommand.scala:568)",
                    "scala.collection.immutable.List.foreach(List.scala:334)",
                    "kafka.admin.ConfigCommand$.describeResourceConfig(ConfigCommand.scala:568)",
                    "kafka.admin.ConfigCommand$.describeConfig(ConfigCommand.scala:546)",
                    "kafka.admin.ConfigCommand$.processCommand(ConfigCommand.scala:351)",
                    "kafka.admin.ConfigCommand$.main(ConfigCommand.scala:98)",
                    Main);
            }
        }
    }

    private string Row(TopicSetting setting, IReadOnlyDictionary<string, string> configuration)
    {
        var synonyms = new List<string>();
        if (configuration.GetValueOrDefault(setting.Name) is { } own)
        {
            synonyms.Add($"DYNAMIC_TOPIC_CONFIG:{setting.Name}={own}");
        }

        if (setting.ServerName is { } dynamic && cluster.BrokerSettings.Of(broker!.Id).GetValueOrDefault(dynamic) is { } ofBroker)
        {
            synonyms.Add($"DYNAMIC_BROKER_CONFIG:{dynamic}={ofBroker}");
        }

        if (setting.ServerName is { } shared && cluster.BrokerSettings.Of(DynamicBrokerSettings.Default).GetValueOrDefault(shared) is { } ofAll)
        {
            synonyms.Add($"DYNAMIC_DEFAULT_BROKER_CONFIG:{shared}={ofAll}");
        }

        if (setting.ServerName is { } server)
        {
            if (broker!.Settings.Find(server) is { } fixedValue)
            {
                synonyms.Add($"STATIC_BROKER_CONFIG:{server}={fixedValue}");
            }

            synonyms.Add($"DEFAULT_CONFIG:{server}={setting.Default}");
        }

        return $"  {setting.Name}={KafkaCluster.Setting(configuration, setting.Name, broker!)} sensitive=false synonyms={{{string.Join(", ", synonyms)}}}";
    }

    private void AlterTopic(string name)
    {
        var topic = cluster.Describe().FirstOrDefault(topic => topic.Name == name && (_isOld || topic.IsPublished));
        if (topic is null && !_isOld)
        {
            throw Unknown(["kafka.admin.ConfigCommand$.getResourceConfig(ConfigCommand.scala:618)", "kafka.admin.ConfigCommand$.alterConfig(ConfigCommand.scala:369)", .. ProcessFrames]);
        }

        RequirePresent(topic?.Configuration.Keys ?? []);
        if (topic is null)
        {
            throw new ToolFailureException(
                "kafka.admin.AdminOperationException", $"Topic \"{name}\" does not exist.", ["kafka.zk.AdminZkClient.validateTopicConfig(AdminZkClient.scala:333)", .. OldChangeFrames]);
        }

        try
        {
            TopicSettings.Check(options.Added, _isOld);
        }
        catch (KafkaErrorException exception)
        {
            throw Refused(exception, name);
        }

        cluster.ConfigureTopic(name, options.Changes);
        _output.WriteLine(_isOld ? $"Completed Updating config for entity: topic '{name}'." : $"Completed updating config for topic {name}.");
    }

    private ToolFailureException Refused(KafkaErrorException exception, string topic)
    {
        var isBadValue = exception.ClassName.EndsWith(".ConfigException", StringComparison.Ordinal);
        if (_isOld)
        {
            return new ToolFailureException(exception, isBadValue ? OldBadValueFrames : []);
        }

        return Wrapped(
            new KafkaErrorException("InvalidConfigurationException", isBadValue ? $"Invalid config value for resource ConfigResource(type=TOPIC, name='{topic}'): {exception.Message}" : exception.Message),
            ["kafka.admin.ConfigCommand$.alterConfig(ConfigCommand.scala:382)", .. ProcessFrames]);
    }

    private void RequirePresent(IEnumerable<string> present)
    {
        if (options.Removed.Except(present).ToList() is { Count: > 0 } absent)
        {
            throw new UsageErrorException($"Invalid config(s): {string.Join(',', absent)}");
        }
    }

    private static ToolFailureException Unknown(params string[] frames) => Wrapped(new KafkaErrorException("UnknownTopicOrPartitionException", ""), frames);

    private static ToolFailureException Wrapped(KafkaErrorException cause, IEnumerable<string> frames) =>
        new("java.util.concurrent.ExecutionException", cause.Description, [.. FutureFrames, .. frames]) { Cause = cause.Description };

    private void RunOnBrokers()
    {
        if (broker is not null && options is { IsDefault: false, Name: null } && (_isOld || options.IsAlter))
        {
            throw new UsageErrorException(_isOld
                ? "At least one of --entity-name or --entity-default must be specified with --bootstrap-server"
                : "An entity-name or default entity must be specified with --alter of brokers");
        }

        var ids = options.IsDefault ? []
            : options.Name is { } name ? [int.Parse(name, CultureInfo.InvariantCulture)]
            : cluster.Brokers.Select(broker => broker.Id).ToList();
        foreach (var id in ids)
        {
            if (cluster.Brokers.FirstOrDefault(member => member.Id == id) is not { } member)
            {
                throw Absent(id);
            }
            else if (options.IsAlter)
            {
                AlterBroker(id);
            }
            else
            {
                DescribeBroker(member);
            }
        }

        if (options.Name is not null || broker is null)
        {
            return;
        }

        if (options.IsAlter)
        {
            AlterBroker(DynamicBrokerSettings.Default);
        }
        else
        {
            DescribeDefault();
        }
    }

    // 1.1 knows that there is no such broker; later ones wait for it, a minute long.
    private ToolFailureException Absent(int id)
    {
        const string cause = "org.apache.kafka.common.errors.BrokerNotAvailableException: Error choosing node for describeBrokerConfigs: no node found.";
        if (_isOld)
        {
            return new ToolFailureException("java.util.concurrent.ExecutionException", cause, OldFutureFrames) { Cause = cause };
        }

        if (!options.IsAlter)
        {
            _output.WriteLine($"{(options.IsAll ? "All" : "Dynamic")} configs for broker {id} are:");
        }

        return new ToolFailureException("java.util.concurrent.TimeoutException", "", ["java.base/java.util.concurrent.CompletableFuture.timedGet(CompletableFuture.java:1960)", .. ProcessFrames]);
    }

    private void DescribeBroker(KafkaBroker member)
    {
        var own = cluster.BrokerSettings.Of(member.Id);
        if (broker is null)
        {
            // ZooKeeper has all of a broker's in one line.
            _output.WriteLine($"Configs for brokers '{member.Id}' are {string.Join(',', JavaHashOrder.Growing(own.Keys, own.Count).Select(name => $"{name}={own[name]}"))}");
            return;
        }

        _output.WriteLine(_isOld ? $"Configs for broker {member.Id} are:" : $"{(options.IsAll ? "All" : "Dynamic")} configs for broker {member.Id} are:");
        foreach (var name in options.IsAll ? BrokerSetting.Defaults(_isOld).Keys.Union(member.Settings.Names).Order(StringComparer.Ordinal) : own.Keys)
        {
            var synonyms = new List<(string Source, string Value)>();
            Add("DYNAMIC_BROKER_CONFIG", own.GetValueOrDefault(name));
            Add("DYNAMIC_DEFAULT_BROKER_CONFIG", cluster.BrokerSettings.Of(DynamicBrokerSettings.Default).GetValueOrDefault(name));
            Add("STATIC_BROKER_CONFIG", member.Settings.Find(name));
            Add("DEFAULT_CONFIG", BrokerSetting.Defaults(_isOld).GetValueOrDefault(name));
            WriteSetting(name, synonyms);

            void Add(string source, string? value)
            {
                if (value is not null)
                {
                    synonyms.Add((source, value));
                }
            }
        }
    }

    private void DescribeDefault()
    {
        _output.WriteLine(_isOld ? "Default config for brokers in the cluster are:" : "Default configs for brokers in the cluster are:");
        foreach (var (name, value) in cluster.BrokerSettings.Of(DynamicBrokerSettings.Default))
        {
            WriteSetting(name, [("DYNAMIC_DEFAULT_BROKER_CONFIG", value)]);
        }
    }

    // The brokers keep passwords and the like to themselves.
    private void WriteSetting(string name, List<(string Source, string Value)> synonyms)
    {
        var isDynamic = synonyms.Count > 0 && synonyms[0].Source.StartsWith("DYNAMIC", StringComparison.Ordinal);
        var isSensitive = name.EndsWith("password", StringComparison.Ordinal)
            || name.EndsWith("sasl.jaas.config", StringComparison.Ordinal)
            || (isDynamic && BrokerSetting.IsUnknown(name, _isOld));
        string Shown(string value) => isSensitive ? "null" : value;
        _output.WriteLine(
            $"  {name}={(synonyms.Count > 0 ? Shown(synonyms[0].Value) : "null")} sensitive={(isSensitive ? "true" : "false")} synonyms={{{string.Join(", ", synonyms.Select(synonym => $"{synonym.Source}:{name}={Shown(synonym.Value)}"))}}}");
    }

    private void AlterBroker(int id)
    {
        RequirePresent(cluster.BrokerSettings.Of(id).Keys);
        if (options.Added.Keys.Where(BrokerSetting.IsFixed).ToList() is { Count: > 0 } fixedNames)
        {
            var complaint = $"Cannot update these configs dynamically: Set({string.Join(", ", fixedNames)})";
            var resource = id == DynamicBrokerSettings.Default ? "" : id.ToString(CultureInfo.InvariantCulture);
            throw _isOld
                ? new ToolFailureException(
                    "java.util.concurrent.ExecutionException",
                    $"org.apache.kafka.common.errors.InvalidRequestException: Invalid config value for resource Resource(type=BROKER, name='{resource}'}}: {complaint}",
                    OldFutureFrames) { Cause = $"org.apache.kafka.common.errors.InvalidRequestException: Invalid config value for resource Resource(type=BROKER, name='{resource}'}}: {complaint}" }
                : Wrapped(new KafkaErrorException("InvalidRequestException", complaint), ["kafka.admin.ConfigCommand$.alterConfig(ConfigCommand.scala:401)", .. ProcessFrames]);
        }

        cluster.BrokerSettings.Change(id, options.Changes);
        _output.WriteLine((_isOld, id) switch
        {
            (true, DynamicBrokerSettings.Default) => "Completed updating default config for brokers in the cluster,",
            (false, DynamicBrokerSettings.Default) => "Completed updating default config for brokers in the cluster.",
            (true, _) => $"Completed updating config for broker: {id}.",
            _ => $"Completed updating config for broker {id}.",
        });
    }
}
