using System.IO.Pipelines;
using System.Text;
using KafkaK8s.Sandbox.Pods;
using KafkaK8s.Sandbox.Pods.Simulated.Kafka;

namespace KafkaK8s.Sandbox.Tests.Simulated;

public sealed class MessageTests : IAsyncDisposable
{
    private readonly SimulatedCluster _cluster = new(new RunningClock(100));

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task What_is_sent_is_received_and_prompts_are_printed_by_the_old_producer_only()
    {
        await _cluster.StartAllAsync(old: true);
        var client = _cluster["kafka-test-client"];

        var sent = await client.RunAsync("hello\nworld\n", "kafka-console-producer", "--broker-list", "kafka:9092", "--topic", "test");
        Assert.Equal((0, ">>>"), (sent.ExitCode, sent.Output));
        Assert.Contains("{test=LEADER_NOT_AVAILABLE}", sent.Error, StringComparison.Ordinal);

        var received = await client.RunAsync(null, "kafka-console-consumer", "--bootstrap-server", "kafka:9092", "--topic", "test", "--from-beginning", "--max-messages", "2");
        Assert.Equal(new(0, "hello\nworld\n", "Processed a total of 2 messages\n"), received);
    }

    [Fact]
    public async Task The_last_line_is_kept_from_a_producer_behind_the_script_for_it()
    {
        await _cluster.StartAllAsync(old: false);
        var client = _cluster["kafka-test-client"];
        string[] produce = ["sh", "-c", "{ sed '$d' || exit; } | \"$@\"", "sh", "kafka-console-producer", "--bootstrap-server", "kafka:9092", "--topic", "test"];

        var cut = await client.RunAsync($"one\n{new string('x', 100_000)}\nthr", produce);
        var whole = await client.RunAsync("four\n\n", produce);

        Assert.Equal((0, 0), (cut.ExitCode, whole.ExitCode));
        var received = await client.RunAsync(null, "kafka-console-consumer", "--bootstrap-server", "kafka:9092", "--topic", "test", "--from-beginning", "--max-messages", "3");
        Assert.Equal($"one\n{new string('x', 100_000)}\nfour\n", received.Output);
    }

    [Fact]
    public async Task A_consumer_streams_what_comes_until_it_is_ended()
    {
        await _cluster.StartAllAsync(old: false);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var pipe = new Pipe();
        await using var output = pipe.Writer.AsStream();
        var consuming = _cluster["kafka-test-client"].Container.ExecAsync(
            new ContainerExec(["kafka-console-consumer", "--bootstrap-server", "kafka:9092", "--topic", "live", "--from-beginning"], null, output, Stream.Null), ending.Token);
        using var reader = new StreamReader(pipe.Reader.AsStream());

        foreach (var line in new[] { "first", "grüße" })
        {
            await _cluster["kafka-0"].RunAsync(line + "\n", "kafka-console-producer", "--bootstrap-server", "kafka:9092", "--topic", "live");
            Assert.Equal(line, await reader.ReadLineAsync(TestContext.Current.CancellationToken));
        }

        await ending.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => consuming);
    }

    [Fact]
    public async Task Two_consumers_of_a_group_share_the_partitions_and_the_group_goes_on_where_it_was()
    {
        await _cluster.StartAllAsync(old: false);
        var client = _cluster["kafka-test-client"];
        string[] consume = ["kafka-console-consumer", "--bootstrap-server", "kafka:9092", "--topic", "t", "--group", "g", "--from-beginning", "--timeout-ms", "6000"];
        await client.RunAsync(null, "kafka-topics", "--bootstrap-server", "kafka:9092", "--create", "--topic", "t", "--partitions", "4");
        await client.RunAsync("a\nb\nc\n", "kafka-console-producer", "--bootstrap-server", "kafka:9092", "--topic", "t");

        var both = await Task.WhenAll(client.RunAsync(null, consume), _cluster["kafka-0"].RunAsync(null, consume));
        Assert.Equal(["a", "b", "c"], both.SelectMany(result => result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)).Order());

        await client.RunAsync("d\n", "kafka-console-producer", "--bootstrap-server", "kafka:9092", "--topic", "t");
        Assert.Equal("d\n", (await client.RunAsync(null, consume)).Output);
    }

    // As real ones of these releases say it; before the brace of 3.9 stands the leader's address.
    [Theory]
    [InlineData(true, "org.apache.kafka.clients.consumer.OffsetOutOfRangeException: Offsets out of range with no configured reset policy for partitions: {t-0=99}")]
    [InlineData(false, "org.apache.kafka.clients.consumer.OffsetOutOfRangeException: Fetch position FetchPosition{offset=99, offsetEpoch=Optional.empty, currentLeader=LeaderAndEpoch{leader=Optional[")]
    public async Task An_offset_that_is_not_there_ends_a_consumer_that_must_not_choose_another(bool old, string words)
    {
        await _cluster.StartAllAsync(old);
        var client = _cluster["kafka-test-client"];
        await client.RunAsync("a\nb\n", "kafka-console-producer", "--broker-list", "kafka:9092", "--topic", "t");
        string[] consume = ["kafka-console-consumer", "--bootstrap-server", "kafka:9092", "--topic", "t", "--partition", "0", "--timeout-ms", "3000", "--consumer-property", "auto.offset.reset=none", "--offset"];

        var beyond = await client.RunAsync(null, [.. consume, "99"]);
        var there = await client.RunAsync(null, [.. consume, "1"]);

        Assert.Equal((0, ""), (beyond.ExitCode, beyond.Output));
        var lines = beyond.Error.Split('\n');
        var error = Array.FindIndex(lines, line => line.Contains("] ERROR Error processing message, terminating consumer process:  (", StringComparison.Ordinal));
        Assert.StartsWith(words, lines[error + 1], StringComparison.Ordinal);
        Assert.Equal("Processed a total of 0 messages", lines[^2]);
        Assert.Equal("b\n", there.Output);
    }

    // Values from Kafka's own UtilsTest.
    [Theory]
    [InlineData("21", -973932308)]
    [InlineData("foobar", -790332482)]
    [InlineData("a-little-bit-long-string", -985981536)]
    [InlineData("a-little-bit-longer-string", -1486304829)]
    [InlineData("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971)]
    [InlineData("abc", 479470107)]
    public void Keys_are_hashed_as_kafka_does(string key, int hash) => Assert.Equal(hash, (int)Murmur2.Hash(Encoding.UTF8.GetBytes(key)));
}
