using System.Text.RegularExpressions;

namespace KafkaK8s.Engine.Kafka.Tools;

/// <summary>Topics, by <c>kafka-topics</c>.</summary>
internal sealed partial class TopicTools(ToolSession session) : ITopicOperations
{
    // A topic is gone when all brokers that hold a replica have heard of it: seconds, unless one of them is down.
    private static readonly TimeSpan DeletionLimit = TimeSpan.FromSeconds(45);

    // A longer pattern than that costs more than asking for all topics does.
    private const int LongestPattern = 8000;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellation) =>
        [.. (await ListAllAsync(cancellation)).Where(topic => !topic.IsMarkedForDeletion).Select(topic => topic.Name)];

    /// <inheritdoc/>
    public async Task<IReadOnlyList<TopicDescription>> DescribeAsync(IReadOnlyCollection<string>? names, CancellationToken cancellation)
    {
        if (names is { Count: 0 })
        {
            return [];
        }

        foreach (var name in names ?? [])
        {
            TopicNames.Validate(name);
        }

        var asked = names is null ? null : new HashSet<string>(names, StringComparer.Ordinal);
        var command = session.Dialect.DescribeTopics(session.Access, asked is not null && PatternFits(asked) ? asked : null);
        var answer = await session.RunAsync(command, null, cancellation);
        if (answer.ExitCode != 0)
        {
            var failure = ToolFailure.Of(command, answer, session.Access.Cluster.ToString());
            return failure.Id == "TopicNotFound" ? [] : throw failure;
        }

        var described = TopicDescriptionReader.Read(answer.Lines);
        return asked is null ? described : [.. described.Where(topic => asked.Contains(topic.Name))];
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<TopicOutcome>> CreateAsync(IReadOnlyList<TopicCreation> topics, CancellationToken cancellation)
    {
        var outcomes = new List<TopicOutcome>(topics.Count);
        foreach (var topic in topics)
        {
            outcomes.Add(new TopicOutcome(topic.Name, await OutcomeAsync(() => CreateOneAsync(topic, cancellation))));
        }

        return outcomes;
    }

    /// <inheritdoc/>
    public async Task SetPartitionsAsync(string name, int partitions, CancellationToken cancellation)
    {
        TopicNames.Validate(name);
        var command = session.Dialect.AlterPartitions(session.Access, name, partitions);
        var answer = await session.RunAsync(command, null, cancellation);
        if (answer.ExitCode == 0)
        {
            RequireKnown(answer, command, IsAlterationWord);
        }
        else if (!HasAsMany(ToolFailure.Reason(answer), partitions))
        {
            throw ToolFailure.Of(command, answer, name);
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<PartitionOffset>> OffsetsAsync(IReadOnlyCollection<string> names, OffsetPosition position, CancellationToken cancellation)
    {
        var time = position switch
        {
            OffsetPosition.Latest => -1,
            OffsetPosition.Earliest => -2,
            OffsetPosition.At at => at.Time.ToUnixTimeMilliseconds(),
            _ => throw new EngineException(
                "InvalidOffsetPosition", EngineErrorKind.InvalidArgument, null, "Offsets can be asked for at the earliest or the latest record, or at a time."),
        };

        // Old releases create a topic that they are asked about.
        var existing = (await DescribeAsync(names, cancellation)).Select(topic => topic.Name).ToList();
        var offsets = new List<PartitionOffset>();
        foreach (var part in ByPatternLength(existing))
        {
            foreach (var command in session.Dialect.Offsets(session.Access, part, time))
            {
                var answer = await session.RunAsync(command, null, cancellation);
                offsets.AddRange(answer.ExitCode == 0
                    ? OffsetReader.Read(command.Tool, answer.Lines)
                    : throw ToolFailure.Of(command, answer, session.Access.Cluster.ToString()));
            }
        }

        return [.. offsets.OrderBy(offset => offset.Topic, StringComparer.Ordinal).ThenBy(offset => offset.Partition)];
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<TopicOutcome>> DeleteAsync(IReadOnlyList<string> names, CancellationToken cancellation)
    {
        var refused = await RefusedAsync(names, cancellation);
        var wanted = names.Where(name => !refused.ContainsKey(name)).Distinct(StringComparer.Ordinal).ToList();
        foreach (var part in ByPatternLength(wanted))
        {
            var failure = await OutcomeAsync(() => DeletePartAsync(part, cancellation));
            var left = failure is null ? await WaitUntilGoneAsync(part, cancellation) : await StillThereAsync(part, cancellation);
            foreach (var name in left)
            {
                refused[name] = failure is null ? DeletionPending(name) : About(failure, name);
            }
        }

        return [.. names.Select(name => new TopicOutcome(name, refused.GetValueOrDefault(name)))];
    }

    private async Task<IReadOnlyList<ListedTopic>> ListAllAsync(CancellationToken cancellation)
    {
        var command = session.Dialect.ListTopics(session.Access);
        var answer = await session.RunAsync(command, null, cancellation);
        return answer.ExitCode == 0
            ? TopicListReader.Read(answer.Lines)
            : throw ToolFailure.Of(command, answer, session.Access.Cluster.ToString());
    }

    private async Task CreateOneAsync(TopicCreation topic, CancellationToken cancellation)
    {
        TopicNames.Validate(topic.Name);
        foreach (var (key, value) in topic.Configuration)
        {
            ValidateSetting(topic.Name, key, value);
        }

        var command = session.Dialect.CreateTopic(session.Access, topic);
        var answer = await session.RunAsync(command, null, cancellation);
        if (answer.ExitCode != 0)
        {
            throw ToolFailure.Of(command, answer, topic.Name);
        }

        RequireKnown(answer, command, IsCreationWord);
    }

    private static void RequireKnown(ToolAnswer answer, ToolCommand command, Func<string, bool> isKnown)
    {
        if (answer.Lines.FirstOrDefault(line => !isKnown(line)) is { } unknown)
        {
            throw UnreadableOutput.Of(command.Tool, unknown);
        }
    }

    private static bool IsAlterationWord(string line) =>
        line.Length == 0
        || line.StartsWith("WARNING: If partitions are increased for a topic that has a key", StringComparison.Ordinal)
        || line == "Adding partitions succeeded!";

    private static bool HasAsMany(string reason, int partitions) =>
        PresentCount().Match(reason) is { Success: true } match && Invariant.TryNumber(match.Groups["count"].ValueSpan, out int present) && present == partitions;

    // 2.3 and 2.4 say nothing at all; before a name with a period or an underscore all of them warn about metrics.
    private static bool IsCreationWord(string line) =>
        line.Length == 0
        || line.StartsWith("Created topic ", StringComparison.Ordinal)
        || line.StartsWith("WARNING: Due to limitations in metric names", StringComparison.Ordinal);

    private static void ValidateSetting(string topic, string key, string value)
    {
        if (key.Length == 0 || !key.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-'))
        {
            throw new EngineException(
                "UnknownTopicConfiguration",
                EngineErrorKind.InvalidArgument,
                topic,
                $"No setting is called '{key}': names consist of ASCII letters, digits, '.', '_' and '-'.",
                "Kafka's documentation lists the settings of a topic.");
        }

        if (value.AsSpan().IndexOfAny('\n', '\r', '=') >= 0)
        {
            throw new EngineException(
                "InvalidTopicConfiguration",
                EngineErrorKind.InvalidArgument,
                topic,
                $"The value of {key} contains a line break or an equals sign, which kafka-topics can't take.",
                "Give a value without them.");
        }
    }

    private async Task DeletePartAsync(IReadOnlyCollection<string> names, CancellationToken cancellation)
    {
        var command = session.Dialect.DeleteTopics(session.Access, names);
        var answer = await session.RunAsync(command, null, cancellation);
        if (answer.ExitCode != 0)
        {
            throw ToolFailure.Of(command, answer, string.Join(", ", names));
        }
    }

    private async Task<Dictionary<string, EngineException>> RefusedAsync(IReadOnlyList<string> names, CancellationToken cancellation)
    {
        var refused = new Dictionary<string, EngineException>(StringComparer.Ordinal);
        var existing = (await ListAllAsync(cancellation)).Select(topic => topic.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var name in names)
        {
            if (await OutcomeAsync(() => { TopicNames.Validate(name); return Task.CompletedTask; }) is { } invalid)
            {
                refused[name] = invalid;
            }
            else if (TopicNames.IsInternal(name))
            {
                refused[name] = new EngineException("TopicIsInternal", EngineErrorKind.InvalidArgument, name, $"Kafka keeps the topic {name} for itself; it is not deleted.");
            }
            else if (!existing.Contains(name))
            {
                refused[name] = NotFound(name, session.Access);
            }
        }

        return refused;
    }

    private async Task<IReadOnlyList<string>> WaitUntilGoneAsync(IReadOnlyCollection<string> names, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(DeletionLimit);
        var left = await StillThereAsync(names, cancellation);
        while (left.Count > 0 && !limit.IsCancellationRequested)
        {
            session.Observer.Progress(new OperationProgress("Deleting topics", $"{left[0]}: marked for deletion, not gone yet ({left.Count} of {names.Count})"));
            left = await StillThereAsync(names, cancellation);
        }

        session.Observer.Progress(new OperationProgress("Deleting topics", "", Completed: true));
        return left;
    }

    private async Task<IReadOnlyList<string>> StillThereAsync(IReadOnlyCollection<string> names, CancellationToken cancellation)
    {
        var existing = (await ListAllAsync(cancellation)).Select(topic => topic.Name).ToHashSet(StringComparer.Ordinal);
        return [.. names.Where(existing.Contains)];
    }

    private static IEnumerable<IReadOnlyList<string>> ByPatternLength(IReadOnlyList<string> names)
    {
        var part = new List<string>();
        foreach (var name in names)
        {
            if (part.Count > 0 && TopicNames.Pattern([.. part, name]).Length > LongestPattern)
            {
                yield return part;
                part = [];
            }

            part.Add(name);
        }

        if (part.Count > 0)
        {
            yield return part;
        }
    }

    private static bool PatternFits(IReadOnlyCollection<string> names) => names.Sum(name => (long)name.Length * 2) <= LongestPattern;

    /// <summary>The error that a topic isn't there.</summary>
    public static EngineException NotFound(string name, KafkaAccess access) => new(
        "TopicNotFound",
        EngineErrorKind.NotFound,
        name,
        $"There is no topic {name} in {access.Cluster}.",
        "Get-KafkaTopic shows the topics that there are.");

    private static EngineException DeletionPending(string name) => new(
        "TopicDeletionPending",
        EngineErrorKind.Timeout,
        name,
        $"The topic {name} is marked for deletion, and was still there after {DeletionLimit.TotalSeconds:0} seconds.",
        "It goes away when every broker that holds a replica is up, and delete.topic.enable isn't false.");

    private static EngineException About(EngineException failure, string name) =>
        new(failure.Id, failure.Kind, name, failure.Message, failure.Advice, failure);

    private static async Task<EngineException?> OutcomeAsync(Func<Task> attempt)
    {
        try
        {
            await attempt();
            return null;
        }
        catch (EngineException e)
        {
            return e;
        }
    }

    [GeneratedRegex(@"(?:currently|already) has (?<count>\d+) partition", RegexOptions.CultureInvariant)]
    private static partial Regex PresentCount();
}
