using System.Text.Json.Nodes;
using KafkaK8s.Sandbox.Api;

namespace KafkaK8s.Sandbox.Pods;

/// <summary>Runs one pod, from its being put on the node to its removal.</summary>
internal sealed class PodWorker : IDisposable
{
    private const string Component = "kubelet";

    private static readonly TimeSpan SandboxTime = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan MountRetry = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan CleanUpTime = TimeSpan.FromMilliseconds(500);

    private readonly NodeServices _node;
    private readonly PodEnvironment _environment;
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly IReadOnlyList<ContainerWorker> _initial;
    private IReadOnlyDictionary<string, string> _volumes = new Dictionary<string, string>();
    private JsonObject _pod;
    private volatile bool _isRemoved;

    public PodWorker(NodeServices node, JsonObject pod)
    {
        _node = node;
        _pod = pod;
        _environment = new PodEnvironment(node.Store);
        Address = node.Addresses.Take();
        _initial = [.. pod.ObjectsAt("spec", "initContainers").Select(spec => new ContainerWorker(node, this, spec, isInit: true))];
        Containers = [.. pod.ObjectsAt("spec", "containers").Select(spec => new ContainerWorker(node, this, spec, isInit: false))];
        StartedAt = node.Clock.GetUtcNow();
        Grace = TimeSpan.FromSeconds(pod.NumberAt("spec", "terminationGracePeriodSeconds") ?? 30);
    }

    /// <summary>The pod's uid.</summary>
    public string Uid => _pod.TextAt("metadata", "uid")!;

    /// <summary>Name, namespace and uid, as a kubelet's messages have it.</summary>
    public string FullName => $"{_pod.Name()}_{_pod.Namespace()}({Uid})";

    /// <summary>The pod's own loopback address.</summary>
    public string Address { get; }

    /// <summary>The pod's containers, without the initial ones.</summary>
    public IReadOnlyList<ContainerWorker> Containers { get; }

    /// <summary>All the pod's containers.</summary>
    public IEnumerable<ContainerWorker> AllContainers => _initial.Concat(Containers);

    /// <summary>Whether other containers run to their end before the pod's own start.</summary>
    public bool HasInitContainers => _pod.ObjectsAt("spec", "initContainers").Any();

    public string RestartPolicy => _pod.TextAt("spec", "restartPolicy") ?? "Always";

    /// <summary>When the kubelet saw it first.</summary>
    public DateTimeOffset StartedAt { get; }

    /// <summary>The time that the pod lives by.</summary>
    public DateTimeOffset Now => _node.Clock.GetUtcNow();

    /// <summary>Whether its network and volumes are there.</summary>
    public bool IsSetUp { get; private set; }

    /// <summary>Whether its initial containers have done their work.</summary>
    public bool IsInitialized => _initial.All(container => container.IsDone && container.Status.State is TerminatedContainer { ExitCode: 0 });

    /// <summary>Whether it has ended for good.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>How long its programs get to end.</summary>
    public TimeSpan Grace { get; private set; }

    /// <summary>Runs it until it is gone from the node.</summary>
    /// <param name="shutdown">The node goes down: nothing is left running, and nobody is told.</param>
    public async Task RunAsync(CancellationToken shutdown)
    {
        await using var onShutdown = shutdown.Register(Remove);
        try
        {
            await WorkAsync();
            HasEnded = true;
            IsSetUp = false;
            Publish();
            await _stopped.Task;
            if (!_isRemoved)
            {
                await _node.Clock.DelayAsync(CleanUpTime, shutdown);
                _node.Store.Delete(ResourceKind.Pods, _pod.Namespace(), _pod.Name(), new Deletion { GracePeriodSeconds = 0, Uid = Uid });
            }
        }
        catch (OperationCanceledException) when (shutdown.IsCancellationRequested)
        {
        }
        catch (ApiException refused) when (refused.Code is 404 or 409)
        {
            // Someone else removed it first.
        }
        finally
        {
            _node.Addresses.Release(Address);
            _node.Volumes.Remove(_pod);
        }
    }

    /// <summary>Ends it gracefully. A shorter grace than before takes over.</summary>
    public void Terminate(JsonObject pod)
    {
        var grace = TimeSpan.FromSeconds(pod.NumberAt("metadata", "deletionGracePeriodSeconds") ?? 30);
        if (_stopping.IsCancellationRequested)
        {
            if (grace < Grace)
            {
                _ = KillAfterAsync(grace);
            }

            return;
        }

        Grace = grace;
        Publish();
        _ = _stopping.CancelAsync();
        _stopped.TrySetResult();
    }

