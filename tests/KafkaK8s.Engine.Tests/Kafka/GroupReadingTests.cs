using System.Diagnostics;
using System.Text;
using KafkaK8s.Engine.Kafka;
using KafkaK8s.Engine.Kafka.Tools;

namespace KafkaK8s.Engine.Tests.Kafka;

/// <summary>What is committed for a group, when what it reads ends in one way or another.</summary>
public sealed class GroupReadingTests
{
    private const string TwoPartitions = "Topic: t\tPartitionCount: 2\tReplicationFactor: 1\tConfigs: \n\tTopic: t\tPartition: 0\tLeader: 0\tReplicas: 0\tIsr: 0\n\tTopic: t\tPartition: 1\tLeader: 0\tReplicas: 0\tIsr: 0\n";
    private const string Empty = "\nGROUP COORDINATOR (ID) ASSIGNMENT-STRATEGY STATE #MEMBERS\ng 127.0.0.1:9092  (0)  Empty 0\n";
    private const string Committed = "\nGROUP TOPIC PARTITION CURRENT-OFFSET LOG-END-OFFSET LAG CONSUMER-ID HOST CLIENT-ID\ng t 0 5 9 4 - - -\ng t 1 7 9 2 - - -\n";

    private static readonly (int Partition, long Offset)[] Records = [(0, 5), (1, 7), (0, 6), (1, 9)];

    private static readonly ReceiveRequest Request = new("t", FromBeginning: true, 4, TimeSpan.FromSeconds(30)) { Group = "g" };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_taken_is_committed_partition_by_partition()
    {
        var (kafka, reader) = await OpenAsync("GROUP TOPIC PARTITION NEW-OFFSET\ng t 0 7\ng t 1 10\n");

        Assert.Equal(4, await TakeAsync(kafka, 10));

        Assert.Equal("t,0,7\nt,1,10\n", reader.LastWords);
        Assert.Equal(["--group=g", "--from-beginning"], reader.Arguments.Where(argument => argument is "--group=g" or "--from-beginning" or "enable.auto.commit=true"));
    }

    [Theory]
    [InlineData(1, "")]
    [InlineData(2, "t,0,6\n")]
    [InlineData(4, "t,0,7\nt,1,8\n")]
    public async Task The_record_at_which_the_caller_stops_is_not_taken(int count, string lastWords)
    {
        var (kafka, reader) = await OpenAsync("");

        Assert.Equal(count, await TakeAsync(kafka, count));

        Assert.Equal(lastWords, reader.LastWords);
    }

