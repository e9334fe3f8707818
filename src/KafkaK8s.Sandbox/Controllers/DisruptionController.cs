using System.Globalization;
using System.Text.Json.Nodes;
using KafkaK8s.Sandbox.Api;
using KafkaK8s.Sandbox.Api.Selectors;
using KafkaK8s.Sandbox.Pods;

namespace KafkaK8s.Sandbox.Controllers;

/// <summary>Works out how many pods disruption budgets let go.</summary>
internal sealed class DisruptionController(ObjectStore store, EventRecorder events) : Controller(store)
{
    private const string Component = "controllermanager";

    /// <inheritdoc />
    protected override IReadOnlyList<ResourceKind> Watched { get; } =
        [ResourceKind.PodDisruptionBudgets, ResourceKind.Pods, ResourceKind.StatefulSets];

    /// <inheritdoc />
    protected override IEnumerable<ObjectKey> Affected(ResourceKind kind, JsonObject item) => kind == ResourceKind.PodDisruptionBudgets
        ? [ObjectKey.Of(item)]
        : Store.List(ResourceKind.PodDisruptionBudgets, item.Namespace())
            .Where(budget => kind == ResourceKind.StatefulSets || LabelSelector.Selects(budget.At("spec", "selector"), item))
            .Select(ObjectKey.Of);

    /// <inheritdoc />
    protected override void Reconcile(ObjectKey key, CancellationToken cancellation)
    {
        if (Store.Get(ResourceKind.PodDisruptionBudgets, key.Namespace, key.Name) is not { } budget)
        {
            return;
        }

        var pods = Store.List(ResourceKind.Pods, key.Namespace)
            .Where(pod => !pod.HasEnded() && LabelSelector.Selects(budget.At("spec", "selector"), pod))
            .ToList();
        if (pods.Count == 0)
        {
            events.Record(Component, budget, "Normal", "NoPods", "No matching pods found");
        }

        var loose = pods.FirstOrDefault(pod => pod.Controller() is null);
        if (loose is not null && NeedsScale(budget))
        {
            var why = $"found no controllers for pod \"{loose.Name()}\"";
            events.Record(Component, budget, "Warning", "CalculateExpectedPodCountFailed", $"Failed to calculate the number of expected pods: {why}");
            Write(budget, new Counts(0, 0, 0, 0), [], "SyncFailed", why);
            return;
        }

        var disrupted = StillDisrupted(budget, pods);
        var counts = Count(budget, pods, disrupted);
        Write(budget, counts, disrupted, counts.Allowed > 0 ? "SufficientPods" : "InsufficientPods", "");
    }

    private static bool NeedsScale(JsonObject budget) =>
        budget.At("spec", "maxUnavailable") is not null || budget.TextAt("spec", "minAvailable") is not null;

    private Counts Count(JsonObject budget, List<JsonObject> pods, JsonObject disrupted)
    {
        var expected = NeedsScale(budget)
            ? pods.Select(pod => pod.Controller()!.TextAt("name")!).Distinct().Sum(name => ScaleOf(budget.Namespace(), name, pods))
            : pods.Count;
        var desired = budget.At("spec", "maxUnavailable") is { } most
            ? Math.Max(0, expected - Scaled(most, expected))
            : Scaled(budget.At("spec", "minAvailable"), expected);
        var healthy = pods.Count(pod => pod.IsReady() && !pod.IsTerminating() && !disrupted.ContainsKey(pod.Name()));
        return new Counts(expected, desired, healthy, expected == 0 ? 0 : Math.Max(0, healthy - desired));
    }

    private long ScaleOf(string ns, string owner, List<JsonObject> pods) =>
        Store.Get(ResourceKind.StatefulSets, ns, owner).NumberAt("spec", "replicas")
        ?? pods.Count(pod => pod.Controller().TextAt("name") == owner);

    // A number, or a share of the expected pods, rounded up.
    private static long Scaled(JsonNode? amount, long expected) =>
        amount is JsonValue value && value.TryGetValue<string>(out var text)
            ? (long)Math.Ceiling(int.Parse(text.TrimEnd('%'), CultureInfo.InvariantCulture) * expected / 100.0)
            : amount.AsNumber() ?? 0;

    // Evicted pods count as gone until their deletion shows.
    private static JsonObject StillDisrupted(JsonObject budget, List<JsonObject> pods) => new((budget.At("status", "disruptedPods") as JsonObject ?? [])
        .Where(entry => pods.Any(pod => pod.Name() == entry.Key && !pod.IsTerminating()))
        .Select(entry => KeyValuePair.Create(entry.Key, entry.Value?.DeepClone())));

    private void Write(JsonObject budget, Counts counts, JsonObject disrupted, string reason, string message) => Store.Change(
        ResourceKind.PodDisruptionBudgets,
        budget.Namespace(),
        budget.Name(),
        live =>
        {
            var generation = live.NumberAt("metadata", "generation") ?? 1;
            var conditions = live.At("status", "conditions")?.DeepClone() ?? new JsonArray();
            var status = new JsonObject
            {
                ["observedGeneration"] = generation,
                ["disruptionsAllowed"] = counts.Allowed,
                ["currentHealthy"] = counts.Healthy,
                ["desiredHealthy"] = counts.Desired,
                ["expectedPods"] = counts.Expected,
                ["conditions"] = conditions,
            };
            if (disrupted.Count > 0)
            {
                status["disruptedPods"] = disrupted;
            }

            live["status"] = status;
            live.SetCondition(new JsonObject
            {
                ["type"] = "DisruptionAllowed",
                ["status"] = counts.Allowed > 0 ? "True" : "False",
                ["observedGeneration"] = generation,
                ["lastTransitionTime"] = Store.Clock.GetUtcNow().ToStamp(),
                ["reason"] = reason,
                ["message"] = message,
            });
        });

    private readonly record struct Counts(long Expected, long Desired, long Healthy, long Allowed);
}
