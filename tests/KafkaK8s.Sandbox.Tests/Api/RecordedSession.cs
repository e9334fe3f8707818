using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using KafkaK8s.Sandbox.Api;
using KafkaK8s.Sandbox.Api.Ownership;

namespace KafkaK8s.Sandbox.Tests.Api;

/// <summary>
/// Plays the recorded requests against a bare API, in order, and keeps what it answers. What controllers and kubelets did between
/// the requests is put into the store as the recording shows it.
/// </summary>
public sealed partial class RecordedSession : IAsyncLifetime
{
    private const string Namespace = "the-project";

    // Their answers show what controllers or a kubelet had done by then, not what the request did.
    private static readonly HashSet<string> ShowsWorkOfOthers =
    [
        "pod-starting", "statefulset-get", "scale-get", "pods-of-set", "statefulset-ready", "pod-ready", "pdb-status", "events", "endpoints", "endpointslices",
        "pod-state-unschedulable", "pod-state-pending-claim", "pod-state-bad-image", "pod-state-crashing", "pod-state-kafka-test-client",
        "events-of-trouble", "statefulset-deleting",
    ];

    // Their answers show, besides what the request did, a status that a controller had written by then.
    private static readonly HashSet<string> ShowsStatusByOthers = ["patch-strategic-env", "patch-json", "delete-statefulset-foreground"];

    // The kubelet answers these; nothing is behind this API.
    private static readonly HashSet<string> KubeletsOwn =
    [
        "log-container-creating", "log-tail", "log-missing-container", "log-previous-none", "log-crashing-previous", "log-bad-image",
    ];

    private readonly Dictionary<string, ApiAnswer> _answers = [];
    private readonly Dictionary<string, string> _uids = [];

    /// <summary>The recorded exchanges that are compared.</summary>
    internal static IReadOnlyList<JsonObject> Exchanges { get; } =
        [.. Transcripts.Read("rest.jsonl").Where(exchange => !KubeletsOwn.Contains(exchange.TextAt("name")!))];

    /// <summary>What the sandbox answered to a recorded request.</summary>
    internal ApiAnswer Answer(string name) => _answers[name];

    /// <summary>A recorded answer with the sandbox's uids in it.</summary>
    internal JsonNode? Expected(JsonNode? recorded) => recorded is null ? null : JsonNode.Parse(WithOwnUids(recorded.ToText()));

