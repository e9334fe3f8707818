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
        var (before, unread) = TryNames(list, outcomes[0]);
        var (left, unseen) = TryNames(list, outcomes[^1]);
        var failures = deletions.Zip(outcomes.Skip(1), (deletion, outcome) => Failure(deletion.Command, outcome, string.Join(", ", deletion.Names))).ToList();
        if (before is null && failures.TrueForAll(failure => failure is not null && failure.Kind != EngineErrorKind.OutcomeUnknown))
        {
            throw unread!;
        }

        foreach (var name in names.Where(name => before?.Contains(name) == false))
        {
            errors[name] = NotFound(name, session.Access);
        }

        var waiting = new List<string>();
        foreach (var (part, failure) in deletions.Select(deletion => deletion.Names).Zip(failures))
        {
            foreach (var name in part.Where(name => before?.Contains(name) != false))
            {
                var isLeft = left?.Contains(name) != false;
                // What is gone is as it was to be, whatever the deletion said; unless it may never have been there.
                var isSure = isLeft ? left is not null : before is not null;
                var error = !isLeft && isSure ? null : failure ?? (isSure ? null : Unseen(name, unread ?? unseen!));
                errors[name] = error is null ? null : About(error, name);
                waiting.AddRange(isLeft && error is null ? [name] : []);
            }
        }

        foreach (var name in waiting.Count == 0 ? [] : await WaitUntilGoneAsync(waiting, cancellation))
        {
            errors[name] = DeletionPending(name);
        }
    }

    private (HashSet<string>? Names, EngineException? Failure) TryNames(ToolCommand list, ToolOutcome outcome) => Failure(list, outcome, session.Access.Cluster.ToString()) is { } failure
        ? (null, failure)
        : (Names(outcome.Answer!), null);

    private static HashSet<string> Names(ToolAnswer list) =>
        TopicListReader.Read(list.Lines).Select(topic => topic.Name).ToHashSet(StringComparer.Ordinal);

    private static EngineException? Failure(ToolCommand command, ToolOutcome outcome, string target) =>
        outcome.Error ?? (outcome.Answer is { ExitCode: not 0 } answer ? ToolFailure.Of(command, answer, target) : null);

    // The deletion was run, and the list that would say what it had to do, or has done, can't be read.
    private static EngineException Unseen(string name, EngineException reason) => new(
        "OutcomeUnknown",
        EngineErrorKind.OutcomeUnknown,
        name,
        $"Whether {name} was there and has been deleted is not known: the topics could not be listed. {reason.Message}",
        "Get-KafkaTopic shows whether it is there.",
        reason);

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
