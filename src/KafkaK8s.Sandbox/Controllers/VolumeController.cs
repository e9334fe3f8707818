using System.Text.Json.Nodes;
using KafkaK8s.Sandbox.Api;
using KafkaK8s.Sandbox.Pods;

namespace KafkaK8s.Sandbox.Controllers;

/// <summary>Makes a volume for each claim whose storage class exists.</summary>
/// <param name="store">The cluster's state.</param>
/// <param name="events">Where it tells what it does.</param>
/// <param name="discard">Throws the data of a claim away, by the claim's uid.</param>
internal sealed class VolumeController(ObjectStore store, EventRecorder events, Action<string> discard) : Controller(store)
{
    /// <summary>The annotation that says where the first pod that uses a claim will run.</summary>
    public const string SelectedNode = "volume.kubernetes.io/selected-node";

    private const string Component = "persistentvolume-controller";
    private const string DefaultClass = "storageclass.kubernetes.io/is-default-class";

    /// <inheritdoc />
    protected override IReadOnlyList<ResourceKind> Watched { get; } =
        [ResourceKind.PersistentVolumeClaims, ResourceKind.StorageClasses, ResourceKind.PersistentVolumes, ResourceKind.Pods];

    /// <inheritdoc />
    protected override IEnumerable<ObjectKey> Affected(ResourceKind kind, JsonObject item)
    {
        if (kind == ResourceKind.PersistentVolumeClaims)
        {
            return [ObjectKey.Of(item)];
        }

        if (kind == ResourceKind.Pods)
        {
            return item.Claims().Select(claim => new ObjectKey(item.Namespace(), claim));
        }

        return kind == ResourceKind.PersistentVolumes
            ? [new ObjectKey(item.TextAt("spec", "claimRef", "namespace") ?? "", item.TextAt("spec", "claimRef", "name") ?? "")]
            : Store.List(ResourceKind.PersistentVolumeClaims).Where(claim => claim.TextAt("status", "phase") != "Bound").Select(ObjectKey.Of);
    }

    /// <inheritdoc />
    protected override void Reconcile(ObjectKey key, CancellationToken cancellation)
    {
        var claim = Store.Get(ResourceKind.PersistentVolumeClaims, key.Namespace, key.Name);
        ReleaseVolumes(key, claim);
        if (claim is null)
        {
            return;
        }

        if (!claim.IsTerminating() && claim.TextAt("status", "phase") != "Bound")
        {
            Provision(claim);
        }
        else if (!claim.IsTerminating() && claim.At("spec", "resources", "requests", "storage") is { } asked && Size(asked) > Size(claim.At("status", "capacity", "storage")))
        {
            Grow(claim, asked);
        }
    }

    // Its driver grows the volume and the file system in it at once; that the class allows it was seen to when the claim was changed.
    private void Grow(JsonObject claim, JsonNode size)
    {
        if (claim.TextAt("spec", "volumeName") is { } volume && Store.Get(ResourceKind.PersistentVolumes, null, volume) is not null)
        {
            Store.Change(ResourceKind.PersistentVolumes, null, volume, live => live.Child("spec").Child("capacity")["storage"] = size.DeepClone());
        }

        Store.Change(
            ResourceKind.PersistentVolumeClaims,
            claim.Namespace(),
            claim.Name(),
            live => live.Child("status").Child("capacity")["storage"] = size.DeepClone());
    }

    private static decimal Size(JsonNode? quantity) => Quantity.Parse(quantity) ?? 0;

