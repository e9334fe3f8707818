using System.Text.Json.Nodes;
using KafkaK8s.Sandbox.Api;
using KafkaK8s.Sandbox.Controllers;
using KafkaK8s.Sandbox.Pods;
using KafkaK8s.Sandbox.Tests.Api;
using KafkaK8s.Sandbox.Tests.Pods;

namespace KafkaK8s.Sandbox.Tests.Controllers;

/// <summary>
/// The life of the article's ensemble, held against what a real cluster told its watchers: apply to three ready, an eviction, a
/// template change, deletion. What is compared is what each object went through, in order; between objects the order is chance.
/// </summary>
public sealed class RecordedRolloutTests
{
    private const string Set = "kafka-zookeeper";
    private const string Probed = """
        {"name": "zookeeper",
         "readinessProbe": {"exec": {"command": ["check"]}, "initialDelaySeconds": 20, "periodSeconds": 10},
         "livenessProbe": {"exec": {"command": ["check"]}, "initialDelaySeconds": 20, "periodSeconds": 10}}
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_ensemble_goes_through_what_was_recorded_from_apply_to_three_ready()
    {
        var recorded = Recorded();
        await using var cluster = await PracticeCluster.StartAsync();
        await RollOutAsync(cluster);

        var lived = Lived(cluster);

        foreach (var pod in new[] { "kafka-zookeeper-0", "kafka-zookeeper-1", "kafka-zookeeper-2" })
        {
            Assert.Equal(Pod(recorded, pod).TakeUntil("ready"), Pod(lived, pod).TakeUntil("ready"));
        }

        Assert.Equal(Replicas(recorded).TakeUntil("3 pods, 3 ready, 3 current, 3 updated, 3 available"), Replicas(lived));
    }

    [Fact]
    public async Task An_evicted_member_goes_and_comes_back_as_was_recorded()
    {
        var recorded = Pod(Recorded(), "kafka-zookeeper-2").SkipUntil("ready").TakeUntil("ready", after: "added");
        await using var cluster = await PracticeCluster.StartAsync();
        await RollOutAsync(cluster);
        cluster.Create(ResourceKind.PodDisruptionBudgets, """{"metadata": {"name": "kafka-zookeeper"}, "spec": {"maxUnavailable": 1, "selector": {"matchLabels": {"app": "kafka-zookeeper"}}}}""");
        await cluster.UntilAsync(ResourceKind.PodDisruptionBudgets, Set, budget => budget.NumberAt("status", "disruptionsAllowed") == 1);

        Eviction.Evict(cluster.Store, PracticeCluster.Namespace, "kafka-zookeeper-2", new Deletion());
        await cluster.UntilAsync(ResourceKind.PodDisruptionBudgets, Set, budget => budget.NumberAt("status", "currentHealthy") == 2);
        var refused = Assert.Throws<ApiException>(() => Eviction.Evict(cluster.Store, PracticeCluster.Namespace, "kafka-zookeeper-1", new Deletion()));
        await cluster.UntilAsync(ResourceKind.Pods, "kafka-zookeeper-2", pod => pod.IsReady() && !pod.IsTerminating() && pod.Condition("DisruptionTarget") is null);

        Assert.Equal((429, "Cannot evict pod as it would violate the pod's disruption budget."), (refused.Code, refused.Message));
        Assert.Equal(
            "The disruption budget kafka-zookeeper needs 2 healthy pods and has 2 currently",
            refused.ToStatus().At("details", "causes")![0].TextAt("message"));
        Assert.Equal(recorded, Pod(Lived(cluster), "kafka-zookeeper-2").SkipUntil("ready"));
    }

    private static async Task RollOutAsync(PracticeCluster cluster)
    {
        cluster.CreateSet(Set, 3, Probed, """{"updateStrategy": {"type": "OnDelete"}, "revisionHistoryLimit": 1}""");
        await cluster.UntilReadyAsync(Set, 3);
    }

    private static IReadOnlyList<JsonObject> Recorded()
    {
        var recorded = Transcripts.Read("rollout.jsonl");
        Assert.SkipWhen(recorded.Count == 0, "../shared/kubernetes/transcripts isn't there");
        return recorded;
    }

    /// <summary>All that happened in the cluster, as a watcher of both kinds sees it.</summary>
    private static List<JsonObject> Lived(PracticeCluster cluster)
    {
        var told = new List<JsonObject>();
        foreach (var kind in new[] { ResourceKind.Pods, ResourceKind.StatefulSets })
        {
            using var ended = new CancellationTokenSource();
            var changes = cluster.Store.WatchAsync(kind, PracticeCluster.Namespace, 1000, ended.Token).GetAsyncEnumerator(ended.Token);
            while (changes.MoveNextAsync().AsTask() is { IsCompletedSuccessfully: true, Result: true })
            {
                told.Add(new JsonObject
                {
                    ["type"] = changes.Current.Type.ToString().ToUpperInvariant(),
                    ["object"] = changes.Current.Object.Copy(),
                });
            }
        }

        return told;
    }

    private static List<string> Pod(IEnumerable<JsonObject> changes, string name) =>
        [.. changes.Where(change => change.TextAt("object", "metadata", "name") == name && change.TextAt("object", "kind") == "Pod").Select(Describe)];

    private static string Describe(JsonObject change)
    {
        var pod = change["object"]!.AsObject();
        var conditions = pod.ObjectsAt("status", "conditions")
            .Where(condition => condition.TextAt("type") != "DisruptionTarget")
            .Select(condition => $"{condition.TextAt("type")}={condition.TextAt("status")}{Reason(condition)}");
        var container = pod.ObjectsAt("status", "containerStatuses").FirstOrDefault();
        var state = (container?["state"] as JsonObject)?.First();
        var words = new List<string>
        {
            change.TextAt("type") switch { "ADDED" => "added", "DELETED" => "deleted", _ => pod.IsReady() && !pod.IsTerminating() && pod.Condition("DisruptionTarget") is null ? "ready" : "changed" },
            $"generation {pod.NumberAt("metadata", "generation")}, observed {pod.NumberAt("status", "observedGeneration")}",
            pod.Phase(),
            string.Join(' ', conditions),
            pod.Condition("DisruptionTarget") is { } target ? $"{target.TextAt("reason")}: {target.TextAt("message")}" : "",
            container is null ? "" : $"{state!.Value.Key} {state.Value.Value.TextAt("reason")} {state.Value.Value.NumberAt("exitCode")} ready={container["ready"]} started={container["started"]}",
            pod.TextAt("status", "podIP") is null ? "" : "has address",
            pod.NumberAt("metadata", "deletionGracePeriodSeconds") is { } grace ? $"grace {grace}" : "",
        };
        return string.Join("; ", words.Where(word => word.Length > 0));

        static string Reason(JsonObject condition) => condition.TextAt("reason") is { } reason ? $"({reason}: {condition.TextAt("message")})" : "";
    }

    private static List<string> Replicas(IEnumerable<JsonObject> changes) =>
        [.. changes.Where(change => change.TextAt("object", "kind") == "StatefulSet").Select(change =>
        {
            var status = change.At("object", "status");
            return $"{status.NumberAt("replicas")} pods, {Count("readyReplicas")} ready, {Count("currentReplicas")} current, {Count("updatedReplicas")} updated, {Count("availableReplicas")} available";

            long Count(string field) => status.NumberAt(field) ?? 0;
        })];
}

internal static class Sequences
{
    /// <summary>The texts up to and with the first that starts with a word, after one that starts with another.</summary>
    public static List<string> TakeUntil(this IEnumerable<string> texts, string word, string? after = null)
    {
        var all = texts.ToList();
        var from = after is null ? 0 : all.FindIndex(text => text.StartsWith(after, StringComparison.Ordinal));
        var end = all.FindIndex(from, text => text.StartsWith(word, StringComparison.Ordinal));
        return end < 0 ? all : all[..(end + 1)];
    }

    /// <summary>The texts after the first that starts with a word.</summary>
    public static List<string> SkipUntil(this IEnumerable<string> texts, string word)
    {
        var all = texts.ToList();
        return all[(all.FindIndex(text => text.StartsWith(word, StringComparison.Ordinal)) + 1)..];
    }
}
