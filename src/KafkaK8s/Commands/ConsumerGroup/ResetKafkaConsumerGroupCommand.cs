using System.Management.Automation;
using KafkaK8s.Binding;
using KafkaK8s.Completers;
using KafkaK8s.Diagnostics;
using KafkaK8s.Engine;
using KafkaK8s.Engine.Kafka;
using KafkaK8s.Output;
using KafkaK8s.Session;

namespace KafkaK8s.Commands;

/// <summary>Moves consumer groups to another place in what they read: they continue there.</summary>
/// <remarks>
/// <para>Without <c>-Topic</c> it is about all that the group has read so far. <c>-WhatIf</c> asks the cluster and shows from where to where each
/// partition would go. A group with active members is left alone; the error names them.</para>
/// <para>Rows with <c>Group</c>, <c>Topic</c>, <c>Partition</c> and <c>Offset</c>, such as the <c>Offsets</c> of a group or a CSV file that was made of
/// them, put each partition at its own offset, with one change a group. A row without an offset is left as it is, with a warning. An offset that
/// is no longer or not yet there becomes the nearest one, with a warning.</para>
/// <para>A group that doesn't exist is an error, except where topics are named: then it is made, with a warning.</para>
/// </remarks>
/// <example>
/// <summary>See what reading again from the beginning would mean</summary>
/// <code>Reset-KafkaConsumerGroup billing -ToEarliest -WhatIf</code>
/// <para>A line a partition: from where to where.</para>
/// </example>
/// <example>
/// <summary>Write down where groups are, and put them back</summary>
/// <code>(Get-KafkaConsumerGroup billing*).Offsets | Export-Csv offsets.csv; Import-Csv offsets.csv | Reset-KafkaConsumerGroup</code>
/// <para>In another cluster too: <c>Import-Csv offsets.csv | Reset-KafkaConsumerGroup -Context other -Namespace other -Cluster other</c>.</para>
/// </example>
/// <example>
/// <summary>Skip the last hour of one partition, and undo it</summary>
/// <code>$moves = Reset-KafkaConsumerGroup billing orders -Partition 3 -ToLatest -PassThru; $moves | Select-Object Group, Topic, Partition, @{ n = 'Offset'; e = 'From' } | Reset-KafkaConsumerGroup</code>
/// <para><c>-ToTime (Get-Date).AddHours(-1)</c> would go to the first record of the last hour, <c>-ShiftBy -10</c> ten records back.</para>
/// </example>
[Cmdlet(VerbsCommon.Reset, "KafkaConsumerGroup", SupportsShouldProcess = true, DefaultParameterSetName = ToOffset)]
[OutputType(typeof(KafkaOffsetMove))]
public sealed class ResetKafkaConsumerGroupCommand : KafkaCmdlet
{
    private const string ToOffset = "ToOffset";
    private const string Earliest = "ToEarliest";
    private const string Latest = "ToLatest";
    private const string Time = "ToTime";
    private const string Shifted = "ShiftBy";

    private readonly List<ResetRow> _rows = [];

    /// <summary>The group.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ConsumerGroupCompleter))]
    public string Group { get; set; } = "";

    /// <summary>The topics to move in; all that the group has read when not given. <c>$null</c>, such as of a search that found nothing, is refused.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(TopicCompleter))]
    public string[]? Topic { get; set; }

    /// <summary>The partitions of the topics; all of them when not given. An empty list is refused; an empty column of a CSV file is as good as none.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [NumberListTransformation("number of a partition")]
    [ValidateRange(0, int.MaxValue)]
    public int[]? Partition { get; set; }

    /// <summary>To this offset: the next record that the group will read.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ToOffset)]
    [AllowNull]
    [EmptyIsNull]
    public long? Offset { get; set; }

    /// <summary>To the oldest record that is still there.</summary>
    [Parameter(Mandatory = true, ParameterSetName = Earliest)]
    public SwitchParameter ToEarliest { get; set; }

