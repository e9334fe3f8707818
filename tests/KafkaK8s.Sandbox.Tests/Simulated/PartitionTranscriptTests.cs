using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace KafkaK8s.Sandbox.Tests.Simulated;

/// <summary>
/// The simulated programs for partitions answer what the real ones did, question after question on one cluster: while a partition moves with a
/// throttle, when it has moved, where there is none, and when preferred leaders are elected. Without ids, times and sizes.
/// </summary>
public sealed partial class PartitionTranscriptTests
{
    private const string WithFile =
        """
        length=$1
        shift
        umask 077
        file=$(mktemp) || exit 125
        cat >"$file" || exit 125
        [ "$(wc -c <"$file")" -eq "$length" ] || exit 124
        "$@" "$file" </dev/null
        """;

    // For these the real brokers were stopped in a way that simulated ones can't be: by force, and before anybody had heard of it.
    private static readonly string[] NotReproduced = ["elect-unavailable", "log-dirs-one-down"];

    private static readonly Dictionary<string, string> Files = new(StringComparer.Ordinal)
    {
        ["/tmp/m.json"] = """{"version":1,"partitions":[{"topic":"big","partition":0,"replicas":[0,2]},{"topic":"s.m","partition":0,"replicas":[0,2]}]}""",
        ["/tmp/m2.json"] = """{"version":1,"partitions":[{"topic":"big","partition":1,"replicas":[1,2]}]}""",
        ["/tmp/m3.json"] = """{"version":1,"partitions":[{"topic":"big","partition":9,"replicas":[1,2]}]}""",
        ["/tmp/m4.json"] = """{"version":1,"partitions":[{"topic":"nope","partition":0,"replicas":[1,2]}]}""",
        ["/tmp/m5.json"] = """{"version":1,"partitions":[{"topic":"big","partition":1,"replicas":[0,1]}]}""",
        ["/tmp/e.json"] = """{"partitions":[{"topic":"big","partition":1},{"topic":"big","partition":0}]}""",
        ["/tmp/e7.json"] = """{"partitions":[{"topic":"big","partition":7},{"topic":"big","partition":0}]}""",
    };

    [Theory]
    [InlineData("1.1.1")]
    [InlineData("3.9.2")]
    public async Task They_answer_word_for_word(string version)
    {
        var clock = new StandingClock();
        await using var cluster = new SimulatedCluster(clock);
        await cluster.StartAllAsync(old: version == "1.1.1");
        var client = cluster["kafka-test-client"];
        await PrepareAsync(client, version);

        var differences = new List<string>();
        foreach (var recorded in Transcript.ReadPartitions(version).Where(recorded => !NotReproduced.Contains(recorded.Name)))
        {
            var answer = await RunAsync(client, version, recorded);
            Compare(differences, recorded, "exit code", $"{recorded.ExitCode}", $"{answer.ExitCode}");
            Compare(differences, recorded, "output", Output(recorded.Output), Output(answer.Output));
            Compare(differences, recorded, "errors", Errors(recorded.Error), Errors(answer.Error));
            clock.MoveOn(recorded.Name switch
            {
                // The empty partition is copied at once, and was before or after the second question; the other takes at least two seconds at this throttle.
                "execute-throttled" when version == "1.1.1" => TimeSpan.FromSeconds(1.5),
                "list-running" => TimeSpan.FromSeconds(1.5),
                "throttles-set" => TimeSpan.FromMinutes(5),
                "execute-one" => TimeSpan.FromSeconds(1.5),
                _ => TimeSpan.Zero,
            });
        }

        Assert.True(differences.Count == 0, string.Join("\n\n", differences));
    }

    private static async Task PrepareAsync(SimulatedCluster.RunningPod client, string version)
    {
        var connection = version == "1.1.1" ? new[] { "--zookeeper", "kafka-zookeeper:2181" } : ["--bootstrap-server", "kafka:9092"];
        foreach (var (topic, assignment) in new[] { ("big", "0:1,1:0"), ("s.m", "0:1") })
        {
            Assert.Equal(0, (await client.RunAsync(null, ["kafka-topics", .. connection, "--create", "--topic", topic, "--replica-assignment", assignment])).ExitCode);
        }

        // Megabytes in either partition, whichever a key falls into.
        var records = string.Concat(Enumerable.Range(0, 24).Select(number => string.Create(CultureInfo.InvariantCulture, $"{number},{new string('x', 900_000)}\n")));
        var sent = await client.RunAsync(
            records,
            ["kafka-console-producer", version == "1.1.1" ? "--broker-list" : "--bootstrap-server", "kafka:9092", "--topic", "big", "--property", "parse.key=true", "--property", "key.separator=,"]);
        Assert.Equal(0, sent.ExitCode);
    }

    private static Task<SimulatedCluster.ProgramResult> RunAsync(SimulatedCluster.RunningPod client, string version, Transcript recorded)
    {
        string[] arguments = [.. recorded.Arguments.Select(argument => Server().Replace(argument, match => IsZooKeeper(version, match) ? "kafka-zookeeper:2181" : "kafka:9092"))];
        return Files.TryGetValue(arguments[^1], out var file)
            ? client.RunAsync(file, ["sh", "-c", WithFile, "sh", $"{Encoding.UTF8.GetByteCount(file)}", .. arguments[..^1]])
            : client.RunAsync(recorded.Input, arguments);
    }

    private static bool IsZooKeeper(string version, Match server) => version == "1.1.1" && server.Value.EndsWith('0');

    private static void Compare(List<string> differences, Transcript recorded, string what, string real, string simulated)
    {
        if (real != simulated)
        {
            differences.Add($"{recorded.Name}, {what}:\n--- real\n{real}\n--- simulated\n{simulated}");
        }
    }

    private static string Output(string text) => TopicId().Replace(
        string.Join('\n', text.Split('\n').Select(line => line.StartsWith('{') ? Sorted(line) : Server().Replace(line, "SERVER").Replace("kafka-zookeeper:2181", "SERVER", StringComparison.Ordinal))),
        "TopicId: ID");

    // The real programs write partitions in the order of a hash table.
    private static string Sorted(string json)
    {
        var partitions = JsonNode.Parse(json)!["partitions"]!.AsArray().Select(partition => partition!.ToJsonString()).Order(StringComparer.Ordinal).ToList();
        return $"partitions: {string.Join(' ', partitions)}";
    }

    private static string Errors(string text) => string.Join('\n', text.Split('\n').Where(line => !NodeNumbers().IsMatch(line)));

    [GeneratedRegex(@"127\.0\.0\.1:\d+")]
    private static partial Regex Server();

    [GeneratedRegex(@"TopicId: \S+")]
    private static partial Regex TopicId();

    [GeneratedRegex("^(?:cZxid|ctime|mZxid|mtime|pZxid|cversion|dataVersion|aclVersion|ephemeralOwner|dataLength|numChildren) = ")]
    private static partial Regex NodeNumbers();

    /// <summary>What waits is over soon, and yet it is always the same time until somebody moves it on.</summary>
    private sealed class StandingClock : SandboxClock
    {
        private readonly SandboxClock _waits = RunningAt(200);
        private readonly DateTimeOffset _start = DateTimeOffset.UtcNow;
        private long _moved;

        public void MoveOn(TimeSpan span) => Interlocked.Add(ref _moved, span.Ticks);

        public override DateTimeOffset GetUtcNow() => _start + TimeSpan.FromTicks(Interlocked.Read(ref _moved));

        public override long GetTimestamp() => _waits.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => _waits.CreateTimer(callback, state, dueTime, period);
    }
}
