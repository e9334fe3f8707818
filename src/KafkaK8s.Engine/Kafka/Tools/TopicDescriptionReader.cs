using System.Text.RegularExpressions;

namespace KafkaK8s.Engine.Kafka.Tools;

/// <summary>
/// Reads <c>kafka-topics --describe</c>: a header line a topic, then a line a partition that begins with a tab. Fields are
/// separated by tabs, names and values by the first colon, with a blank behind it or without; 2.8 added the topic's id, 2.6
/// reassignments, 3.8 eligible leader replicas. Fields that it doesn't know are left out, lines that it doesn't know are errors.
/// </summary>
internal static partial class TopicDescriptionReader
{
    /// <summary>The topics, in ordinal order of their names.</summary>
    /// <exception cref="EngineException">A line is neither a topic nor a partition of the topic before it.</exception>
    public static IReadOnlyList<TopicDescription> Read(IEnumerable<string> lines)
    {
        var topics = new List<TopicDescription>();
        var partitions = new List<PartitionDescription>();
        foreach (var line in lines.Where(line => line.Length > 0))
        {
            if (line[0] != '\t')
            {
                partitions = [];
                topics.Add(ReadTopic(line, partitions));
            }
            else if (topics.Count > 0 && ReadPartition(line) is { } partition && partition.Topic == topics[^1].Name)
            {
                partitions.Add(partition);
            }
            else
            {
                throw UnreadableOutput.Of("kafka-topics", line);
            }
        }

        topics.ForEach(topic => ((List<PartitionDescription>)topic.Partitions).Sort((a, b) => a.Partition.CompareTo(b.Partition)));
        return [.. topics.OrderBy(topic => topic.Name, StringComparer.Ordinal)];
    }

    /// <summary>Reads the lines that a filter such as <c>--under-replicated-partitions</c> leaves: partitions without their topics.</summary>
    /// <exception cref="EngineException">A line is not a partition.</exception>
    public static IReadOnlyList<PartitionDescription> ReadPartitions(IEnumerable<string> lines) =>
        [.. lines.Where(line => line.Length > 0).Select(line => ReadPartition(line) ?? throw UnreadableOutput.Of("kafka-topics", line))];

    /// <summary>Settings as the header has them. Values may contain commas: the next setting begins where a name and an equals sign follow.</summary>
    public static IReadOnlyDictionary<string, string> ReadConfiguration(string text) =>
        text.Length == 0
            ? new Dictionary<string, string>(StringComparer.Ordinal)
            : BetweenSettings().Split(text).Select(setting => setting.Split('=', 2)).ToDictionary(
                setting => setting[0],
                setting => setting.Length == 2 ? setting[1] : throw UnreadableOutput.Of("kafka-topics", text),
                StringComparer.Ordinal);

    private static TopicDescription ReadTopic(string line, IReadOnlyList<PartitionDescription> partitions)
    {
        var fields = Fields(line);
        return fields.TryGetValue("Topic", out var name)
            && fields.ContainsKey("PartitionCount")
            && fields.TryGetValue("ReplicationFactor", out var replicationText)
            && Invariant.TryNumber(replicationText, out int replicationFactor)
            && fields.TryGetValue("Configs", out var configuration)
                ? new TopicDescription(
                    name,
                    fields.GetValueOrDefault("TopicId"),
                    replicationFactor,
                    ReadConfiguration(configuration),
                    fields.GetValueOrDefault("MarkedForDeletion") == "true",
                    partitions)
                : throw UnreadableOutput.Of("kafka-topics", line);
    }

    private static PartitionDescription? ReadPartition(string line)
    {
        var fields = Fields(line);
        return fields.TryGetValue("Topic", out var topic)
            && fields.TryGetValue("Partition", out var number)
            && Invariant.TryNumber(number, out int partition)
            && fields.TryGetValue("Leader", out var leaderText)
            && TryLeader(leaderText, out var leader)
            && fields.TryGetValue("Replicas", out var replicaText)
            && TryBrokers(replicaText, out var replicas)
            && fields.TryGetValue("Isr", out var inSyncText)
            && TryBrokers(inSyncText, out var inSync)
                ? new PartitionDescription(topic, partition, leader, replicas, inSync)
                : null;
    }

    private static Dictionary<string, string> Fields(string line)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var field in line.Split('\t', StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = field.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0 || !fields.TryAdd(field[..colon].Trim(), field[(colon + 1)..].Trim()))
            {
                throw UnreadableOutput.Of("kafka-topics", line);
            }
        }

        return fields;
    }

    private static bool TryLeader(string text, out int? leader)
    {
        var isNumber = Invariant.TryNumber(text, out int number);
        leader = isNumber && number >= 0 ? number : null;
        return isNumber || text == "none";
    }

    private static bool TryBrokers(string text, out IReadOnlyList<int> brokers)
    {
        var ids = new List<int>();
        brokers = ids;
        foreach (var part in text.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!Invariant.TryNumber(part, out int id))
            {
                return false;
            }

            ids.Add(id);
        }

        return true;
    }

    [GeneratedRegex(",(?=[a-z][a-z0-9._-]*=)", RegexOptions.CultureInvariant)]
    private static partial Regex BetweenSettings();
}