    private void Provision(JsonObject claim)
    {
        if (claim.TextAt("spec", "storageClassName") is not { Length: > 0 } className)
        {
            TakeDefaultClass(claim);
            return;
        }

        if (Store.Get(ResourceKind.StorageClasses, null, className) is not { } storageClass)
        {
            events.Record(Component, claim, "Warning", "ProvisioningFailed", $"storageclass.storage.k8s.io \"{className}\" not found");
            return;
        }

        if (storageClass.TextAt("volumeBindingMode") == "WaitForFirstConsumer" && claim.TextAt("metadata", "annotations", SelectedNode) is null)
        {
            events.Record(Component, claim, "Normal", "WaitForFirstConsumer", "waiting for first consumer to be created before binding");
            return;
        }

        var volume = Volume(claim, storageClass);
        Store.Create(ResourceKind.PersistentVolumes, volume);
        Store.Change(
            ResourceKind.PersistentVolumeClaims,
            claim.Namespace(),
            claim.Name(),
            live =>
            {
                var annotations = live.Child("metadata").Child("annotations");
                annotations["pv.kubernetes.io/bind-completed"] = "yes";
                annotations["pv.kubernetes.io/bound-by-controller"] = "yes";
                annotations["volume.kubernetes.io/storage-provisioner"] = storageClass.TextAt("provisioner");
                live.Child("spec")["volumeName"] = volume.Name();
                live["status"] = new JsonObject
                {
                    ["phase"] = "Bound",
                    ["accessModes"] = live.At("spec", "accessModes")?.DeepClone(),
                    ["capacity"] = new JsonObject { ["storage"] = live.At("spec", "resources", "requests", "storage")?.DeepClone() },
                };
            });
        events.Record(
            storageClass.TextAt("provisioner") ?? Component,
            claim,
            "Normal",
            "ProvisioningSucceeded",
            $"Successfully provisioned volume {volume.Name()}");
    }

    private void TakeDefaultClass(JsonObject claim)
    {
        var isAskedForNone = claim.TextAt("spec", "storageClassName") is "";
        var standard = Store.List(ResourceKind.StorageClasses).FirstOrDefault(candidate => candidate.TextAt("metadata", "annotations", DefaultClass) == "true");
        if (standard is null || isAskedForNone)
        {
            events.Record(
                Component, claim, "Normal", "FailedBinding", "no persistent volumes available for this claim and no storage class is set");
            return;
        }

        Store.Change(
            ResourceKind.PersistentVolumeClaims,
            claim.Namespace(),
            claim.Name(),
            live => live.Child("spec")["storageClassName"] = standard.Name());
    }

    // A volume whose claim is gone goes with its data.
    private void ReleaseVolumes(ObjectKey key, JsonObject? claim)
    {
        foreach (var volume in Store.List(ResourceKind.PersistentVolumes))
        {
            var reference = volume.At("spec", "claimRef");
            if (reference.TextAt("namespace") == key.Namespace
                && reference.TextAt("name") == key.Name
                && reference.TextAt("uid") is { } uid
                && uid != claim.TextAt("metadata", "uid"))
            {
                Store.Delete(ResourceKind.PersistentVolumes, null, volume.Name());
                discard(uid);
            }
        }
    }

    private static JsonObject Volume(JsonObject claim, JsonObject storageClass) => new()
    {
        ["metadata"] = new JsonObject { ["name"] = $"pvc-{claim.TextAt("metadata", "uid")}" },
        ["spec"] = new JsonObject
        {
            ["capacity"] = new JsonObject { ["storage"] = claim.At("spec", "resources", "requests", "storage")?.DeepClone() },
            ["accessModes"] = claim.At("spec", "accessModes")?.DeepClone(),
            ["claimRef"] = new JsonObject
            {
                ["kind"] = "PersistentVolumeClaim",
                ["namespace"] = claim.Namespace(),
                ["name"] = claim.Name(),
                ["uid"] = claim.TextAt("metadata", "uid"),
                ["apiVersion"] = "v1",
            },
            ["persistentVolumeReclaimPolicy"] = storageClass.TextAt("reclaimPolicy") ?? "Delete",
            ["storageClassName"] = storageClass.Name(),
            ["volumeMode"] = "Filesystem",
        },
        ["status"] = new JsonObject { ["phase"] = "Bound" },
    };
}
