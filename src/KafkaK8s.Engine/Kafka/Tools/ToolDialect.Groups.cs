using System.Globalization;

namespace KafkaK8s.Engine.Kafka.Tools;

/// <content>How consumer groups are asked about and changed.</content>
internal abstract partial class ToolDialect
{
    /// <summary>Whether several groups can be described at once.</summary>
    public virtual bool CanDescribeManyGroups => true;

    /// <summary>All groups' names.</summary>
    public static ToolCommand ListGroups(KafkaAccess access) => Groups(access, "--list");

    /// <summary>One aspect of all groups, where several can be described at once.</summary>
    /// <param name="access">The cluster's addresses.</param>
    /// <param name="aspect"><c>--offsets</c> or <c>--state</c>.</param>
    public static ToolCommand DescribeAllGroups(KafkaAccess access, string aspect) => Groups(access, "--describe", "--all-groups", aspect);

    /// <summary>One aspect of groups.</summary>
    /// <param name="access">The cluster's addresses.</param>
    /// <param name="groups">The groups; one only where the release takes no more.</param>
    /// <param name="aspect"><c>--offsets</c>, <c>--members</c> or <c>--state</c>.</param>
    public static ToolCommand DescribeGroups(KafkaAccess access, IEnumerable<string> groups, string aspect) =>
        Groups(access, ["--describe", .. groups.Select(group => "--group=" + group), aspect]);

    /// <summary>Moves a group's offsets to the same place, or tells where they would go.</summary>
    public static ToolCommand ResetGroup(KafkaAccess access, OffsetReset.ToPosition reset, bool dryRun) =>
        Groups(
            access,
            [
                "--reset-offsets", "--group=" + reset.Group,
                .. reset.Topics is null
                    ? ["--all-topics"]
                    : reset.Topics.SelectMany(topic => new[]
                    {
                        "--topic",
                        topic.Value.Count == 0 ? topic.Key : $"{topic.Key}:{string.Join(',', topic.Value.Select(partition => Invariant.Text(partition)))}",
                    }),
                .. Position(reset.Position),
                dryRun ? "--dry-run" : "--execute",
            ]) with { IsChange = !dryRun };

    /// <summary>Moves a group's offsets each to its own, or tells; its input says where to, a line <c>topic,partition,offset</c> each.</summary>
    public static ToolCommand RestoreGroup(KafkaAccess access, string group, bool dryRun) =>
        Groups(access, ["--reset-offsets", "--group=" + group, dryRun ? "--dry-run" : "--execute", "--from-file"]) with { IsChange = !dryRun };

    /// <summary>Deletes consumer groups without members.</summary>
    public static ToolCommand DeleteGroups(KafkaAccess access, IEnumerable<string> groups) =>
        Groups(access, ["--delete", .. groups.Select(group => "--group=" + group)]) with { IsChange = true };

    private static string[] Position(OffsetPosition position) => position switch
    {
        OffsetPosition.Earliest => ["--to-earliest"],
        OffsetPosition.Latest => ["--to-latest"],
        OffsetPosition.At at => ["--to-datetime", at.Time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)],
        OffsetPosition.Exactly exactly => ["--to-offset", Invariant.Text(exactly.Offset)],
        OffsetPosition.ShiftedBy shift => ["--shift-by", Invariant.Text(shift.Count)],
        _ => throw new ArgumentOutOfRangeException(nameof(position)),
    };

    private static ToolCommand Groups(KafkaAccess access, params string[] arguments) =>
        new("kafka-consumer-groups", ["--bootstrap-server", access.BootstrapServers, .. arguments]);
}
