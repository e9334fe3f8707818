using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using KafkaK8s.Engine.Clusters;
using KafkaK8s.Engine.Kubernetes;
using KafkaK8s.Engine.Tests.Manifests;
using KafkaK8s.Sandbox;
using KafkaK8s.Sandbox.Api;
using KafkaK8s.Sandbox.Pods.Simulated;

namespace KafkaK8s.Engine.Tests.Clusters;

/// <summary>A sandbox, whose API nothing works behind unless asked, and a connection to it, with everything heard that the connection's observer is told.</summary>
internal sealed class PracticeCluster : IAsyncDisposable
{
    private readonly DirectoryInfo _folder;

    private PracticeCluster(SandboxServer server, KubernetesConnection connection, Observer heard, DirectoryInfo folder)
    {
        (Server, Connection, Heard, _folder) = (server, connection, heard, folder);
    }

    /// <summary>Who writes when someone types <c>kubectl create</c>.</summary>
    public static Writer Kubectl { get; } = new("kubectl-create");

    public static ClusterIdentity Kafka { get; } = new("the-project");

    public SandboxServer Server { get; }

    public KubernetesConnection Connection { get; }

    public Observer Heard { get; }

    public string KubeConfig => Path.Combine(_folder.FullName, "config");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>One whose pods run, in memory, in a time that passes much faster than the test's.</summary>
    public static Task<PracticeCluster> StartRunningAsync(double speed = 20) => StartAsync(new SandboxOptions
    {
        Clock = SandboxClock.RunningAt(speed),
        Runtime = surroundings => new SimulatedRuntime(surroundings.Clock),
    });

    public static async Task<PracticeCluster> StartAsync(SandboxOptions? options = null)
    {
        var folder = Directory.CreateTempSubdirectory("kafkak8s-practice-");
        var server = await SandboxServer.StartAsync(options ?? new SandboxOptions { Runtime = null }, Cancellation);
        var config = Path.Combine(folder.FullName, "config");
        server.WriteKubeConfig(config);
        var heard = new Observer();
        return new PracticeCluster(server, await KubernetesConnection.OpenAsync(new ConnectionOptions(config), heard, Cancellation), heard, folder);
    }

