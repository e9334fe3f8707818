using KafkaK8s.Engine.Kafka;
using KafkaK8s.Engine.Kafka.Tools;

namespace KafkaK8s.Engine.Tests.Kafka.Partitions;

/// <summary>What the real programs answered while partitions moved, where they were missing, and when leaders were elected.</summary>
public sealed class PartitionRecordingTests
{
    private static readonly PartitionAssignment[] Target = [new("big", 0, [0, 2]), new("s.m", 0, [0, 2])];

    public static TheoryData<string> Versions => ["1.1.1", "3.9.2", "4.3.1"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task What_moves_is_told_with_where_from_and_where_to(string version)
    {
        var moving = Transcript.OfPartitions(version, "describe-moving");
        var list = Transcript.OfPartitions(version, version == "1.1.1" ? "zookeeper-running" : "list-running");
        var (kafka, runner) = await Scripted.OpenAsync(version, arguments => ScriptedAnswer.From(arguments[0] == "kafka-topics" ? moving : list));

        var running = (await kafka.Partitions.ReassignmentsAsync(Cancellation))[0];

        Assert.Equal(("big", 0, "0,2,1", "2", "1", "0,2"), (running.Topic, running.Partition, Text(running.Replicas), Text(running.Adding), Text(running.Removing), Text(running.Target.Replicas)));
        Assert.Equal(list.Argv[0], runner.Calls[0][0]);
    }

    [Fact]
    public async Task Where_zookeeper_keeps_nothing_nothing_moves()
    {
        var (kafka, _) = await Scripted.OpenAsync("1.1.1", _ => ScriptedAnswer.From(Transcript.OfPartitions("1.1.1", "zookeeper-none")));

        Assert.Empty(await kafka.Partitions.ReassignmentsAsync(Cancellation));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task What_still_moves_is_in_progress_and_what_does_not_has_failed(string version)
    {
        var (moving, _) = await OpenAsync(version, "verify-in-progress");
        var (elsewhere, _) = await OpenAsync(version, "verify-elsewhere");
        var (missing, _) = await OpenAsync(version, "verify-missing-partition");
        var (complete, runner) = await OpenAsync(version, "verify-complete");

        Assert.Equal(
            [("big-0", ReassignmentState.InProgress), ("s.m-0", ReassignmentState.Complete)],
            (await moving.Partitions.VerifyAsync(Target, Cancellation)).Select(status => ($"{status.Topic}-{status.Partition}", status.State)));
        var failed = Assert.Single(await elsewhere.Partitions.VerifyAsync([new("big", 1, [1, 2])], Cancellation));
        Assert.Equal(("big", 1, ReassignmentState.Failed), (failed.Topic, failed.Partition, failed.State));
        Assert.Contains("1,0", failed.Words, StringComparison.Ordinal);
        Assert.Equal(ReassignmentState.Failed, Assert.Single(await missing.Partitions.VerifyAsync([new("big", 9, [1, 2])], Cancellation)).State);
        Assert.All(await complete.Partitions.VerifyAsync(Target, Cancellation), status => Assert.Equal(ReassignmentState.Complete, status.State));
        Assert.Equal(Transcript.OfPartitions(version, "throttles-none").Argv.Where(argument => argument.StartsWith("--", StringComparison.Ordinal)).Order(),
            runner.Calls[^1].Where(argument => argument.StartsWith("--", StringComparison.Ordinal)).Order());
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_throttle_that_is_left_is_seen(string version)
    {
        var (kafka, _) = await Scripted.OpenAsync(version, arguments => arguments[0] switch
        {
            "zookeeper-shell" => ScriptedAnswer.From(Transcript.OfPartitions("1.1.1", "zookeeper-none")),
            "kafka-configs" => ScriptedAnswer.From(Transcript.OfPartitions(version, "throttles-set")),
            _ when arguments.Contains("--list") => new ScriptedAnswer("No partition reassignments found.\n"),
            _ => ScriptedAnswer.From(Transcript.OfPartitions(version, "verify-complete")),
        });

        Assert.Equal("ThrottleNotRemoved", (await Assert.ThrowsAsync<EngineException>(() => kafka.Partitions.VerifyAsync(Target, Cancellation))).Id);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task What_is_refused_says_why(string version)
    {
        var (missing, _) = await OpenAsync(version, "execute-missing-partition");
        var (topic, _) = await OpenAsync(version, "execute-missing-topic");
        var (one, _) = await OpenAsync(version, "execute-one");
        var list = Transcript.OfPartitions(version, version == "1.1.1" ? "zookeeper-running" : "list-running");
        var (busy, _) = await Scripted.OpenAsync(version, arguments =>
            ScriptedAnswer.From(arguments[0] == "kafka-topics" ? Transcript.OfPartitions(version, "describe-moving")
                : arguments[0] == "zookeeper-shell" || arguments.Contains("--list") ? list
                : Transcript.OfPartitions(version, "execute-while-running")));

        Assert.Equal("PartitionNotFound", (await StartAsync(missing))?.Id);
        Assert.Equal("PartitionNotFound", (await StartAsync(topic))?.Id);
        Assert.Null(await StartAsync(one));
        var running = await StartAsync(busy);
        Assert.Equal(("ReassignmentRunning", EngineErrorKind.Conflict), (running?.Id, running?.Kind));
        Assert.Contains("big-0", running!.Message, StringComparison.Ordinal);

        static async Task<EngineException?> StartAsync(IKafkaOperations kafka) =>
            await Record.ExceptionAsync(() => kafka.Partitions.ReassignAsync([new("big", 1, [0, 1])], null, Cancellation)) as EngineException;
    }

    [Theory]
    [InlineData("3.9.2", "elect", "big-0 big-1", "")]
    [InlineData("3.9.2", "elect-again", "big-0 big-1", "")]
    [InlineData("3.9.2", "elect-missing", "big-0", "big-7: The partition does not exist.")]
    [InlineData("4.3.1", "elect", "big-0 big-1", "")]
    [InlineData("4.3.1", "elect-again", "big-0 big-1", "")]
    [InlineData("4.3.1", "elect-missing", "big-0", "big-7: No such partition as big-7")]
    [InlineData("4.3.1", "elect-unavailable", "big-0", "s.m-0: The preferred leader was not available.")]
    public void An_election_tells_who_leads_and_who_can_not(string version, string name, string elected, string refused)
    {
        var election = ElectionReader.Read(TextLines.Of(Transcript.OfPartitions(version, name).Stdout));

        Assert.Equal(elected, string.Join(' ', election.Elected.Select(partition => partition.ToString()).Order()));
        Assert.Equal(refused, string.Join(' ', election.Refused.Select(refusal => $"{refusal.Key}: {refusal.Value}")));
    }

    [Theory]
    [InlineData("elect")]
    [InlineData("elect-again")]
    [InlineData("elect-missing")]
    [InlineData("elect-unavailable")]
    public void An_old_election_is_only_ordered(string name) =>
        Assert.True(ElectionReader.IsOrdered(TextLines.Of(Transcript.OfPartitions("1.1.1", name).Stdout)));

    [Theory]
    [InlineData("1.1.1")]
    [InlineData("4.3.1")]
    public async Task A_broker_that_is_down_is_left_out_of_the_sizes(string version)
    {
        var (kafka, _) = await OpenAsync(version, "log-dirs-one-down");

        var sizes = await kafka.Partitions.SizesAsync([0, 1, 2], Cancellation);

        Assert.Equal([0, 1], sizes.Select(broker => broker.Broker));
        Assert.Equal(["big-0", "big-1", "s.m-0"], sizes[0].Replicas.Select(replica => $"{replica.Topic}-{replica.Partition}"));
        Assert.InRange(sizes[0].Replicas[0].Bytes, 15_000_000, 25_000_000);
    }

    private static Task<(IKafkaOperations Operations, ScriptedRunner Runner)> OpenAsync(string version, string name) =>
        Scripted.OpenAsync(version, arguments => arguments[0] switch
        {
            "zookeeper-shell" => ScriptedAnswer.From(Transcript.OfPartitions("1.1.1", "zookeeper-none")),
            "kafka-configs" => ScriptedAnswer.From(Transcript.OfPartitions(version, "throttles-none")),
            _ => ScriptedAnswer.From(Transcript.OfPartitions(version, name)),
        });

    private static string Text(IEnumerable<int> brokers) => string.Join(',', brokers);
}
