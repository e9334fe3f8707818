using System.Globalization;
using KafkaK8s.Sandbox.Pods.Simulated.Kafka;

namespace KafkaK8s.Sandbox.Pods.Simulated.Programs;

/// <summary>kafka-get-offsets of 3.9.2, and kafka.tools.GetOffsetShell of 1.1.1, which is run through kafka-run-class.</summary>
internal static class GetOffsets
{
    private const string Earliest = "-2";
    private const string Latest = "-1";

    private static readonly string[] OldOptions = ["broker-list=", "max-wait-ms=", "offsets=", "partitions=", "time=", "topic="];

    private static readonly string[] NewOptions =
        ["bootstrap-server=", "broker-list=", "command-config=", "exclude-internal-topics", "help", "partitions=", "time=", "topic=", "topic-partitions=", "version"];

    /// <summary>kafka-run-class: the one class that is simulated.</summary>
    public static Task<int> RunClassAsync(ProgramCall call, CancellationToken cancellation)
    {
        if (call.Arguments is not ["kafka.tools.GetOffsetShell", ..])
        {
            call.Console.Error.WriteLine($"Error: Could not find or load main class {string.Join(' ', call.Arguments.Take(1))}");
            return Task.FromResult(1);
        }

        return RunOldAsync(call with { Arguments = [.. call.Arguments.Skip(1)] }, cancellation);
    }

    /// <summary>kafka-get-offsets.</summary>
    public static async Task<int> RunNewAsync(ProgramCall call, CancellationToken cancellation)
    {
        ToolOptions options;
        try
        {
            options = ToolOptions.Parse(call.Arguments, NewOptions);
        }
        catch (ToolOptionException exception)
        {
            return UsageErrorException.Print(call.Console, exception.Message, NewOptions);
        }

        if (options.Has("version"))
        {
            call.Console.Output.WriteLine(call.Pod.Image.ToldVersion);
            return 0;
        }

        if ((options.Value("bootstrap-server") ?? options.Value("broker-list")) is not { } bootstrap)
        {
            return UsageErrorException.Print(call.Console, "Missing required argument \"[bootstrap-server]\"", NewOptions);
        }

        var (servers, trace) = AdminConnection.Create(call, bootstrap, []);
        if (servers is null)
        {
            call.Console.Error.WriteLine("Error occurred: Failed to create new KafkaAdminClient");
            call.Console.Error.WriteLine(trace);
            return 1;
        }

        try
        {
            var broker = await AdminConnection.ConnectAsync(call, servers, "listTopics", cancellation);
            var partitions = Selected(broker.Cluster!, options);
            if (partitions.Count == 0)
            {
                call.Console.Error.WriteLine("Error occurred: Could not match any topic-partitions with the specified filters");
                return 1;
            }

            return Print(call, broker.Cluster!, partitions, options.Value("time"));
        }
        catch (KafkaErrorException exception)
        {
            call.Console.Error.WriteLine($"Error occurred: {exception.Message}");
            return 1;
        }
    }

    private static async Task<int> RunOldAsync(ProgramCall call, CancellationToken cancellation)
    {
        ToolOptions options;
        try
        {
            options = ToolOptions.Parse(call.Arguments, OldOptions);
        }
        catch (ToolOptionException exception)
        {
            return UsageErrorException.Print(call.Console, exception.Message, OldOptions);
        }

        if (options.Value("broker-list") is not { } list || options.Value("topic") is not { } topic)
        {
            return UsageErrorException.Print(call.Console, $"Missing required argument \"[{(options.Has("broker-list") ? "topic" : "broker-list")}]\"", OldOptions);
        }

        var (servers, complaint) = BootstrapServers.Parse(call, list, old: true);
        if (servers?.Find() is not { Cluster: { } cluster })
        {
            call.Console.Error.WriteLine($"Exception in thread \"main\" org.apache.kafka.common.KafkaException: {complaint ?? "fetching topic metadata for topics [Set(" + topic + ")] from broker [ArrayBuffer(" + list + ")] failed"}");
            return 1;
        }

        await call.Console.FlushAsync(cancellation);

        // Asking for a topic makes it, where the brokers are set so; it has no leader to answer yet.
        var exists = cluster.Describe().Any(description => description.Name == topic);
        cluster.CreateOnUse(topic);
        if (exists)
        {
            var wanted = options.Value("partitions")?.Split(',').Select(number => int.Parse(number, CultureInfo.InvariantCulture)).ToHashSet();
            return Print(call, cluster, [.. cluster.Describe().Single(description => description.Name == topic).Partitions
                .Where(partition => wanted?.Contains(partition.Index) != false).Select(partition => (topic, partition.Index))], options.Value("time"));
        }

        return 0;
    }

    private static List<(string Topic, int Partition)> Selected(KafkaCluster cluster, ToolOptions options)
    {
        var filter = options.Value("topic") is { } text ? new TopicFilter(text) : null;
        var pairs = options.Value("topic-partitions")?.Split(',').Select(pair => pair.Split(':')).ToList();
        var numbers = options.Value("partitions")?.Split(',').ToHashSet(StringComparer.Ordinal);
        return [.. cluster.Describe()
            .Where(topic => topic.IsPublished && filter?.Matches(topic.Name) != false && !(topic.IsInternal && options.Has("exclude-internal-topics")))
            .SelectMany(topic => topic.Partitions.Select(partition => (topic.Name, partition.Index)))
            .Where(partition => numbers?.Contains(Number(partition.Index)) != false)
            .Where(partition => pairs?.Exists(pair => new TopicFilter(pair[0]).Matches(partition.Name) && (pair.Length == 1 || pair[1] == Number(partition.Index))) != false)];
    }

    private static string Number(int index) => index.ToString(CultureInfo.InvariantCulture);

    private static int Print(ProgramCall call, KafkaCluster cluster, IEnumerable<(string Topic, int Partition)> partitions, string? time)
    {
        long? since = null;
        if (time is not (null or "latest" or Latest or "earliest" or Earliest))
        {
            if (call.Pod.Image.HasOldTools || !long.TryParse(time, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds))
            {
                call.Console.Error.WriteLine($"Error occurred: a simulated pod knows the times latest ({Latest}) and earliest ({Earliest}), and from 3.0 on milliseconds, not {time}");
                return 1;
            }

            since = milliseconds;
        }

        if (since is { } first)
        {
            PrintSince(call, cluster, partitions, first);
            return 0;
        }

        var isEarliest = time is "earliest" or Earliest;
        foreach (var (topic, partition) in partitions)
        {
            if (cluster.Offsets(topic, partition) is { } offsets)
            {
                call.Console.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{topic}:{partition}:{(isEarliest ? offsets.Start : offsets.End)}"));
            }
        }

        return 0;
    }

    // A partition without a record of that time or later has no line.
    private static void PrintSince(ProgramCall call, KafkaCluster cluster, IEnumerable<(string Topic, int Partition)> partitions, long milliseconds)
    {
        foreach (var (topic, partition) in partitions)
        {
            var found = cluster.Read(topic, partition, 0, int.MaxValue).Where(record => record.Record.Timestamp.ToUnixTimeMilliseconds() >= milliseconds).Take(1);
            foreach (var record in found)
            {
                call.Console.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{topic}:{partition}:{record.Offset}"));
            }
        }
    }
}