    [Fact]
    public async Task A_commit_that_is_refused_is_an_error_that_says_that_the_records_come_again()
    {
        var (kafka, _) = await OpenAsync("\nError: Assignments can only be reset if the group 'g' is inactive, but the current state is Stable.\n");

        var error = await Assert.ThrowsAsync<EngineException>(() => TakeAsync(kafka, 10));

        Assert.Equal(("OffsetsNotCommitted", EngineErrorKind.Conflict, "g"), (error.Id, error.Kind, error.Target));
        Assert.Contains("will come again", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_that_breaks_in_the_commit_leaves_open_whether_it_happened()
    {
        var (kafka, _) = await OpenAsync(null);

        var error = await Assert.ThrowsAsync<EngineException>(() => TakeAsync(kafka, 10));

        Assert.Equal(("OffsetsNotCommitted", EngineErrorKind.Connection), (error.Id, error.Kind));
    }

    [Fact]
    public async Task An_offset_that_was_not_taken_as_it_was_said_is_a_warning()
    {
        var observer = new RecordingObserver();
        var (kafka, _) = await OpenAsync("GROUP TOPIC PARTITION NEW-OFFSET\ng t 0 7\ng t 1 9\n", observer);

        await TakeAsync(kafka, 10);

        Assert.StartsWith("t-1 was read up to 10, and 9 is committed for g", Assert.Single(observer.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_group_with_members_is_not_joined()
    {
        const string active = "\nGROUP COORDINATOR (ID) ASSIGNMENT-STRATEGY STATE #MEMBERS\ng 127.0.0.1:9092  (0) range Stable 1\n";
        const string offsets = "\nGROUP TOPIC PARTITION CURRENT-OFFSET LOG-END-OFFSET LAG CONSUMER-ID HOST CLIENT-ID\ng t 0 5 9 4 billing-1-01234567-0123-0123-0123-0123456789ab /10.0.0.7 billing-1\n";
        var reader = new Reader("", active, offsets);
        var kafka = await OpenAsync(reader, new RecordingObserver());

        var error = await Assert.ThrowsAsync<EngineException>(() => TakeAsync(kafka, 1));

        Assert.Equal("GroupActive", error.Id);
        Assert.Contains("billing-1 (10.0.0.7)", error.Message, StringComparison.Ordinal);
        Assert.Null(reader.LastWords);
    }

    [Theory]
    [InlineData("t,0,7\nt,1,10\nMARK\n", "MARK\nt,0,7\nt,1,10\n", 0)]
    [InlineData("MARK\n", "", 143)]
    public async Task The_mark_ends_the_reader_though_the_input_stays_open(string words, string printed, int exitCode)
    {
        Assert.SkipUnless(File.Exists("/bin/sh"), "There is no /bin/sh on this machine.");
        var vector = new Leash.WithLastWords(new ToolCommand("cat", []), "MARK").Around(["sleep", "1000"], command => [command.Tool, .. command.Arguments]);
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", vector.Skip(1)) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        try
        {
            await process.StandardInput.WriteAsync(words.AsMemory(), Cancellation);
            await process.StandardInput.FlushAsync(Cancellation);

            Assert.Equal(printed, await process.StandardOutput.ReadToEndAsync(Cancellation).WaitAsync(TimeSpan.FromSeconds(30), Cancellation));
            await process.WaitForExitAsync(Cancellation);
            Assert.Equal(exitCode, process.ExitCode);
        }
        finally
        {
            // Where it still waits, this ends it.
            process.StandardInput.Close();
        }
    }

    private static async Task<(IKafkaOperations Kafka, Reader Reader)> OpenAsync(string? commit, IOperationObserver? observer = null)
    {
        var reader = new Reader(commit, Empty, Committed);
        return (await OpenAsync(reader, observer ?? new RecordingObserver()), reader);
    }

    private static async Task<IKafkaOperations> OpenAsync(Reader reader, IOperationObserver observer) =>
        await ToolOperations.OpenAsync(new ToolCatalog(), _ => reader, Scripted.Access, observer, Cancellation);

    // Takes so many records, and leaves the rest.
    private static async Task<int> TakeAsync(IKafkaOperations kafka, int count)
    {
        var taken = 0;
        await foreach (var _ in kafka.Messages.ReceiveAsync(Request, Cancellation))
        {
            if (++taken == count)
            {
                break;
            }
        }

        return taken;
    }

    /// <summary>Prints four records, hears the last words, and answers to them; without an answer, the connection breaks.</summary>
    private sealed class Reader(string? commit, string state, string offsets) : IProgramRunner
    {
        private readonly ScriptedRunner _others = new(arguments => new ScriptedAnswer(
            arguments.Contains("--version") ? "3.9.2\n" : arguments.Contains("--state") ? state : arguments.Contains("--offsets") ? offsets : TwoPartitions));

        public IReadOnlyList<string> Arguments { get; private set; } = [];

        public string? LastWords { get; private set; }

        public async Task<int> RunAsync(ProgramCall program, CancellationToken cancellation)
        {
            if (!program.Arguments.Contains("kafka-console-consumer"))
            {
                return await _others.RunAsync(program, cancellation);
            }

            Arguments = [.. program.Arguments.Zip(program.Arguments.Skip(1)).Select(pair => pair.First == "--group" ? $"--group={pair.Second}" : pair.First)];
            var mark = program.Arguments[4];
            await program.StandardOutput(Encoding.UTF8.GetBytes(string.Concat(Records.Select(Printed))), cancellation);
            await program.StandardError("Processed a total of 4 messages\n"u8.ToArray(), cancellation);
            // To the mark and not to the end: not every protocol can end the input.
            var input = new StreamReader(program.StandardInput!, Encoding.UTF8);
            var words = new StringBuilder();
            while (await input.ReadLineAsync(cancellation) is var line && line != mark)
            {
                words.Append(line ?? throw new InvalidOperationException("The input ended without the mark.")).Append('\n');
            }

            LastWords = words.ToString();
            if (words.Length > 0)
            {
                await program.StandardOutput(
                    Encoding.UTF8.GetBytes(mark + "\n" + (commit ?? throw new EngineException("OutcomeUnknown", EngineErrorKind.OutcomeUnknown, "kafka-0", "The connection broke."))), cancellation);
            }

            return 0;

            string Printed((int Partition, long Offset) record) =>
                string.Join(Property("key.separator="), "CreateTime:1", $"Partition:{record.Partition}", $"Offset:{record.Offset}", "NO_HEADERS", "k", "v") + Property("line.separator=");
            string Property(string name) => program.Arguments.First(argument => argument.StartsWith(name, StringComparison.Ordinal))[name.Length..];
        }
    }
}
