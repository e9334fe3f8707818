using System.Text;

namespace KafkaK8s.Engine.Kafka.Tools;

/// <summary>Consumer groups, by <c>kafka-consumer-groups</c>, which exits with 0 whatever happens and says errors on standard output.</summary>
internal sealed class GroupTools(ToolSession session, ITopicOperations topics) : IConsumerGroupOperations
{
    private const int MostAtOnce = 100;

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

        var states = session.Dialect.CanDescribeManyGroups
            ? await StatesTogetherAsync(names, cancellation)
            : await StatesOneByOneAsync(names, cancellation);
        var groups = new List<ConsumerGroupDescription>();
        foreach (var together in states.Chunk(session.Dialect.CanDescribeManyGroups ? MostAtOnce : 1))
        {
            groups.AddRange(await DescribeTogetherAsync(together, cancellation));
        }

        return groups;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<OffsetMove>> ResetAsync(OffsetReset reset, bool dryRun, CancellationToken cancellation)
    {
        Validate(reset.Group);
        await RequireTopicsAsync(reset, cancellation);
        var before = (await DescribeAsync([reset.Group], cancellation)).SingleOrDefault();
        if (before is { Members.Count: > 0 })
        {
            throw Active(before);
        }

        if (before is null && reset is OffsetReset.ToPosition { Topics: null })
        {
            throw NotFound(reset.Group);
        }

        var offsets = reset switch
        {
            OffsetReset.ToPosition to => await MoveAsync(to, dryRun, cancellation),
            OffsetReset.ToOffsets each => await RestoreAsync(each, dryRun, cancellation),
            _ => throw new ArgumentOutOfRangeException(nameof(reset)),
        };
        if (before is null)
        {
            session.Observer.Warning($"There was no consumer group {reset.Group}; it {(dryRun ? "would be" : "was")} made, with these offsets.");
        }

        var known = (before?.Offsets ?? []).ToDictionary(offset => new TopicPartition(offset.Topic, offset.Partition), offset => offset.CurrentOffset);
        return
        [
            .. offsets
                .Select(to => new OffsetMove(to.Topic, to.Partition, known.GetValueOrDefault(new TopicPartition(to.Topic, to.Partition)), to.Offset ?? 0))
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
        var failures = GroupReader.ReadDeletionFailures(answer.Lines)
            .ToDictionary(failure => failure.Key, failure => ToolFailure.Of(command, new ToolAnswer(1, "Error: " + failure.Value, ""), failure.Key), StringComparer.Ordinal);
        if (failures.Count == 0 && (answer.ExitCode != 0 || GroupReader.HasError(answer.Lines)))
        {
            throw ToolFailure.Of(command, answer, string.Join(", ", names));
        }

        // The program doesn't say who is in the way.
        if (failures.Where(failure => failure.Value.Id == "GroupActive").Select(failure => failure.Key).ToList() is { Count: > 0 } active)
        {
            foreach (var group in (await DescribeAsync(active, cancellation)).Where(group => group.Members.Count > 0))
            {
                failures[group.Name] = Active(group);
            }
        }

        return [.. names.Select(name => new GroupOutcome(name, failures.GetValueOrDefault(name)))];
    }

    /// <summary>
    /// Makes a group ready for a reader that commits only what was taken from it: nobody else reads, and every partition has an
    /// offset, so that what comes before the first commit is not missed.
    /// </summary>
    /// <param name="group">The group.</param>
    /// <param name="topic">What it is to read.</param>
    /// <param name="fromBeginning">Where it begins in partitions that it has not read yet.</param>
    /// <param name="cancellation">Ends the operation; what was already sent may have happened.</param>
    /// <exception cref="EngineException"><c>GroupActive</c>.</exception>
    public async Task PrepareAsync(string group, TopicDescription topic, bool fromBeginning, CancellationToken cancellation)
    {
        Validate(group);
        var found = (await DescribeAsync([group], cancellation)).SingleOrDefault();
        if (found is { Members.Count: > 0 })
        {
            throw Active(found);
        }

        var known = (found?.Offsets ?? []).Where(offset => offset.Topic == topic.Name && offset.CurrentOffset is not null).Select(offset => offset.Partition);
        var missing = topic.Partitions.Select(partition => partition.Partition).Except(known).ToList();
        if (missing.Count > 0 && session.Dialect.CanPrintPosition)
        {
            OffsetPosition start = fromBeginning ? new OffsetPosition.Earliest() : new OffsetPosition.Latest();
            await MoveAsync(
                new OffsetReset.ToPosition(group, new Dictionary<string, IReadOnlyList<int>> { [topic.Name] = missing }, start), dryRun: false, cancellation);
        }
    }

    // Releases differ in what one missing group does to the answer about the others, so all are asked about: the question is as cheap.
    private async Task<IReadOnlyList<GroupState>> StatesTogetherAsync(IReadOnlyCollection<string>? names, CancellationToken cancellation)
    {
        var answer = await AskAsync(ToolDialect.DescribeAllGroups(session.Access), session.Access.Cluster.ToString(), cancellation);
        var wanted = names?.ToHashSet(StringComparer.Ordinal);
        return [.. GroupReader.ReadStates(answer.Lines).Where(state => wanted?.Contains(state.Group!) != false).OrderBy(state => state.Group, StringComparer.Ordinal)];
    }

    private async Task<IReadOnlyList<GroupState>> StatesOneByOneAsync(IReadOnlyCollection<string>? names, CancellationToken cancellation)
    {
        var states = new List<GroupState>();
        foreach (var name in (names ?? await ListAsync(cancellation)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            try
            {
                var answer = await AskAsync(ToolDialect.DescribeGroups(session.Access, [name], "--state"), name, cancellation);
                // No table names the group: it is the only one that was asked about.
                states.AddRange(GroupReader.ReadStates(answer.Lines).Select(state => state with { Group = name }));
            }
            catch (EngineException missing) when (missing.Id == "GroupNotFound")
            {
                // Left out of the answer, as the contract says.
            }
        }

        return states;
    }

    private async Task<IEnumerable<ConsumerGroupDescription>> DescribeTogetherAsync(GroupState[] states, CancellationToken cancellation)
    {
        var names = states.Select(state => state.Group!).ToList();
        var target = string.Join(", ", names);
        var rows = GroupReader.ReadOffsets((await AskAsync(ToolDialect.DescribeGroups(session.Access, names, "--offsets"), target, cancellation)).Lines)
            .ToLookup(row => row.Group ?? names[0], StringComparer.Ordinal);

        // The table of offsets names the members that read something; only who has nothing to read must be asked for.
        var idle = states.Where(state => state.MemberCount > Readers(rows[state.Group!]).Count()).Select(state => state.Group!).ToList();
        var asked = idle.Count == 0
            ? null
            : GroupReader.ReadMembers((await AskAsync(ToolDialect.DescribeGroups(session.Access, idle, "--members"), target, cancellation)).Lines)
                .ToLookup(member => member.Group ?? idle[0], member => member.Member, StringComparer.Ordinal);
        return states.Select(state => new ConsumerGroupDescription(
            state.Group!,
            state.State,
            state.CoordinatorId,
            state.Strategy,
            [.. idle.Contains(state.Group!) ? asked![state.Group!] : Readers(rows[state.Group!])],
            [
                .. rows[state.Group!].Select(row => row.Offset)
                    .OrderBy(offset => offset.Topic, StringComparer.Ordinal).ThenBy(offset => offset.Partition),
            ]));
    }

    private static IEnumerable<ConsumerGroupMember> Readers(IEnumerable<GroupOffsetRow> rows) => rows
        .Where(row => row.Offset.MemberId is not null)
        .GroupBy(row => row.Offset.MemberId!, StringComparer.Ordinal)
        .Select(member => new ConsumerGroupMember(member.Key, member.First().Host, member.First().ClientId, member.Count()));

    private async Task RequireTopicsAsync(OffsetReset reset, CancellationToken cancellation)
    {
        var partitions = reset switch
        {
            OffsetReset.ToPosition to => (to.Topics ?? new Dictionary<string, IReadOnlyList<int>>()).ToLookup(topic => topic.Key, topic => topic.Value.DefaultIfEmpty(0).Max()),
            OffsetReset.ToOffsets each => each.Offsets.Keys.ToLookup(partition => partition.Topic, partition => partition.Partition),
            _ => throw new ArgumentOutOfRangeException(nameof(reset)),
        };
        if (partitions.Count == 0)
        {
            return;
        }

        // Old releases create a topic that they are asked about, and wait for one that they can't create.
        var described = (await topics.DescribeAsync([.. partitions.Select(topic => topic.Key)], cancellation)).ToDictionary(topic => topic.Name, StringComparer.Ordinal);
        foreach (var topic in partitions)
        {
            var found = described.GetValueOrDefault(topic.Key) ?? throw TopicTools.NotFound(topic.Key, session.Access);
            if (topic.Max() is var highest && highest >= found.Partitions.Count)
            {
                throw new EngineException(
                    "PartitionNotFound",
                    EngineErrorKind.NotFound,
                    topic.Key,
                    $"The topic {topic.Key} has {found.Partitions.Count} partitions, from 0 on; there is no partition {highest}. Nothing was changed.",
                    "Get-KafkaTopic shows the partitions that there are.");
            }
        }
    }

    private async Task<IReadOnlyList<PartitionOffset>> MoveAsync(OffsetReset.ToPosition reset, bool dryRun, CancellationToken cancellation)
    {
        var answer = await AskAsync(ToolDialect.ResetGroup(session.Access, reset, dryRun), reset.Group, cancellation);
        var offsets = GroupReader.ReadReset(answer.Lines, reset.Group);
        if (reset.Position is OffsetPosition.Exactly exactly)
        {
            WarnOfEnds(offsets, _ => exactly.Offset);
        }

        return offsets;
    }

    private async Task<IReadOnlyList<PartitionOffset>> RestoreAsync(OffsetReset.ToOffsets reset, bool dryRun, CancellationToken cancellation)
    {
        if (reset.Offsets.Count == 0)
        {
            return [];
        }

        var rows = string.Concat(reset.Offsets.Select(offset => $"{offset.Key.Topic},{Invariant.Text(offset.Key.Partition)},{Invariant.Text(offset.Value)}\n"));
        using var input = new MemoryStream(Encoding.ASCII.GetBytes(rows));
        var command = ToolDialect.RestoreGroup(session.Access, reset.Group, dryRun);
        var answer = await session.RunWithFileAsync(command, input, cancellation);

        var offsets = GroupReader.ReadReset(RequireSuccess(command, answer, reset.Group).Lines, reset.Group);
        WarnOfEnds(offsets, partition => reset.Offsets[partition]);
        return offsets;
    }

    private void WarnOfEnds(IEnumerable<PartitionOffset> offsets, Func<TopicPartition, long> wanted)
    {
        foreach (var offset in offsets)
        {
            if (wanted(new TopicPartition(offset.Topic, offset.Partition)) is var asked && asked != offset.Offset)
            {
                session.Observer.Warning(
                    $"{offset.Topic}-{offset.Partition} has no offset {asked}: it is {(asked > offset.Offset ? "behind the last record" : "before the first record that is still there")}. {offset.Offset} is taken instead.");
            }
        }
    }

    private async Task<ToolAnswer> AskAsync(ToolCommand command, string target, CancellationToken cancellation) =>
        RequireSuccess(command, await session.RunAsync(command, null, cancellation), target);

    private static ToolAnswer RequireSuccess(ToolCommand command, ToolAnswer answer, string target) =>
        answer.ExitCode != 0 || GroupReader.HasError(answer.Lines) ? throw ToolFailure.Of(command, answer, target) : answer;

    private static EngineException Active(ConsumerGroupDescription group) => new(
        "GroupActive",
        EngineErrorKind.Conflict,
        group.Name,
        $"The group {group.Name} is {group.State} and has active members: {string.Join(", ", group.Members.Select(member => $"{member.ClientId} ({member.Host})"))}. Nothing was changed.",
        "Stop the group's consumers first.");

    private EngineException NotFound(string name) => new(
        "GroupNotFound",
        EngineErrorKind.NotFound,
        name,
        $"There is no consumer group {name} in {session.Access.Cluster}.",
        "Get-KafkaConsumerGroup shows the groups that there are; a new one is made when topics are named.");

    private static void Validate(string name)
    {
        if (name.Length == 0 || name.AsSpan().IndexOfAny('\n', '\r') >= 0)
        {
            throw new EngineException(
                "InvalidGroupName", EngineErrorKind.InvalidArgument, name, "A consumer group's name is neither empty nor longer than a line.");
        }
    }
}
