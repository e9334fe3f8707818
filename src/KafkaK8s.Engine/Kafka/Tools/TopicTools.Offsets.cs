namespace KafkaK8s.Engine.Kafka.Tools;

/// <content>Where records begin and end.</content>
internal sealed partial class TopicTools
{
    /// <inheritdoc/>
    public async Task<IReadOnlyList<PartitionOffset>> OffsetsAsync(IReadOnlyCollection<string> names, OffsetPosition position, CancellationToken cancellation)
    {
        // Old releases create a topic that they are asked about.
        var existing = (await DescribeAsync(names, cancellation)).Select(topic => topic.Name).ToList();
        return (await AskOffsetsAsync(existing, [position], cancellation))[0];
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<PartitionRange>> RangesAsync(IReadOnlyList<TopicDescription> topics, DateTimeOffset? at, CancellationToken cancellation)
    {
        OffsetPosition[] positions = [new OffsetPosition.Earliest(), new OffsetPosition.Latest(), .. at is { } time ? [new OffsetPosition.At(time)] : Array.Empty<OffsetPosition>()];
        var places = (await AskOffsetsAsync([.. topics.Where(topic => !topic.IsMarkedForDeletion).Select(topic => topic.Name)], positions, cancellation))
            .Select(offsets => offsets.ToDictionary(offset => (offset.Topic, offset.Partition), offset => offset.Offset))
            .ToList();
        return
        [
            .. topics.SelectMany(topic => topic.Partitions).Select(partition => new PartitionRange(
                partition.Topic, partition.Partition, Place(0, partition), Place(1, partition), at is null ? null : Place(2, partition))),
        ];

        long? Place(int position, PartitionDescription partition) => places[position].GetValueOrDefault((partition.Topic, partition.Partition));
    }

    private async Task<IReadOnlyList<IReadOnlyList<PartitionOffset>>> AskOffsetsAsync(
        List<string> topics, IReadOnlyList<OffsetPosition> positions, CancellationToken cancellation)
    {
        var needsEnd = session.Dialect.TellsEndForLaterTimes && positions.Any(position => position is OffsetPosition.At) && !positions.Any(position => position is OffsetPosition.Latest);
        IReadOnlyList<OffsetPosition> asked = needsEnd ? [.. positions, new OffsetPosition.Latest()] : positions;
        var questions = asked.SelectMany((position, index) => ByPatternLength(topics)
            .SelectMany(part => session.Dialect.Offsets(session.Access, part, position))
            .Select(command => (Position: index, Command: command))).ToList();
        var outcomes = await session.RunManyAsync(questions.ConvertAll(question => question.Command), "Reading offsets", cancellation);
        var places = asked.Select(_ => new List<PartitionOffset>()).ToList();
        foreach (var (question, outcome) in questions.Zip(outcomes))
        {
            places[question.Position].AddRange(ReadOffsets(question.Command, outcome));
        }

        var latest = asked.ToList().FindLastIndex(position => position is OffsetPosition.Latest);
        IReadOnlyList<PartitionOffset> end = session.Dialect.TellsEndForLaterTimes && latest >= 0 ? places[latest] : [];
        return
        [
            .. positions.Select((position, index) => (IReadOnlyList<PartitionOffset>)
            [
                .. (position is OffsetPosition.At ? BeforeEnd(places[index], end) : places[index])
                    .OrderBy(offset => offset.Topic, StringComparer.Ordinal).ThenBy(offset => offset.Partition),
            ]),
        ];
    }

    private IEnumerable<PartitionOffset> ReadOffsets(ToolCommand command, ToolOutcome outcome)
    {
        if (outcome.Answer is { ExitCode: not 0 } failed && ToolFailure.Of(command, failed, session.Access.Cluster.ToString()) is { Id: "TopicNotFound" })
        {
            // Deleted since it was described.
            return [];
        }

        var lines = Require(command, outcome).Lines;
        const string group = "--group=";
        return command.Arguments.FirstOrDefault(argument => argument.StartsWith(group, StringComparison.Ordinal)) is { } name
            ? GroupReader.ReadReset(lines, name[group.Length..])
            : OffsetReader.Read(command.Tool, lines);
    }

    // No record is at the end of a partition: there is none of that time or later.
    private static IEnumerable<PartitionOffset> BeforeEnd(IEnumerable<PartitionOffset> places, IEnumerable<PartitionOffset> ends)
    {
        var end = ends.ToDictionary(offset => (offset.Topic, offset.Partition), offset => offset.Offset);
        return places.Select(place => place.Offset >= end.GetValueOrDefault((place.Topic, place.Partition)) ? place with { Offset = null } : place);
    }
}
