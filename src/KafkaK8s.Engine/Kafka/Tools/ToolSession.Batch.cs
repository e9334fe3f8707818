namespace KafkaK8s.Engine.Kafka.Tools;

/// <summary>What became of one command among several: an answer, or why there is none.</summary>
/// <param name="Answer">The program's answer.</param>
/// <param name="Error">Why there is no answer.</param>
internal sealed record ToolOutcome(ToolAnswer? Answer, EngineException? Error);

/// <content>Many commands in one call.</content>
internal sealed partial class ToolSession
{
    /// <summary>Runs commands to their ends, in one call to the cluster however many there are, two at a time. One outcome a command, in their order.</summary>
    /// <param name="commands">The commands; no argument contains a line break.</param>
    /// <param name="activity">What is being done, for the progress.</param>
    /// <param name="cancellation">Ends the call at once; what has begun runs to its end.</param>
    public Task<IReadOnlyList<ToolOutcome>> RunManyAsync(IReadOnlyList<ToolCommand> commands, string activity, CancellationToken cancellation) =>
        RunManyAsync(commands, BatchScript.MostLanes, activity, cancellation);

    /// <summary>The same one after the other, each when the one before has ended, well or not.</summary>
    public Task<IReadOnlyList<ToolOutcome>> RunInTurnAsync(IReadOnlyList<ToolCommand> commands, string activity, CancellationToken cancellation) =>
        RunManyAsync(commands, lanes: 1, activity, cancellation);

    private async Task<IReadOnlyList<ToolOutcome>> RunManyAsync(IReadOnlyList<ToolCommand> commands, int lanes, string activity, CancellationToken cancellation)
    {
        if (commands.Count < 2)
        {
            return commands.Count == 0 ? [] : [await OutcomeAsync(RunAsync(commands[0], null, cancellation))];
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Limit);
        var batch = new BatchRun([.. commands.Select(command => ToolEnvironment.Run(tools.NameOf(command.Tool), command.Arguments))], lanes, tools.Folder, answered =>
        {
            limit.CancelAfter(Limit);
            Report(activity, answered, commands.Count);
        });
        Report(activity, 0, commands.Count);
        var failure = await FailureAsync(batch, commands, limit.Token, cancellation);
        observer.Progress(new OperationProgress(activity, "", Completed: true));
        return [.. commands.Select((command, index) => batch.Answers[index] is { } answer
            ? new ToolOutcome(answer, null)
            : new ToolOutcome(null, Unanswered(command, index < batch.Begun, failure)))];
    }

    /// <summary>Runs a command whose last argument is a file.</summary>
    /// <param name="command">The command, without the file.</param>
    /// <param name="contents">What the file holds.</param>
    /// <param name="cancellation">Ends the call at once.</param>
    public Task<ToolOutcome> RunOneWithFileAsync(ToolCommand command, Stream contents, CancellationToken cancellation) =>
        OutcomeAsync(RunWithFileAsync(command, contents, cancellation));

    private static async Task<ToolOutcome> OutcomeAsync(Task<ToolAnswer> answer)
    {
        try
        {
            return new ToolOutcome(await answer, null);
        }
        catch (EngineException e)
        {
            return new ToolOutcome(null, e);
        }
    }

    private async Task<EngineException?> FailureAsync(BatchRun batch, IReadOnlyList<ToolCommand> commands, CancellationToken limit, CancellationToken cancellation)
    {
        try
        {
            var exitCode = await RunVectorAsync(commands[0], batch.Vector, batch.Input, batch.OutputAsync, batch.ErrorsAsync, limit);
            return new EngineException(
                "KafkaToolFailed",
                EngineErrorKind.OutcomeUnknown,
                access.Cluster.ToString(),
                $"The shell in pod {pod.Name} ended with exit code {exitCode} before all programs had answered.");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return TookTooLong(commands[0], Limit);
        }
        catch (EngineException e)
        {
            return e;
        }
    }

    // What was not begun has not happened. What has begun may have, unless the call did not come to pass at all.
    private EngineException Unanswered(ToolCommand command, bool hasBegun, EngineException? failure) => (hasBegun, failure) switch
    {
        (_, not null) when failure.Kind is not (EngineErrorKind.OutcomeUnknown or EngineErrorKind.Connection) => failure,
        (true, _) when command.IsChange => new EngineException(
            "OutcomeUnknown",
            EngineErrorKind.OutcomeUnknown,
            access.Cluster.ToString(),
            $"{command.Tool} has not answered. {failure?.Message} Whether it did what it was to do is not known.",
            "See how things stand before trying again.",
            failure),
        _ => new EngineException(
            "NotAsked",
            EngineErrorKind.Connection,
            access.Cluster.ToString(),
            $"{(hasBegun ? $"{command.Tool} has not answered" : $"{command.Tool} was not run any more")}. {failure?.Message}",
            "Nothing was changed by this one; it can be tried again.",
            failure),
    };

    private void Report(string activity, int answered, int count) =>
        observer.Progress(new OperationProgress(activity, $"{answered} of {count} done", answered * 100 / count));
}
