using System.Text.Json.Nodes;
using KafkaK8s.Sandbox.Api;

namespace KafkaK8s.Sandbox.Pods;

/// <summary>Keeps one container of a pod going: pulls its image, starts it, probes it, and starts it again when it ends.</summary>
internal sealed class ContainerWorker
{
    private static readonly TimeSpan StartTime = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan SyncTime = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FirstBackOff = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LastBackOff = TimeSpan.FromMinutes(5);

    private readonly NodeServices _node;
    private readonly PodWorker _pod;
    private readonly ContainerImage _image;
    private readonly Lock _gate = new();
    private volatile TaskCompletionSource? _hold;
    private ContainerStatus _status = new(new WaitingContainer("ContainerCreating"));

    public ContainerWorker(NodeServices node, PodWorker pod, JsonObject spec, bool isInit)
    {
        _node = node;
        _pod = pod;
        Spec = spec;
        IsInit = isInit;
        _image = new ContainerImage(node, spec, Record, state => Update(status => status with { State = state }));
        if (isInit || pod.HasInitContainers)
        {
            _status = new ContainerStatus(new WaitingContainer("PodInitializing"));
        }
    }

    /// <summary>The container's part of the pod's spec.</summary>
    public JsonObject Spec { get; }

    /// <summary>Whether it runs to its end before the others start.</summary>
    public bool IsInit { get; }

    /// <summary>The container's name.</summary>
    public string Name => Spec.TextAt("name")!;

    /// <summary>What the pod's status says about it.</summary>
    public ContainerStatus Status
    {
        get
        {
            lock (_gate)
            {
                return _status;
            }
        }
    }

    /// <summary>The container, while it runs.</summary>
    public IContainer? Running { get; private set; }

    /// <summary>What its present or last run wrote; null before the first.</summary>
    public ContainerLog? Log { get; private set; }

    /// <summary>What the run before that wrote.</summary>
    public ContainerLog? PreviousLog { get; private set; }

    /// <summary>Whether it has ended and won't be started again.</summary>
    public bool IsDone { get; private set; }

    /// <summary>Keeps it from being started again until it is released.</summary>
    public void Hold() => _hold ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Lets it be started again.</summary>
    public void Release()
    {
        _hold?.TrySetResult();
        _hold = null;
    }

    /// <summary>Runs it until it has ended for good, or is to stop and has.</summary>
    /// <exception cref="OperationCanceledException">It was to stop before it had started.</exception>
    public async Task RunAsync(CancellationToken stopping)
    {
        while (true)
        {
            var (exitCode, ran) = await RunOnceAsync(stopping);
            if (stopping.IsCancellationRequested || !ShallRestart(exitCode))
            {
                IsDone = true;
                if (!stopping.IsCancellationRequested)
                {
                    _pod.Publish();
                }

                return;
            }

            await BackOffAsync(ran, stopping);
        }
    }

    private async Task<(int ExitCode, TimeSpan Ran)> RunOnceAsync(CancellationToken stopping)
    {
        await _image.PullAsync(stopping);
        var environment = await ConfigureAsync(stopping);
        var id = $"containerd://{OciMessages.NewId()}";
        Record("Normal", "Created", "Container created");
        await _node.Clock.DelayAsync(StartTime, stopping);
        var log = new ContainerLog(_node.Clock);
        (PreviousLog, Log) = (Log, log);
        var startedAt = _node.Clock.GetUtcNow();
        int exitCode;
        string? message = null;
        try
        {
            await using var running = await _node.Runtime.StartAsync(_pod.Start(Spec, environment, log.Add), stopping);
            Record("Normal", "Started", "Container started");
            exitCode = await WatchAsync(running, id, startedAt, stopping);
        }
        catch (ProgramNotFoundException missing)
        {
            (exitCode, message) = (128, OciMessages.StartFailed(missing.Message));
            Record("Warning", "Failed", $"Error: {message}");
        }

        log.End();
        var finishedAt = _node.Clock.GetUtcNow();
        var reason = message is not null ? "StartError" : exitCode == 0 ? "Completed" : "Error";
        var ended = new TerminatedContainer(exitCode, reason, message, startedAt, finishedAt, id);
        Update(status => status with { State = ended, IsReady = false, IsStarted = false, ContainerId = id }, stopping.IsCancellationRequested);
        return (exitCode, finishedAt - startedAt);
    }

