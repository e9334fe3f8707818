using System.Text.Json.Nodes;
using KafkaK8s.Sandbox.Api;

namespace KafkaK8s.Sandbox.Controllers;

/// <summary>Gives every namespace its service account and the certificate of the cluster's authority.</summary>
internal sealed class NamespaceFurnishing(ObjectStore store) : Controller(store)
{
    private const string Account = "default";
    private const string Authority = "kube-root-ca.crt";

    /// <inheritdoc />
    protected override IReadOnlyList<ResourceKind> Watched { get; } = [ResourceKind.Namespaces, ResourceKind.ServiceAccounts];

    /// <inheritdoc />
    protected override IEnumerable<ObjectKey> Affected(ResourceKind kind, JsonObject item) =>
        [new ObjectKey("", kind == ResourceKind.Namespaces ? item.Name() : item.Namespace())];

    /// <inheritdoc />
    protected override void Reconcile(ObjectKey key, CancellationToken cancellation)
    {
        if (Store.Get(ResourceKind.Namespaces, null, key.Name) is not { } ns || ns.TextAt("metadata", "deletionTimestamp") is not null)
        {
            return;
        }

        CreateIfMissing(ResourceKind.ServiceAccounts, key.Name, Account, []);
        CreateIfMissing(ResourceKind.ConfigMaps, key.Name, Authority, new JsonObject { ["data"] = new JsonObject { ["ca.crt"] = Store.AuthorityPem } });
    }

    private void CreateIfMissing(ResourceKind kind, string ns, string name, JsonObject item)
    {
        if (Store.Get(kind, ns, name) is null)
        {
            item["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = ns };
            Store.Create(kind, item);
        }
    }
}
