using System.Diagnostics;
using KafkaK8s.Engine.Kafka;
using KafkaK8s.Engine.Kafka.Tools;

namespace KafkaK8s.Engine.Tests.Kafka;

/// <summary>What the console producer and consumer once answered, and what a caller gets from it.</summary>
public sealed class MessageTranscriptTests
{
    private const string OnePartition = "Topic: t\tPartitionCount: 1\tReplicationFactor: 1\tConfigs: \n\tTopic: t\tPartition: 0\tLeader: 0\tReplicas: 0\tIsr: 0\n";

    private static readonly OutgoingRecord[] OneTwoThree = [new(null, "one"), new(null, "two"), new(null, "three")];

    [Theory]
    [InlineData("1.1.1", "produce-plain")]
    [InlineData("3.9.2", "produce-plain")]
    [InlineData("4.3.1", "produce-plain")]
    [InlineData("1.1.1", "produce-plain-unicode")]
    [InlineData("3.9.2", "produce-plain-keys")]
    [InlineData("1.1.1", "produce-plain-keys")]
    [InlineData("3.9.2", "produce-plain-headers")]
    public async Task Records_that_were_accepted_are_counted(string version, string name)
    {
        var (kafka, _) = await ProducerAsync(version, name);

        var result = await kafka.Messages.SendAsync("t", OneTwoThree, TestContext.Current.CancellationToken);

        Assert.Equal(3, result.Accepted);
        Assert.Equal(OneTwoThree.Select(record => new SentRecord(record, 0)), result.Sent);
        Assert.Empty(result.Failures);
    }

    [Theory]
    [InlineData("1.1.1")]
    [InlineData("3.9.2")]
    public async Task Records_that_the_brokers_refused_are_failures_though_the_producer_exits_with_0(string version)
    {
        var (kafka, _) = await ProducerAsync(version, "produce");

        var result = await kafka.Messages.SendAsync("t", OneTwoThree, TestContext.Current.CancellationToken);

        Assert.Equal(0, result.Accepted);
        Assert.Equal(["one", "three", "two"], result.Failures.Select(failure => failure.Record?.Value).Order(StringComparer.Ordinal));
        Assert.All(result.Failures, failure => Assert.Equal(("RecordRefused", EngineErrorKind.InvalidData), (failure.Error.Id, failure.Error.Kind)));
    }

    [Theory]
    [InlineData("1.1.1")]
    [InlineData("3.9.2")]
    public async Task A_failure_that_fits_several_records_says_so_and_none_of_them_is_taken_for_stored(string version)
    {
        var (kafka, _) = await ProducerAsync(version, "produce");

        var result = await kafka.Messages.SendAsync("t", [.. OneTwoThree, new(null, "six")], TestContext.Current.CancellationToken);

        Assert.Equal(1, result.Accepted);
        Assert.Equal(["three"], result.Failures.Select(failure => failure.Record?.Value).OfType<string>());
        Assert.Equal(3, result.Failures.Count);
        Assert.Equal(2, result.Failures.Count(failure => failure.Error.Message.StartsWith("One of 3 records to t of the same size (number 1, 2, 4 of 4)", StringComparison.Ordinal)));
        Assert.Single(result.Failures, failure => failure.Error.Message.StartsWith("Record 3 of 4 to t was not accepted: ", StringComparison.Ordinal));
        Assert.Empty(result.Sent);
    }

    [Theory]
    [InlineData("1.1.1", "produce-too-large", "RecordTooLarge", EngineErrorKind.InvalidArgument)]
    [InlineData("3.9.2", "produce-too-large", "RecordTooLarge", EngineErrorKind.InvalidArgument)]
    [InlineData("4.3.1", "produce-too-large", "RecordTooLarge", EngineErrorKind.InvalidArgument)]
    [InlineData("1.1.1", "produce-no-broker", "KafkaUnreachable", EngineErrorKind.Connection)]
    [InlineData("3.9.2", "produce-no-broker", "KafkaUnreachable", EngineErrorKind.Connection)]
    [InlineData("4.3.1", "produce-no-broker", "KafkaUnreachable", EngineErrorKind.Connection)]
    [InlineData("1.1.1", "produce-acks-all-not-enough-replicas", "NotEnoughReplicas", EngineErrorKind.Unavailable)]
    public async Task Each_way_to_fail_has_its_error(string version, string name, string id, EngineErrorKind kind)
    {
        var (kafka, _) = await ProducerAsync(version, name);

        var result = await kafka.Messages.SendAsync("t", [new(null, new string('x', name == "produce-too-large" ? 1_200_000 : name == "produce-no-broker" ? 4 : 6)), new(null, "")], TestContext.Current.CancellationToken);

        var failure = Assert.Single(result.Failures);
        Assert.NotNull(failure.Record);
        Assert.Equal((1, id, kind), (result.Accepted, failure.Error.Id, failure.Error.Kind));
    }

