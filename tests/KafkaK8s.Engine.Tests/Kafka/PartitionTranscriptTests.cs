using KafkaK8s.Engine.Kafka;
using KafkaK8s.Engine.Kafka.Tools;

namespace KafkaK8s.Engine.Tests.Kafka;

/// <summary>What the programs for partitions once answered, and what a caller gets from it.</summary>
public sealed class PartitionTranscriptTests
{
    private const string NoNode = "Node does not exist: /admin/reassign_partitions\n";

    public static TheoryData<string> Versions => ["1.1.1", "3.9.2", "4.3.1"];

    private static readonly IReadOnlyList<PartitionAssignment> Move = [new("placed", 0, [2, 0]), new("placed", 1, [0, 1])];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("1.1.1", "reassign-execute", null)]
    [InlineData("3.9.2", "reassign-execute", null)]
    [InlineData("4.3.1", "reassign-execute", null)]
    [InlineData("1.1.1", "reassign-execute-throttled", 1000000L)]
    [InlineData("3.9.2", "reassign-execute-throttled", 1000000L)]
    [InlineData("4.3.1", "reassign-execute-throttled", 1000000L)]
    public async Task A_reassignment_is_started_by_a_file_in_the_pod(string version, string name, long? throttle)
    {
        var transcript = Transcript.Of(version, name);
        var (kafka, runner) = await OpenAsync(version, transcript);

        await kafka.Partitions.ReassignAsync(Move, throttle, Cancellation);

        // The path of the file is the last argument; the script around the program adds it.
        var call = runner.Calls.Last(call => call[0] == "kafka-reassign-partitions");
        Assert.Equal(transcript.Argv.Where(argument => !argument.StartsWith("/tmp", StringComparison.Ordinal)).Order(), call.Select(argument => Recorded(argument, version)).Order());
        Assert.Equal("--reassignment-json-file", call[^1]);
        Assert.Equal(
            """{"version":1,"partitions":[{"topic":"placed","partition":0,"replicas":[2,0]},{"topic":"placed","partition":1,"replicas":[0,1]}]}""",
            runner.Inputs[^1]);
    }

    [Theory]
    [InlineData("reassign-verify-soon", 2)]
    [InlineData("reassign-verify", 2)]
    [InlineData("reassign-verify-throttled", 1)]
    public async Task A_reassignment_that_has_ended_is_complete(string name, int count)
    {
        foreach (var version in Versions.Select(row => row.Data))
        {
            var (kafka, _) = await OpenAsync(version, Transcript.Of(version, name));

            var statuses = await kafka.Partitions.VerifyAsync([.. Move.Take(count)], Cancellation);

            Assert.Equal(Enumerable.Range(0, count).Select(number => ("placed", number, ReassignmentState.Complete)), statuses.Select(status => (status.Topic, status.Partition, status.State)));
            Assert.All(statuses, status => Assert.Contains("complete", status.Words, StringComparison.Ordinal));
        }
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_broker_that_is_not_there_is_an_error_whatever_the_exit_code_is(string version)
    {
        var (kafka, _) = await OpenAsync(version, Transcript.Of(version, "reassign-bad-broker"));

        var error = await Assert.ThrowsAsync<EngineException>(() => kafka.Partitions.ReassignAsync(Move, null, Cancellation));

        Assert.Equal(("BrokerNotFound", EngineErrorKind.NotFound), (error.Id, error.Kind));
        Assert.Contains('9', error.Message);
        Assert.NotNull(error.Advice);
    }

    [Theory]
    [InlineData("3.9.2")]
    [InlineData("4.3.1")]
    public async Task Without_reassignments_the_list_is_empty(string version)
    {
        var (kafka, runner) = await OpenAsync(version, Transcript.Of(version, "reassign-list"));

        Assert.Empty(await kafka.Partitions.ReassignmentsAsync(Cancellation));
        Assert.Equal(Transcript.Of(version, "reassign-list").Argv, runner.Calls.Single().Select(argument => Recorded(argument, version)));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void A_proposal_is_an_assignment_that_can_be_read(string version)
    {
        var lines = TextLines.Of(Transcript.Of(version, "reassign-generate").Stdout).Where(line => line.StartsWith('{')).ToList();

        var read = lines.Select(line => ReassignmentReader.ReadAssignment(line)).ToList();

        Assert.Equal(["placed-0: 0,1", "placed-1: 1,2", "placed-2: 2,0"], read[0].Select(Text).Order());
        Assert.Equal(["placed-0: 0,2", "placed-1: 2,0", "placed-2: 0,2"], read[1].Select(Text).Order());

        static string Text(PartitionAssignment assignment) => $"{assignment.Name}: {string.Join(',', assignment.Replicas)}";
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Sizes_are_told_by_broker(string version)
    {
        var (kafka, runner) = await OpenAsync(version, Transcript.Of(version, "log-dirs"));

        var sizes = await kafka.Partitions.SizesAsync(null, Cancellation);
        var one = await kafka.Partitions.SizesAsync([2, 7], Cancellation);

        Assert.Equal([0, 1, 2], sizes.Select(broker => broker.Broker));
        Assert.All(sizes, broker => Assert.Equal([0L, 166L, 0L, 0L], broker.Replicas.Where(replica => replica.Topic == "orders").Select(replica => replica.Bytes)));
        Assert.All(sizes, broker => Assert.All(broker.Replicas, replica => Assert.Equal(0, replica.Lag)));
        Assert.Equal(2, Assert.Single(one).Broker);
        Assert.Equal(Transcript.Of(version, "log-dirs").Argv.SkipLast(2).Order(), runner.Calls[0].Select(argument => Recorded(argument, version)).Order());
    }

    [Theory]
    [InlineData("3.9.2")]
    [InlineData("4.3.1")]
    public async Task An_election_tells_which_partitions_have_their_preferred_leader(string version)
    {
        var transcript = Transcript.Of(version, "elect-preferred");
        var (kafka, runner) = await Scripted.OpenAsync(version, arguments =>
            arguments[0] == "kafka-topics" ? new ScriptedAnswer(Described(version, placed1: "1")) : ScriptedAnswer.From(transcript));

        var outcomes = await kafka.Partitions.ElectPreferredAsync(null, Cancellation);

        Assert.Equal([("placed", 0, false, null), ("placed", 1, true, null)], outcomes.Select(outcome => (outcome.Topic, outcome.Partition, outcome.IsChanged, outcome.Error?.Id)));
        Assert.Equal("""{"partitions":[{"topic":"placed","partition":1}]}""", Assert.Single(runner.Inputs));
        Assert.Equal(
            transcript.Argv.SkipLast(1).Append("--path-to-json-file"), runner.Calls.Last().Select(argument => Recorded(argument, version)));
    }

    [Fact]
    public async Task An_election_through_zookeeper_ends_when_the_partitions_have_their_preferred_leader()
    {
        var transcript = Transcript.Of("1.1.1", "elect-preferred");
        var asked = 0;
        var (kafka, runner) = await Scripted.OpenAsync("1.1.1", arguments =>
            arguments[0] == "kafka-topics" ? new ScriptedAnswer(Described("1.1.1", placed1: asked++ < 3 ? "1" : "0")) : ScriptedAnswer.From(transcript));

        var outcomes = await kafka.Partitions.ElectPreferredAsync([new("placed", 1), new("placed", 9)], Cancellation);

        Assert.Equal([("placed", 1, true, null), ("placed", 9, false, "PartitionNotFound")], outcomes.Select(outcome => (outcome.Topic, outcome.Partition, outcome.IsChanged, outcome.Error?.Id)));
        Assert.Equal(transcript.Argv.Append("--path-to-json-file"), runner.Calls.Single(call => call[0] == transcript.Argv[0]).Select(argument => Recorded(argument, "1.1.1")));
        Assert.Equal(4, asked);
    }

    // A program that answers as it once did, in a cluster where nothing else is going on.
    private static Task<(IKafkaOperations Operations, ScriptedRunner Runner)> OpenAsync(string version, Transcript transcript)
    {
        Assert.Equal(version, transcript.Kafka);
        return Scripted.OpenAsync(version, arguments => arguments[0] switch
        {
            "zookeeper-shell" => new ScriptedAnswer("", NoNode),
            "kafka-configs" => new ScriptedAnswer(),
            _ => ScriptedAnswer.From(transcript),
        });
    }

    private static string Described(string version, string placed1)
    {
        var colon = version == "1.1.1" ? ":" : ": ";
        return $"Topic{colon}placed\tPartitionCount{colon}2\tReplicationFactor{colon}2\tConfigs{colon}\n"
            + "\tTopic: placed\tPartition: 0\tLeader: 2\tReplicas: 2,0\tIsr: 0,2\n"
            + $"\tTopic: placed\tPartition: 1\tLeader: {placed1}\tReplicas: 0,1\tIsr: 0,1\n";
    }

    private static string Recorded(string argument, string version) => argument switch
    {
        "zk-0.zk:2181,zk-1.zk:2181" => "127.0.0.1:12181",
        "kafka-0.kafka-headless:9092" => version == "1.1.1" ? "127.0.0.1:19092" : version == "3.9.2" ? "127.0.0.1:19192" : "127.0.0.1:19292",
        _ => argument,
    };
}
