using System.Text.Json.Nodes;
using KafkaK8s.Sandbox.Api;
using KafkaK8s.Sandbox.Pods;

namespace KafkaK8s.Sandbox.Controllers;

/// <summary>All that works on a cluster's state: its controllers, and its one node with the pods.</summary>
internal sealed class ControlPlane : IAsyncDisposable
{
    private const string NodeName = "sandbox-node";

    private readonly CancellationTokenSource _ending = new();
    private readonly NodeServices _node;
    private readonly IContainerRuntime _runtime;
    private readonly ServiceProxy? _proxy;
    private readonly ClusterNames _names;
    private readonly Kubelet _kubelet;
    private readonly Task _work;

    private ControlPlane(ObjectStore store, Func<SandboxSurroundings, IContainerRuntime> makeRuntime, TimeSpan pullTime)
    {
        var volumes = new PodVolumes(store);
        _runtime = makeRuntime(new SandboxSurroundings(store.Clock, volumes.Root));
        var events = new EventRecorder(store);
        var addresses = new PodAddresses();
        _proxy = _runtime.UsesSockets ? new ServiceProxy(store, addresses) : null;
        _names = new ClusterNames(store, _proxy);
        _node = new NodeServices(
            NodeName, store, events, _runtime, _names, addresses, volumes, new ImagePulls(store.Clock, pullTime));
        _kubelet = new Kubelet(_node);
        var sessions = new PodSessions();
        Endpoints = new PodEndpoints(_kubelet, sessions);
        Faults = new PodFaults(_kubelet, sessions);
        Controller[] controllers =
        [
            new StatefulSetController(store, events),
            new VolumeController(store, events, _node.Volumes.DiscardClaim),
            new Scheduler(store, events),
            new EndpointsController(store),
            new DisruptionController(store, events),
            _kubelet,
            .. _proxy is null ? Array.Empty<Controller>() : [_proxy],
        ];
        _work = Task.WhenAll([.. controllers.Select(controller => Task.Run(() => controller.RunAsync(_ending.Token))), FollowNamesAsync()]);
        Broken = BreakAsync();
    }

    /// <summary>Serves logs, execs and port-forwards.</summary>
    public IPodSubresources Endpoints { get; }

    /// <summary>What goes wrong with pods, on request.</summary>
    public PodFaults Faults { get; }

    /// <summary>Fails when something went wrong that is the sandbox's own fault, and completes when it has ended.</summary>
    public Task Broken { get; }

    /// <summary>Furnishes a cluster with a node and storage classes, and starts to work on it.</summary>
    /// <param name="store">The cluster's state.</param>
    /// <param name="runtime">Makes what runs containers.</param>
    /// <param name="pullTime">How long the first pull of an image takes, on the cluster's clock.</param>
    public static ControlPlane Start(ObjectStore store, Func<SandboxSurroundings, IContainerRuntime> runtime, TimeSpan pullTime)
    {
        var plane = new ControlPlane(store, runtime, pullTime);
        plane.Furnish();
        return plane;
    }

    /// <summary>Ends all pods, and leaves no process and no file behind.</summary>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _kubelet.DisposeAsync();
        if (_runtime is IAsyncDisposable disposable)
        {
            await disposable.DisposeAsync();
        }

        _proxy?.Dispose();
        _node.Volumes.Dispose();
        _node.Addresses.Dispose();
        _ending.Dispose();
        await Broken;
    }

    private async Task FollowNamesAsync() =>
        await _names.WatchAsync(_ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private async Task BreakAsync() => await await Task.WhenAny(_work, _kubelet.Broken);

    private void Furnish()
    {
        var store = _node.Store;
        store.Create(ResourceKind.Nodes, new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = NodeName,
                ["labels"] = new JsonObject
                {
                    ["kubernetes.io/hostname"] = NodeName,
                    ["kubernetes.io/os"] = "linux",
                    ["kubernetes.io/arch"] = "amd64",
                },
            },
            ["spec"] = new JsonObject(),
            ["status"] = new JsonObject
            {
                ["addresses"] = new JsonArray(
                    new JsonObject { ["type"] = "InternalIP", ["address"] = _node.Addresses.Node },
                    new JsonObject { ["type"] = "Hostname", ["address"] = NodeName }),
                ["conditions"] = new JsonArray(new JsonObject
                {
                    ["type"] = "Ready",
                    ["status"] = "True",
                    ["lastHeartbeatTime"] = store.Clock.GetUtcNow().ToStamp(),
                    ["lastTransitionTime"] = store.Clock.GetUtcNow().ToStamp(),
                    ["reason"] = "KubeletReady",
                    ["message"] = "kubelet is posting ready status",
                }),
                ["nodeInfo"] = new JsonObject
                {
                    ["kubeletVersion"] = "v1.36.2",
                    ["operatingSystem"] = "linux",
                    ["architecture"] = "amd64",
                    ["osImage"] = "practice cluster",
                },
            },
        });
    }
}
