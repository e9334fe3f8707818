using System.Text.Json.Nodes;
using KafkaK8s.Sandbox.Api;
using KafkaK8s.Sandbox.Api.Selectors;
using KafkaK8s.Sandbox.Pods;

namespace KafkaK8s.Sandbox.Controllers;

/// <summary>Deletes a pod if its disruption budget allows it.</summary>
internal static class Eviction
{
    private const string Violation = "Cannot evict pod as it would violate the pod's disruption budget.";

    /// <summary>Evicts a pod: takes one disruption from its budget, marks the pod and deletes it.</summary>
    /// <param name="store">The cluster's state.</param>
    /// <param name="ns">The pod's namespace.</param>
    /// <param name="name">The pod.</param>
    /// <param name="deletion">How to delete it.</param>
    /// <param name="dryRun">Whether to only find out whether it would be allowed.</param>
    /// <exception cref="ApiException">404: no such pod. 429: the budget doesn't allow it now. 500: it has several budgets.</exception>
    public static void Evict(ObjectStore store, string ns, string name, Deletion deletion, bool dryRun = false)
    {
        var pod = store.Get(ResourceKind.Pods, ns, name) ?? throw ApiException.NotFound(ResourceKind.Pods, name);
        var budgets = store.List(ResourceKind.PodDisruptionBudgets, ns)
            .Where(budget => LabelSelector.Selects(budget.At("spec", "selector"), pod))
            .ToList();
        if (budgets.Count > 1)
        {
            throw new ApiException(500, null, "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.");
        }

        if (budgets.Count == 1 && !IsFreeToGo(pod, budgets[0]))
        {
            Spend(store, budgets[0], name, dryRun);
        }

        if (dryRun)
        {
            return;
        }

        store.Change(ResourceKind.Pods, ns, name, live => live.SetCondition(new JsonObject
        {
            ["type"] = "DisruptionTarget",
            ["status"] = "True",
            ["lastProbeTime"] = null,
            ["lastTransitionTime"] = store.Clock.GetUtcNow().ToStamp(),
            ["reason"] = "EvictionByEvictionAPI",
            ["message"] = "Eviction API: evicting",
        }));
        store.Delete(ResourceKind.Pods, ns, name, deletion with { Uid = deletion.Uid ?? pod.TextAt("metadata", "uid") });
    }

    // A pod that isn't healthy is missed by nobody, as long as enough others are.
    private static bool IsFreeToGo(JsonObject pod, JsonObject budget)
    {
        if (pod.IsTerminating() || pod.HasEnded() || pod.Phase() == "Pending")
        {
            return true;
        }

        return !pod.IsReady()
            && (budget.TextAt("spec", "unhealthyPodEvictionPolicy") == "AlwaysAllow"
                || (budget.NumberAt("status", "currentHealthy") >= budget.NumberAt("status", "desiredHealthy")
                    && budget.NumberAt("status", "desiredHealthy") > 0));
    }

    private static void Spend(ObjectStore store, JsonObject budget, string pod, bool dryRun)
    {
        if (budget.NumberAt("status", "observedGeneration") is null or 0
            || budget.NumberAt("status", "observedGeneration") < budget.NumberAt("metadata", "generation"))
        {
            throw Refusal($"The disruption budget {budget.Name()} is still being processed by the server.", 10);
        }

        if (budget.NumberAt("status", "disruptionsAllowed") is null or <= 0)
        {
            throw Refusal(
                $"The disruption budget {budget.Name()} needs {budget.NumberAt("status", "desiredHealthy")} healthy pods and has {budget.NumberAt("status", "currentHealthy")} currently",
                null);
        }

        if (dryRun)
        {
            return;
        }

        store.Change(ResourceKind.PodDisruptionBudgets, budget.Namespace(), budget.Name(), live =>
        {
            var status = live.Child("status");
            status["disruptionsAllowed"] = (status.NumberAt("disruptionsAllowed") ?? 1) - 1;
            status.Child("disruptedPods")[pod] = store.Clock.GetUtcNow().ToStamp();
        });
    }

    private static ApiException Refusal(string why, int? retryAfter) => new(
        429,
        "TooManyRequests",
        Violation,
        new JsonObject { ["causes"] = new JsonArray(new JsonObject { ["reason"] = "DisruptionBudget", ["message"] = why }) })
    {
        RetryAfter = retryAfter,
    };
}