    public async ValueTask DisposeAsync()
    {
        Connection.Dispose();
        await Server.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    /// <summary>Puts a cluster's resources in as <c>kubectl create</c> would, seen by their controllers, and its pods as a kubelet would have them.</summary>
    public void Put(ClusterSpecification specification, bool ready)
    {
        foreach (var manifest in specification.Manifests(new HashSet<string> { "policy/v1" }))
        {
            Server.Store.Create(KindOf(manifest.Kind), manifest.Body.DeepClone().AsObject());
            if (manifest.Kind == "StatefulSet")
            {
                Server.Store.Change(
                    ResourceKind.StatefulSets,
                    Kafka.Namespace,
                    manifest.Name,
                    live => live["status"] = new JsonObject { ["observedGeneration"] = live["metadata"]!["generation"]!.DeepClone() });
                for (var ordinal = 0; ordinal < (int)manifest.Body["spec"]!["replicas"]!; ordinal++)
                {
                    PutMember(manifest.Body, ordinal, ready);
                }
            }
            else if (manifest.Kind == "Pod")
            {
                SetStatus(manifest.Name, ready ? ReadyStatus() : StartingStatus("ContainerCreating"));
            }
        }
    }

    public void PutMember(JsonObject set, int ordinal, bool ready)
    {
        var name = $"{(string?)set["metadata"]!["name"]}-{ordinal}";
        var template = set["spec"]!["template"]!;
        var spec = template["spec"]!.DeepClone().AsObject();
        spec["nodeName"] = "node-1";
        spec["volumes"] = new JsonArray([
            .. (spec["volumes"] as JsonArray ?? []).Select(volume => volume!.DeepClone()),
            .. StatefulSetTakeover.Claims(set["spec"]).Select(claim => new JsonObject
            {
                ["name"] = claim,
                ["persistentVolumeClaim"] = new JsonObject { ["claimName"] = $"{claim}-{name}" },
            }),
        ]);
        Server.Store.Create(ResourceKind.Pods, new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Pod",
            ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = Kafka.Namespace, ["labels"] = template["metadata"]!["labels"]!.DeepClone() },
            ["spec"] = spec,
        });
        SetStatus(name, ready ? ReadyStatus() : StartingStatus("ContainerCreating"));
    }

    public void SetStatus(string pod, JsonObject status) =>
        Server.Store.Change(ResourceKind.Pods, Kafka.Namespace, pod, live => live["status"] = status.DeepClone());

    /// <summary>Waits until something is so: looks again whenever the connection has made a call or told how far it is.</summary>
    public Task UntilAsync(Func<bool> isSo) => UntilAsync(() => Task.FromResult(isSo()));

    /// <inheritdoc cref="UntilAsync(Func{bool})"/>
    public async Task UntilAsync(Func<Task<bool>> isSo)
    {
        while (true)
        {
            // Taken before the look, so that nothing that happens meanwhile is missed.
            var next = Heard.Next;
            if (await isSo())
            {
                return;
            }

            await next.WaitAsync(Cancellation);
        }
    }

    /// <summary>Waits until something is so in the cluster: looks again whenever a resource of a kind has changed.</summary>
    public async Task UntilStoredAsync(ResourceKind kind, Func<bool> isSo)
    {
        var from = Server.Store.Version;
        if (isSo())
        {
            return;
        }

        await foreach (var _ in Server.Store.WatchAsync(kind, Kafka.Namespace, from, Cancellation))
        {
            if (isSo())
            {
                return;
            }
        }
    }

    /// <summary>Takes a pod away at once.</summary>
    public void Remove(string pod) =>
        Server.Store.Delete(ResourceKind.Pods, Kafka.Namespace, pod, new Deletion { GracePeriodSeconds = 0 });

    /// <summary>Tells of something, as controllers and kubelets do.</summary>
    public void Tell(ResourceKind kind, string about, string reason, string message, int count = 1)
    {
        var uid = (string?)Server.Store.Get(kind, Kafka.Namespace, about)!["metadata"]!["uid"];
        Server.Store.Create(ResourceKind.Events, new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Event",
            ["metadata"] = new JsonObject { ["name"] = $"{about}.{Guid.NewGuid():N}", ["namespace"] = Kafka.Namespace },
            ["involvedObject"] = new JsonObject { ["uid"] = uid, ["name"] = about },
            ["type"] = "Warning",
            ["reason"] = reason,
            ["message"] = message,
            ["count"] = count,
            ["lastTimestamp"] = "2026-11-23T06:53:04Z",
        });
    }

    public static JsonObject ReadyStatus() => new()
    {
        ["phase"] = "Running",
        ["podIP"] = "10.0.0.1",
        ["conditions"] = new JsonArray(new JsonObject { ["type"] = "Ready", ["status"] = "True" }),
        ["containerStatuses"] = new JsonArray(new JsonObject { ["name"] = "c", ["state"] = new JsonObject { ["running"] = new JsonObject() } }),
    };

    public static JsonObject StartingStatus(string reason, string message = "", string image = "image") => new()
    {
        ["phase"] = "Pending",
        ["containerStatuses"] = new JsonArray(new JsonObject
        {
            ["name"] = "c",
            ["image"] = image,
            ["state"] = new JsonObject { ["waiting"] = new JsonObject { ["reason"] = reason, ["message"] = message } },
        }),
    };

    public static ResourceKind KindOf(string kind) => kind switch
    {
        "Namespace" => ResourceKind.Namespaces,
        "Service" => ResourceKind.Services,
        "StatefulSet" => ResourceKind.StatefulSets,
        "PodDisruptionBudget" => ResourceKind.PodDisruptionBudgets,
        "Pod" => ResourceKind.Pods,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    /// <summary>Keeps what it hears, and lets a test wait for a word.</summary>
    internal sealed class Observer : IOperationObserver
    {
        private readonly ConcurrentQueue<string> _statuses = new();
        private readonly ConcurrentQueue<string> _warnings = new();
        private readonly ConcurrentQueue<string> _calls = new();
        private readonly ConcurrentDictionary<string, TaskCompletionSource> _awaited = new();

        private TaskCompletionSource _next = NewSource();

        public IReadOnlyCollection<string> Statuses => _statuses;

        /// <summary>Completes with the next call or status that is heard.</summary>
        public Task Next => Volatile.Read(ref _next).Task;

        public IReadOnlyCollection<string> Warnings => _warnings;

        public IReadOnlyCollection<string> Calls => _calls;

        /// <summary>The pods that were deleted through the API, in order, as far as the answer came.</summary>
        public IReadOnlyList<string> DeletedPods =>
        [
            .. _calls
                .Where(call => call.StartsWith($"DELETE /api/v1/namespaces/{Kafka.Namespace}/pods/", StringComparison.Ordinal) && call.EndsWith(" 200", StringComparison.Ordinal))
                .Select(call => call.Split(' ')[1].Split('/')[^1].Split('?')[0]),
        ];

        public void RemoteCall(string description, TimeSpan duration)
        {
            _calls.Enqueue(description);
            Tell();
        }

        public void Progress(OperationProgress progress)
        {
            _statuses.Enqueue(progress.Status);
            foreach (var (words, heard) in _awaited.Where(pair => progress.Status.Contains(pair.Key, StringComparison.Ordinal)))
            {
                heard.TrySetResult();
            }

            Tell();
        }

        public void Warning(string message) => _warnings.Enqueue(message);

        /// <summary>Completes when a status with these words is reported, or was.</summary>
        public Task StatusAsync(string words)
        {
            var heard = _awaited.GetOrAdd(words, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            if (_statuses.Any(status => status.Contains(words, StringComparison.Ordinal)))
            {
                heard.TrySetResult();
            }

            return heard.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        }

        private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

        private void Tell() => Interlocked.Exchange(ref _next, NewSource()).TrySetResult();
    }
}