    /// <summary>Ends it at once: the API doesn't have it any more.</summary>
    public void Remove()
    {
        _isRemoved = true;
        Grace = TimeSpan.Zero;
        _ = _stopping.CancelAsync();
        _stopped.TrySetResult();
        Kill();
    }

    /// <inheritdoc />
    public void Dispose() => _stopping.Dispose();

    /// <summary>What a container is started with.</summary>
    public ContainerStart Start(JsonObject container, IReadOnlyDictionary<string, string> environment, Action<string> log)
    {
        var spec = container.Copy();
        foreach (var field in new[] { "command", "args" })
        {
            if (spec[field] is JsonArray words)
            {
                spec[field] = new JsonArray([.. words.Select(word => JsonValue.Create(PodEnvironment.Expand(word?.GetValue<string>() ?? "", environment)))]);
            }
        }

        var mounts = container.ObjectsAt("volumeMounts")
            .Where(mount => _volumes.ContainsKey(mount.TextAt("name")!))
            .ToDictionary(mount => mount.TextAt("mountPath")!, mount => SubFolder(_volumes[mount.TextAt("name")!], mount.TextAt("subPath")));
        return new ContainerStart(_pod.Copy(), spec, Address, HostName, environment, mounts, new PodNames(_node.Names, OwnNames(), Address), log)
        {
            Capacities = container.ObjectsAt("volumeMounts")
                .Select(mount => (Path: mount.TextAt("mountPath")!, Size: _node.Volumes.CapacityOf(_pod, mount.TextAt("name")!)))
                .Where(mount => mount.Size is not null)
                .ToDictionary(mount => mount.Path, mount => mount.Size!.Value),
        };
    }

    /// <summary>The folder behind a mounted volume, or null where there is none of that name.</summary>
    public string? VolumeFolder(string volume) => _volumes.GetValueOrDefault(volume);

    /// <summary>A container's environment.</summary>
    /// <exception cref="ContainerConfigException">It asks for something that isn't there.</exception>
    public IReadOnlyDictionary<string, string> Environment(JsonObject container) =>
        _environment.Make(_pod, container, Address, _node.Addresses.Node);

    /// <summary>Records an event.</summary>
    public void Record(string type, string reason, string message, string? fieldPath = null) =>
        _node.Events.Record(Component, _pod, type, reason, message, fieldPath, _node.Name);

    /// <summary>Brings the API's status of the pod up to date.</summary>
    public void Publish()
    {
        if (_isRemoved)
        {
            return;
        }

        _node.Store.Change(ResourceKind.Pods, _pod.Namespace(), _pod.Name(), live =>
        {
            if (live.TextAt("metadata", "uid") == Uid)
            {
                PodStatus.Write(live, this, _node);
            }
        }, new Writer("kubelet", "status"));
    }

    private string HostName => _pod.TextAt("spec", "hostname") ?? _pod.Name();

    private async Task WorkAsync()
    {
        try
        {
            Publish();
            await MountAsync(_stopping.Token);
            await _node.Clock.DelayAsync(SandboxTime, _stopping.Token);
            IsSetUp = true;
            Publish();
            foreach (var container in _initial)
            {
                await container.RunAsync(_stopping.Token);
                if (container.Status.State is not TerminatedContainer { ExitCode: 0 })
                {
                    return;
                }
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            return;
        }

        await Task.WhenAll(Containers.Select(RunContainerAsync));
    }

    private async Task RunContainerAsync(ContainerWorker container)
    {
        try
        {
            await container.RunAsync(_stopping.Token);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // It never started, or was waiting to be started again.
        }
    }

    private async Task MountAsync(CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                _volumes = _node.Volumes.Mount(_pod);
                return;
            }
            catch (MountException failure)
            {
                Record("Warning", "FailedMount", failure.Message);
                await _node.Clock.DelayAsync(MountRetry, cancellation);
            }
        }
    }

    private async Task KillAfterAsync(TimeSpan grace)
    {
        await _node.Clock.DelayAsync(grace, CancellationToken.None);
        Kill();
    }

    private void Kill()
    {
        foreach (var container in AllContainers)
        {
            container.Running?.Kill();
        }
    }

    private string[] OwnNames() => _pod.TextAt("spec", "subdomain") is { Length: > 0 } subdomain
        ? [HostName, $"{HostName}.{subdomain}.{_pod.Namespace()}.svc.cluster.local"]
        : [HostName];

    private static string SubFolder(string volume, string? path)
    {
        var folder = path is null ? volume : Path.Combine(volume, path);
        if (path is not null && !File.Exists(folder))
        {
            Directory.CreateDirectory(folder);
        }

        return folder;
    }
}
