using System.Text.Json.Nodes;

namespace KafkaK8s.Sandbox.Pods;

/// <summary>Probes a running container as its spec asks, and says what follows from it.</summary>
/// <param name="node">The node.</param>
/// <param name="container">The container's spec.</param>
/// <param name="address">The pod's address.</param>
/// <param name="running">The container.</param>
/// <param name="warn">Takes the message of a failure.</param>
internal sealed class ProbeLoop(NodeServices node, JsonObject container, string address, IContainer running, Action<string> warn)
{
    // A program of flesh and blood is not asked more often than this, however fast the clock runs.
    private static readonly TimeSpan LeastPause = TimeSpan.FromMilliseconds(250);

    private readonly TaskCompletionSource<FailedProbe> _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TimeProvider _time = node.Runtime.OwnTime ?? node.Clock;

    /// <summary>Completes when the container must be stopped for a probe that failed too often.</summary>
    public Task<FailedProbe> Failed => _failed.Task;

    /// <summary>Probes until cancelled.</summary>
    /// <param name="started">Called once when the startup probe, if there is one, has succeeded.</param>
    /// <param name="ready">Called with whether the container is ready, each time that changes.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task RunAsync(Action started, Action<bool> ready, CancellationToken cancellation)
    {
        var began = _time.GetTimestamp();
        if (Find("startupProbe") is { } startup && !await StartUpAsync(startup, began, cancellation))
        {
            return;
        }

        started();
        var readiness = Find("readinessProbe") is { } readinessProbe ? WatchReadinessAsync(readinessProbe, ready, cancellation) : Task.CompletedTask;
        var liveness = Find("livenessProbe") is { } livenessProbe ? WatchLifeAsync(livenessProbe, began, cancellation) : Task.CompletedTask;
        await Task.WhenAll(readiness, liveness);
    }

    /// <summary>Probes until it succeeds, or has failed too often.</summary>
    private async Task<bool> StartUpAsync(Probe probe, long began, CancellationToken cancellation)
    {
        var streak = new Streak(_time, began, probe);
        await node.Clock.DelayAsync(probe.InitialDelay, cancellation);
        while (true)
        {
            var outcome = await ProbeAsync(probe, "Startup", cancellation);
            if (streak.Add(outcome) is true)
            {
                return true;
            }

            if (streak.IsFatal)
            {
                _failed.TrySetResult(new FailedProbe("startup", probe.Grace));
                return false;
            }

            await PauseAsync(probe, cancellation);
        }
    }

    private async Task WatchReadinessAsync(Probe probe, Action<bool> ready, CancellationToken cancellation)
    {
        var streak = new Streak(_time, _time.GetTimestamp(), probe);
        await node.Clock.DelayAsync(probe.InitialDelay, cancellation);
        while (true)
        {
            if (streak.Add(await ProbeAsync(probe, "Readiness", cancellation)) is { } isReady)
            {
                ready(isReady);
            }

            await PauseAsync(probe, cancellation);
        }
    }

    private async Task WatchLifeAsync(Probe probe, long began, CancellationToken cancellation)
    {
        var streak = new Streak(_time, began, probe);
        await node.Clock.DelayAsync(probe.InitialDelay, cancellation);
        while (true)
        {
            streak.Add(await ProbeAsync(probe, "Liveness", cancellation));
            if (streak.IsFatal)
            {
                _failed.TrySetResult(new FailedProbe("liveness", probe.Grace));
                return;
            }

            await PauseAsync(probe, cancellation);
        }
    }

    private async Task<ProbeOutcome> ProbeAsync(Probe probe, string kind, CancellationToken cancellation)
    {
        var (outcome, output) = await probe.RunAsync(running, cancellation);
        if (outcome == ProbeOutcome.Failure)
        {
            warn($"{kind} probe failed: {output}");
        }
        else if (outcome == ProbeOutcome.Unknown)
        {
            warn($"{kind} probe errored and resulted in unknown state: {output}");
        }

        return outcome;
    }

    private Task PauseAsync(Probe probe, CancellationToken cancellation)
    {
        var period = node.Clock.DelayAsync(probe.Period, cancellation);
        return node.Runtime.OwnTime is { } own ? Task.WhenAll(period, Task.Delay(LeastPause, own, cancellation)) : period;
    }

    private Probe? Find(string field) => container[field] is JsonObject spec ? new Probe(spec, container, address) : null;

    /// <summary>Counts outcomes in a row.</summary>
    private sealed class Streak(TimeProvider time, long began, Probe probe)
    {
        private int _successes;
        private int _failures;
        private long _firstFailure;

        /// <summary>Whether it has failed as often as it may, and been given as much time as that takes.</summary>
        public bool IsFatal
        {
            get
            {
                var span = probe.Period * (probe.FailureThreshold - 1);
                return _failures >= probe.FailureThreshold
                    && time.GetElapsedTime(_firstFailure) >= span * 0.9
                    && time.GetElapsedTime(began) >= (probe.InitialDelay + span) * 0.9;
            }
        }

        /// <summary>Takes an outcome. Says true or false when that settles the matter, null while it doesn't.</summary>
        public bool? Add(ProbeOutcome outcome)
        {
            switch (outcome)
            {
                case ProbeOutcome.Success:
                    _failures = 0;
                    _successes++;
                    return _successes >= probe.SuccessThreshold ? true : null;
                case ProbeOutcome.Failure:
                    _successes = 0;
                    _firstFailure = _failures == 0 ? time.GetTimestamp() : _firstFailure;
                    _failures++;
                    return _failures >= probe.FailureThreshold ? false : null;
                default:
                    return null;
            }
        }
    }
}

/// <summary>A probe that had a container stopped.</summary>
/// <param name="Kind">startup or liveness.</param>
/// <param name="Grace">How long the program gets to end; null for the pod's grace period.</param>
internal readonly record struct FailedProbe(string Kind, TimeSpan? Grace);
