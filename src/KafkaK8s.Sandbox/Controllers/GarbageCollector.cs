using System.Text.Json.Nodes;
using KafkaK8s.Sandbox.Api;
using KafkaK8s.Sandbox.Pods;

namespace KafkaK8s.Sandbox.Controllers;

/// <summary>
/// Deletes what belongs to objects that are gone; before that, when the deletion asked for the foreground, what belongs to them while
/// they wait; and lets go of what shall be orphaned.
/// </summary>
internal sealed class GarbageCollector(ObjectStore store) : Controller(store)
{
    private const string Foreground = "foregroundDeletion";
    private const string Orphan = "orphan";

    // Owners are looked up by uid: a new object of an old name doesn't own what the old one owned.
    private static readonly IReadOnlyList<ResourceKind> Kinds = [.. ResourceKind.All.Where(kind => kind.Namespaced && kind != ResourceKind.Events)];

    /// <inheritdoc />
    protected override IReadOnlyList<ResourceKind> Watched => Kinds;

    /// <inheritdoc />
    protected override IEnumerable<ObjectKey> Affected(ResourceKind kind, JsonObject item)
    {
        // The key's name is a uid: that of the object itself as an owner, and of those that own it.
        var owners = item.ObjectsAt("metadata", "ownerReferences").Select(owner => owner.TextAt("uid"));
        return owners.Append(item.TextAt("metadata", "uid")).OfType<string>().Select(uid => new ObjectKey(item.Namespace(), uid));
    }

    /// <inheritdoc />
    protected override void Reconcile(ObjectKey key, CancellationToken cancellation)
    {
        var all = Kinds.SelectMany(kind => Store.List(kind, key.Namespace).Select(item => (Kind: kind, Item: item))).ToList();
        var dependents = all.Where(entry => entry.Item.IsOwnedBy(key.Name)).ToList();
        var (ownerKind, owner) = all.FirstOrDefault(entry => entry.Item.TextAt("metadata", "uid") == key.Name);
        if (owner is null)
        {
            dependents.ForEach(dependent => DeleteUnlessOwned(dependent.Kind, dependent.Item, key.Name, "Background"));
        }
        else if (owner.IsTerminating() && HasFinalizer(owner, Orphan))
        {
            dependents.ForEach(dependent => Store.Change(dependent.Kind, key.Namespace, dependent.Item.Name(), live => live.RemoveOwner(key.Name)));
            RemoveFinalizer(ownerKind, owner, Orphan);
        }
        else if (owner.IsTerminating() && HasFinalizer(owner, Foreground))
        {
            dependents.ForEach(dependent => DeleteUnlessOwned(dependent.Kind, dependent.Item, key.Name, "Foreground"));
            if (dependents.Count == 0)
            {
                RemoveFinalizer(ownerKind, owner, Foreground);
            }
        }
    }

    private void DeleteUnlessOwned(ResourceKind kind, JsonObject item, string goneOwner, string propagation)
    {
        var owners = item.ObjectsAt("metadata", "ownerReferences").Select(owner => owner.TextAt("uid")).Where(uid => uid != goneOwner).ToList();
        if (owners.Count > 0 && Kinds.Any(other => Store.List(other, item.Namespace()).Any(candidate => owners.Contains(candidate.TextAt("metadata", "uid")))))
        {
            Store.Change(kind, item.Namespace(), item.Name(), live => live.RemoveOwner(goneOwner));
        }
        else if (!item.IsTerminating())
        {
            // Pods have nothing of their own to wait for; what they'd carry is a finalizer that only this controller could take off.
            var deletion = new Deletion { Uid = item.TextAt("metadata", "uid"), Propagation = kind == ResourceKind.Pods ? "Background" : propagation };
            Store.Delete(kind, item.Namespace(), item.Name(), deletion);
        }
    }

    private void RemoveFinalizer(ResourceKind kind, JsonObject item, string finalizer) =>
        Store.Change(
            kind,
            item.Namespace(),
            item.Name(),
            live =>
            {
                var left = (live.At("metadata", "finalizers") as JsonArray ?? []).Where(other => other?.GetValue<string>() != finalizer);
                live.Child("metadata")["finalizers"] = new JsonArray([.. left.Select(other => other?.DeepClone())]);
            });

    private static bool HasFinalizer(JsonObject item, string finalizer) =>
        (item.At("metadata", "finalizers") as JsonArray ?? []).Any(other => other?.GetValue<string>() == finalizer);
}
