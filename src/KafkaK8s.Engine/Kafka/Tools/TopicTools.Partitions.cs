using System.Text.RegularExpressions;

namespace KafkaK8s.Engine.Kafka.Tools;

/// <content>How topics get more partitions.</content>
internal sealed partial class TopicTools
{
    /// <inheritdoc/>
    public async Task SetPartitionsAsync(string name, int partitions, CancellationToken cancellation)
    {
        if ((await SetPartitionsAsync(new Dictionary<string, int> { [name] = partitions }, cancellation))[0].Error is { } error)
        {
            throw error;
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<TopicOutcome>> SetPartitionsAsync(IReadOnlyDictionary<string, int> partitions, CancellationToken cancellation)
    {
        var errors = partitions.Keys.ToDictionary(name => name, name => Refusal(() => TopicNames.Validate(name)), StringComparer.Ordinal);
        var growths = partitions.Where(topic => errors[topic.Key] is null)
            .GroupBy(topic => topic.Value, topic => topic.Key)
            .SelectMany(group => ByPatternLength([.. group]).Select(names => (Names: names, Partitions: group.Key)))
            .ToList();

        // One command for all that get as many. Where it fails, each topic says for itself why; those that have got theirs say that they have.
        foreach (var failed in await GrowAsync(growths, errors, cancellation))
        {
            await GrowAsync([.. failed.Names.Select(name => ((IReadOnlyList<string>)[name], failed.Partitions))], errors, cancellation);
        }

        return [.. partitions.Keys.Select(name => new TopicOutcome(name, errors[name]))];
    }

    /// <inheritdoc/>
    public EngineException? Refusal(TopicDescription topic, int partitions) => partitions >= topic.Partitions.Count ? null : new EngineException(
        "InvalidPartitionCount",
        EngineErrorKind.InvalidArgument,
        topic.Name,
        $"The topic {topic.Name} has {Invariant.Text(topic.Partitions.Count)} partitions, and can't have {Invariant.Text(partitions)}.",
        "A topic has at least one partition, and never fewer than it had.");

    private async Task<IReadOnlyList<(IReadOnlyList<string> Names, int Partitions)>> GrowAsync(
        List<(IReadOnlyList<string> Names, int Partitions)> growths, Dictionary<string, EngineException?> errors, CancellationToken cancellation)
    {
        var commands = growths.ConvertAll(growth => session.Dialect.AlterPartitions(session.Access, growth.Names, growth.Partitions));

        // A pattern of which some names exist succeeds, and says nothing of the others.
        var list = session.Dialect.ListTopics(session.Access);
        var asksWho = growths.Exists(growth => growth.Names.Count > 1);
        var outcomes = await session.RunManyAsync(asksWho ? [.. commands, list] : commands, "Adding partitions", cancellation);
        var existing = asksWho && outcomes[^1].Error is null ? Names(Require(list, outcomes[^1])) : null;
        var failed = new List<(IReadOnlyList<string> Names, int Partitions)>();
        foreach (var (growth, (command, outcome)) in growths.Zip(commands.Zip(outcomes)))
        {
            if (growth.Names.Count > 1 && outcome.Answer is not null && (outcome.Answer.ExitCode != 0 || existing is null))
            {
                failed.Add(growth);
                continue;
            }

            foreach (var name in growth.Names)
            {
                errors[name] = outcome.Error is { } error ? About(error, name)
                    : existing?.Contains(name) == false ? NotFound(name, session.Access)
                    : Refusal(() => RequireGrowth(command, outcome.Answer!, name, growth.Partitions));
            }
        }

        return failed;
    }

    private static void RequireGrowth(ToolCommand command, ToolAnswer answer, string name, int partitions)
    {
        if (answer.ExitCode == 0)
        {
            RequireKnown(answer, command, IsAlterationWord);
        }
        else if (!HasAsMany(ToolFailure.Reason(answer), partitions))
        {
            throw ToolFailure.Of(command, answer, name);
        }
    }

    private static bool IsAlterationWord(string line) =>
        line.Length == 0
        || line.StartsWith("WARNING: If partitions are increased for a topic that has a key", StringComparison.Ordinal)
        || line == "Adding partitions succeeded!";

    private static bool HasAsMany(string reason, int partitions) =>
        PresentCount().Match(reason) is { Success: true } match && Invariant.TryNumber(match.Groups["count"].ValueSpan, out int present) && present == partitions;

    [GeneratedRegex(@"(?:currently|already) has (?<count>\d+) partition", RegexOptions.CultureInvariant)]
    private static partial Regex PresentCount();
}
