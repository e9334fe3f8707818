using System.Diagnostics;
using System.Text;
using KafkaK8s.Engine.Kafka;
using KafkaK8s.Engine.Kafka.Tools;

namespace KafkaK8s.Engine.Tests.Kafka;

/// <summary>Many programs in one call: each has its own answer, and a call that breaks says of each what is known.</summary>
public sealed class BatchTests
{
    private static readonly IReadOnlyDictionary<string, string> NoSettings = new Dictionary<string, string>();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("1.1.1")]
    [InlineData("3.9.2")]
    [InlineData("4.3.1")]
    public async Task A_hundred_topics_are_created_in_one_call_and_each_has_its_own_outcome(string version)
    {
        var (made, exists) = (Transcript.Of(version, "create-topic"), Transcript.Of(version, "create-topic-exists"));
        var (kafka, runner) = await Scripted.OpenAsync(version, arguments => ScriptedAnswer.From(arguments.Contains("topic-7") ? exists : made));

        var outcomes = await kafka.Topics.CreateAsync([.. Enumerable.Range(0, 100).Select(i => Topic($"topic-{i}")), Topic("no topic")], Cancellation);

        Assert.Equal((1, 100), (runner.RemoteCalls, runner.Calls.Count));
        Assert.Equal(
            [("topic-7", "TopicAlreadyExists"), ("no topic", "InvalidTopicName")],
            outcomes.Where(outcome => outcome.Error is not null).Select(outcome => (outcome.Name, outcome.Error!.Id)));
    }

    [Fact]
    public async Task A_call_that_breaks_says_what_was_done_what_may_have_been_and_what_was_not_begun()
    {
        var (kafka, _) = await Scripted.OpenAsync("3.9.2", arguments => arguments.Contains("topic-3")
            ? throw new EngineException("OutcomeUnknown", EngineErrorKind.OutcomeUnknown, "kafka-0", "The connection broke.")
            : ScriptedAnswer.From(Transcript.Of("3.9.2", "create-topic")));

        var outcomes = await kafka.Topics.CreateAsync([.. Enumerable.Range(0, 8).Select(i => Topic($"topic-{i}"))], Cancellation);

        Assert.Equal(
            [null, null, null, "OutcomeUnknown", "NotAsked", "NotAsked", "NotAsked", "NotAsked"],
            outcomes.Select(outcome => outcome.Error?.Id));
        Assert.Equal((EngineErrorKind.OutcomeUnknown, "topic-3"), (outcomes[3].Error!.Kind, outcomes[3].Error!.Target));
        Assert.Equal((EngineErrorKind.Connection, "topic-4"), (outcomes[4].Error!.Kind, outcomes[4].Error!.Target));
    }

    [Fact]
    public async Task A_call_that_did_not_come_to_pass_is_no_unknown_outcome()
    {
        var (kafka, _) = await Scripted.OpenAsync("3.9.2", _ => throw new EngineException("PermissionDenied", EngineErrorKind.PermissionDenied, "kafka-0", "Not allowed."));

        var outcomes = await kafka.Topics.CreateAsync([Topic("a"), Topic("b"), Topic("c")], Cancellation);

        Assert.Equal(["PermissionDenied", "PermissionDenied", "PermissionDenied"], outcomes.Select(outcome => outcome.Error?.Id));
    }

    [Theory]
    [InlineData("1.1.1")]
    [InlineData("3.9.2")]
    [InlineData("4.3.1")]
    public async Task Many_topics_settings_are_one_question(string version)
    {
        // ZooKeeper has nothing about a topic without settings, and nothing about one that doesn't exist: there it is asked for.
        var (settings, topics) = (Transcript.Of(version, "configs-describe-all-topics"), Transcript.Of(version, "describe-all"));
        var (kafka, runner) = await Scripted.OpenAsync(version, arguments => ScriptedAnswer.From(arguments[0] == "kafka-topics" ? topics : settings));

        var readings = await kafka.Configuration.GetManyAsync([ConfigurationTarget.Topic("settings"), ConfigurationTarget.Topic("orders"), ConfigurationTarget.Topic("placed")], all: false, Cancellation);

        Assert.Equal(["cleanup.policy", "min.insync.replicas", "retention.ms"], readings[0].Entries.Select(entry => entry.Name));
        Assert.Empty(readings[1].Entries);
        Assert.Single(runner.Calls, call => call[0] == "kafka-configs");
        Assert.Equal(version == "1.1.1" ? 2 : 1, runner.RemoteCalls);
    }

    [Theory]
    [InlineData("1.1.1")]
    [InlineData("3.9.2")]
    [InlineData("4.3.1")]
    public async Task Many_topics_get_partitions_at_once_and_one_that_is_not_there_is_noticed(string version)
    {
        var (kafka, runner) = await Scripted.OpenAsync(version, arguments =>
            arguments.Contains("--list") ? new ScriptedAnswer("a.b\nc\n") : ScriptedAnswer.From(Transcript.Of(version, "alter-partitions")));

        var outcomes = await kafka.Topics.SetPartitionsAsync(new Dictionary<string, int> { ["a.b"] = 4, ["c"] = 4, ["missing"] = 4 }, Cancellation);

        Assert.Equal([null, null, "TopicNotFound"], outcomes.Select(outcome => outcome.Error?.Id));
        Assert.Equal(1, runner.RemoteCalls);
        Assert.Contains(@"a\.b|c|missing", runner.Calls.Single(call => call.Contains("--alter")));
    }

    [Theory]
    [InlineData("1.1.1")]
    [InlineData("3.9.2")]
    [InlineData("4.3.1")]
    public async Task Where_one_of_many_can_not_have_its_partitions_each_says_for_itself(string version)
    {
        var (done, fewer) = (Transcript.Of(version, "alter-partitions"), Transcript.Of(version, "alter-partitions-fewer"));
        var (kafka, runner) = await Scripted.OpenAsync(version, arguments =>
            arguments.Contains("--list") ? new ScriptedAnswer("large\nsmall\n") : ScriptedAnswer.From(arguments.Contains("small") ? done : fewer));

        var outcomes = await kafka.Topics.SetPartitionsAsync(new Dictionary<string, int> { ["large"] = 2, ["small"] = 2 }, Cancellation);

        Assert.Equal(["InvalidPartitionCount", null], outcomes.Select(outcome => outcome.Error?.Id));
        Assert.Equal(2, runner.RemoteCalls);
    }

    [Fact]
    public async Task The_script_runs_programs_as_they_are_and_keeps_their_streams_apart()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no sh here.");
        string[][] programs =
        [
            ["printf", "%s", "no line end"],
            ["sh", "-c", "echo out; echo err >&2; exit 3"],
            ["printf", "%s\\n", "$HOME `id` \"quoted\" 'x' \\ *", "  blanks  ", "grüße", "-n"],
            ["no-such-program-here", "x"],
            ["sh", "-c", "cat; echo read nothing"],
            ["sh", "-c", "printf '\\n\\n'; head -c 100000 /dev/zero | tr '\\0' x; echo; printf 'two\\nlines\\n\\n' >&2"],
            ["true"],
        ];
        foreach (var lanes in new[] { 1, 2 })
        {
            var answers = await RunAsync(programs, lanes);

            Assert.Equal(new ToolAnswer(0, "no line end", ""), answers[0]);
            Assert.Equal(new ToolAnswer(3, "out\n", "err\n"), answers[1]);
            Assert.Equal(new ToolAnswer(0, "$HOME `id` \"quoted\" 'x' \\ *\n  blanks  \ngrüße\n-n\n", ""), answers[2]);
            Assert.Equal(127, answers[3].ExitCode);
            Assert.Equal(new ToolAnswer(0, "read nothing\n", ""), answers[4]);
            Assert.Equal(new ToolAnswer(0, $"\n\n{new string('x', 100000)}\n", "two\nlines\n"), answers[5]);
            Assert.Equal(new ToolAnswer(0, "", ""), answers[6]);
        }
    }

    [Fact]
    public async Task The_script_finds_programs_in_a_folder_of_their_own()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no sh here.");
        var folder = Directory.CreateTempSubdirectory("kafkak8s-").FullName;
        try
        {
            File.CreateSymbolicLink(Path.Combine(folder, "only-here.sh"), "/bin/echo");

            var answers = await RunAsync([["env", "only-here.sh", "first"], ["only-here.sh", "second"]], 2, folder + "/");

            Assert.Equal([new ToolAnswer(0, "first\n", ""), new ToolAnswer(0, "second\n", "")], answers);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task The_script_begins_nothing_more_when_its_caller_goes_away()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no sh here.");
        var answered = 0;
        var run = new BatchRun([["true"], ["true"], ["true"]], lanes: 1, folder: "", count => answered = count);
        using var shell = Start(run.Vector);
        var first = new byte[256];
        var count = await run.Input.ReadAsync(first, Cancellation);
        await shell.StandardInput.BaseStream.WriteAsync(first.AsMemory(0, count), Cancellation);
        shell.StandardInput.Close();

        await PumpAsync(shell.StandardOutput.BaseStream, run.OutputAsync);
        await shell.WaitForExitAsync(Cancellation);

        Assert.Equal((1, 1), (shell.ExitCode, answered));
    }

    private static TopicCreation Topic(string name) => new(name, 1, 1, NoSettings);

    private static async Task<IReadOnlyList<ToolAnswer>> RunAsync(string[][] programs, int lanes, string folder = "")
    {
        var run = new BatchRun(programs, lanes, folder, _ => { });
        using var shell = Start(run.Vector);
        await Task.WhenAll(
            FeedAsync(run.Input, shell.StandardInput.BaseStream),
            PumpAsync(shell.StandardOutput.BaseStream, run.OutputAsync),
            PumpAsync(shell.StandardError.BaseStream, run.ErrorsAsync));
        await shell.WaitForExitAsync(Cancellation);
        Assert.Equal(0, shell.ExitCode);
        return [.. run.Answers.Select(answer => answer!)];
    }

    private static Process Start(IReadOnlyList<string> vector) => Process.Start(new ProcessStartInfo(vector[0], vector.Skip(1))
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        StandardInputEncoding = new UTF8Encoding(false),
    })!;

    private static async Task FeedAsync(HeldInput input, Stream target)
    {
        var buffer = new byte[64];
        int count;
        while ((count = await input.ReadAsync(buffer, Cancellation)) > 0)
        {
            await target.WriteAsync(buffer.AsMemory(0, count), Cancellation);
            await target.FlushAsync(Cancellation);
        }
    }

    private static async Task PumpAsync(Stream source, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> target)
    {
        var buffer = new byte[1000];
        int count;
        while ((count = await source.ReadAsync(buffer, Cancellation)) > 0)
        {
            await target(buffer.AsMemory(0, count), Cancellation);
        }
    }
}
