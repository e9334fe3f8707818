using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using KafkaK8s.Sandbox.Api;
using KafkaK8s.Sandbox.Controllers;

namespace KafkaK8s.Sandbox.Pods;

/// <summary>Runs the pods that are put on the node.</summary>
internal sealed class Kubelet(NodeServices node) : Controller(node.Store), IAsyncDisposable
{
    private readonly ConcurrentDictionary<ObjectKey, (PodWorker Worker, Task Run)> _pods = new();
    private readonly ConcurrentDictionary<Task, byte> _ending = new();
    private readonly CancellationTokenSource _shutdown = new();
    private readonly TaskCompletionSource _broken = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Fails when running a pod failed for a reason that is the sandbox's own fault.</summary>
    public Task Broken => _broken.Task;

    /// <inheritdoc />
    protected override IReadOnlyList<ResourceKind> Watched { get; } = [ResourceKind.Pods];

    /// <summary>What runs a pod, or null when the node doesn't.</summary>
    public PodWorker? Find(string ns, string name) => _pods.TryGetValue(new ObjectKey(ns, name), out var pod) ? pod.Worker : null;

    /// <summary>Ends every pod at once, and returns when nothing runs any more.</summary>
    public async ValueTask DisposeAsync()
    {
        await _shutdown.CancelAsync();
        await Task.WhenAll([.. _pods.Values.Select(pod => EndAsync(pod.Worker, pod.Run)), .. _ending.Keys]);
        _shutdown.Dispose();
    }

    /// <inheritdoc />
    protected override IEnumerable<ObjectKey> Affected(ResourceKind kind, JsonObject item) => [ObjectKey.Of(item)];

    /// <inheritdoc />
    protected override void Reconcile(ObjectKey key, CancellationToken cancellation)
    {
        var pod = Store.Get(ResourceKind.Pods, key.Namespace, key.Name);
        if (_pods.TryGetValue(key, out var running) && running.Worker.Uid != pod.TextAt("metadata", "uid"))
        {
            _pods.TryRemove(key, out _);
            running.Worker.Remove();
            _ending.TryAdd(EndAsync(running.Worker, running.Run), 0);
            running = default;
        }

        if (pod is null || pod.TextAt("spec", "nodeName") != node.Name)
        {
            return;
        }

        if (running.Worker is null && !pod.HasEnded() && !_shutdown.IsCancellationRequested)
        {
            var worker = new PodWorker(node, pod);
            running = (worker, RunAsync(worker));
            _pods[key] = running;
        }

        if (pod.IsTerminating())
        {
            running.Worker?.Terminate(pod);
        }
    }

    private static async Task EndAsync(PodWorker worker, Task run)
    {
        await run;
        worker.Dispose();
    }

    private async Task RunAsync(PodWorker worker)
    {
        await Task.Yield();
        try
        {
            await worker.RunAsync(_shutdown.Token);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            _broken.TrySetException(failure);
        }
    }
}
