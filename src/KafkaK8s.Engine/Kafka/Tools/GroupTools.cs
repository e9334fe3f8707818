using System.Text;

namespace KafkaK8s.Engine.Kafka.Tools;

/// <summary>Consumer groups, by <c>kafka-consumer-groups</c>, which exits with 0 whatever happens and says errors on standard output.</summary>
internal sealed class GroupTools(ToolSession session, ITopicOperations topics) : IConsumerGroupOperations
{
    private const int MostAtOnce = 100;
    private const string Activity = "Reading consumer groups";

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

        var wanted = names?.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        var found = session.Dialect.CanDescribeManyGroups
            ? await ReadTogetherAsync(wanted, cancellation)
            : await ReadOneByOneAsync(wanted ?? await ListAsync(cancellation), cancellation);
        return await DescribeAsync(found, cancellation);
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

        var failures = new Dictionary<string, EngineException>(StringComparer.Ordinal);
        var parts = names.Distinct(StringComparer.Ordinal).Chunk(MostAtOnce).ToList();
        var commands = parts.ConvertAll(part => ToolDialect.DeleteGroups(session.Access, part));
        foreach (var (outcome, command, part) in (await session.RunInTurnAsync(commands, "Deleting consumer groups", cancellation)).Zip(commands, parts))
        {
            var refused = GroupReader.ReadDeletionFailures(outcome.Answer?.Lines ?? []);
            foreach (var (name, reason) in refused)
            {
                failures[name] = ToolFailure.Of(command, new ToolAnswer(1, "Error: " + reason, ""), name);
            }

            var failed = refused.Count == 0 && outcome.Answer is { } answer && (answer.ExitCode != 0 || GroupReader.HasError(answer.Lines));
            if ((failed ? ToolFailure.Of(command, outcome.Answer!, string.Join(", ", part)) : outcome.Error) is { } failure)
            {
                if (parts.Count == 1)
                {
                    throw failure;
                }

                // What the other calls did is not lost for it.
                foreach (var name in part)
                {
                    failures[name] = new EngineException(failure.Id, failure.Kind, name, failure.Message, failure.Advice, failure);
                }
            }
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

    private async Task<IReadOnlyList<FoundGroup>> ReadTogetherAsync(List<string>? names, CancellationToken cancellation)
    {
        var answers = await session.RunManyAsync([ToolDialect.DescribeAllGroups(session.Access, "--state"), .. OffsetQuestions(names)], Activity, cancellation);
        var states = GroupReader.ReadStates(Require(ToolDialect.DescribeAllGroups(session.Access, "--state"), answers[0]).Lines)
            .Where(state => names?.Contains(state.Group!) != false)
            .OrderBy(state => state.Group, StringComparer.Ordinal)
            .ToList();
        var offsets = answers.Skip(1).ToList();
        if (names is not null && states.Count < names.Count)
        {
            // Releases differ in what one missing group does to the answer about the others: only those that are there are asked about.
            names = [.. states.Select(state => state.Group!)];
            offsets = [.. await session.RunManyAsync([.. OffsetQuestions(names)], Activity, cancellation)];
        }

        var rows = OffsetQuestions(names).Zip(offsets).SelectMany(question => GroupReader.ReadOffsets(Require(question.First, question.Second).Lines))
            .ToLookup(row => row.Group!, StringComparer.Ordinal);
        return [.. states.Select(state => new FoundGroup(state, [.. rows[state.Group!]]))];
    }

    private IEnumerable<ToolCommand> OffsetQuestions(List<string>? names) => names is null
        ? [ToolDialect.DescribeAllGroups(session.Access, "--offsets")]
        : names.Chunk(MostAtOnce).Select(part => ToolDialect.DescribeGroups(session.Access, part, "--offsets"));

    // No table names the group here: it is the only one that was asked about.
    private async Task<IReadOnlyList<FoundGroup>> ReadOneByOneAsync(IReadOnlyList<string> names, CancellationToken cancellation)
    {
        var questions = names.SelectMany(name => new[] { ToolDialect.DescribeGroups(session.Access, [name], "--state"), ToolDialect.DescribeGroups(session.Access, [name], "--offsets") }).ToList();
        var answers = await session.RunManyAsync(questions, Activity, cancellation);
        var found = new List<FoundGroup>();
        for (var i = 0; i < names.Count; i++)
        {
            try
            {
                var states = GroupReader.ReadStates(Require(questions[2 * i], answers[2 * i]).Lines);
                var rows = GroupReader.ReadOffsets(Require(questions[(2 * i) + 1], answers[(2 * i) + 1]).Lines);
                found.AddRange(states.Select(state => new FoundGroup(state with { Group = names[i] }, rows)));
            }
            catch (EngineException missing) when (missing.Id == "GroupNotFound")
            {
                // Left out of the answer, as the contract says.
            }
        }

        return found;
    }

    // The table of offsets names the members that read something; only who has nothing to read must be asked for.
    private async Task<IReadOnlyList<ConsumerGroupDescription>> DescribeAsync(IReadOnlyList<FoundGroup> groups, CancellationToken cancellation)
    {
        var idle = groups.Where(group => group.State.MemberCount > Readers(group.Rows).Count()).Select(group => group.Name).ToList();
        var parts = idle.Chunk(session.Dialect.CanDescribeManyGroups ? MostAtOnce : 1).ToList();
        var questions = parts.ConvertAll(part => ToolDialect.DescribeGroups(session.Access, part, "--members"));
        var members = (await session.RunManyAsync(questions, Activity, cancellation))
            .Zip(questions, parts)
            .SelectMany(asked => GroupReader.ReadMembers(Require(asked.Second, asked.First).Lines).Select(member => (Group: member.Group ?? asked.Third[0], member.Member)))
            .ToLookup(member => member.Group, member => member.Member, StringComparer.Ordinal);
        return
        [
            .. groups.Select(group => new ConsumerGroupDescription(
                group.Name,
                group.State.State,
                group.State.CoordinatorId,
                group.State.Strategy,
                [.. idle.Contains(group.Name) ? members[group.Name] : Readers(group.Rows)],
                [.. group.Rows.Select(row => row.Offset).OrderBy(offset => offset.Topic, StringComparer.Ordinal).ThenBy(offset => offset.Partition)])),
        ];
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

    private static ToolAnswer Require(ToolCommand command, ToolOutcome outcome) =>
        RequireSuccess(command, outcome.Answer ?? throw outcome.Error!, "consumer groups");

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

    /// <summary>What was read of a group.</summary>
    private sealed record FoundGroup(GroupState State, IReadOnlyList<GroupOffsetRow> Rows)
    {
        public string Name => State.Group!;
    }
}
