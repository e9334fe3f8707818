using System.Diagnostics;
using KafkaK8s.Engine.Kafka;
using KafkaK8s.Engine.Kafka.Tools;

namespace KafkaK8s.Engine.Tests.Kafka.Partitions;

/// <summary>What can go wrong with partitions, and what a caller hears of it.</summary>
public sealed class PartitionToolsTests
{
    private const string Nothing = "No partition reassignments found.\n";

    private static readonly PartitionAssignment[] Target = [new("a.b", 0, [2, 0])];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_connection_that_breaks_leaves_a_start_unknown_and_a_question_unanswered()
    {
        var broken = new EngineException("ExecBroken", EngineErrorKind.OutcomeUnknown, "kafka-0", "The connection broke.");
        var (kafka, _) = await Scripted.OpenAsync("3.9.2", arguments => arguments[0] == "kafka-topics" ? new ScriptedAnswer(Described(leader: 0)) : throw broken);

        Assert.Equal(EngineErrorKind.OutcomeUnknown, (await Assert.ThrowsAsync<EngineException>(() => kafka.Partitions.ReassignAsync(Target, null, Cancellation))).Kind);
        Assert.Equal(EngineErrorKind.OutcomeUnknown, (await Assert.ThrowsAsync<EngineException>(() => kafka.Partitions.ElectPreferredAsync(null, Cancellation))).Kind);
        Assert.Equal(EngineErrorKind.Connection, (await Assert.ThrowsAsync<EngineException>(() => kafka.Partitions.ReassignmentsAsync(Cancellation))).Kind);
        Assert.Equal(EngineErrorKind.Connection, (await Assert.ThrowsAsync<EngineException>(() => kafka.Partitions.SizesAsync(null, Cancellation))).Kind);
    }

    [Fact]
    public async Task A_program_that_was_killed_leaves_the_outcome_unknown()
    {
        var (kafka, _) = await Scripted.OpenAsync("3.9.2", _ => new ScriptedAnswer("", "Killed\n", 137));

        var error = await Assert.ThrowsAsync<EngineException>(() => kafka.Partitions.ReassignAsync(Target, null, Cancellation));

        Assert.Equal(("OutcomeUnknown", EngineErrorKind.OutcomeUnknown), (error.Id, error.Kind));
    }

