using KafkaK8s.Sandbox.Pods;

namespace KafkaK8s.Sandbox.Tests.Simulated;

public sealed class BrokerTests : IAsyncDisposable
{
    private readonly SimulatedCluster _cluster = new(new RunningClock(200));

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Theory]
    [InlineData(SimulatedCluster.OldKafka)]
    [InlineData(SimulatedCluster.NewKafka)]
    public async Task Without_zookeeper_a_broker_waits_and_gives_up_in_the_words_of_its_image(string image)
    {
        var broker = await _cluster.StartAsync("kafka-0", image, ["/etc/confluent/docker/run"], new()
        {
            ["KAFKA_ZOOKEEPER_CONNECT"] = "kafka-zookeeper:2181",
            ["KAFKA_ADVERTISED_LISTENERS"] = "PLAINTEXT://kafka-0:9092",
        });

        Assert.Equal(1, await broker.Container.Completion.WaitAsync(TestContext.Current.CancellationToken));
        Assert.Contains(broker.Log, line => line.EndsWith("Timed out waiting for connection to Zookeeper server [kafka-zookeeper:2181].", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("KAFKA_ZOOKEEPER_CONNECT", "KAFKA_ZOOKEEPER_CONNECT is required.")]
    [InlineData("KAFKA_ADVERTISED_LISTENERS", "KAFKA_ADVERTISED_LISTENERS is required.")]
    [InlineData("+KAFKA_PORT", "port is deprecated. Please use KAFKA_ADVERTISED_LISTENERS instead.")]
    public async Task An_environment_that_the_image_refuses_ends_the_broker(string change, string complaint)
    {
        Dictionary<string, string> environment = new()
        {
            ["KAFKA_ZOOKEEPER_CONNECT"] = "kafka-zookeeper:2181",
            ["KAFKA_ADVERTISED_LISTENERS"] = "PLAINTEXT://kafka-0:9092",
        };
        if (change[0] == '+')
        {
            environment[change[1..]] = "tcp://10.0.0.1:9092";
        }
        else
        {
            environment.Remove(change);
        }

        var broker = await _cluster.StartAsync("kafka-0", SimulatedCluster.OldKafka, [], environment);

        Assert.Equal(1, await broker.Container.Completion.WaitAsync(TestContext.Current.CancellationToken));
        Assert.Contains(complaint, broker.Log);
    }

    [Fact]
    public async Task In_sync_replicas_shrink_when_a_broker_stops_and_grow_when_it_comes_back_with_its_data()
    {
        await _cluster.StartAllAsync(old: false);
        await RunAsync("kafka-topics", "--create", "--topic", "t", "--replica-assignment", "1:0:2");
        await _cluster["kafka-test-client"].RunAsync("before\n", "kafka-console-producer", "--bootstrap-server", "kafka:9092", "--topic", "t");

        await _cluster.StopAsync("kafka-1");
        Assert.Contains("Leader: 0\tReplicas: 1,0,2\tIsr: 0,2\t", await RunAsync("kafka-topics", "--describe", "--topic", "t"), StringComparison.Ordinal);

        await (await _cluster.StartNewBrokerAsync(1)).WaitForPortAsync(9092);
        Assert.Contains("Leader: 0\tReplicas: 1,0,2\tIsr: 0,2,1\t", await RunAsync("kafka-topics", "--describe", "--topic", "t"), StringComparison.Ordinal);

        await _cluster.StopAsync("kafka-0");
        await _cluster.StopAsync("kafka-2");
        Assert.Contains("Leader: 1\t", await RunAsync("kafka-topics", "--describe", "--topic", "t"), StringComparison.Ordinal);
        Assert.Equal("before\n", await RunAsync("kafka-console-consumer", "--topic", "t", "--partition", "0", "--offset", "earliest", "--max-messages", "1"));
    }

    [Fact]
    public async Task Records_outlive_a_broker_on_its_volume_and_go_with_it()
    {
        await _cluster.StartAllAsync(old: false);
        await RunAsync("kafka-topics", "--create", "--topic", "alone", "--replica-assignment", "2");
        await _cluster["kafka-test-client"].RunAsync("kept\n", "kafka-console-producer", "--bootstrap-server", "kafka:9092", "--topic", "alone");

        await _cluster.StopAsync("kafka-2");
        Assert.Contains("Leader: none\tReplicas: 2\tIsr: 2\t", await RunAsync("kafka-topics", "--describe", "--topic", "alone"), StringComparison.Ordinal);
        await (await _cluster.StartNewBrokerAsync(2)).WaitForPortAsync(9092);
        Assert.Equal("alone:0:1\n", await RunAsync("kafka-get-offsets", "--topic", "alone"));

        await _cluster.StopAsync("kafka-2", withVolumes: true);
        await (await _cluster.StartNewBrokerAsync(2)).WaitForPortAsync(9092);
        Assert.Equal("alone:0:0\n", await RunAsync("kafka-get-offsets", "--topic", "alone"));
    }

    [Fact]
    public async Task A_killed_broker_leads_until_its_session_ends()
    {
        var clock = new ManualClock();
        await using var cluster = new SimulatedCluster(clock);
        var ready = cluster.StartAllAsync(old: true);
        while (!ready.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await ready;
        string[] describe = ["kafka-topics", "--zookeeper", "kafka-zookeeper:2181", "--describe", "--topic", "t"];
        await cluster.RunAsync("kafka-test-client", "kafka-topics", "--zookeeper", "kafka-zookeeper:2181", "--create", "--topic", "t", "--replica-assignment", "1:0");
        cluster["kafka-1"].Container.Kill();
        Assert.Equal(137, await cluster["kafka-1"].Container.Completion);

        Assert.Contains("Leader: 1\tReplicas: 1,0\tIsr: 1,0\n", (await cluster.RunAsync("kafka-test-client", describe)).Output, StringComparison.Ordinal);
        clock.Advance(TimeSpan.FromSeconds(6));
        while (!(await cluster.RunAsync("kafka-test-client", describe)).Output.Contains("Leader: 0\tReplicas: 1,0\tIsr: 0\n", StringComparison.Ordinal))
        {
            await Task.Yield();
        }
    }

    [Fact]
    public async Task A_second_java_program_cant_have_the_jmx_port_unless_it_isnt_told_of_it()
    {
        await _cluster.StartAllAsync(old: true);
        string[] list = ["kafka-topics", "--zookeeper", "kafka-zookeeper:2181", "--list"];

        var refused = await _cluster.RunAsync("kafka-0", ["env", "JMX_PORT=5555", .. list]);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("Port already in use: 5555", refused.Output, StringComparison.Ordinal);
        Assert.Equal(0, (await _cluster.RunAsync("kafka-0", ["env", "-u", "JMX_PORT", .. list])).ExitCode);
    }

    [Fact]
    public async Task A_program_that_isnt_simulated_is_not_found()
    {
        await _cluster.StartAsync("client", SimulatedCluster.OldKafka, ["sh", "-c", "exec tail -f /dev/null"], []);

        await Assert.ThrowsAsync<ProgramNotFoundException>(() => _cluster.RunAsync("client", "kafka-mirror-maker"));
        Assert.Equal(127, (await _cluster.RunAsync("client", "env", "kafka-mirror-maker")).ExitCode);
        Assert.Equal(2, (await _cluster.RunAsync("client", "sh", "-c", "rm -rf /")).ExitCode);
    }

    private async Task<string> RunAsync(string tool, params string[] arguments) =>
        (await _cluster.RunAsync("kafka-test-client", [tool, "--bootstrap-server", "kafka:9092", .. arguments])).Output;
}
