namespace KafkaK8s.Engine.Kafka.Tools;

/// <content>How topics are deleted.</content>
internal sealed partial class TopicTools
{
    // A topic is gone when all brokers that hold a replica have heard of it: seconds, unless one of them is down.
    private static readonly TimeSpan DeletionLimit = TimeSpan.FromSeconds(45);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<TopicOutcome>> DeleteAsync(IReadOnlyList<string> names, CancellationToken cancellation)
    {
        var errors = names.Distinct(StringComparer.Ordinal).ToDictionary(name => name, Refusal, StringComparer.Ordinal);
        var wanted = errors.Where(name => name.Value is null).Select(name => name.Key).ToList();
        if (wanted.Count > 0)
        {
            await DeleteAsync(wanted, errors, cancellation);
        }

        return [.. names.Select(name => new TopicOutcome(name, errors[name]))];
    }

    // What was there, the deletion, and what is left, in one call: a pattern says nothing of those of its names that don't exist.
    private async Task DeleteAsync(List<string> names, Dictionary<string, EngineException?> errors, CancellationToken cancellation)
    {
        var list = session.Dialect.ListTopics(session.Access);
        var deletions = ByPatternLength(names).Select(part => (Names: part, Command: session.Dialect.DeleteTopics(session.Access, part))).ToList();
        var outcomes = await session.RunInTurnAsync([list, .. deletions.Select(deletion => deletion.Command), list], "Deleting topics", cancellation);
        var before = Names(Require(list, outcomes[0]));
        foreach (var name in names.Where(name => !before.Contains(name)))
        {
            errors[name] = NotFound(name, session.Access);
        }

        var left = outcomes[^1].Error is null ? Names(Require(list, outcomes[^1])) : before;
        var waiting = new List<string>();
        foreach (var ((part, command), outcome) in deletions.Zip(outcomes.Skip(1)))
        {
            var failure = outcome.Error ?? (outcome.Answer is { ExitCode: not 0 } answer ? ToolFailure.Of(command, answer, string.Join(", ", part)) : outcomes[^1].Error);
            foreach (var name in part.Where(name => before.Contains(name) && left.Contains(name)))
            {
                errors[name] = failure is null ? null : About(failure, name);
                waiting.AddRange(failure is null ? [name] : []);
            }
        }

        foreach (var name in waiting.Count == 0 ? [] : await WaitUntilGoneAsync(waiting, cancellation))
        {
            errors[name] = DeletionPending(name);
        }
    }

    private static HashSet<string> Names(ToolAnswer list) =>
        TopicListReader.Read(list.Lines).Select(topic => topic.Name).ToHashSet(StringComparer.Ordinal);

    private static EngineException? Refusal(string name) => Refusal(() =>
    {
        TopicNames.Validate(name);
        if (TopicNames.IsInternal(name))
        {
            throw new EngineException(
                "TopicIsInternal", EngineErrorKind.InvalidArgument, name, $"Kafka keeps the topic {name} for itself; it is not deleted.", "Leave it to Kafka.");
        }
    });

    private async Task<IReadOnlyList<string>> WaitUntilGoneAsync(List<string> names, CancellationToken cancellation)
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

    private static EngineException DeletionPending(string name) => new(
        "TopicDeletionPending",
        EngineErrorKind.Timeout,
        name,
        $"The topic {name} is marked for deletion, and was still there after {DeletionLimit.TotalSeconds:0} seconds.",
        "It goes away when every broker that holds a replica is up, and delete.topic.enable isn't false.");
}
