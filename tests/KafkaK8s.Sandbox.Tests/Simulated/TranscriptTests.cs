using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace KafkaK8s.Sandbox.Tests.Simulated;

/// <summary>
/// The simulated tools answer what the real ones did, question after question on one cluster. Compared are exit codes, output and
/// errors, without times, ids and addresses; of log lines that repeat themselves, that they are there.
/// </summary>
public sealed partial class TranscriptTests
{
    private static readonly string[] Tools =
    [
        "kafka-topics", "kafka-console-producer", "kafka-console-consumer", "kafka-configs", "kafka-consumer-groups", "kafka-get-offsets", "kafka-run-class",
        "kafka-reassign-partitions", "kafka-preferred-replica-election", "kafka-leader-election",
    ];

    // What kafka-reassign-partitions was given; the recordings have only the files' names.
    private static readonly Dictionary<string, string> Files = new(StringComparer.Ordinal)
    {
        ["/tmp/move.json"] = """{"version":1,"partitions":[{"topic":"placed","partition":0,"replicas":[2,0]},{"topic":"placed","partition":1,"replicas":[0,1]}]}""",
        ["/tmp/throttled.json"] = """{"version":1,"partitions":[{"topic":"placed","partition":0,"replicas":[1,2]}]}""",
        ["/tmp/bad.json"] = """{"version":1,"partitions":[{"topic":"placed","partition":0,"replicas":[9,2]}]}""",
    };

    private const string WithFile =
        """
        length=$1
        shift
        file=$(mktemp) || exit 125
        cat >"$file" || exit 125
        [ "$(wc -c <"$file")" -eq "$length" ] || exit 124
        "$@" "$file" </dev/null
        """;

    // The rest of each recording: tools that aren't simulated, and what only they change.
    private static readonly Dictionary<string, string> NotReproduced = new(StringComparer.Ordinal)
    {
        ["no-action"] = "the real tool describes each option, the simulated one names them: only the first line is compared",
        ["groups-list"] = "the recorded cluster had groups of its own, with chance in their names and order",
        ["groups-list-state"] = "as groups-list",
        ["groups-describe-all"] = "as groups-list",
        ["reassign-generate"] = "a proposal isn't simulated",
        ["version"] = "Apache's release was recorded; the image is Confluent's, whose programs tell its own number",
        ["elect-preferred"] = "1.1.1 names all partitions, in the order of a hash table",
    };

    [Fact]
    public Task The_tools_of_1_1_1() => CompareAsync(
        "1.1.1",
        old: true,
        // The broker where placement started and the shift of the followers, for test, __consumer_offsets, orders, then two topics that exist,
        // audit.log_v1, three that are refused, settings, and missing.
        new ScriptedRandom(2, 0, 1, 0, 1, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 2, 0, 1, 0));

    [Fact]
    public Task The_tools_of_3_9_2() => CompareAsync(
        "3.9.2",
        old: false,
        // The same for orders, audit.log_v1, three topics that are refused, settings, defaults and __consumer_offsets.
        new ScriptedRandom(0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0));

