using System.Text.Json;
using System.Text.RegularExpressions;

namespace KafkaK8s.Engine.Kafka.Tools;

/// <summary>
/// Reads what <c>kafka-reassign-partitions</c> answers, and what ZooKeeper keeps where it can't list. The words changed in 2.6, when
/// reassignments became the brokers', and "is complete" became "is completed" in 3.3.
/// </summary>
internal static partial class ReassignmentReader
{
    private const string Tool = "kafka-reassign-partitions";

    /// <summary>The list of what runs now, by topic and partition.</summary>
    /// <exception cref="EngineException">A line is none of the list's.</exception>
    public static IReadOnlyList<PartitionReassignment> ReadList(IEnumerable<string> lines) =>
        [
            .. lines.Where(line => line.Length > 0 && line is not ("No partition reassignments found." or "Current partition reassignments:"))
                .Select(line => Running().Match(line) is { Success: true } match
                    ? new PartitionReassignment(
                        match.Groups["topic"].Value,
                        Number(match.Groups["partition"].Value, line),
                        Brokers(match.Groups["replicas"].Value, line),
                        Brokers(match.Groups["adding"].Value, line),
                        Brokers(match.Groups["removing"].Value, line))
                    : throw UnreadableOutput.Of(Tool, line))
                .OrderBy(running => running.Topic, StringComparer.Ordinal).ThenBy(running => running.Partition),
        ];

    /// <summary>An assignment as ZooKeeper and the program itself write it.</summary>
    /// <exception cref="EngineException">It is no assignment.</exception>
    public static IReadOnlyList<PartitionAssignment> ReadAssignment(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return
            [
                .. document.RootElement.GetProperty("partitions").EnumerateArray().Select(partition => new PartitionAssignment(
                    partition.GetProperty("topic").GetString()!,
                    partition.GetProperty("partition").GetInt32(),
                    [.. partition.GetProperty("replicas").EnumerateArray().Select(replica => replica.GetInt32())])),
            ];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw UnreadableOutput.Of(Tool, json);
        }
    }

    /// <summary>Whether a reassignment was started.</summary>
    public static bool IsStarted(IEnumerable<string> lines) => lines.Any(line => Started().IsMatch(line));

    /// <summary>Whether it was refused because another one runs.</summary>
    public static bool IsRefused(ToolAnswer answer) => Existing().IsMatch(answer.Output) || Existing().IsMatch(answer.Errors);

    /// <summary>How far each partition is, by topic and partition.</summary>
    /// <exception cref="EngineException">A line is not about a partition, and none of the others that the program prints.</exception>
    public static IReadOnlyList<ReassignmentStatus> ReadStatus(IEnumerable<string> lines) =>
        [
            // Before 2.6 a failed one has two lines, and only the first says why.
            .. lines.Where(line => line.Length > 0 && !Around().IsMatch(line))
                .Select(line => Status(line) ?? throw UnreadableOutput.Of(Tool, line))
                .DistinctBy(status => (status.Topic, status.Partition))
                .OrderBy(status => status.Topic, StringComparer.Ordinal).ThenBy(status => status.Partition),
        ];

    private static ReassignmentStatus? Status(string line)
    {
        foreach (var (pattern, state) in new[]
        {
            (Complete(), ReassignmentState.Complete), (InProgress(), ReassignmentState.InProgress), (Failed(), ReassignmentState.Failed),
        })
        {
            if (pattern.Match(line) is { Success: true } match)
            {
                return new ReassignmentStatus(match.Groups["topic"].Value, Number(match.Groups["partition"].Value, line), state, line);
            }
        }

        return null;
    }

    private static int[] Brokers(string list, string line) =>
        [.. list.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(id => Number(id, line))];

    private static int Number(string text, string line) => Invariant.TryNumber(text, out int number) ? number : throw UnreadableOutput.Of(Tool, line);

    [GeneratedRegex(@"^(?<topic>\S+)-(?<partition>\d+): replicas: (?<replicas>[\d,]+)\.(?: adding: (?<adding>[\d,]+)\.)?(?: removing: (?<removing>[\d,]+)\.)?$", RegexOptions.CultureInvariant)]
    private static partial Regex Running();

    [GeneratedRegex(@"^Successfully started (?:reassignment of partitions\.|partition reassignments? for )", RegexOptions.CultureInvariant)]
    private static partial Regex Started();

    [GeneratedRegex("There is an existing assignment running|because there is an existing partition assignment", RegexOptions.CultureInvariant)]
    private static partial Regex Existing();

    [GeneratedRegex(@"^(?:Status of partition reassignment: ?|Throttle was removed\.|Clearing (?:broker|topic)-level throttles on .+)$", RegexOptions.CultureInvariant)]
    private static partial Regex Around();

    [GeneratedRegex(@"^Reassignment of partition (?<topic>\S+)-(?<partition>\d+) (?:completed successfully|is completed?\.)$", RegexOptions.CultureInvariant)]
    private static partial Regex Complete();

    [GeneratedRegex(@"^Reassignment of partition (?<topic>\S+)-(?<partition>\d+) is still in progress\.?$", RegexOptions.CultureInvariant)]
    private static partial Regex InProgress();

    [GeneratedRegex(@"^(?:Reassignment of partition (?<topic>\S+)-(?<partition>\d+) failed|ERROR: Assigned replicas .* for partition (?<topic>\S+)-(?<partition>\d+)|There is no active reassignment of partition (?<topic>\S+)-(?<partition>\d+), but .*)$", RegexOptions.CultureInvariant)]
    private static partial Regex Failed();
}
