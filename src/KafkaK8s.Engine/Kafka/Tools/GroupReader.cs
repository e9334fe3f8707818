using System.Text.RegularExpressions;

namespace KafkaK8s.Engine.Kafka.Tools;

/// <summary>A group's state as <c>kafka-consumer-groups --describe --state</c> tells it.</summary>
internal sealed record GroupState(string? Group, string State, int CoordinatorId, string? Strategy, int MemberCount);

/// <summary>How far a group has read a partition, and who reads it, as <c>--offsets</c> tells it.</summary>
/// <param name="Group">The group, where the release prints it.</param>
/// <param name="Offset">How far.</param>
/// <param name="Host">Where the member connects from; <c>-</c> without one.</param>
/// <param name="ClientId">The name that the member gives itself; <c>-</c> without one.</param>
internal sealed record GroupOffsetRow(string? Group, ConsumerGroupOffset Offset, string Host, string ClientId);

/// <summary>
/// Reads the tables of <c>kafka-consumer-groups</c>. Their columns don't line up with their headers in every release, the group is
/// the first of them from 2.3 on, and 3.8 and 3.9 print all rows of a reset on one line: each row is read by what its cells look like.
/// </summary>
internal static partial class GroupReader
{
    private const string Tool = "kafka-consumer-groups";

    /// <summary>The error that the program reports on standard output while it exits with 0, or null.</summary>
    public static bool HasError(IEnumerable<string> lines) => lines.Any(line => line.StartsWith("Error: ", StringComparison.Ordinal));

    /// <summary>The groups of <c>--list</c>, in ordinal order.</summary>
    public static IReadOnlyList<string> ReadList(IEnumerable<string> lines) =>
        [.. lines.Where(line => line.Length > 0).Order(StringComparer.Ordinal)];

    /// <summary>The offsets of <c>--offsets</c>, with their groups where the release prints them.</summary>
    public static IReadOnlyList<GroupOffsetRow> ReadOffsets(IEnumerable<string> lines) =>
    [
        .. Rows(lines, OffsetHeader(), OffsetRow(), OffsetRowWithGroup())
            .Where(row => row.Groups["topic"].Value != "-")
            .Select(row => new GroupOffsetRow(Group(row), Offset(row), row.Groups["host"].Value.TrimStart('/'), row.Groups["client"].Value)),
    ];

    /// <summary>The members of <c>--members</c>, with their groups where the release prints them.</summary>
    public static IReadOnlyList<(string? Group, ConsumerGroupMember Member)> ReadMembers(IEnumerable<string> lines) =>
        [.. Rows(lines, MemberHeader(), MemberRow(), MemberRowWithGroup()).Select(row => (Group(row), Member(row)))];

    /// <summary>The states of <c>--state</c>.</summary>
    public static IReadOnlyList<GroupState> ReadStates(IEnumerable<string> lines) =>
        [.. Rows(lines, StateHeader(), StateRow(), StateRow()).Select(State)];

    /// <summary>Where the partitions of a reset go.</summary>
    /// <param name="lines">The answer.</param>
    /// <param name="group">The group that was reset.</param>
    public static IReadOnlyList<PartitionOffset> ReadReset(IEnumerable<string> lines, string group)
    {
        var table = string.Join('\n', lines.Where(line => line.Length > 0));
        var header = ResetHeader().Match(table);
        if (!header.Success)
        {
            throw UnreadableOutput.Of(Tool, table);
        }

        var row = new Regex(@"\G\s*" + (header.Groups["group"].Success ? Regex.Escape(group) + @"\s+" : "") + @"(?<topic>[a-zA-Z0-9._-]+)\s+(?<partition>\d+)\s+(?<offset>\d+)\s*", RegexOptions.CultureInvariant);
        var at = header.Index + header.Length;
        var offsets = new List<PartitionOffset>();
        while (at < table.Length)
        {
            var match = row.Match(table, at);
            if (!match.Success)
            {
                throw UnreadableOutput.Of(Tool, table[at..]);
            }

            offsets.Add(new PartitionOffset(match.Groups["topic"].Value, (int)Number(match.Groups["partition"])!, Number(match.Groups["offset"])));
            at += match.Length;
        }

        return offsets;
    }

    /// <summary>The groups that could not be deleted, with the reason.</summary>
    public static IReadOnlyDictionary<string, string> ReadDeletionFailures(IEnumerable<string> lines) =>
        lines.Select(line => DeletionFailure().Match(line)).Where(match => match.Success).ToDictionary(
            match => match.Groups["group"].Value, match => match.Groups["reason"].Value, StringComparer.Ordinal);