    [Theory]
    [InlineData("1.1.1")]
    [InlineData("3.9.2")]
    [InlineData("4.3.1")]
    public async Task A_producer_that_stopped_in_the_middle_leaves_the_outcome_unknown(string version)
    {
        var (kafka, _) = await ProducerAsync(version, "produce-missing-separator");

        var error = await Assert.ThrowsAsync<EngineException>(() => kafka.Messages.SendAsync("t", OneTwoThree, TestContext.Current.CancellationToken));

        Assert.Equal(EngineErrorKind.OutcomeUnknown, error.Kind);
        Assert.Contains("No key", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("3.9.2")]
    [InlineData("4.3.1")]
    public async Task A_single_record_that_was_refused_is_the_failure(string version)
    {
        var (kafka, runner) = await ProducerAsync(version, "produce-sync-refused");

        var result = await kafka.Messages.SendAsync("t", [new(null, "nokey")], TestContext.Current.CancellationToken);

        var failure = Assert.Single(result.Failures);
        Assert.Equal((0, "nokey", "RecordRefused"), (result.Accepted, failure.Record?.Value, failure.Error.Id));
        Assert.Contains("Compacted topic cannot accept message without key", failure.Error.Message, StringComparison.Ordinal);
        Assert.Contains("--sync", runner.Calls[^1]);
    }

    [Theory]
    [InlineData("a\nb", "line break")]
    [InlineData("a\rb", "line break")]
    [InlineData("half HALF", "surrogate")]
    public async Task What_the_producer_would_mangle_is_refused_before_anything_is_sent(string text, string reason)
    {
        text = text.Replace("HALF", "\ud83d", StringComparison.Ordinal);
        foreach (var record in new OutgoingRecord[] { new(null, text), new(text, "value"), new(null, "value", [new(text, "x")]), new(null, "value", [new("x", text)]) })
        {
            var (kafka, runner) = await Scripted.OpenAsync("3.9.2", _ => new ScriptedAnswer(OnePartition));

            var error = await Assert.ThrowsAsync<EngineException>(() => kafka.Messages.SendAsync("t", [new(null, "fine"), record], TestContext.Current.CancellationToken));

            Assert.Equal(("RecordNotCarried", EngineErrorKind.InvalidArgument), (error.Id, error.Kind));
            Assert.Contains("record 2 of 2", error.Message, StringComparison.Ordinal);
            Assert.Contains(reason, error.Message, StringComparison.Ordinal);
            Assert.Empty(runner.Calls);
        }
    }

    [Fact]
    public async Task A_connection_that_breaks_leaves_open_how_many_records_were_stored()
    {
        var (kafka, _) = await Scripted.OpenAsync("3.9.2", arguments => arguments[0] == "kafka-topics"
            ? new ScriptedAnswer(OnePartition)
            : throw new EngineException("OutcomeUnknown", EngineErrorKind.OutcomeUnknown, "kafka-0", "The connection to pod kafka-0 broke."));

        var error = await Assert.ThrowsAsync<EngineException>(() => kafka.Messages.SendAsync("t", OneTwoThree, TestContext.Current.CancellationToken));

        Assert.Equal((EngineErrorKind.OutcomeUnknown, "t"), (error.Kind, error.Target));
        Assert.StartsWith("How many of the 3 records to t were stored is not known: The connection", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("3.9.2", null, 0, null, "g", false, "ReceiveContradiction")]
    [InlineData("3.9.2", null, null, 0L, "g", false, "ReceiveContradiction")]
    [InlineData("3.9.2", null, 0, 1L, null, true, "ReceiveContradiction")]
    [InlineData("3.9.2", null, -1, null, null, false, "ReceiveContradiction")]
    [InlineData("1.1.1", null, 0, null, "g", false, "ReceiveContradiction")]
    [InlineData("1.1.1", null, null, null, "g", false, "CommitNotSupported")]
    public async Task Requests_that_can_not_be_served_are_refused_before_anything_is_asked(
        string version, int? maxCount, int? partition, long? offset, string? group, bool fromBeginning, string id)
    {
        var (kafka, runner) = await Scripted.OpenAsync(version, _ => new ScriptedAnswer(OnePartition));
        var request = new ReceiveRequest("t", fromBeginning, maxCount, null) { Partition = partition, Offset = offset, Group = group };

        var error = await Assert.ThrowsAsync<EngineException>(() => ReadAsync(kafka, request));

        Assert.Equal(id, error.Id);
        Assert.False(string.IsNullOrEmpty(error.Advice));
        Assert.Empty(runner.Calls);
    }

    [Theory]
    [InlineData("1.1.1", "kafka.tools.ConsoleConsumer$", "Offsets out of range with no configured reset policy for partitions: {t-0=99}")]
    [InlineData("3.9.2", "org.apache.kafka.tools.consumer.ConsoleConsumer", "Fetch position FetchPosition{offset=99, offsetEpoch=Optional.empty, currentLeader=LeaderAndEpoch{leader=Optional[127.0.0.1:29669 (id: 0 rack: null)], epoch=0}} is out of range for partition t-0")]
    public async Task An_offset_that_is_not_there_is_an_error_though_the_consumer_exits_with_0(string version, string logger, string words)
    {
        var answer = new ScriptedAnswer(
            "",
            $"[2026-11-28 00:17:59,319] ERROR Error processing message, terminating consumer process:  ({logger})\norg.apache.kafka.clients.consumer.OffsetOutOfRangeException: {words}\n\tat somewhere\nProcessed a total of 0 messages\n");
        var (kafka, runner) = await Scripted.OpenAsync(version, arguments => arguments[0] == "kafka-topics" ? new ScriptedAnswer(OnePartition) : answer);

        var error = await Assert.ThrowsAsync<EngineException>(() => ReadAsync(kafka, new ReceiveRequest("t", false, null, TimeSpan.FromSeconds(5)) { Offset = 99 }));

        Assert.Equal(("OffsetOutOfRange", EngineErrorKind.InvalidArgument, "t"), (error.Id, error.Kind, error.Target));
        Assert.Contains("auto.offset.reset=none", runner.Calls[^1]);
    }

    [Fact]
    public async Task What_a_release_cannot_send_is_refused_before_anything_is_sent()
    {
        var (kafka, runner) = await Scripted.OpenAsync("1.1.1", _ => new ScriptedAnswer(OnePartition));

        foreach (var record in new OutgoingRecord[] { new("key", null), new("key", "value", [new("h", "1")]) })
        {
            var error = await Assert.ThrowsAsync<EngineException>(() => kafka.Messages.SendAsync("t", [record], TestContext.Current.CancellationToken));
            Assert.Equal(("RecordNotSupported", EngineErrorKind.NotSupported), (error.Id, error.Kind));
        }

        Assert.Empty(runner.Calls);
    }

    [Fact]
    public async Task A_missing_topic_is_not_created_by_sending_to_it_or_reading_it()
    {
        var (kafka, runner) = await Scripted.OpenAsync("3.9.2", "describe-missing");

        var sent = await Assert.ThrowsAsync<EngineException>(() => kafka.Messages.SendAsync("typo", OneTwoThree, TestContext.Current.CancellationToken));
        var read = await Assert.ThrowsAsync<EngineException>(async () => await ReadAsync(kafka, new ReceiveRequest("typo", true, 1, null)));

        Assert.Equal(["TopicNotFound", "TopicNotFound"], [sent.Id, read.Id]);
        Assert.All(runner.Calls, call => Assert.Equal("kafka-topics", call[0]));
    }

    [Fact]
    public async Task Records_with_and_without_key_go_in_one_call()
    {
        var (kafka, runner) = await Scripted.OpenAsync("3.9.2", arguments => new ScriptedAnswer(arguments[0] == "kafka-topics" ? OnePartition : ""));

        await kafka.Messages.SendAsync("t", [new("k:1", "v\t1"), new(null, "plain"), new("", null)], TestContext.Current.CancellationToken);

        var properties = runner.Calls[^1].Where(argument => argument.Contains('=')).ToDictionary(argument => argument.Split('=')[0], argument => argument.Split('=')[1]);
        Assert.Equal($"k:1{properties["key.separator"]}v\t1\nplain\n{properties["key.separator"]}{properties["null.marker"]}\n\n", runner.Inputs.Single());
    }

    [Theory]
    [InlineData("one\ntwo\nthree\n\n", "one\ntwo\nthree\n")]
    [InlineData("one\ntwo\nthree\n", "one\ntwo\n")]
    [InlineData("one\ntwo\nth", "one\ntwo\n")]
    [InlineData("on", "")]
    [InlineData("", "")]
    [InlineData("a\0b\tü\n\n", "a\0b\tü\n")]
    public async Task The_producer_gets_no_line_that_was_cut_off(string sent, string read)
    {
        Assert.SkipUnless(File.Exists("/bin/sh"), "There is no /bin/sh on this machine.");
        using var process = Shell(WholeLines.Before(["sh", "-c", "cat; exit 3"]));
        await process.StandardInput.WriteAsync(sent.AsMemory(), TestContext.Current.CancellationToken);
        process.StandardInput.Close();

        Assert.Equal(read, await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken));
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(3, process.ExitCode);
    }

    [Fact]
    public async Task Where_nothing_can_be_passed_on_to_the_producer_it_is_no_success()
    {
        Assert.SkipUnless(File.Exists("/bin/sh"), "There is no /bin/sh on this machine.");
        using var process = Shell(WholeLines.Before(["/bin/sh", "-c", "exit 0"]), "/nowhere");
        process.StandardInput.Close();

        var errors = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);

        Assert.Equal("OutcomeUnknown", Assert.Throws<EngineException>(() => ProducerFailureReader.Read(errors, "t")).Id);
    }