    private static async Task CompareAsync(string version, bool old, ScriptedRandom random)
    {
        var transcripts = Transcript.Read(version);
        var clock = new RunningClock(100);
        await using var cluster = new SimulatedCluster(clock, random);
        await cluster.StartAllAsync(old);
        var client = cluster["kafka-test-client"];
        if (old)
        {
            // The recorded cluster had been used before.
            await client.RunAsync(null, "kafka-topics", "--zookeeper", "kafka-zookeeper:2181", "--create", "--topic", "test", "--partitions", "1", "--replication-factor", "1");
            await client.RunAsync(null, "kafka-console-consumer", "--bootstrap-server", "kafka:9092", "--topic", "test", "--timeout-ms", "5000");
        }

        var differences = new List<string>();
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        Task<int>? live = null;
        foreach (var transcript in transcripts)
        {
            switch (transcript.Name)
            {
                case "groups-describe-active":
                    live = await StartConsumerAsync(client, leaving.Token);
                    break;
                case "groups-delete":
                    await leaving.CancelAsync();
                    await Assert.ThrowsAnyAsync<OperationCanceledException>(() => live!);
                    break;
                case "describe-under-replicated":
                    await cluster.StopAsync("kafka-1");
                    break;
                case "create-topic-plain":
                    await (await (old ? cluster.StartOldBrokerAsync(1) : cluster.StartNewBrokerAsync(1))).WaitForPortAsync(9092);
                    break;
            }

            if (Tools.Contains(transcript.Arguments[0]))
            {
                string[] arguments = [.. transcript.Arguments.Select(argument => ServerAddress().Replace(argument, Address))];
                Compare(differences, transcript, arguments.FirstOrDefault(Files.ContainsKey) is { } file
                    ? await client.RunAsync(Files[file], ["sh", "-c", WithFile, "sh", $"{Encoding.UTF8.GetByteCount(Files[file])}", .. LastButOne(arguments, file)])
                    : await client.RunAsync(InputOf(transcript), arguments));
                if (arguments.Contains("--execute"))
                {
                    // The recorded replicas had moved before the next question.
                    await clock.DelayAsync(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
                }
            }
        }

        Assert.True(differences.Count == 0, string.Join("\n\n", differences));
    }

    private static async Task<Task<int>> StartConsumerAsync(SimulatedCluster.RunningPod client, CancellationToken cancellation)
    {
        var consumer = client.Container.ExecAsync(
            new(["kafka-console-consumer", "--bootstrap-server", "kafka:9092", "--topic", "orders", "--group", "live"], null, Stream.Null, Stream.Null), cancellation);
        while (!(await DescribeAsync()).Contains(client.Address, StringComparison.Ordinal))
        {
            Assert.False(consumer.IsCompleted, "the consumer ended");
            await Task.Yield();
        }

        return consumer;

        async Task<string> DescribeAsync() =>
            (await client.RunAsync(null, "kafka-consumer-groups", "--bootstrap-server", "kafka:9092", "--describe", "--group", "live")).Output;
    }

    // A file that is given by the script is the last argument: its option is moved behind the others.
    private static IEnumerable<string> LastButOne(string[] arguments, string file)
    {
        var at = Array.IndexOf(arguments, file);
        return [.. arguments[..(at - 1)], .. arguments[(at + 1)..], arguments[at - 1]];
    }

    private static string? InputOf(Transcript transcript) =>
        transcript.Name == "produce-too-large" ? new string('x', 1_200_000) + "\n" : transcript.Input;

    private static string Address(Match match) => match.Groups["port"].Value switch
    {
        "1" => match.Value,
        "12181" or "12182" => "kafka-zookeeper:2181",
        _ => "kafka:9092",
    };

    private static void Compare(List<string> differences, Transcript transcript, SimulatedCluster.ProgramResult result)
    {
        if (transcript.Name == "no-action")
        {
            Compare(differences, transcript.Name, "complaint", transcript.Error.Split('\n')[0], result.Error.Split('\n')[0]);
        }
        else if (!NotReproduced.ContainsKey(transcript.Name) || (transcript.Name == "elect-preferred" && transcript.Arguments[0] == "kafka-leader-election"))
        {
            Compare(differences, transcript.Name, "output", Lines(transcript.Name, transcript.Output), Lines(transcript.Name, result.Output));
            Compare(differences, transcript.Name, "errors", Entries(transcript.Error), Entries(result.Error));
        }

        if (transcript.Name != "reassign-generate")
        {
            Compare(differences, transcript.Name, "exit code", $"{transcript.ExitCode}", $"{result.ExitCode}");
        }
    }

    private static void Compare(List<string> differences, string name, string what, string expected, string actual)
    {
        if (expected == actual)
        {
            return;
        }

        var (real, simulated) = (expected.Split('\n'), actual.Split('\n'));
        var line = real.Zip(simulated).TakeWhile(pair => pair.First == pair.Second).Count();
        differences.Add($"{name}, {what}, line {line + 1}\n     real: {real.ElementAtOrDefault(line)}\nsimulated: {simulated.ElementAtOrDefault(line)}");
    }

    private static string Lines(string name, string output)
    {
        var lines = Normalize(output).Split('\n').Select(line => line.StartsWith("{\"version\":1,\"partitions\":[", StringComparison.Ordinal) ? Sorted(line) : line);

        // 1.1.1 prints partitions in the order of a hash table.
        return string.Join('\n', name.StartsWith("groups-", StringComparison.Ordinal) || name.StartsWith("offsets", StringComparison.Ordinal) ? lines.Order(StringComparer.Ordinal) : lines);
    }

    private static string Sorted(string json) => string.Join(
        ' ', JsonNode.Parse(json)!["partitions"]!.AsArray().Select(partition => partition!.ToJsonString()).Order(StringComparer.Ordinal));

    // Log entries with the lines below them. Which of several threads or partitions comes first, and how often a warning is repeated, is chance.
    private static string Entries(string errors)
    {
        var entries = EntryStart().Split(Normalize(errors));
        return string.Join("", entries.Where(entry => !entry.StartsWith("[TIME] ", StringComparison.Ordinal)))
            + string.Join("", entries.Where(entry => entry.StartsWith("[TIME] WARN", StringComparison.Ordinal)).Distinct())
            + string.Join("", entries.Where(entry => entry.StartsWith("[TIME] ERROR", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    private static string Normalize(string text)
    {
        var normal = Timestamp().Replace(text, "[TIME]");
        normal = ServerAddress().Replace(normal, Address);
        normal = BrokerAddress().Replace(normal, "HOST  ");
        normal = Blanks().Replace(normal, "  ");
        normal = RecordTime().Replace(normal, "CreateTime:0");
        normal = Partition().Replace(normal, "orders-N");
        return Identity().Replace(normal, match => match.Groups["before"].Value + "ID");
    }

    [GeneratedRegex(@"127\.0\.0\.1:(?<port>12181|12182|19092|19192|1\b)")]
    private static partial Regex ServerAddress();

    [GeneratedRegex(@"(?:/127\.[0-9.]+|127\.0\.0\.1:1909\d|127\.0\.0\.1:1919\d|127\.[0-9.]+:9092|kafka-\d\.kafka-headless\.test\.svc\.cluster\.local:9092) +(?:\(\d\) *)?")]
    private static partial Regex BrokerAddress();

    // Columns are as wide as the addresses and ids in them.
    [GeneratedRegex(@" {2,}")]
    private static partial Regex Blanks();

    [GeneratedRegex(@"\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}\]")]
    private static partial Regex Timestamp();

    [GeneratedRegex(@"CreateTime:\d+")]
    private static partial Regex RecordTime();

    [GeneratedRegex(@"orders-\d")]
    private static partial Regex Partition();

    [GeneratedRegex(@"(?<before>TopicId: |console-consumer-|consumer-1-|correlation id )[A-Za-z0-9_-]+")]
    private static partial Regex Identity();

    [GeneratedRegex(@"(?=\[TIME\] )")]
    private static partial Regex EntryStart();
}