    [Fact]
    public async Task Words_that_nobody_knows_are_neither_success_nor_silence()
    {
        var (kafka, _) = await Scripted.OpenAsync("3.9.2", arguments => new ScriptedAnswer(arguments[0] == "kafka-configs" ? "" : "Something new happened\n"));

        Assert.Equal(EngineErrorKind.OutcomeUnknown, (await Assert.ThrowsAsync<EngineException>(() => kafka.Partitions.ReassignAsync(Target, null, Cancellation))).Kind);
        foreach (var question in new Func<Task>[]
        {
            () => kafka.Partitions.ReassignmentsAsync(Cancellation),
            () => kafka.Partitions.VerifyAsync(Target, Cancellation),
            () => kafka.Partitions.SizesAsync(null, Cancellation),
        })
        {
            var error = await Assert.ThrowsAsync<EngineException>(question);
            Assert.Equal("UnreadableOutput", error.Id);
            Assert.Contains("Something new happened", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Where_one_runs_already_an_old_release_is_not_asked_to_start_another()
    {
        var (kafka, runner) = await Scripted.OpenAsync("1.1.1", arguments => arguments[0] switch
        {
            "zookeeper-shell" => new ScriptedAnswer("""{"version":1,"partitions":[{"topic":"other","partition":3,"replicas":[1,2]}]}""" + "\n"),
            "kafka-topics" => new ScriptedAnswer("Topic:other\tPartitionCount:1\tReplicationFactor:2\tConfigs:\n\tTopic: other\tPartition: 3\tLeader: 0\tReplicas: 1,2,0\tIsr: 0,1\n"),
            _ => throw new InvalidOperationException(string.Join(' ', arguments)),
        });

        var error = await Assert.ThrowsAsync<EngineException>(() => kafka.Partitions.ReassignAsync(Target, 1000, Cancellation));
        var running = Assert.Single(await kafka.Partitions.ReassignmentsAsync(Cancellation));

        Assert.Equal(("ReassignmentRunning", EngineErrorKind.Conflict), (error.Id, error.Kind));
        Assert.Contains("other-3", error.Message, StringComparison.Ordinal);
        // The old program would have put the throttle on the one that runs.
        Assert.DoesNotContain(runner.Calls, call => call[0] == "kafka-reassign-partitions");
        Assert.Equal(("1,2,0", "2", "0", "1,2"), (Text(running.Replicas), Text(running.Adding), Text(running.Removing), Text(running.Target.Replicas)));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("[1]")]
    [InlineData("[1,1]")]
    [InlineData("[-1,2]")]
    public async Task Replicas_that_can_not_be_are_refused_before_anything_is_asked(string replicas)
    {
        var (kafka, runner) = await Scripted.OpenAsync("3.9.2", _ => new ScriptedAnswer());
        var ids = System.Text.Json.JsonSerializer.Deserialize<int[]>(replicas)!;
        PartitionAssignment[] target = replicas == "[1]" ? [new("t", 0, ids), new("t", 0, ids)] : [new("t", 0, ids)];

        var error = await Assert.ThrowsAsync<EngineException>(() => kafka.Partitions.ReassignAsync(target, null, Cancellation));

        Assert.Equal(("InvalidReplicas", EngineErrorKind.InvalidArgument, "t-0"), (error.Id, error.Kind, error.Target));
        Assert.Equal("InvalidThrottle", (await Assert.ThrowsAsync<EngineException>(() => kafka.Partitions.ReassignAsync(Target, 0, Cancellation))).Id);
        Assert.Equal("InvalidTopicName", (await Assert.ThrowsAsync<EngineException>(() => kafka.Partitions.VerifyAsync([new("$(rm)", 0, [1])], Cancellation))).Id);
        Assert.Empty(runner.Calls);
    }

    [Fact]
    public async Task A_pod_that_can_not_write_a_file_says_that_nothing_was_done()
    {
        var (kafka, _) = await Scripted.OpenAsync("3.9.2", _ => new ScriptedAnswer("", "mktemp: (null): Read-only file system\n", 125));

        var error = await Assert.ThrowsAsync<EngineException>(() => kafka.Partitions.ReassignAsync(Target, null, Cancellation));

        Assert.Equal(("NoTemporaryFile", EngineErrorKind.Unavailable, "kafka-0"), (error.Id, error.Kind, error.Target));
        Assert.Contains("Read-only file system", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Nothing, "ThrottleNotRemoved")]
    [InlineData("Current partition reassignments:\nother-0: replicas: 1,2,0. adding: 2. removing: 0.\n", null)]
    public async Task A_throttle_that_stays_is_an_error_unless_something_else_still_moves(string list, string? id)
    {
        var (kafka, _) = await Scripted.OpenAsync("3.9.2", arguments =>
            arguments.Contains("--list") ? new ScriptedAnswer(list)
            : arguments[0] == "kafka-configs"
                ? new ScriptedAnswer("Dynamic configs for broker 0 are:\n  leader.replication.throttled.rate=2000000 sensitive=false synonyms={DYNAMIC_BROKER_CONFIG:leader.replication.throttled.rate=2000000}\n")
            : new ScriptedAnswer("Status of partition reassignment:\nReassignment of partition a.b-0 is completed.\n\n"));

        var error = await Record.ExceptionAsync(() => kafka.Partitions.VerifyAsync(Target, Cancellation));

        Assert.Equal(id, (error as EngineException)?.Id);
        Assert.Equal(id is null, error is null);
    }

    [Fact]
    public async Task A_disk_that_a_broker_can_not_use_is_a_warning()
    {
        var observer = new RecordingObserver();
        var (kafka, _) = await Scripted.OpenAsync(
            "3.9.2",
            _ => new ScriptedAnswer(
                "Querying brokers for log directories information\nReceived log directory information from brokers 0\n"
                + """{"brokers":[{"broker":0,"logDirs":[{"partitions":[],"error":"org.apache.kafka.common.errors.KafkaStorageException","logDir":"/a"},{"partitions":[{"partition":"a-b-1","size":7,"offsetLag":2,"isFuture":false},{"partition":"a-b-1","size":3,"offsetLag":9,"isFuture":true}],"error":null,"logDir":"/b"}]}],"version":1}""" + "\n"),
            observer);

        var broker = Assert.Single(await kafka.Partitions.SizesAsync(null, Cancellation));

        Assert.Equal(new ReplicaSize("a-b", 1, 7, 2), Assert.Single(broker.Replicas));
        Assert.Contains("/a", Assert.Single(observer.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_preferred_leader_that_can_not_lead_does_not_stop_the_others()
    {
        var (kafka, _) = await Scripted.OpenAsync("3.9.2", arguments => arguments[0] == "kafka-topics"
            ? new ScriptedAnswer(Described(leader: 0) + "\tTopic: a.b\tPartition: 1\tLeader: 0\tReplicas: 1,0\tIsr: 0\n")
            : new ScriptedAnswer(
                "Successfully completed leader election (PREFERRED) for partitions a.b-0\n"
                + "Error completing leader election (PREFERRED) for partition: a.b-1: org.apache.kafka.common.errors.PreferredLeaderNotAvailableException: The preferred leader was not available.\n",
                "1 replica(s) could not be elected\n",
                1));

        var outcomes = await kafka.Partitions.ElectPreferredAsync(null, Cancellation);

        Assert.Equal([(true, null), (false, "PreferredLeaderUnavailable")], outcomes.Select(outcome => (outcome.IsChanged, outcome.Error?.Id)));
        Assert.Equal("a.b-1", outcomes[1].Error!.Target);
        Assert.Contains("The preferred leader was not available.", outcomes[1].Error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_all_leaders_are_preferred_nothing_is_elected()
    {
        var (kafka, runner) = await Scripted.OpenAsync("4.3.1", _ => new ScriptedAnswer(Described(leader: 2)));

        var outcome = Assert.Single(await kafka.Partitions.ElectPreferredAsync(null, Cancellation));

        Assert.Equal((false, null), (outcome.IsChanged, outcome.Error));
        Assert.Equal("kafka-topics", Assert.Single(runner.Calls)[0]);
    }

    [Theory]
    [InlineData(2, null)]
    [InlineData(int.MaxValue, "ReassignmentFailed")]
    public async Task What_looks_like_a_failure_is_looked_at_again(int times, string? id)
    {
        var looks = 0;
        var (kafka, _) = await Scripted.OpenAsync("3.9.2", arguments =>
            arguments[0] == "kafka-topics" ? new ScriptedAnswer(Described(leader: 0))
            : arguments[0] == "kafka-configs" ? new ScriptedAnswer()
            : arguments.Contains("--list") ? new ScriptedAnswer(Nothing)
            : arguments.Contains("--execute") ? new ScriptedAnswer("Successfully started partition reassignment for a.b-0\n")
            : new ScriptedAnswer("Status of partition reassignment:\n" + (looks++ < times
                ? "There is no active reassignment of partition a.b-0, but replica set is 2,0 rather than 0,1.\n\n"
                : "Reassignment of partition a.b-0 is completed.\n\n")));

        var error = await Record.ExceptionAsync(() => new ReassignmentRun(kafka, new RecordingObserver()).CompleteAsync([new("a.b", 0, [0, 1])], null, Cancellation)) as EngineException;

        Assert.Equal(id, error?.Id);
        Assert.True(error is null || error.Message.Contains("replica set is 2,0", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_connection_that_breaks_while_it_waits_says_that_the_move_goes_on()
    {
        var (kafka, _) = await Scripted.OpenAsync("3.9.2", arguments =>
            arguments[0] == "kafka-topics" ? new ScriptedAnswer(Described(leader: 0))
            : arguments.Contains("--list") ? new ScriptedAnswer(Nothing)
            : arguments.Contains("--execute") ? new ScriptedAnswer("Successfully started partition reassignment for a.b-0\n")
            : throw new EngineException("ExecBroken", EngineErrorKind.OutcomeUnknown, "kafka-0", "The connection broke."));

        var error = await Assert.ThrowsAsync<EngineException>(() => new ReassignmentRun(kafka, new RecordingObserver()).CompleteAsync([new("a.b", 0, [0, 1])], null, Cancellation));

        Assert.Equal(EngineErrorKind.OutcomeUnknown, error.Kind);
        Assert.Contains("goes on in the cluster", error.Message, StringComparison.Ordinal);
        Assert.Contains("Run it again", error.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_file_holds_the_input_is_the_last_argument_and_is_gone_afterwards()
    {
        Assert.SkipUnless(File.Exists("/bin/sh"), "There is no /bin/sh on this machine.");
        const string input = "{\"topic\":\"$(touch /no) `id` 'a\"b\"\\n\"}";
        string[] program = ["sh", "-c", "printf '%s\\n' \"$1\" \"$2\"; cat \"$2\"; exit 3", "sh", "a b; $HOME 'c'"];

        using var process = Process.Start(new ProcessStartInfo("/bin/sh", InputFile.Behind(program, input.Length).Skip(1)) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        await process.StandardInput.WriteAsync(input.AsMemory(), Cancellation);
        process.StandardInput.Close();
        var lines = (await process.StandardOutput.ReadToEndAsync(Cancellation)).Split('\n');
        await process.WaitForExitAsync(Cancellation);

        Assert.Equal(3, process.ExitCode);
        Assert.Equal(["a b; $HOME 'c'", input], new[] { lines[0], lines[2] });
        Assert.StartsWith("/", lines[1], StringComparison.Ordinal);
        Assert.False(File.Exists(lines[1]));
    }

    [Fact]
    public async Task A_program_does_not_run_on_a_file_that_was_cut_off()
    {
        Assert.SkipUnless(File.Exists("/bin/sh"), "There is no /bin/sh on this machine.");
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", InputFile.Behind(["echo", "it ran"], 20).Skip(1)) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        await process.StandardInput.WriteAsync("t,0,7\n".AsMemory(), Cancellation);
        process.StandardInput.Close();
        var output = await process.StandardOutput.ReadToEndAsync(Cancellation);
        await process.WaitForExitAsync(Cancellation);
        var (kafka, _) = await Scripted.OpenAsync("3.9.2", _ => new ScriptedAnswer("", "", process.ExitCode));

        var error = await Assert.ThrowsAsync<EngineException>(() => kafka.Partitions.ReassignAsync(Target, null, Cancellation));

        Assert.Equal("", output);
        Assert.Equal(("InputCutShort", EngineErrorKind.Connection, "kafka-0"), (error.Id, error.Kind, error.Target));
        Assert.Contains("Nothing was done.", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("3.9.2", 5000L)]
    [InlineData("3.9.2", null)]
    [InlineData("1.1.1", 5000L)]
    [InlineData("1.1.1", null)]
    public async Task A_move_that_is_picked_up_with_another_throttle_gets_it_where_that_can_be(string version, long? throttle)
    {
        var observer = new RecordingObserver();
        var (kafka, runner) = await Scripted.OpenAsync(version, arguments =>
            arguments[0] == "zookeeper-shell" ? new ScriptedAnswer("""{"version":1,"partitions":[{"topic":"a.b","partition":0,"replicas":[0,1]}]}""" + "\n")
            : arguments[0] == "kafka-topics" ? new ScriptedAnswer(Described(leader: 0))
            : arguments.Contains("--list") ? new ScriptedAnswer("Current partition reassignments:\na.b-0: replicas: 0,1,2. adding: 1. removing: 2.\n")
            : new ScriptedAnswer("The inter-broker throttle limit was set to 5000 B/s\nSuccessfully started partition reassignment for a.b-0\n"));

        Assert.True(await new ReassignmentRun(kafka, observer).StartAsync([new("a.b", 0, [0, 1])], throttle, Cancellation));

        var changes = runner.Calls.Where(call => call.Contains("--execute")).ToList();
        if (version == "3.9.2" && throttle is not null)
        {
            Assert.Equal(["--execute", "--additional", "--throttle", "5000"], Assert.Single(changes).Skip(3).Take(4));
            Assert.Contains("\"replicas\":[0,1]", Assert.Single(runner.Inputs), StringComparison.Ordinal);
        }
        else
        {
            Assert.Empty(changes);
        }

        Assert.Equal(version == "1.1.1" && throttle is not null ? 1 : 0, observer.Warnings.Count);
    }

    private static string Described(int leader) =>
        $"Topic: a.b\tPartitionCount: 1\tReplicationFactor: 2\tConfigs: \n\tTopic: a.b\tPartition: 0\tLeader: {leader}\tReplicas: 2,0\tIsr: 0,2\n";

    private static string Text(IEnumerable<int> brokers) => string.Join(',', brokers);
}
