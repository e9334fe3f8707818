using System.Globalization;

namespace KafkaK8s.Engine.Clusters.Changes;

/// <summary>What work is given while it is carried out: its steps, its time, and a way to say what it waits for.</summary>
public sealed class StepRun
{
    // How long to wait between two looks: what is quick is seen soon, and what is slow is not asked too often.
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(125);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    private readonly IOperationObserver _observer;
    private readonly StepListener _listener;
    private readonly string _activity;
    private readonly int _percent;
    private readonly long _started = TimeProvider.System.GetTimestamp();
    private IReadOnlyList<StepBlocker> _told = [];

    internal StepRun(IReadOnlyList<ChangeStep> steps, TimeSpan timeout, string activity, int percent, IOperationObserver observer, StepListener listener)
    {
        Steps = steps;
        Timeout = timeout;
        _activity = activity;
        _percent = percent;
        _observer = observer;
        _listener = listener;
    }

    /// <summary>The steps.</summary>
    public IReadOnlyList<ChangeStep> Steps { get; }

    /// <summary>The first of the steps, and the only one as a rule.</summary>
    public ChangeStep Step => Steps[0];

    /// <summary>How long they may take.</summary>
    public TimeSpan Timeout { get; }

    /// <summary>Since when they run.</summary>
    public TimeSpan Elapsed => TimeProvider.System.GetElapsedTime(_started);

    /// <summary>Whether it turned out that there was nothing to do.</summary>
    public bool IsSkipped { get; private set; }

    /// <summary>Whether anything ever held them.</summary>
    public bool WasHeld { get; private set; }

    /// <summary>Whether their time is up.</summary>
    public bool IsOverdue => Elapsed >= Timeout;

    /// <summary>Says what is waited for.</summary>
    /// <param name="status">What, with its reason: <c>kafka-1: pulling image</c>.</param>
    public void Report(string status) =>
        _observer.Progress(new OperationProgress(_activity, string.Create(CultureInfo.InvariantCulture, $"step {Step.Number}, {Step}: {status}"), _percent));

    /// <summary>Says that there was nothing to do: what was to come of it is so already.</summary>
    public void Skip() => IsSkipped = true;

    /// <summary>Says what holds the step; the listener hears it when it is not what it heard last.</summary>
    /// <param name="blockers">What holds it; nothing when it goes on.</param>
    public async Task HoldAsync(IReadOnlyList<StepBlocker> blockers)
    {
        ArgumentNullException.ThrowIfNull(blockers);
        if (blockers.Count > 0)
        {
            WasHeld = true;
            Report(blockers.Count == 1 ? blockers[0].ToString() : string.Create(CultureInfo.InvariantCulture, $"{blockers[0]} (and {blockers.Count - 1} more)"));
        }

        if (!blockers.SequenceEqual(_told))
        {
            _told = blockers;
            if (blockers.Count > 0)
            {
                await _listener.OnHold(new StepHold(Step, blockers));
            }
        }
    }

    /// <summary>
    /// Looks again and again until it is as wanted. A look that can't reach the server is taken for "not yet": an API server may restart meanwhile.
    /// </summary>
    /// <param name="isDone">
    /// Looks, says what it waits for, and tells whether it is as wanted. It may look at anything and send what is safe to send again; a change
    /// of which it is not known whether it happened counts as "not yet" too, so that the next look tells.
    /// </param>
    /// <param name="overdue">The error when the time is up.</param>
    /// <param name="cancellation">Ends the waiting at once.</param>
    /// <exception cref="EngineException">What <paramref name="overdue"/> made, or the failure to reach the server that lasted until then.</exception>
    public async Task UntilAsync(
        Func<CancellationToken, Task<bool>> isDone, Func<CancellationToken, Task<EngineException>> overdue, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(isDone);
        ArgumentNullException.ThrowIfNull(overdue);
        var pause = FirstPause;
        while (true)
        {
            EngineException? passing = null;
            try
            {
                if (await isDone(cancellation))
                {
                    return;
                }
            }
            catch (StepStoppedException stopped)
            {
                throw stopped.Error;
            }
            catch (EngineException failure) when (MayPass(failure))
            {
                passing = failure;
                Report(failure.Message);
            }

            if (IsOverdue)
            {
                throw passing ?? await overdue(cancellation);
            }

            var left = Timeout - Elapsed;
            await Task.Delay(left < pause && left > TimeSpan.Zero ? left : pause, cancellation);
            pause = pause * 1.5 < LongestPause ? pause * 1.5 : LongestPause;
        }
    }

    /// <inheritdoc cref="UntilAsync(Func{CancellationToken, Task{bool}}, Func{CancellationToken, Task{EngineException}}, CancellationToken)"/>
    public Task UntilAsync(Func<CancellationToken, Task<bool>> isDone, Func<EngineException> overdue, CancellationToken cancellation) =>
        UntilAsync(isDone, _ => Task.FromResult(overdue()), cancellation);

    /// <summary>Sends what is safe to send again until the server has taken it.</summary>
    /// <param name="send">Sends it.</param>
    /// <param name="cancellation">Ends it at once; it may have been carried out.</param>
    /// <exception cref="EngineException">The server's refusal, or the failure to reach it that lasted until the time was up.</exception>
    public Task RepeatAsync(Func<CancellationToken, Task> send, CancellationToken cancellation) => UntilAsync(
        async stop =>
        {
            await send(stop);
            return true;
        },
        _ => throw new InvalidOperationException("What was sent is done."),
        cancellation);

    private static bool MayPass(EngineException failure) =>
        failure.Kind is EngineErrorKind.Connection or EngineErrorKind.OutcomeUnknown || failure.Id is "ServerError" or "TooManyRequests";
}
