using System.Text.Json.Nodes;
using KafkaK8s.Sandbox.Api;

namespace KafkaK8s.Sandbox.Controllers;

/// <summary>Keeps the statuses of resource quotas: how much of them is used.</summary>
internal sealed class QuotaController(ObjectStore store) : Controller(store)
{
    /// <inheritdoc />
    protected override IReadOnlyList<ResourceKind> Watched { get; } =
    [
        ResourceKind.ResourceQuotas, ResourceKind.Pods, ResourceKind.Services, ResourceKind.PersistentVolumeClaims, ResourceKind.ConfigMaps,
        ResourceKind.Secrets, ResourceKind.StatefulSets,
    ];

    /// <inheritdoc />
    protected override IEnumerable<ObjectKey> Affected(ResourceKind kind, JsonObject item) => kind == ResourceKind.ResourceQuotas
        ? [ObjectKey.Of(item)]
        : Store.List(ResourceKind.ResourceQuotas, item.Namespace()).Select(ObjectKey.Of);

    /// <inheritdoc />
    protected override void Reconcile(ObjectKey key, CancellationToken cancellation) =>
        Store.Change(
            ResourceKind.ResourceQuotas,
            key.Namespace,
            key.Name,
            quota => quota["status"] = Quotas.StatusOf(Store, quota),
            new Writer("kube-controller-manager", "status"));
}
