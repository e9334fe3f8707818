using System.Globalization;

namespace KafkaK8s.Engine.Clusters.Changes;

/// <summary>Carries out a plan, exactly and in order, and stops at the first step that can't be.</summary>
/// <param name="observer">Hears how far it is, and what it waits for.</param>
public sealed class PlanRunner(IOperationObserver observer)
{
    /// <summary>Carries out a plan.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="stepTimeout">How long each step may take.</param>
    /// <param name="listener">Takes what the steps come to.</param>
    /// <param name="cancellation">Ends it at once. What the step under way has sent may have happened.</param>
    /// <exception cref="EngineException">
    /// A step could not be carried out: the id, kind and target of what held it, a message that says which step it was, and advice
    /// that says what the same command does next.
    /// </exception>
    public async Task RunAsync(ChangePlan plan, TimeSpan stepTimeout, StepListener listener, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(listener);
        var activity = $"Changing {plan.Cluster}";
        try
        {
            var progress = new Progress(plan);
            while (await progress.NextAsync(cancellation) is { } work)
            {
                cancellation.ThrowIfCancellationRequested();
                await RunAsync(progress, work, stepTimeout, activity, listener, cancellation);
                progress.Done(work);
            }
        }
        finally
        {
            observer.Progress(new OperationProgress(activity, "", null, Completed: true));
        }
    }

    private async Task RunAsync(
        Progress progress, ChangeWork work, TimeSpan timeout, string activity, StepListener listener, CancellationToken cancellation)
    {
        var run = new StepRun(work.Steps, timeout, activity, 100 * (work.Steps[0].Number - 1) / progress.Plan.Steps.Count, observer, listener);
        run.Report(work.Steps[0].Reason);
        try
        {
            await work.CarryOutAsync(run, cancellation);
        }
        catch (EngineException held)
        {
            await TellAsync(run, StepStatus.Failed, listener);
            throw progress.Stopped(work, run.Step, held);
        }

        await TellAsync(run, run.IsSkipped ? StepStatus.Skipped : StepStatus.Done, listener);
    }

    private static async Task TellAsync(StepRun run, StepStatus status, StepListener listener)
    {
        var duration = run.Elapsed;
        foreach (var step in run.Steps)
        {
            await listener.OnStep(new StepResult(step, status, duration));
        }
    }

    /// <summary>How far a plan is.</summary>
    private sealed class Progress(ChangePlan plan)
    {
        private readonly List<ChangeWork> _left = [.. plan.Work];
        private readonly HashSet<ChangeWork> _waited = new(ReferenceEqualityComparer.Instance);
        private readonly SortedSet<int> _done = [];

        public ChangePlan Plan => plan;

        /// <summary>Takes the next work; null when all is done. What lets the others of its group go first is put behind them, once.</summary>
        public async Task<ChangeWork?> NextAsync(CancellationToken cancellation)
        {
            while (_left is [var work, ..])
            {
                _left.RemoveAt(0);
                var others = _left.TakeWhile(next => work.Group is not null && next.Group == work.Group).Count();
                if (others == 0 || !_waited.Add(work) || !await LetsOthersFirstAsync(work, cancellation))
                {
                    return work;
                }

                _left.Insert(others, work);
            }

            return null;
        }

        public void Done(ChangeWork work) => _done.UnionWith(work.Steps.Select(step => step.Number));

        public EngineException Stopped(ChangeWork work, ChangeStep step, EngineException held) => new(
            held.Id,
            held.Kind,
            held.Target ?? step.Target,
            string.Create(CultureInfo.InvariantCulture, $"Step {step.Number} of {plan.Steps.Count} ({step}) was not finished: {held.Message}{Before()}"),
            $"{(held.Advice is null ? "" : held.Advice + " ")}The same command again finds out what is left and goes on with it: {ChangePlan.Name([.. work.Steps, .. _left.SelectMany(left => left.Steps)])}.",
            held);

        // Who can't be asked is left where it is.
        private static async Task<bool> LetsOthersFirstAsync(ChangeWork work, CancellationToken cancellation)
        {
            try
            {
                return work.LetsOthersFirstAsync is { } lets && await lets(cancellation);
            }
            catch (EngineException)
            {
                return false;
            }
        }

        private string Before() => _done.Count switch
        {
            0 => " Nothing was done before it.",
            1 => string.Create(CultureInfo.InvariantCulture, $" Step {_done.Min} was carried out."),
            var count when _done.Max - _done.Min + 1 == count => string.Create(CultureInfo.InvariantCulture, $" Steps {_done.Min} to {_done.Max} were carried out."),
            _ => $" Steps {string.Join(", ", _done)} were carried out.",
        };
    }
}