    [Theory]
    [InlineData("1.1.1")]
    [InlineData("2.5.0")]
    [InlineData("3.9.2")]
    [InlineData("4.3.1")]
    public void A_reader_stays_in_its_group_however_long_its_caller_takes(string version)
    {
        foreach (var commits in new[] { true, false })
        {
            var reading = new Reading("t", new ReadingPlace.Group("g", FromBeginning: true, commits), null, null);

            var command = ToolDialect.For(Version.Parse(version)).Consume(Scripted.Access, reading, Separators.Outside([]));

            Assert.Contains("max.poll.interval.ms=2147483647", command.Arguments);
        }
    }

    [Theory]
    [InlineData("1.1.1", "consume-timeout-empty")]
    [InlineData("3.9.2", "consume-timeout-empty")]
    [InlineData("4.3.1", "consume-timeout-empty")]
    public async Task Waiting_in_vain_is_no_error(string version, string name)
    {
        var transcript = Transcript.Of(version, name);
        var (kafka, _) = await Scripted.OpenAsync(version, arguments => arguments[0] == "kafka-topics" ? new ScriptedAnswer(OnePartition) : ScriptedAnswer.From(transcript));

        Assert.Empty(await ReadAsync(kafka, new ReceiveRequest("t", true, null, TimeSpan.FromSeconds(3))));
    }