    /// <summary>Behind the last record, so that only new ones are read.</summary>
    [Parameter(Mandatory = true, ParameterSetName = Latest)]
    public SwitchParameter ToLatest { get; set; }

    /// <summary>To the first record of this time or later; behind the last record where there is none.</summary>
    [Parameter(Mandatory = true, ParameterSetName = Time)]
    public DateTimeOffset ToTime { get; set; }

    /// <summary>So many records on, or back with a negative number.</summary>
    [Parameter(Mandatory = true, ParameterSetName = Shifted)]
    public long ShiftBy { get; set; }

    /// <summary>Returns an object for each partition: from where to where it went.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        // Nothing from the pipeline is bound yet. There, an empty column means all partitions of the row's topic.
        if (Partition is { Length: 0 })
        {
            ThrowTerminatingError(KafkaErrors.Create(
                "PartitionNotGiven", ErrorCategory.InvalidArgument, Group, "-Partition is empty. Nothing was changed.", "Leave it out for all partitions of the topics."));
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        Choose();
        RefusePartitionsWithoutTopic();
        _rows.Add(new ResetRow(Choice, Group, Topic, Partition, ParameterSetName == ToOffset ? ReadOffset() : null));
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        var consent = Consent.Of(this);
        foreach (var batch in _rows.GroupBy(row => row.Choice))
        {
            Run((pipeline, cancellation) => ResetAsync(pipeline, batch.Key, [.. batch], consent, cancellation));
        }
    }

    private long? ReadOffset()
    {
        if (Offset is null)
        {
            WriteWarning($"Nothing is committed for {string.Join(", ", Topic ?? [])} {string.Join(", ", Partition ?? [])} of {Group}; it is left as it is.");
        }
        else if (Offset < 0)
        {
            ThrowTerminatingError(KafkaErrors.Create(
                "OffsetNegative",
                ErrorCategory.InvalidArgument,
                Group,
                $"{Offset} is no offset: they begin with 0. Nothing was changed.",
                "-Offset is the next record that the group will read; -ShiftBy moves by a number of records."));
        }

        return Offset;
    }

    private void RefusePartitionsWithoutTopic()
    {
        if (Partition is { Length: > 0 } && Topic is null)
        {
            ThrowTerminatingError(KafkaErrors.Create(
                "TopicNotGiven",
                ErrorCategory.InvalidArgument,
                Group,
                $"Partitions of {Group} are given, but not of which topic. Nothing was changed.",
                "Give -Topic with -Partition."));
        }
    }

    private async Task ResetAsync(
        CommandPipeline pipeline, SessionDefaults choice, IReadOnlyList<ResetRow> rows, Consent consent, CancellationToken cancellation)
    {
        using var session = await OpenKafkaAsync(pipeline, choice, cancellation);
        foreach (var group in rows.GroupBy(row => row.Group, StringComparer.Ordinal))
        {
            try
            {
                if (Reading(group.Key, [.. group]) is { } reset)
                {
                    await ResetAsync(pipeline, session, reset, consent, cancellation);
                }
            }
            catch (EngineException refused)
            {
                await pipeline.WriteErrorAsync(KafkaErrors.ToErrorRecord(refused, group.Key));
            }
        }
    }

    private async Task ResetAsync(
        CommandPipeline pipeline, KafkaSession session, OffsetReset reset, Consent consent, CancellationToken cancellation)
    {
        // Only who looks before it happens needs to be told before it happens.
        var shows = consent.IsPreview || consent.AsksFirst;
        var description = shows
            ? Description(session.Describe(reset.Group), await session.Groups.ResetAsync(reset, dryRun: true, cancellation))
            : $"Move the consumer group {session.Describe(reset.Group)}.";
        if (!await pipeline.ShouldProcessInWordsAsync(description, description))
        {
            return;
        }

        foreach (var move in await session.Groups.ResetAsync(reset, dryRun: false, cancellation))
        {
            var output = move.ToOutput(reset.Group, session.Origin);
            pipeline.WriteVerbose($"{reset.Group}: {output}");
            if (PassThru)
            {
                await pipeline.WriteObjectAsync(output);
            }
        }
    }

