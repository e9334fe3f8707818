using KafkaK8s.Engine.Kafka;

namespace KafkaK8s.Engine.Tests.Kafka;

/// <summary>What kafka-configs, kafka-get-offsets and the alteration of topics once answered, and what a caller gets from it.</summary>
public sealed class ConfigurationTranscriptTests
{
    private const string Described = "Topic: orders\tPartitionCount: 4\tReplicationFactor: 1\tConfigs: \n";

    private static readonly ConfigurationTarget Orders = ConfigurationTarget.Topic("orders");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("1.1.1")]
    [InlineData("3.9.2")]
    [InlineData("4.3.1")]
    public async Task What_was_set_for_a_topic_is_read(string version)
    {
        var (kafka, runner) = await Scripted.OpenAsync(version, "configs-describe-topic");

        var entries = await kafka.Configuration.GetAsync(ConfigurationTarget.Topic("settings"), all: false, Cancellation);

        Assert.Equal(
            [("cleanup.policy", "compact,delete"), ("min.insync.replicas", "2"), ("retention.ms", "86400000")],
            entries.Select(entry => (entry.Name, entry.Value)));
        Assert.All(entries, entry => Assert.Equal((ConfigurationSource.DynamicTopic, false), (entry.Source, entry.IsSensitive)));
        Assert.Equal(Transcript.Of(version, "configs-describe-topic").Argv.Order(), runner.Calls.Single().Select(Generalized).Order());

        string Generalized(string argument) => argument switch
        {
            "zk-0.zk:2181,zk-1.zk:2181" => "127.0.0.1:12181",
            "kafka-0.kafka-headless:9092" => version == "3.9.2" ? "127.0.0.1:19192" : "127.0.0.1:19292",
            _ => argument,
        };
    }

    [Theory]
    [InlineData("3.9.2")]
    [InlineData("4.3.1")]
    public async Task Every_setting_tells_where_its_value_comes_from(string version)
    {
        var (kafka, runner) = await Scripted.OpenAsync(version, "configs-describe-topic-all");

        var entries = await kafka.Configuration.GetAsync(ConfigurationTarget.Topic("settings"), all: true, Cancellation);

        Assert.Contains("--all", runner.Calls.Single());
        Assert.Equal(ConfigurationSource.DynamicTopic, entries.Single(entry => entry.Name == "min.insync.replicas").Source);
        Assert.Equal(ConfigurationSource.Default, entries.Single(entry => entry.Name == "segment.bytes").Source);
        Assert.Equal(new ConfigurationSynonym(ConfigurationSource.Default, "log.segment.bytes", "1073741824"), entries.Single(entry => entry.Name == "segment.bytes").Synonyms.Single());
        Assert.Equal(("604800000", ConfigurationSource.Default), entries.Where(entry => entry.Name == "segment.ms").Select(entry => (entry.Value, entry.Source)).Single());
    }

    [Theory]
    [InlineData("1.1.1")]
    [InlineData("3.9.2")]
    [InlineData("4.3.1")]
    public async Task A_topic_without_settings_has_none(string version)
    {
        var transcript = Transcript.Of(version, "configs-describe-topic-none");
        var (kafka, _) = await Scripted.OpenAsync(version, arguments => arguments[0] == "kafka-topics" ? new ScriptedAnswer(Described) : ScriptedAnswer.From(transcript));

        Assert.Empty(await kafka.Configuration.GetAsync(Orders, all: false, Cancellation));
    }

    [Theory]
    [InlineData("1.1.1")]
    [InlineData("3.9.2")]
    [InlineData("4.3.1")]
    public async Task A_missing_topic_is_an_error_whatever_the_tool_says(string version)
    {
        var (read, write) = (Transcript.Of(version, "configs-describe-missing-topic"), Transcript.Of(version, "configs-alter-missing-topic"));
        var (kafka, _) = await Scripted.OpenAsync(version, arguments =>
            arguments[0] == "kafka-topics" ? new ScriptedAnswer() : ScriptedAnswer.From(arguments.Contains("--alter") ? write : read));

        var got = await Assert.ThrowsAsync<EngineException>(() => kafka.Configuration.GetAsync(ConfigurationTarget.Topic("missing"), all: false, Cancellation));
        var set = await Assert.ThrowsAsync<EngineException>(() => kafka.Configuration.SetAsync(ConfigurationTarget.Topic("missing"), Change("retention.ms", "1000"), Cancellation));

        Assert.Equal([("TopicNotFound", EngineErrorKind.NotFound), ("TopicNotFound", EngineErrorKind.NotFound)], [(got.Id, got.Kind), (set.Id, set.Kind)]);
    }

    [Theory]
    [InlineData("1.1.1")]
    [InlineData("3.9.2")]
    [InlineData("4.3.1")]
    public async Task Setting_and_removing_is_one_call_and_values_may_contain_commas(string version)
    {
        var (kafka, runner) = await Scripted.OpenAsync(version, "configs-alter-topic");

        await kafka.Configuration.SetAsync(
            Orders, new Dictionary<string, string?> { ["retention.ms"] = "3600000", ["cleanup.policy"] = "compact,delete", ["flush.ms"] = null }, Cancellation);

        var call = runner.Calls.Single().ToList();
        Assert.Equal("retention.ms=3600000,cleanup.policy=[compact,delete]", call[call.IndexOf("--add-config") + 1]);
        Assert.Equal("flush.ms", call[call.IndexOf("--delete-config") + 1]);
    }

    [Theory]
    [InlineData("1.1.1")]
    [InlineData("3.9.2")]
    [InlineData("4.3.1")]
    public async Task Removing_what_is_not_set_is_no_error_and_stops_nothing_else(string version)
    {
        var (absent, done) = (Transcript.Of(version, "configs-delete-absent"), Transcript.Of(version, "configs-alter-topic"));
        var (kafka, runner) = await Scripted.OpenAsync(version, arguments => ScriptedAnswer.From(arguments.Contains("--delete-config") ? absent : done));

        await kafka.Configuration.SetAsync(Orders, new Dictionary<string, string?> { ["retention.ms"] = "1", ["flush.ms"] = null }, Cancellation);

        Assert.Contains("retention.ms=1", runner.Calls[^1]);
        Assert.Equal(version == "4.3.1" ? 1 : 2, runner.Calls.Count);
    }

    [Theory]
    [InlineData("configs-alter-bad-key", "UnknownTopicConfiguration", EngineErrorKind.InvalidArgument)]
    [InlineData("configs-alter-bad-value", "InvalidTopicConfiguration", EngineErrorKind.InvalidArgument)]
    [InlineData("configs-alter-broker-readonly", "ConfigurationReadOnly", EngineErrorKind.NotSupported)]
    public async Task A_refused_setting_says_why(string name, string id, EngineErrorKind kind)
    {
        foreach (var version in new[] { "1.1.1", "3.9.2", "4.3.1" })
        {
            var (kafka, _) = await Scripted.OpenAsync(version, name);

            var error = await Assert.ThrowsAsync<EngineException>(() => kafka.Configuration.SetAsync(Orders, Change("some.thing", "soon"), Cancellation));

            Assert.Equal((version, id, kind), (version, error.Id, error.Kind));
        }
    }

    [Theory]
    [InlineData("1.1.1")]
    [InlineData("3.9.2")]
    [InlineData("4.3.1")]
    public async Task A_brokers_settings_are_read_and_set(string version)
    {
        var (none, one, altered) = (Transcript.Of(version, "configs-describe-broker"), Transcript.Of(version, "configs-describe-broker-dynamic"), Transcript.Of(version, "configs-alter-broker"));
        var answers = new Queue<Transcript>([none, altered, one, one]);
        var (kafka, runner) = await Scripted.OpenAsync(version, _ => ScriptedAnswer.From(answers.Dequeue()));

        Assert.Empty(await kafka.Configuration.GetAsync(ConfigurationTarget.Broker(0), all: false, Cancellation));
        await kafka.Configuration.SetAsync(ConfigurationTarget.Broker(0), Change("log.cleaner.threads", "2"), Cancellation);
        var entry = Assert.Single(await kafka.Configuration.GetAsync(ConfigurationTarget.Broker(0), all: false, Cancellation));

        Assert.Equal(("log.cleaner.threads", "2", ConfigurationSource.DynamicBroker), (entry.Name, entry.Value, entry.Source));
        Assert.Equal([ConfigurationSource.DynamicBroker, ConfigurationSource.Default], entry.Synonyms.Select(synonym => synonym.Source));
        Assert.All(runner.Calls, call => Assert.Equal("--bootstrap-server", call[1]));
    }

    [Theory]
    [InlineData("a[b")]
    [InlineData("a]b")]
    [InlineData("a\nb")]
    public async Task A_value_that_the_tool_would_mangle_is_refused_before_anything_is_sent(string value)
    {
        var (kafka, runner) = await Scripted.OpenAsync("3.9.2", _ => new ScriptedAnswer());

        await Assert.ThrowsAsync<EngineException>(() => kafka.Configuration.SetAsync(Orders, Change("retention.ms", value), Cancellation));

        Assert.Empty(runner.Calls);
    }

    [Theory]
    [InlineData("3.9.2")]
    [InlineData("4.3.1")]
    public async Task A_secret_is_no_argument_and_arrives_as_it_is(string version)
    {
        var altered = ScriptedAnswer.From(Transcript.Of(version, "configs-alter-broker"));
        var (kafka, runner) = await Scripted.OpenAsync(version, _ => altered);

        await kafka.Configuration.SetAsync(
            ConfigurationTarget.Broker(0),
            new Dictionary<string, string?> { ["listener.name.a.ssl.keystore.password"] = "o[p] = ü\\#", ["log.cleaner.threads"] = "2", ["num.io.threads"] = null },
            Cancellation);

        var call = runner.Calls.Single(call => call.Contains("--alter"));
        Assert.Equal(["--delete-config", "num.io.threads", "--add-config-file"], call.Skip(call.Count - 3));
        Assert.Equal("listener.name.a.ssl.keystore.password=o[p]\\ \\=\\ \\u00fc\\\\\\#\nlog.cleaner.threads=2\n", runner.Inputs.Single());
    }

    [Fact]
    public async Task A_release_that_takes_a_secret_only_as_an_argument_is_not_given_it()
    {
        var (kafka, runner) = await Scripted.OpenAsync("1.1.1", _ => new ScriptedAnswer());

        var error = await Assert.ThrowsAsync<EngineException>(() =>
            kafka.Configuration.SetAsync(ConfigurationTarget.Broker(0), Change("listener.name.a.ssl.keystore.password", "open-sesame"), Cancellation));

        Assert.Equal("SensitiveSettingExposed", error.Id);
        Assert.DoesNotContain("open-sesame", error.ToString(), StringComparison.Ordinal);
        Assert.Empty(runner.Calls);
    }

    [Theory]
    [InlineData("broker.rack", "a", "ConfigurationReadOnly")]
    [InlineData("num.io.thread", "9", "UnknownBrokerSetting")]
    public async Task A_broker_is_not_asked_to_take_what_it_can_not(string name, string value, string id)
    {
        foreach (var version in new[] { "1.1.1", "3.9.2", "4.3.1" })
        {
            var (kafka, runner) = await Scripted.OpenAsync(version, _ => new ScriptedAnswer());

            var error = await Assert.ThrowsAsync<EngineException>(() => kafka.Configuration.SetAsync(ConfigurationTarget.AllBrokers, Change(name, value), Cancellation));

            Assert.Equal(id, error.Id);
            Assert.Empty(runner.Calls);
        }
    }

    [Theory]
    [InlineData("All sensitive broker config entries must be specified for --alter, missing entries: Set(no.such.key)", "SensitiveSettingsIncomplete")]
    [InlineData("java.util.concurrent.ExecutionException: org.apache.kafka.common.errors.InvalidRequestException: These security configs can be dynamically updated only per-listener using the listener prefix: [ssl.truststore.password]", "ConfigurationPerListener")]
    [InlineData("java.util.concurrent.ExecutionException: org.apache.kafka.common.errors.InvalidRequestException: Invalid config value for resource Resource(type=BROKER, name=''}: Cannot update these configs at default cluster level, broker id must be specified: Set(ssl.truststore.password)", "ConfigurationPerBroker")]
    [InlineData("java.util.concurrent.ExecutionException: org.apache.kafka.common.errors.InvalidConfigurationException: Cluster-level min.insync.replicas cannot be removed while ELR is enabled.", "ConfigurationRefused")]
    [InlineData("java.util.concurrent.ExecutionException: org.apache.kafka.common.errors.InvalidRequestException: / by zero", "ConfigurationRefused")]
    [InlineData("java.util.concurrent.ExecutionException: org.apache.kafka.common.errors.InvalidRequestException: Invalid value many for configuration log.cleaner.threads: Not a number of type INT", "InvalidBrokerSetting")]
    [InlineData("java.util.concurrent.ExecutionException: org.apache.kafka.common.errors.BrokerNotAvailableException: Error choosing node for describeBrokerConfigs: no node found.", "BrokerNotFound")]
    public async Task What_real_brokers_were_heard_to_refuse_is_understood(string words, string id)
    {
        var (kafka, _) = await Scripted.OpenAsync("4.3.1", _ => new ScriptedAnswer("", words + "\n", 1));

        var error = await Assert.ThrowsAsync<EngineException>(() => kafka.Configuration.SetAsync(ConfigurationTarget.Broker(0), Change("log.cleaner.threads", "many"), Cancellation));

        Assert.Equal(id, error.Id);
        Assert.NotEqual(EngineErrorKind.OutcomeUnknown, error.Kind);
    }

    [Theory]
    [InlineData("1.1.1")]
    [InlineData("3.9.2")]
    [InlineData("4.3.1")]
    public async Task What_a_broker_took_without_knowing_it_is_removed_again(string version)
    {
        var altered = ScriptedAnswer.From(Transcript.Of(version, "configs-alter-broker"));
        var (kafka, runner) = await Scripted.OpenAsync(version, arguments => arguments.Contains("--alter") ? altered : new ScriptedAnswer(
            "Dynamic configs for broker 0 are:\n  max.connections=null sensitive=true synonyms={DYNAMIC_BROKER_CONFIG:max.connections=null}\n"));

        var error = await Assert.ThrowsAsync<EngineException>(() => kafka.Configuration.SetAsync(ConfigurationTarget.Broker(0), Change("max.connections", "100"), Cancellation));

        Assert.Equal("UnknownBrokerSetting", error.Id);
        Assert.Equal(["--delete-config", "max.connections"], runner.Calls[^1].Skip(runner.Calls[^1].Count - 2));
    }

    [Theory]
    [InlineData("listener.name.a.ssl.keystore.certificate.chain")]
    [InlineData("listener.name.a.ssl.truststore.certificates")]
    public async Task What_brokers_keep_to_themselves_by_nature_is_not_taken_for_unknown(string name)
    {
        var altered = ScriptedAnswer.From(Transcript.Of("3.9.2", "configs-alter-broker"));
        var (kafka, runner) = await Scripted.OpenAsync("3.9.2", arguments => arguments.Contains("--alter") ? altered : new ScriptedAnswer(
            $"Dynamic configs for broker 0 are:\n  {name}=null sensitive=true synonyms={{DYNAMIC_BROKER_CONFIG:{name}=null}}\n"));

        await kafka.Configuration.SetAsync(ConfigurationTarget.Broker(0), Change(name, "-----BEGIN CERTIFICATE-----\nMIIB\n"), Cancellation);

        Assert.DoesNotContain(runner.Calls, call => call.Contains("--delete-config"));
    }

    [Fact]
    public async Task A_value_with_a_blank_behind_a_comma_is_read_whole()
    {
        const string listeners = "PLAINTEXT://:9092, CONTROLLER://:9093";
        const string rules = "RULE:^CN=(.*?),.*$/$1/, RULE:^CN=x, DEFAULT";
        var (kafka, _) = await Scripted.OpenAsync("3.9.2", _ => new ScriptedAnswer(
            "All configs for broker 0 are:\n"
            + $"  listeners={listeners} sensitive=false synonyms={{STATIC_BROKER_CONFIG:listeners={listeners}, DEFAULT_CONFIG:listeners=PLAINTEXT://:9092}}\n"
            + $"  ssl.principal.mapping.rules={rules} sensitive=false synonyms={{DYNAMIC_BROKER_CONFIG:ssl.principal.mapping.rules={rules}, DEFAULT_CONFIG:ssl.principal.mapping.rules=DEFAULT}}\n"));

        var entries = await kafka.Configuration.GetAsync(ConfigurationTarget.Broker(0), all: true, Cancellation);

        Assert.Equal(
            [("listeners", listeners, ConfigurationSource.StaticBroker), ("ssl.principal.mapping.rules", rules, ConfigurationSource.DynamicBroker)],
            entries.Select(entry => (entry.Name, entry.Value, entry.Source)));
        Assert.Equal(
            [(listeners, "PLAINTEXT://:9092"), (rules, "DEFAULT")],
            entries.Select(entry => (entry.Synonyms[0].Value, entry.Synonyms[1].Value)));
        Assert.All(entries, entry => Assert.Equal(2, entry.Synonyms.Count));
    }

    [Theory]
    [InlineData("1.1.1", "alter-partitions")]
    [InlineData("3.9.2", "alter-partitions")]
    [InlineData("4.3.1", "alter-partitions")]
    public async Task A_topic_gets_more_partitions(string version, string name)
    {
        var (kafka, runner) = await Scripted.OpenAsync(version, name);

        await kafka.Topics.SetPartitionsAsync("or.ders", 4, Cancellation);

        Assert.Contains(@"or\.ders", runner.Calls.Single());
    }

    [Theory]
    [InlineData("1.1.1")]
    [InlineData("3.9.2")]
    [InlineData("4.3.1")]
    public async Task A_topic_never_gets_fewer_partitions_and_as_many_is_fine(string version)
    {
        var (fewer, _) = await Scripted.OpenAsync(version, "alter-partitions-fewer");
        var (missing, _) = await Scripted.OpenAsync(version, "alter-partitions-missing");

        await fewer.Topics.SetPartitionsAsync("orders", 4, Cancellation);
        var error = await Assert.ThrowsAsync<EngineException>(() => fewer.Topics.SetPartitionsAsync("orders", 2, Cancellation));
        var notFound = await Assert.ThrowsAsync<EngineException>(() => missing.Topics.SetPartitionsAsync("missing", 2, Cancellation));

        Assert.Equal(["InvalidPartitionCount", "TopicNotFound"], [error.Id, notFound.Id]);
    }

    [Theory]
    [InlineData("1.1.1")]
    [InlineData("3.9.2")]
    [InlineData("4.3.1")]
    public async Task Offsets_are_read_by_partition(string version)
    {
        var transcript = Transcript.Of(version, "offsets");
        var (kafka, _) = await Scripted.OpenAsync(version, arguments => arguments[0] == "kafka-topics" ? new ScriptedAnswer(Described) : ScriptedAnswer.From(transcript));

        var offsets = await kafka.Topics.OffsetsAsync(["orders"], new OffsetPosition.Latest(), Cancellation);

        Assert.Equal([(0, 0L), (1, 4L), (2, 0L), (3, 0L)], offsets.Select(offset => (offset.Partition, offset.Offset!.Value)));
    }

    private static Dictionary<string, string?> Change(string name, string? value) => new() { [name] = value };
}