    [Theory]
    [InlineData("1.1.1", "consume-plain-key-time", 11)]
    [InlineData("3.9.2", "consume-plain-everything", 12)]
    [InlineData("4.3.1", "consume-plain-everything", 12)]
    public void Printed_records_are_read(string version, string name, int count)
    {
        var transcript = Transcript.Of(version, name);
        var separators = Separators.Outside([]);
        var text = transcript.Stdout.Replace("\n", separators.Record, StringComparison.Ordinal);
        // Only the tabs between fields become separators: the last value has one of its own.
        var fields = version == "1.1.1" ? 3 : 6;
        var lines = text.Split(separators.Record)[..^1].Select(line => string.Join(separators.Key, line.Split('\t', fields))).ToList();
        var reader = new RecordReader("plain", null, version != "1.1.1", separators);

        var records = reader.Add(System.Text.Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + separators.Record))));

        Assert.Equal(count, records.Count);
        Assert.Equal(["one", "two", "three", "v1", "v:2", "empty key", "grüße", "日本", "", " ", "a\tb"], records.Take(11).Select(record => record.Value));
        Assert.Equal("", records[5].Key);
        Assert.All(records, record => Assert.Equal(2026, record.Timestamp!.Value.Year));
        if (version != "1.1.1")
        {
            Assert.Equal(Enumerable.Range(0, 12).Select(offset => (long?)offset), records.Select(record => record.Offset));
            Assert.Equal([new RecordHeader("h1", "a,h2:b")], records[11].Headers!);
        }
    }

    [Fact]
    public void Records_are_read_in_pieces_of_any_size()
    {
        var separators = Separators.Outside([]);
        var text = string.Concat(Enumerable.Range(0, 50).Select(i =>
            $"CreateTime:17000000000{i:00}{separators.Key}Partition:{i % 3}{separators.Key}Offset:{i}{separators.Key}a:1{separators.Header}b:{separators.Null}{separators.Key}"
            + (i % 2 == 0 ? separators.Null : "null") + $"{separators.Key}😀\tzeile\n{i}" + separators.Record));
        var bytes = System.Text.Encoding.UTF8.GetBytes(text);
        for (var size = 1; size < 90; size += 11)
        {
            var reader = new RecordReader("t", null, true, separators);

            var records = bytes.Chunk(size).SelectMany(piece => reader.Add(piece)).ToList();

            Assert.Equal(Enumerable.Range(0, 50).Select(i => $"😀\tzeile\n{i}"), records.Select(record => record.Value));
            Assert.Equal([null, "null", null], records.Take(3).Select(record => record.Key));
            Assert.Equal([new RecordHeader("a", "1"), new RecordHeader("b", null)], records[0].Headers!);
            Assert.Equal("", reader.Rest);
        }
    }

    [Theory]
    [InlineData("CreateTime:1700000000000000", null, true)]
    [InlineData("CreateTime:-9223372036854775808", null, true)]
    [InlineData("CreateTime:253402300800000", null, true)]
    [InlineData("LogAppendTime:253402300799999", "9999-12-31T23:59:59.9990000+00:00", false)]
    [InlineData("CreateTime:-2", "1969-12-31T23:59:59.9980000+00:00", false)]
    [InlineData("CreateTime:-1", null, false)]
    [InlineData("NO_TIMESTAMP", null, false)]
    public void A_timestamp_that_is_no_date_does_not_stop_the_reading(string printed, string? timestamp, bool isLost)
    {
        var separators = Separators.Outside([]);
        var reader = new RecordReader("t", null, false, separators);
        var text = string.Concat(new[] { printed, "CreateTime:1" }.Select(time => string.Join(separators.Key, time, "k", "v") + separators.Record));

        var records = reader.Add(System.Text.Encoding.UTF8.GetBytes(text));

        Assert.Equal(["v", "v"], records.Select(record => record.Value));
        Assert.Equal((timestamp, isLost), (records[0].Timestamp?.ToString("O", System.Globalization.CultureInfo.InvariantCulture), reader.HasLostTimestamp));
    }

    [Fact]
    public async Task Timestamps_beyond_all_dates_are_one_warning()
    {
        var observer = new RecordingObserver();
        var (kafka, _) = await Scripted.OpenAsync(
            "1.1.1",
            arguments => new ScriptedAnswer(arguments[0] == "kafka-topics" ? OnePartition : Printed(arguments, "1700000000000000") + Printed(arguments, "1700000000000001")),
            observer);

        var records = await ReadAsync(kafka, new ReceiveRequest("t", true, null, TimeSpan.FromSeconds(3)));

        Assert.Equal([null, null], records.Select(record => record.Timestamp));
        Assert.Contains("beyond all dates", Assert.Single(observer.Warnings), StringComparison.Ordinal);

        static string Printed(IReadOnlyList<string> arguments, string time) =>
            string.Join(Property(arguments, "key.separator="), $"CreateTime:{time}", "k", "v") + Property(arguments, "line.separator=");
        static string Property(IReadOnlyList<string> arguments, string name) => arguments.First(argument => argument.StartsWith(name, StringComparison.Ordinal))[name.Length..];
    }

    [Theory]
    [InlineData("hello")]
    [InlineData("CreateTime:x|k|v")]
    [InlineData("CreateTime:1|k|v|w")]
    public void What_is_no_record_is_shown(string text)
    {
        var separators = Separators.Outside([]);
        var reader = new RecordReader("t", null, false, separators);

        var error = Assert.Throws<EngineException>(() =>
            reader.Add(System.Text.Encoding.UTF8.GetBytes(text.Replace("|", separators.Key, StringComparison.Ordinal) + separators.Record)));

        Assert.Equal("UnreadableOutput", error.Id);
    }

    private static Process Shell(IReadOnlyList<string> vector, string? path = null)
    {
        var start = new ProcessStartInfo("/bin/sh", vector.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new System.Text.UTF8Encoding(false),
        };
        start.Environment["PATH"] = path ?? start.Environment["PATH"];
        return Process.Start(start)!;
    }

    private static Task<(IKafkaOperations Operations, ScriptedRunner Runner)> ProducerAsync(string version, string name)
    {
        var transcript = Transcript.Of(version, name);
        return Scripted.OpenAsync(version, arguments => arguments[0] == "kafka-topics" ? new ScriptedAnswer(OnePartition) : ScriptedAnswer.From(transcript));
    }

    private static async Task<List<ReceivedRecord>> ReadAsync(IKafkaOperations kafka, ReceiveRequest request)
    {
        var records = new List<ReceivedRecord>();
        await foreach (var record in kafka.Messages.ReceiveAsync(request, TestContext.Current.CancellationToken))
        {
            records.Add(record);
        }

        return records;
    }
}
