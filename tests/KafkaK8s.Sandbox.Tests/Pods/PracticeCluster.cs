using System.Text.Json.Nodes;
using KafkaK8s.Sandbox.Api;
using KafkaK8s.Sandbox.Pods;

namespace KafkaK8s.Sandbox.Tests.Pods;

/// <summary>A sandbox with fake containers, and what tests ask of it.</summary>
internal sealed class PracticeCluster : IAsyncDisposable
{
    public const string Namespace = "the-project";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private PracticeCluster(SandboxServer server, FakeRuntime runtime)
    {
        Server = server;
        Runtime = runtime;
    }

    public SandboxServer Server { get; }

    public FakeRuntime Runtime { get; }

    public ObjectStore Store => Server.Store;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<PracticeCluster> StartAsync(double speed = 100)
    {
        var runtime = new FakeRuntime();
        var options = new SandboxOptions { Clock = SandboxClock.RunningAt(speed), Runtime = _ => runtime };
        var server = await SandboxServer.StartAsync(options, Cancellation);
        server.Store.Create(ResourceKind.Namespaces, new JsonObject { ["metadata"] = new JsonObject { ["name"] = Namespace } });
        return new PracticeCluster(server, runtime);
    }

    public JsonObject Create(ResourceKind kind, string json)
    {
        var item = JsonNode.Parse(json)!.AsObject();
        item.Child("metadata")["namespace"] = Namespace;
        return Store.Create(kind, item);
    }

    public JsonObject CreatePod(string name, string container = "{}", string more = "{}")
    {
        var spec = JsonNode.Parse(more)!.AsObject();
        spec["containers"] = new JsonArray(Container(container));
        return Store.Create(ResourceKind.Pods, new JsonObject { ["metadata"] = Metadata(name), ["spec"] = spec });
    }

    public JsonObject CreateSet(string name, int replicas, string container = "{}", string more = "{}")
    {
        var spec = JsonNode.Parse(more)!.AsObject();
        spec["replicas"] = replicas;
        spec["serviceName"] = $"{name}-headless";
        spec["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["app"] = name } };
        spec["template"] = new JsonObject
        {
            ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["app"] = name } },
            ["spec"] = new JsonObject { ["containers"] = new JsonArray(Container(container)) },
        };
        return Store.Create(ResourceKind.StatefulSets, new JsonObject { ["metadata"] = Metadata(name), ["spec"] = spec });
    }

    public JsonObject? Pod(string name) => Store.Get(ResourceKind.Pods, Namespace, name);

    public void Change(ResourceKind kind, string name, Action<JsonObject> change) => Store.Change(kind, Namespace, name, change);

    public IReadOnlyList<string> Events(string about) =>
        [.. Store.List(ResourceKind.Events, Namespace)
            .Where(item => item.TextAt("involvedObject", "name") == about)
            .Select(item => $"{item.TextAt("type")} {item.TextAt("reason")}: {item.TextAt("message")}")];

    /// <summary>Waits until an object is as a test needs it, and returns it.</summary>
    public async Task<JsonObject> UntilAsync(ResourceKind kind, string name, Func<JsonObject, bool> isSo)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        patience.CancelAfter(Patience);
        var from = Store.Version;
        if (Store.Get(kind, Namespace, name) is { } now && isSo(now))
        {
            return now;
        }

        try
        {
            await foreach (var change in Store.WatchAsync(kind, Namespace, from, patience.Token))
            {
                if (change.Object.Name() == name && change.Type != StoreEventType.Deleted && isSo(change.Object))
                {
                    return change.Object;
                }
            }
        }
        catch (OperationCanceledException) when (!Cancellation.IsCancellationRequested)
        {
            // It says what it found below.
        }

        throw new TimeoutException($"{kind} {name} never became so; it is {Store.Get(kind, Namespace, name).At("status").ToText()}; events: {string.Join("; ", Events(name))}");
    }

    public Task<JsonObject> UntilReadyAsync(string pod) => UntilAsync(ResourceKind.Pods, pod, item => item.IsRunningAndReady());

    public Task UntilReadyAsync(string set, int replicas) =>
        UntilAsync(ResourceKind.StatefulSets, set, item => item.NumberAt("status", "readyReplicas") == replicas && item.NumberAt("status", "replicas") == replicas);

    public async Task UntilGoneAsync(ResourceKind kind, string name)
    {
        var from = Store.Version;
        if (Store.Get(kind, Namespace, name) is not { } now)
        {
            return;
        }

        var uid = now.TextAt("metadata", "uid");
        await foreach (var change in Store.WatchAsync(kind, Namespace, from, Cancellation))
        {
            if (change.Type == StoreEventType.Deleted && change.Object.TextAt("metadata", "uid") == uid)
            {
                return;
            }
        }
    }

    public async Task<string> UntilEventAsync(string about, string part)
    {
        var found = "";
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        patience.CancelAfter(Patience);
        var from = Store.Version;
        if ((found = Events(about).FirstOrDefault(text => text.Contains(part, StringComparison.Ordinal))) is not null)
        {
            return found;
        }

        await foreach (var _ in Store.WatchAsync(ResourceKind.Events, Namespace, from, patience.Token))
        {
            if ((found = Events(about).FirstOrDefault(text => text.Contains(part, StringComparison.Ordinal))) is not null)
            {
                return found;
            }
        }

        return "";
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    private static JsonObject Container(string more)
    {
        var container = JsonNode.Parse(more)!.AsObject();
        container["name"] ??= "program";
        container["image"] ??= FakeRuntime.Image;
        return container;
    }

    private static JsonObject Metadata(string name) => new() { ["name"] = name, ["namespace"] = Namespace };
}
