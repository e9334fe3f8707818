using System.Globalization;
using System.Text.Json;
using KafkaK8s.Sandbox.Pods.Simulated.Kafka;

namespace KafkaK8s.Sandbox.Pods.Simulated.Programs;

/// <summary>kafka-preferred-replica-election of 1.1.1, and kafka-leader-election of 3.9.2 for preferred leaders.</summary>
internal static class PreferredElection
{
    private const string OldMain = "kafka.admin.PreferredReplicaLeaderElectionCommand.main(PreferredReplicaLeaderElectionCommand.scala)";
    private const string NewClass = "org.apache.kafka.tools.LeaderElectionCommand";

    private static readonly string[] KnownOld = ["path-to-json-file=", "zookeeper="];

    private static readonly string[] KnownNew =
        ["admin.config=", "all-topic-partitions", "bootstrap-server=", "election-type=", "help", "partition=", "path-to-json-file=", "topic=", "version"];

    private sealed record Candidate(string Topic, int Index)
    {
        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Topic}-{Index}");
    }

    /// <summary>Runs the old program, which tells the controller by ZooKeeper, and ends with 0 whatever happens.</summary>
    public static async Task<int> RunOldAsync(ProgramCall call, CancellationToken cancellation)
    {
        if (Parse(call, KnownOld, required: "zookeeper") is not { } options)
        {
            return 1;
        }

        if (await ZooKeeperConnection.OpenAsync(
            call, options.Value("zookeeper")!, ["kafka.admin.PreferredReplicaLeaderElectionCommand$.main(PreferredReplicaLeaderElectionCommand.scala:63)", OldMain], cancellation) is not { } cluster)
        {
            return 1;
        }

        var (known, unknown) = Split(cluster, Candidates(call, options, cluster));
        call.Console.Output.WriteLine($"Created preferred replica election path with {string.Join(',', known)}");
        call.Console.Output.WriteLine($"Successfully started preferred replica election for partitions Set({string.Join(", ", known)})");
        unknown.ForEach(candidate => call.Console.Output.WriteLine($"Skipping preferred replica leader election for partition {candidate} since it doesn't exist."));
        known.ForEach(candidate => cluster.ElectPreferred(candidate.Topic, candidate.Index));
        return 0;
    }

    /// <summary>Runs the new program, which asks the brokers.</summary>
    public static async Task<int> RunNewAsync(ProgramCall call, CancellationToken cancellation)
    {
        if (Parse(call, KnownNew, required: "bootstrap-server") is not { } options)
        {
            return 1;
        }

        if (options.Value("election-type")?.ToUpperInvariant() != "PREFERRED")
        {
            return UsageErrorException.Print(call.Console, "A simulated pod's kafka-leader-election elects preferred leaders only; run it on real pods", KnownNew);
        }

        var (servers, trace) = AdminConnection.Create(call, options.Value("bootstrap-server")!, [$"{NewClass}.run(LeaderElectionCommand.java:110)", $"{NewClass}.main(LeaderElectionCommand.java:69)"]);
        if (servers is null)
        {
            call.Console.Error.WriteLine(trace);
            return 1;
        }

        try
        {
            var broker = await AdminConnection.ConnectAsync(call, servers, "electLeaders", cancellation);
            return Elect(call, options, broker.Cluster!);
        }
        catch (KafkaErrorException)
        {
            call.Console.Error.WriteLine("Timeout waiting for election results");
            return 1;
        }
    }

    private static int Elect(ProgramCall call, ToolOptions options, KafkaCluster cluster)
    {
        var (known, unknown) = Split(cluster, Candidates(call, options, cluster));
        var valid = known.Where(candidate => Find(cluster, candidate)!.Leader == Find(cluster, candidate)!.Replicas[0]).ToList();
        var results = known.Except(valid).Select(candidate => (Candidate: candidate, IsElected: cluster.ElectPreferred(candidate.Topic, candidate.Index))).ToList();
        Print("Successfully completed leader election (PREFERRED) for partitions ", results.Where(result => result.IsElected).Select(result => result.Candidate));
        // Asked about all, the brokers tell only of those where there was something to do.
        Print("Valid replica already elected for partitions ", options.Has("all-topic-partitions") ? [] : valid);
        var failures = results.Where(result => !result.IsElected)
            .Select(result => (result.Candidate, Reason: "org.apache.kafka.common.errors.PreferredLeaderNotAvailableException: The preferred leader was not available."))
            .Concat(unknown.Select(candidate => (Candidate: candidate, Reason: "org.apache.kafka.common.errors.UnknownTopicOrPartitionException: The partition does not exist.")))
            .ToList();
        if (failures.Count == 0)
        {
            return 0;
        }

        failures.ForEach(failure => call.Console.Output.WriteLine($"Error completing leader election (PREFERRED) for partition: {failure.Candidate}: {failure.Reason}"));
        var words = $"{failures.Count} replica(s) could not be elected";
        call.Console.Error.WriteLine(words);
        call.Console.Error.WriteLine(JavaTrace.Format(
            $"org.apache.kafka.server.common.AdminCommandFailedException: {words}",
            [
                $"{NewClass}.electLeaders(LeaderElectionCommand.java:179)", $"{NewClass}.run(LeaderElectionCommand.java:120)",
                $"{NewClass}.mainNoExit(LeaderElectionCommand.java:74)", $"{NewClass}.main(LeaderElectionCommand.java:69)",
            ]));
        failures.ForEach(failure => call.Console.Error.WriteLine($"\tSuppressed: {failure.Reason}"));
        call.Console.Error.WriteLine();
        return 1;

        void Print(string words, IEnumerable<Candidate> candidates)
        {
            var names = candidates.Select(candidate => candidate.ToString()).Order(StringComparer.Ordinal).ToList();
            if (names.Count > 0)
            {
                call.Console.Output.WriteLine(words + string.Join(", ", names));
            }
        }
    }

    private static ToolOptions? Parse(ProgramCall call, string[] known, string required)
    {
        try
        {
            var options = ToolOptions.Parse(call.Arguments, known);
            if (options.Has(required))
            {
                return options;
            }

            UsageErrorException.Print(call.Console, $"Missing required argument \"[{required}]\"", known);
        }
        catch (ToolOptionException exception)
        {
            call.Console.Error.WriteLine(JavaTrace.Format($"Exception in thread \"main\" {exception.ClassName}: {exception.Message}", exception.Frames));
        }

        return null;
    }

    private static List<Candidate> Candidates(ProgramCall call, ToolOptions options, KafkaCluster cluster)
    {
        if (options.Value("path-to-json-file") is { } path)
        {
            using var document = JsonDocument.Parse(call.Files.GetValueOrDefault(path) ?? "{\"partitions\":[]}"u8.ToArray());
            return
            [
                .. document.RootElement.GetProperty("partitions").EnumerateArray()
                    .Select(partition => new Candidate(partition.GetProperty("topic").GetString()!, partition.GetProperty("partition").GetInt32())),
            ];
        }

        return options.Value("topic") is { } topic && options.Number("partition") is { } number
            ? [new Candidate(topic, number)]
            // Brokers know nothing of a topic that never had a leader; ZooKeeper does.
            : [.. cluster.Describe().Where(described => call.Pod.Image.HasOldTools || described.IsPublished).SelectMany(described => described.Partitions.Select(partition => new Candidate(described.Name, partition.Index)))];
    }

    private static (List<Candidate> Known, List<Candidate> Unknown) Split(KafkaCluster cluster, List<Candidate> candidates)
    {
        var known = candidates.Where(candidate => Find(cluster, candidate) is not null).ToList();
        return (known, [.. candidates.Except(known)]);
    }

    private static PartitionDescription? Find(KafkaCluster cluster, Candidate candidate) =>
        cluster.Describe().FirstOrDefault(topic => topic.Name == candidate.Topic)?.Partitions.FirstOrDefault(partition => partition.Index == candidate.Index);
}
