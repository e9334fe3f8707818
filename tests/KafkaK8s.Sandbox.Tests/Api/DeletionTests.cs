using System.Text.Json.Nodes;
using KafkaK8s.Sandbox.Api;

namespace KafkaK8s.Sandbox.Tests.Api;

public sealed class DeletionTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_an_object_owns_goes_after_it()
    {
        await using var api = await BareApi.StartAsync();
        var from = Own(api.Store);

        api.Store.Delete(ResourceKind.ConfigMaps, "default", "owner");

        await SeeAsync(api.Store, ResourceKind.Secrets, from, change => change.Type == StoreEventType.Deleted && change.Object.Name() == "owned");
    }

    [Fact]
    public async Task What_is_orphaned_stays_without_its_owner()
    {
        await using var api = await BareApi.StartAsync();
        var from = Own(api.Store);

        api.Store.Delete(ResourceKind.ConfigMaps, "default", "owner", new Deletion { Propagation = "Orphan" });

        await SeeAsync(api.Store, ResourceKind.ConfigMaps, from, change => change.Type == StoreEventType.Deleted);
        Assert.Empty(api.Store.Get(ResourceKind.Secrets, "default", "owned").ObjectsAt("metadata", "ownerReferences"));
    }

    [Fact]
    public async Task In_the_foreground_the_owner_waits_for_what_it_owns()
    {
        await using var api = await BareApi.StartAsync();
        var from = Own(api.Store, finalizer: "example.com/wait");

        var marked = api.Store.Delete(ResourceKind.ConfigMaps, "default", "owner", new Deletion { Propagation = "Foreground" });
        await SeeAsync(api.Store, ResourceKind.Secrets, from, change => change.Object.TextAt("metadata", "deletionTimestamp") is not null);

        Assert.Equal("foregroundDeletion", marked.At("metadata", "finalizers")![0]!.ToString());
        Assert.NotNull(api.Store.Get(ResourceKind.ConfigMaps, "default", "owner"));

        api.Store.Change(ResourceKind.Secrets, "default", "owned", item => item.Child("metadata").Remove("finalizers"));
        await SeeAsync(api.Store, ResourceKind.ConfigMaps, from, change => change.Type == StoreEventType.Deleted);
    }

    [Fact]
    public async Task A_running_pod_has_its_grace_and_one_that_was_never_placed_goes_at_once()
    {
        await using var api = await BareApi.StartAsync();
        using var client = api.Client();
        api.Store.Create(ResourceKind.Pods, Pod("placed"));
        api.Store.Create(ResourceKind.Pods, Pod("waiting"));
        api.Store.Change(ResourceKind.Pods, "default", "placed", pod => pod.Child("spec")["nodeName"] = "sandbox-node");

        var placed = await client.SendAsync("DELETE", "/api/v1/namespaces/default/pods/placed", """{"gracePeriodSeconds":7}""");
        await client.SendAsync("DELETE", "/api/v1/namespaces/default/pods/waiting", null);

        Assert.Equal(7, placed.Body.NumberAt("metadata", "deletionGracePeriodSeconds"));
        Assert.NotNull(api.Store.Get(ResourceKind.Pods, "default", "placed"));
        Assert.Null(api.Store.Get(ResourceKind.Pods, "default", "waiting"));

        await client.SendAsync("DELETE", "/api/v1/namespaces/default/pods/placed?gracePeriodSeconds=0", null);
        Assert.Null(api.Store.Get(ResourceKind.Pods, "default", "placed"));
    }

    [Fact]
    public async Task A_namespace_takes_its_content_along()
    {
        await using var api = await BareApi.StartAsync();
        api.Store.Create(ResourceKind.Namespaces, new JsonObject { ["metadata"] = new JsonObject { ["name"] = "gone" } });
        api.Store.Create(ResourceKind.Secrets, Item("inside", "gone"));
        var from = api.Store.Version;

        api.Store.Delete(ResourceKind.Namespaces, null, "gone");

        await SeeAsync(api.Store, ResourceKind.Namespaces, from, change => change.Type == StoreEventType.Deleted);
        Assert.Empty(api.Store.List(ResourceKind.Secrets, "gone"));
    }

    [Fact]
    public async Task A_claim_waits_for_the_pod_that_uses_it()
    {
        await using var api = await BareApi.StartAsync();
        api.Store.Create(ResourceKind.PersistentVolumeClaims, (JsonObject)JsonNode.Parse(
            """{"metadata":{"name":"data","namespace":"default"},"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}}}}""")!);
        var pod = Pod("user");
        pod.Child("spec")["volumes"] = JsonNode.Parse("""[{"name":"data","persistentVolumeClaim":{"claimName":"data"}}]""");
        api.Store.Create(ResourceKind.Pods, pod);
        var from = api.Store.Version;

        var claim = api.Store.Delete(ResourceKind.PersistentVolumeClaims, "default", "data");
        Assert.Equal("standard", claim.TextAt("spec", "storageClassName"));
        api.Store.Delete(ResourceKind.Pods, "default", "user");

        await SeeAsync(api.Store, ResourceKind.PersistentVolumeClaims, from, change => change.Type == StoreEventType.Deleted);
    }

    private static async Task SeeAsync(ObjectStore store, ResourceKind kind, long from, Func<StoreEvent, bool> isIt)
    {
        await foreach (var change in store.WatchAsync(kind, null, from, Cancellation))
        {
            if (isIt(change))
            {
                return;
            }
        }
    }

    private static long Own(ObjectStore store, string? finalizer = null)
    {
        var owner = store.Create(ResourceKind.ConfigMaps, Item("owner", "default"));
        var owned = Item("owned", "default");
        owned.Child("metadata")["ownerReferences"] = new JsonArray(new JsonObject
        {
            ["apiVersion"] = "v1", ["kind"] = "ConfigMap", ["name"] = "owner", ["uid"] = owner.TextAt("metadata", "uid"), ["blockOwnerDeletion"] = true,
        });
        if (finalizer is not null)
        {
            owned.Child("metadata")["finalizers"] = new JsonArray(finalizer);
        }

        store.Create(ResourceKind.Secrets, owned);
        return store.Version;
    }

    private static JsonObject Item(string name, string ns) => new() { ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = ns } };

    private static JsonObject Pod(string name)
    {
        var pod = Item(name, "default");
        pod["spec"] = new JsonObject { ["containers"] = new JsonArray(new JsonObject { ["name"] = "c", ["image"] = "zookeeper:3.9.4" }) };
        return pod;
    }
}