    private async Task<int> WatchAsync(IContainer running, string id, DateTimeOffset startedAt, CancellationToken stopping)
    {
        var isReady = Spec["readinessProbe"] is null && Spec["startupProbe"] is null;
        Running = running;
        Update(status => status with
        {
            State = new RunningContainer(startedAt),
            LastState = status.State as TerminatedContainer ?? status.LastState,
            IsReady = isReady && !IsInit,
            IsStarted = Spec["startupProbe"] is null,
            ContainerId = id,
        });

        using var probing = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var probes = new ProbeLoop(_node, Spec, _pod.Address, running, message => Record("Warning", "Unhealthy", message));
        var probed = probes.RunAsync(Started, SetReady, probing.Token);
        var stopped = Task.Delay(Timeout.Infinite, stopping);
        var first = await Task.WhenAny(running.Completion, probes.Failed, stopped);
        await probing.CancelAsync();
        await probed.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (probed.IsFaulted)
        {
            await probed;
        }

        if (first == probes.Failed)
        {
            var failed = await probes.Failed;
            Record("Normal", "Killing", $"Container {Name} failed {failed.Kind} probe, will be restarted");
            await running.StopAsync(failed.Grace ?? _pod.Grace);
        }
        else if (first == stopped)
        {
            Record("Normal", "Killing", $"Stopping container {Name}");
            await running.StopAsync(_pod.Grace);
        }

        var exitCode = await running.Completion;
        Running = null;
        return exitCode;
    }

    private void Started() => Update(status => status with { IsStarted = true, IsReady = Spec["readinessProbe"] is null && !IsInit });

    private void SetReady(bool isReady) => Update(status => status with { IsReady = isReady });

    /// <summary>Waits until all that the environment refers to is there.</summary>
    private async Task<IReadOnlyDictionary<string, string>> ConfigureAsync(CancellationToken stopping)
    {
        while (true)
        {
            try
            {
                return _pod.Environment(Spec);
            }
            catch (ContainerConfigException missing)
            {
                Record("Warning", "Failed", $"Error: {missing.Message}");
                Update(status => status with { State = new WaitingContainer("CreateContainerConfigError", missing.Message) });
                await _node.Clock.DelayAsync(FirstBackOff, stopping);
            }
        }
    }

    /// <summary>The first restart is at once; after that each waits twice as long, until the program has run for a while.</summary>
    private async Task BackOffAsync(TimeSpan ran, CancellationToken stopping)
    {
        var restarts = ran > LastBackOff * 2 ? 0 : Status.RestartCount;
        if (restarts > 0)
        {
            await _node.Clock.DelayAsync(SyncTime, stopping);
            var wait = FirstBackOff * Math.Pow(2, Math.Min(restarts - 1, 10));
            wait = wait < LastBackOff ? wait : LastBackOff;
            Record("Warning", "BackOff", $"Back-off restarting failed container {Name} in pod {_pod.FullName}");
            Update(status => status with
            {
                State = new WaitingContainer("CrashLoopBackOff", $"back-off {Words(wait)} restarting failed container={Name} pod={_pod.FullName}"),
                LastState = status.State as TerminatedContainer ?? status.LastState,
            });
            await _node.Clock.DelayAsync(wait, stopping);
        }

        if (_hold is { } hold)
        {
            await hold.Task.WaitAsync(stopping);
        }

        Update(status => status with { RestartCount = status.RestartCount + 1 }, isSilent: true);
    }

    // As Go writes spans: 10s, 2m40s.
    private static string Words(TimeSpan span) => span.TotalMinutes < 1 ? $"{span.Seconds}s" : $"{(int)span.TotalMinutes}m{span.Seconds}s";

    private bool ShallRestart(int exitCode) => _pod.RestartPolicy switch
    {
        "Never" => false,
        "OnFailure" => exitCode != 0,
        _ => !IsInit || exitCode != 0,
    };

    private void Record(string type, string reason, string message) =>
        _pod.Record(type, reason, message, $"spec.{(IsInit ? "initContainers" : "containers")}{{{Name}}}");

    private void Update(Func<ContainerStatus, ContainerStatus> change, bool isSilent = false)
    {
        lock (_gate)
        {
            _status = change(_status);
        }

        if (!isSilent)
        {
            _pod.Publish();
        }
    }
}
