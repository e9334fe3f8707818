using System.Text.Json.Nodes;
using KafkaK8s.Sandbox.Api;
using KafkaK8s.Sandbox.Pods;

namespace KafkaK8s.Sandbox.Controllers;

/// <summary>Empties namespaces that are being deleted, and lets them go when they are empty.</summary>
internal sealed class NamespaceController(ObjectStore store) : Controller(store)
{
    private static readonly IReadOnlyList<ResourceKind> Contents = [.. ResourceKind.All.Where(kind => kind.Namespaced)];

    /// <inheritdoc />
    protected override IReadOnlyList<ResourceKind> Watched { get; } = [ResourceKind.Namespaces, .. Contents.Where(kind => kind != ResourceKind.Events)];

    /// <inheritdoc />
    protected override IEnumerable<ObjectKey> Affected(ResourceKind kind, JsonObject item)
    {
        var name = kind == ResourceKind.Namespaces ? item.Name() : item.Namespace();
        return Store.Get(ResourceKind.Namespaces, null, name) is { } ns && ns.IsTerminating() ? [new ObjectKey("", name)] : [];
    }

    /// <inheritdoc />
    protected override void Reconcile(ObjectKey key, CancellationToken cancellation)
    {
        if (Store.Get(ResourceKind.Namespaces, null, key.Name) is not { } ns || !ns.IsTerminating())
        {
            return;
        }

        var left = Contents.SelectMany(kind => Store.List(kind, key.Name).Select(item => (kind, item))).ToList();
        foreach (var (kind, item) in left.Where(entry => !entry.item.IsTerminating()))
        {
            Store.Delete(kind, key.Name, item.Name());
        }

        if (Contents.All(kind => Store.List(kind, key.Name).Count == 0))
        {
            Store.Change(ResourceKind.Namespaces, null, key.Name, live => live.Child("spec").Remove("finalizers"));
        }
    }
}
