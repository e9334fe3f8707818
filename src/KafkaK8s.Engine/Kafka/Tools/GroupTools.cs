namespace KafkaK8s.Engine.Kafka.Tools;

/// <summary>Consumer groups, by <c>kafka-consumer-groups</c>, which exits with 0 whatever happens and says errors on standard output.</summary>
internal sealed class GroupTools(ToolSession session) : IConsumerGroupOperations
{
    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellation) =>
        GroupReader.ReadList((await AskAsync(ToolDialect.ListGroups(session.Access), session.Access.Cluster.ToString(), cancellation)).Lines);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ConsumerGroupDescription>> DescribeAsync(IReadOnlyCollection<string>? names, CancellationToken cancellation)
    {
        foreach (var name in names ?? [])
        {
            Validate(name);
        }

        // Releases differ in what one missing group does to the answer about the others: only those that are there are asked about.
        var existing = await ListAsync(cancellation);
        var asked = names is null ? existing : [.. existing.Where(names.Contains)];
        var groups = new List<ConsumerGroupDescription>();
        foreach (var together in session.Dialect.CanDescribeManyGroups ? asked.Chunk(100) : asked.Chunk(1))
        {
            groups.AddRange(await DescribeTogetherAsync(together, cancellation));
        }

        return groups;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<OffsetMove>> ResetAsync(OffsetReset reset, bool dryRun, CancellationToken cancellation)
    {
        Validate(reset.Group);
        foreach (var topic in reset.Topics?.Keys ?? [])
        {
            TopicNames.Validate(topic);
        }

        var before = (await DescribeAsync([reset.Group], cancellation)).SingleOrDefault();
        if (before is { Members.Count: > 0 })
        {
            throw Active(before);
        }

        var command = ToolDialect.ResetGroup(session.Access, reset, dryRun);
        var answer = await AskAsync(command, reset.Group, cancellation);
        return
        [
            .. GroupReader.ReadReset(answer.Lines, reset.Group)
                .Select(to => new OffsetMove(
                    to.Topic,
                    to.Partition,
                    before?.Offsets.FirstOrDefault(offset => offset.Topic == to.Topic && offset.Partition == to.Partition)?.CurrentOffset,
                    to.Offset ?? 0))
                .OrderBy(move => move.Topic, StringComparer.Ordinal)
                .ThenBy(move => move.Partition),
        ];
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<GroupOutcome>> DeleteAsync(IReadOnlyList<string> names, CancellationToken cancellation)
    {
        foreach (var name in names)
        {
            Validate(name);
        }

        if (names.Count == 0)
        {
            return [];
        }

        var command = ToolDialect.DeleteGroups(session.Access, names.Distinct(StringComparer.Ordinal));
        var answer = await session.RunAsync(command, null, cancellation);
        var failures = GroupReader.ReadDeletionFailures(answer.Lines);
        if (failures.Count == 0 && (answer.ExitCode != 0 || GroupReader.HasError(answer.Lines)))
        {
            throw ToolFailure.Of(command, answer, string.Join(", ", names));
        }

        return
        [
            .. names.Select(name => new GroupOutcome(
                name,
                failures.TryGetValue(name, out var reason) ? ToolFailure.Of(command, new ToolAnswer(1, "Error: " + reason, ""), name) : null)),
        ];
    }

    private async Task<IEnumerable<ConsumerGroupDescription>> DescribeTogetherAsync(string[] names, CancellationToken cancellation)
    {
        var target = string.Join(", ", names);
        var states = GroupReader.ReadStates((await AskAsync(ToolDialect.DescribeGroups(session.Access, names, "--state"), target, cancellation)).Lines);
        var offsets = GroupReader.ReadOffsets((await AskAsync(ToolDialect.DescribeGroups(session.Access, names, "--offsets"), target, cancellation)).Lines);
        var members = states.Any(state => state.MemberCount > 0)
            ? GroupReader.ReadMembers((await AskAsync(ToolDialect.DescribeGroups(session.Access, names, "--members"), target, cancellation)).Lines)
            : [];

        // Before 2.3 no table names the group: it is the only one that was asked about.
        return states.Select(state => (Name: state.Group ?? names[0], State: state)).OrderBy(group => group.Name, StringComparer.Ordinal).Select(group =>
            new ConsumerGroupDescription(
                group.Name,
                group.State.State,
                group.State.CoordinatorId,
                group.State.Strategy,
                [.. members.Where(member => (member.Group ?? names[0]) == group.Name).Select(member => member.Member)],
                [
                    .. offsets.Where(offset => (offset.Group ?? names[0]) == group.Name).Select(offset => offset.Offset)
                        .OrderBy(offset => offset.Topic, StringComparer.Ordinal).ThenBy(offset => offset.Partition),
                ]));
    }

    private async Task<ToolAnswer> AskAsync(ToolCommand command, string target, CancellationToken cancellation)
    {
        var answer = await session.RunAsync(command, null, cancellation);
        return answer.ExitCode != 0 || GroupReader.HasError(answer.Lines) ? throw ToolFailure.Of(command, answer, target) : answer;
    }

    private static EngineException Active(ConsumerGroupDescription group) => new(
        "GroupActive",
        EngineErrorKind.Conflict,
        group.Name,
        $"The group {group.Name} is {group.State} and has active members: {string.Join(", ", group.Members.Select(member => $"{member.ClientId} ({member.Host})"))}. Nothing was changed.",
        "Stop the group's consumers first.");

    private static void Validate(string name)
    {
        if (name.Length == 0 || name.AsSpan().IndexOfAny('\n', '\r') >= 0)
        {
            throw new EngineException(
                "InvalidGroupName", EngineErrorKind.InvalidArgument, name, "A consumer group's name is neither empty nor longer than a line.");
        }
    }
}
