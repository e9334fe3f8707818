using System.Text.Json.Nodes;
using KafkaK8s.Sandbox.Api;
using KafkaK8s.Sandbox.Api.Selectors;
using KafkaK8s.Sandbox.Pods;

namespace KafkaK8s.Sandbox.Controllers;

/// <summary>
/// Puts pods on a node. There is always room; what can keep a pod waiting is a node selector that no node satisfies, and claims
/// that aren't bound.
/// </summary>
internal sealed class Scheduler(ObjectStore store, EventRecorder events) : Controller(store)
{
    private const string Component = "default-scheduler";

    /// <inheritdoc />
    protected override IReadOnlyList<ResourceKind> Watched { get; } =
        [ResourceKind.Pods, ResourceKind.PersistentVolumeClaims, ResourceKind.Nodes, ResourceKind.StorageClasses];

    /// <inheritdoc />
    protected override IEnumerable<ObjectKey> Affected(ResourceKind kind, JsonObject item)
    {
        if (kind == ResourceKind.Pods)
        {
            return IsWaiting(item) ? [ObjectKey.Of(item)] : [];
        }

        var ns = kind.Namespaced ? item.Namespace() : null;
        return Store.List(ResourceKind.Pods, ns).Where(IsWaiting).Select(ObjectKey.Of);
    }

    /// <inheritdoc />
    protected override void Reconcile(ObjectKey key, CancellationToken cancellation)
    {
        if (Store.Get(ResourceKind.Pods, key.Namespace, key.Name) is not { } pod || !IsWaiting(pod))
        {
            return;
        }

        var nodes = Store.List(ResourceKind.Nodes).Where(node => node.At("spec", "unschedulable")?.GetValue<bool>() != true).ToList();
        if (WhyClaimsHold(pod) is { } why)
        {
            Refuse(pod, $"0/{nodes.Count} nodes are available: {why}. not found");
            return;
        }

        var fitting = nodes.FirstOrDefault(node => Fits(pod, node));
        if (fitting is null)
        {
            var count = nodes.Count;
            Refuse(
                pod,
                $"0/{count} nodes are available: {count} node(s) didn't match Pod's node affinity/selector. no new claims to deallocate, "
                    + $"preemption: 0/{count} nodes are available: {count} Preemption is not helpful for scheduling.");
            return;
        }

        if (AwaitsVolumes(pod, fitting))
        {
            return;
        }

        Bind(pod, fitting);
    }

    private static bool IsWaiting(JsonObject pod) => pod.TextAt("spec", "nodeName") is null or "" && !pod.IsTerminating() && !pod.HasEnded();

    private static bool Fits(JsonObject pod, JsonObject node) =>
        LabelSelector.Contains(node.At("metadata", "labels"), pod.At("spec", "nodeSelector"));

    private string? WhyClaimsHold(JsonObject pod)
    {
        foreach (var name in pod.Claims())
        {
            if (Store.Get(ResourceKind.PersistentVolumeClaims, pod.Namespace(), name) is not { } claim)
            {
                return $"persistentvolumeclaim \"{name}\" not found";
            }

            if (!IsBound(claim) && !WaitsForConsumer(claim))
            {
                return "pod has unbound immediate PersistentVolumeClaims";
            }
        }

        return null;
    }

    /// <summary>Tells the claims that wait for it where the pod will run. Says whether one has yet to be bound.</summary>
    private bool AwaitsVolumes(JsonObject pod, JsonObject node)
    {
        var unbound = pod.Claims()
            .Select(name => Store.Get(ResourceKind.PersistentVolumeClaims, pod.Namespace(), name))
            .Where(claim => claim is not null && !IsBound(claim))
            .ToList();
        foreach (var claim in unbound)
        {
            Store.Change(
                ResourceKind.PersistentVolumeClaims,
                pod.Namespace(),
                claim!.Name(),
                live => live.Child("metadata").Child("annotations")[VolumeController.SelectedNode] = node.Name());
        }

        return unbound.Count > 0;
    }

    private void Bind(JsonObject pod, JsonObject node)
    {
        Store.Change(
            ResourceKind.Pods,
            pod.Namespace(),
            pod.Name(),
            live =>
            {
                live.Child("spec")["nodeName"] = node.Name();
                live.SetCondition(Scheduled("True"));
            },
            new Writer("kube-scheduler", "binding"));
        events.RecordAction(
            Component, pod, "Normal", "Scheduled", "Binding", $"Successfully assigned {pod.Namespace()}/{pod.Name()} to {node.Name()}");
    }

    private void Refuse(JsonObject pod, string message)
    {
        if (pod.Condition("PodScheduled").TextAt("message") == message)
        {
            return;
        }

        Store.Change(
            ResourceKind.Pods,
            pod.Namespace(),
            pod.Name(),
            live =>
            {
                var condition = Scheduled("False");
                condition["observedGeneration"] = live.NumberAt("metadata", "generation") ?? 1;
                condition["reason"] = "Unschedulable";
                condition["message"] = message;
                live.SetCondition(condition);
            });
        events.RecordAction(Component, pod, "Warning", "FailedScheduling", "Scheduling", message);
    }

    private JsonObject Scheduled(string status) => new()
    {
        ["type"] = "PodScheduled",
        ["status"] = status,
        ["lastProbeTime"] = null,
        ["lastTransitionTime"] = Store.Clock.GetUtcNow().ToStamp(),
    };

    private bool WaitsForConsumer(JsonObject claim) =>
        claim.TextAt("spec", "storageClassName") is { } storageClass
        && Store.Get(ResourceKind.StorageClasses, null, storageClass).TextAt("volumeBindingMode") == "WaitForFirstConsumer";

    private static bool IsBound(JsonObject claim) => claim.TextAt("status", "phase") == "Bound";
}
