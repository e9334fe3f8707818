using KafkaK8s.Sandbox.Pods;

namespace KafkaK8s.Sandbox.Tests.Simulated;

public sealed class TopicTests : IAsyncDisposable
{
    private readonly SimulatedCluster _cluster = new(new RunningClock(500));

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task The_articles_topic_is_made_through_zookeeper()
    {
        await _cluster.StartAllAsync(old: true);
        string[] topics = ["env", "-u", "JMX_PORT", "KAFKA_HEAP_OPTS=-Xmx256M", "/usr/bin/kafka-topics", "--zookeeper", "kafka-zookeeper:2181"];

        Assert.Equal(new(0, "", ""), await _cluster.RunAsync("kafka-test-client", [.. topics, "--list"]));
        Assert.Equal(
            new(0, "Created topic \"test\".\n", ""),
            await _cluster.RunAsync("kafka-test-client", [.. topics, "--topic", "test", "--create", "--partitions", "1", "--replication-factor", "1"]));
        Assert.Equal(new(0, "test\n", ""), await _cluster.RunAsync("kafka-test-client", [.. topics, "--list"]));
        var description = await _cluster.RunAsync("kafka-0", [.. topics, "--describe", "--topic", "test"]);
        Assert.Matches(
            "^Topic:test\tPartitionCount:1\tReplicationFactor:1\tConfigs:\n\tTopic: test\tPartition: 0\tLeader: ([012])\tReplicas: \\1\tIsr: \\1\n$", description.Output);
    }

    [Fact]
    public async Task The_old_tool_refuses_to_tell_its_version_and_the_new_one_tells_it()
    {
        await _cluster.StartAsync("old", SimulatedCluster.OldKafka, ["sh", "-c", "exec tail -f /dev/null"], []);
        await _cluster.StartAsync("new", SimulatedCluster.NewKafka, ["sh", "-c", "exec tail -f /dev/null"], []);
        await _cluster.StartAsync("apache", "apache/kafka:3.9.1", ["tail", "-f", "/dev/null"], []);

        var refusal = await _cluster.RunAsync("old", "kafka-topics", "--version");
        Assert.Equal(1, refusal.ExitCode);
        Assert.StartsWith("Exception in thread \"main\" joptsimple.UnrecognizedOptionException: version is not a recognized option\n", refusal.Error, StringComparison.Ordinal);
        Assert.Equal(new(0, "7.9.2-ccs\n", ""), await _cluster.RunAsync("new", "kafka-topics", "--version"));
        Assert.Equal(new(0, "3.9.2\n", ""), await _cluster.RunAsync("apache", "/opt/kafka/bin/kafka-topics.sh", "--version"));
        await Assert.ThrowsAsync<ProgramNotFoundException>(() => _cluster.RunAsync("apache", "kafka-topics", "--version"));
    }
}