    private static IEnumerable<Match> Rows(IEnumerable<string> lines, Regex header, Regex row, Regex rowWithGroup)
    {
        Regex? current = null;
        foreach (var line in lines.Where(line => line.Trim().Length > 0))
        {
            if (header.Match(line) is { Success: true } head)
            {
                current = head.Groups["group"].Success ? rowWithGroup : row;
            }
            else
            {
                yield return current?.Match(line) is { Success: true } match ? match : throw UnreadableOutput.Of(Tool, line);
            }
        }
    }

    private static ConsumerGroupOffset Offset(Match row) => new(
        row.Groups["topic"].Value,
        (int)(Number(row.Groups["partition"]) ?? -1),
        Number(row.Groups["current"]),
        Number(row.Groups["end"]),
        Number(row.Groups["lag"]),
        row.Groups["member"].Value == "-" ? null : row.Groups["member"].Value);

    private static ConsumerGroupMember Member(Match row) => new(
        row.Groups["member"].Value,
        row.Groups["host"].Value.TrimStart('/'),
        row.Groups["client"].Value,
        (int)(Number(row.Groups["count"]) ?? 0));

    private static GroupState State(Match row) => new(
        Group(row),
        row.Groups["state"].Value,
        (int)(Number(row.Groups["id"]) ?? -1),
        row.Groups["strategy"] is { Success: true, Value: not "-" } strategy ? strategy.Value : null,
        (int)(Number(row.Groups["count"]) ?? 0));

    private static string? Group(Match row) => row.Groups["group"] is { Success: true } group ? group.Value : null;

    private static long? Number(Group cell) => Invariant.TryNumber(cell.ValueSpan, out long number) ? number : null;

    [GeneratedRegex(@"^(?<group>GROUP\s+)?TOPIC\s+PARTITION\s+CURRENT-OFFSET\s+LOG-END-OFFSET\s+LAG\s+CONSUMER-ID\s+HOST\s+CLIENT-ID\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex OffsetHeader();

    [GeneratedRegex(@"^(?<topic>[a-zA-Z0-9._-]+)\s+(?<partition>\d+|-)\s+(?<current>\d+|-)\s+(?<end>\d+|-)\s+(?<lag>-?\d+|-)\s+(?<member>-|\S.*?\S)\s+(?<host>-|[^\s/]*/\S+)\s+(?<client>-|\S.*?)\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex OffsetRow();

    [GeneratedRegex(@"^(?<group>\S.*?)\s+(?<topic>[a-zA-Z0-9._-]+)\s+(?<partition>\d+|-)\s+(?<current>\d+|-)\s+(?<end>\d+|-)\s+(?<lag>-?\d+|-)\s+(?<member>-|\S.*?\S)\s+(?<host>-|[^\s/]*/\S+)\s+(?<client>-|\S.*?)\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex OffsetRowWithGroup();

    [GeneratedRegex(@"^(?<group>GROUP\s+)?CONSUMER-ID\s+(?:GROUP-INSTANCE-ID\s+)?HOST\s+CLIENT-ID\s+#PARTITIONS\b", RegexOptions.CultureInvariant)]
    private static partial Regex MemberHeader();

    [GeneratedRegex(@"^(?<member>\S.*?)\s+(?<host>[^\s/]*/\S+)\s+(?<client>\S.*?)\s+(?<count>\d+)(?:\s.*)?$", RegexOptions.CultureInvariant)]
    private static partial Regex MemberRow();

    // A member's id ends in the UUID that the coordinator gave it; a static member's instance id may follow.
    [GeneratedRegex(@"^(?<group>\S.*?)\s+(?<member>\S+-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\S+)(?:\s+\S+)?\s+(?<host>[^\s/]*/\S+)\s+(?<client>\S.*?)\s+(?<count>\d+)(?:\s.*)?$", RegexOptions.CultureInvariant)]
    private static partial Regex MemberRowWithGroup();

    [GeneratedRegex(@"^(?<group>GROUP\s+)?COORDINATOR \(ID\)\s+ASSIGNMENT-STRATEGY\s+STATE\s+(?:\S+\s+\S+\s+)?#MEMBERS\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex StateHeader();

    [GeneratedRegex(@"^(?:(?<group>\S.*?)\s+)?\S+:\d+\s+\((?<id>-?\d+)\)\s+(?:(?<strategy>\S+)\s+)?(?<state>PreparingRebalance|CompletingRebalance|Stable|Dead|Empty|Assigning|Reconciling|NotReady|Unknown)\s+(?:\S+\s+\S+\s+)?(?<count>\d+)\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex StateRow();

    [GeneratedRegex(@"(?<group>GROUP\s+)?TOPIC\s+PARTITION\s+NEW-OFFSET\s*", RegexOptions.CultureInvariant)]
    private static partial Regex ResetHeader();

    [GeneratedRegex(@"^\* Group '(?<group>.*)' could not be deleted due to: (?<reason>.+)$", RegexOptions.CultureInvariant)]
    private static partial Regex DeletionFailure();
}
