using System.Text.Json;
using System.Text.RegularExpressions;

namespace KafkaK8s.Engine.Kafka.Tools;

/// <summary>Reads <c>kafka-log-dirs --describe</c>: two lines of words, then one line of JSON, whose members come in any order.</summary>
internal static partial class LogDirectoryReader
{
    private const string Tool = "kafka-log-dirs";

    /// <summary>A disk that a broker can't use.</summary>
    /// <param name="Broker">The broker.</param>
    /// <param name="Path">The folder.</param>
    /// <param name="Error">Why, in the broker's words.</param>
    public sealed record BrokenDirectory(int Broker, string Path, string Error);

    /// <summary>What each broker has, by id, and what it can't tell because a disk is broken.</summary>
    /// <exception cref="EngineException">The answer is not that of the program.</exception>
    public static (IReadOnlyList<BrokerReplicas> Brokers, IReadOnlyList<BrokenDirectory> Broken) Read(IEnumerable<string> lines)
    {
        string? json = null;
        foreach (var line in lines.Where(line => line.Length > 0 && !Words().IsMatch(line)))
        {
            json = json is null && line[0] == '{' ? line : throw UnreadableOutput.Of(Tool, line);
        }

        try
        {
            using var document = JsonDocument.Parse(json ?? throw UnreadableOutput.Of(Tool, "(nothing)"));
            var brokers = document.RootElement.GetProperty("brokers").EnumerateArray().ToList();
            return (
                [.. brokers.Select(broker => new BrokerReplicas(Id(broker), [.. Directories(broker).SelectMany(Replicas).OrderBy(replica => replica.Topic, StringComparer.Ordinal).ThenBy(replica => replica.Partition)])).OrderBy(broker => broker.Broker)],
                [.. brokers.SelectMany(broker => Directories(broker).Where(IsBroken).Select(directory => new BrokenDirectory(Id(broker), Text(directory, "logDir"), Text(directory, "error"))))]);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw UnreadableOutput.Of(Tool, json!.Length > 400 ? json[..400] + "…" : json);
        }
    }

    private static int Id(JsonElement broker) => broker.GetProperty("broker").GetInt32();

    private static JsonElement.ArrayEnumerator Directories(JsonElement broker) => broker.GetProperty("logDirs").EnumerateArray();

    private static bool IsBroken(JsonElement directory) => directory.GetProperty("error").ValueKind != JsonValueKind.Null;

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    // While a replica moves from one disk of a broker to another it is there twice; the one in use counts.
    private static IEnumerable<ReplicaSize> Replicas(JsonElement directory) =>
        directory.GetProperty("partitions").EnumerateArray().Where(replica => !replica.GetProperty("isFuture").GetBoolean()).Select(replica =>
        {
            var name = PartitionName.Read(Tool, Text(replica, "partition"));
            return new ReplicaSize(name.Topic, name.Partition, replica.GetProperty("size").GetInt64(), replica.GetProperty("offsetLag").GetInt64());
        });

    [GeneratedRegex(@"^(?:Querying brokers for log directories information|Received log directory information from brokers [\d,]*)$", RegexOptions.CultureInvariant)]
    private static partial Regex Words();
}
