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
            foreach (var work in plan.Work)
            {
                cancellation.ThrowIfCancellationRequested();
                await RunAsync(plan, work, stepTimeout, activity, listener, cancellation);
            }
        }
        finally
        {
            observer.Progress(new OperationProgress(activity, "", null, Completed: true));
        }
    }

    private async Task RunAsync(
        ChangePlan plan, ChangeWork work, TimeSpan timeout, string activity, StepListener listener, CancellationToken cancellation)
    {
        var run = new StepRun(work.Steps, timeout, activity, 100 * (work.Steps[0].Number - 1) / plan.Steps.Count, observer, listener);
        run.Report(work.Steps[0].Reason);
        try
        {
            await work.CarryOutAsync(run, cancellation);
        }
        catch (EngineException held)
        {
            await TellAsync(run, StepStatus.Failed, listener);
            throw Stopped(plan, run.Step, held);
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

    private static EngineException Stopped(ChangePlan plan, ChangeStep step, EngineException held) => new(
        held.Id,
        held.Kind,
        held.Target ?? step.Target,
        string.Create(CultureInfo.InvariantCulture, $"Step {step.Number} of {plan.Steps.Count} ({step}) was not finished: {held.Message}{Before(step)}"),
        $"{(held.Advice is null ? "" : held.Advice + " ")}The same command again finds out what is left and goes on with it: {plan.NameFrom(step.Number)}.",
        held);

    private static string Before(ChangeStep step) => step.Number switch
    {
        1 => " Nothing was done before it.",
        2 => " Step 1 was carried out.",
        _ => string.Create(CultureInfo.InvariantCulture, $" Steps 1 to {step.Number - 1} were carried out."),
    };
}
