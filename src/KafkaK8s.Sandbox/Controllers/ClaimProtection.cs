using System.Text.Json.Nodes;
using KafkaK8s.Sandbox.Api;
using KafkaK8s.Sandbox.Pods;

namespace KafkaK8s.Sandbox.Controllers;

/// <summary>Lets claims go that are deleted and that no pod uses.</summary>
internal sealed class ClaimProtection(ObjectStore store) : Controller(store)
{
    private const string Protection = "kubernetes.io/pvc-protection";

    /// <inheritdoc />
    protected override IReadOnlyList<ResourceKind> Watched { get; } = [ResourceKind.PersistentVolumeClaims, ResourceKind.Pods];

    /// <inheritdoc />
    protected override IEnumerable<ObjectKey> Affected(ResourceKind kind, JsonObject item) => kind == ResourceKind.Pods
        ? item.Claims().Select(claim => new ObjectKey(item.Namespace(), claim))
        : [ObjectKey.Of(item)];

    /// <inheritdoc />
    protected override void Reconcile(ObjectKey key, CancellationToken cancellation)
    {
        var isGoing = Store.Get(ResourceKind.PersistentVolumeClaims, key.Namespace, key.Name)?.IsTerminating() == true;
        if (!isGoing || Store.List(ResourceKind.Pods, key.Namespace).Any(pod => !pod.HasEnded() && pod.Claims().Contains(key.Name)))
        {
            return;
        }

        Store.Change(
            ResourceKind.PersistentVolumeClaims,
            key.Namespace,
            key.Name,
            live => (live.At("metadata", "finalizers") as JsonArray)?.RemoveAll(finalizer => finalizer?.GetValue<string>() == Protection));
    }
}