    /// <inheritdoc />
    public async ValueTask InitializeAsync()
    {
        if (Exchanges.Count == 0)
        {
            return;
        }

        await using var api = await BareApi.StartAsync();
        foreach (var exchange in Exchanges)
        {
            var name = exchange.TextAt("name")!;
            await PrepareAsync(api, name, exchange);
            _answers[name] = await SendAsync(api, name, exchange["request"]!.AsObject());
            Learn(exchange.At("response", "body"), _answers[name].Body);
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static JsonObject Recorded(string name) => Exchanges.Single(exchange => exchange.TextAt("name") == name);

    private async Task PrepareAsync(BareApi api, string name, JsonObject exchange)
    {
        if (ShowsWorkOfOthers.Contains(name) && exchange.At("response", "body") is JsonObject body)
        {
            Seed(api.Store, body);
        }

        if (ShowsStatusByOthers.Contains(name))
        {
            var status = exchange.At("response", "body", "status")!;
            api.Store.Change(ResourceKind.StatefulSets, Namespace, "kafka-zookeeper", set => set["status"] = status.DeepClone(), Verbatim);
        }

        switch (name)
        {
            case "statefulset-get" or "scale-get":
                api.Store.Change(ResourceKind.StatefulSets, Namespace, "kafka-zookeeper", set => set.Child("status")["replicas"] = 1, Verbatim);
                break;
            case "pods-table-ready":
                CreateSibling(api.Store, 1);
                CreateSibling(api.Store, 2);
                break;
            case "evict-blocked-by-budget":
                api.Store.Change(ResourceKind.PodDisruptionBudgets, Namespace, "kafka-zookeeper", budget => budget.Child("status")["currentHealthy"] = 2, Verbatim);
                break;
            case "pods-table-trouble":
                // What had become of these two isn't recorded.
                api.Store.Delete(ResourceKind.Pods, Namespace, "kafka-zookeeper-1", new Deletion { GracePeriodSeconds = 0 });
                api.Store.Delete(ResourceKind.Pods, Namespace, "kafka-zookeeper-2", new Deletion { GracePeriodSeconds = 0 });
                break;
            case "adopt-service-equal":
                await StartOverAsync(api);
                break;
        }
    }

    // The namespace goes, and what the recording applied is created by kubectl instead.
    private static async Task StartOverAsync(BareApi api)
    {
        var from = api.Store.Version;
        foreach (var pod in api.Store.List(ResourceKind.Pods, Namespace))
        {
            api.Store.Delete(ResourceKind.Pods, Namespace, pod.Name(), new Deletion { GracePeriodSeconds = 0 });
        }

        if (api.Store.Get(ResourceKind.Namespaces, null, Namespace) is not null)
        {
            await foreach (var change in api.Store.WatchAsync(ResourceKind.Namespaces, null, from, TestContext.Current.CancellationToken))
            {
                if (change.Type == StoreEventType.Deleted)
                {
                    break;
                }
            }
        }

        using var client = api.Client();
        await client.PostAsync("/api/v1/namespaces", Recorded("namespace-create")["request"]!["body"]!);
        await client.PostAsync($"/api/v1/namespaces/{Namespace}/services?fieldManager=kubectl-create", Recorded("apply-create")["request"]!["body"]!);
        await client.PostAsync($"/apis/apps/v1/namespaces/{Namespace}/statefulsets?fieldManager=kubectl-create", Recorded("apply-statefulset")["request"]!["body"]!);
        var status = Recorded("adopt-statefulset-equal")["response"]!["body"]!["status"]!;
        api.Store.Change(ResourceKind.StatefulSets, Namespace, "kafka-zookeeper", set => set["status"] = status.DeepClone(), new Writer("kube-controller-manager", "status"));
    }

    private async Task<ApiAnswer> SendAsync(BareApi api, string name, JsonObject request)
    {
        using var client = api.Client(withToken: name != "unauthenticated");
        var headers = (request["headers"] as JsonObject ?? []).ToDictionary(header => header.Key, header => header.Value!.ToString());
        headers.Remove("Content-Type", out var contentType);
        var body = request["body"] is JsonValue text ? text.GetValue<string>() : request["body"]?.ToText();
        return await client.SendAsync(
            request.TextAt("method")!,
            request.TextAt("path")!,
            body is null ? null : WithOwnUids(body),
            contentType ?? "application/json",
            [.. headers.Select(header => (header.Key, header.Value))]);
    }

    private void Seed(ObjectStore store, JsonObject recorded)
    {
        var items = recorded["items"] is JsonArray list
            ? list.OfType<JsonObject>().Select(item => (Kind: ResourceKind.Find(recorded.TextAt("apiVersion"), recorded.TextAt("kind")![..^4]), Item: item))
            : [(Kind: ResourceKind.Find(recorded.TextAt("apiVersion"), recorded.TextAt("kind")), Item: recorded)];
        foreach (var (kind, item) in items.Where(entry => entry.Kind is not null))
        {
            var own = (JsonObject)JsonNode.Parse(WithOwnUids(item.ToText()))!;
            if (store.Get(kind!, own.Namespace(), own.Name()) is null)
            {
                store.Create(kind!, own, Verbatim);
            }

            var now = store.Change(
                kind!,
                own.Namespace(),
                own.Name(),
                current =>
                {
                    foreach (var (field, value) in own.Where(field => kind == ResourceKind.Events ? field.Key != "metadata" : field.Key == "status").ToList())
                    {
                        current[field] = value?.DeepClone();
                    }

                    current.Child("metadata")["managedFields"] = own.At("metadata", "managedFields")?.DeepClone();
                    if (own.TextAt("spec", "nodeName") is { } node)
                    {
                        current.Child("spec")["nodeName"] = node;
                    }
                },
                Verbatim)!;
            Learn(item, now);
        }
    }

    // Another member as the first one is, with its own name, ordinal and address.
    private static void CreateSibling(ObjectStore store, int ordinal)
    {
        var text = store.Get(ResourceKind.Pods, Namespace, "kafka-zookeeper-0")!.ToText()
            .Replace("kafka-zookeeper-0", $"kafka-zookeeper-{ordinal}", StringComparison.Ordinal)
            .Replace("pod-index\":\"0\"", $"pod-index\":\"{ordinal}\"", StringComparison.Ordinal)
            .Replace("198.18.1.21", $"198.18.1.{21 + ordinal}", StringComparison.Ordinal);
        var pod = (JsonObject)JsonNode.Parse(text)!;
        store.Create(ResourceKind.Pods, pod, Verbatim);
        store.Change(ResourceKind.Pods, Namespace, pod.Name(), current => current["status"] = pod["status"]!.DeepClone(), Verbatim);
    }

    // Keeps the managed fields that come with the object.
    private static Writer Verbatim => new("recording", IsApply: true);

    private void Learn(JsonNode? recorded, JsonNode? own)
    {
        if (recorded.TextAt("metadata", "uid") is { } theirs && own.TextAt("metadata", "uid") is { } ours)
        {
            _uids[theirs] = ours;
        }
    }

    private string WithOwnUids(string text) => Uid().Replace(text, match => _uids.GetValueOrDefault(match.Value, match.Value));

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")]
    private static partial Regex Uid();
}