    private static string Description(string group, IReadOnlyList<OffsetMove> moves) => moves.Count == 0
        ? $"Move the consumer group {group}: it has read nothing yet."
        : $"Move the consumer group {group}:{string.Concat(moves.Select(move => $"{Environment.NewLine}  {Line(move)}"))}";

    private static string Line(OffsetMove move) => move.From is not { } from
        ? $"{move.Topic}-{move.Partition}: none -> {move.To}"
        : from == move.To
            ? $"{move.Topic}-{move.Partition}: stays at {from}"
            : $"{move.Topic}-{move.Partition}: {from} -> {move.To} ({move.To - from:+0;-0})";

    private OffsetReset? Reading(string group, IReadOnlyList<ResetRow> rows) => ParameterSetName switch
    {
        ToOffset => ReadingOffsets(group, [.. rows.Where(row => row.Offset is not null)]),
        Earliest => new OffsetReset.ToPosition(group, Topics(rows), new OffsetPosition.Earliest()),
        Latest => new OffsetReset.ToPosition(group, Topics(rows), new OffsetPosition.Latest()),
        Time => new OffsetReset.ToPosition(group, Topics(rows), new OffsetPosition.At(ToTime)),
        _ => new OffsetReset.ToPosition(group, Topics(rows), new OffsetPosition.ShiftedBy(ShiftBy)),
    };

    private static OffsetReset? ReadingOffsets(string group, IReadOnlyList<ResetRow> rows)
    {
        if (rows.Count == 0)
        {
            return null;
        }

        if (rows.Select(row => row.Offset).Distinct().Count() == 1)
        {
            return new OffsetReset.ToPosition(group, Topics(rows), new OffsetPosition.Exactly(rows[0].Offset!.Value));
        }

        var offsets = new Dictionary<TopicPartition, long>();
        foreach (var row in rows)
        {
            if (row is not { Topics.Length: > 0, Partitions.Length: > 0 })
            {
                throw new EngineException(
                    "PartitionNotGiven",
                    EngineErrorKind.InvalidArgument,
                    group,
                    $"The rows for {group} have different offsets, and one of them doesn't say for which topic and partition. Nothing was changed.",
                    "Give Topic and Partition with each Offset.");
            }

            foreach (var partition in row.Topics.SelectMany(topic => row.Partitions.Select(partition => new TopicPartition(topic, partition))))
            {
                if (!offsets.TryAdd(partition, row.Offset!.Value) && offsets[partition] != row.Offset)
                {
                    throw new EngineException(
                        "OffsetAmbiguous",
                        EngineErrorKind.InvalidArgument,
                        group,
                        $"There are two rows for {partition} of {group}: {offsets[partition]} and {row.Offset}. Nothing was changed.",
                        "Give each partition one offset.");
                }
            }
        }

        return new OffsetReset.ToOffsets(group, offsets);
    }

    // A row without a topic means all of them, one without a partition all of its topic's.
    private static Dictionary<string, IReadOnlyList<int>>? Topics(IReadOnlyList<ResetRow> rows) => rows.Any(row => row.Topics is null)
        ? null
        : rows
            .SelectMany(row => row.Topics!.Select(topic => (Topic: topic, row.Partitions)))
            .GroupBy(row => row.Topic, StringComparer.Ordinal)
            .ToDictionary(
                topic => topic.Key,
                topic => topic.Any(row => row.Partitions is not { Length: > 0 })
                    ? (IReadOnlyList<int>)[]
                    : [.. topic.SelectMany(row => row.Partitions!).Distinct().Order()],
                StringComparer.Ordinal);

    private sealed record ResetRow(SessionDefaults Choice, string Group, string[]? Topics, int[]? Partitions, long? Offset);
}
