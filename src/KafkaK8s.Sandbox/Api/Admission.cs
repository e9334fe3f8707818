using System.Text.Json.Nodes;
using KafkaK8s.Sandbox.Api.Defaults;
using KafkaK8s.Sandbox.Api.Ownership;
using KafkaK8s.Sandbox.Api.Schema;
using KafkaK8s.Sandbox.Api.Validation;

namespace KafkaK8s.Sandbox.Api;

/// <summary>What every object goes through on its way into the store, whoever writes it.</summary>
internal static class Admission
{
    private static readonly Writer Controllers = new("kube-controller-manager");

    // The changes of what they ask for are counted.
    private static readonly HashSet<ResourceKind> Counted =
        [ResourceKind.Pods, ResourceKind.StatefulSets, ResourceKind.PodDisruptionBudgets, ResourceKind.EndpointSlices];

    /// <summary>Completes a new object and checks it.</summary>
    /// <exception cref="ApiException">It is refused.</exception>
    public static JsonObject BeforeCreate(ObjectStore store, ResourceKind kind, JsonObject given, Writer? writer)
    {
        var item = Decode(kind, given);
        var metadata = item.Child("metadata");
        if (kind.Namespaced)
        {
            RequireLivingNamespace(store, kind, item);
        }

        ObjectDefaults.Apply(kind, item);
        if (writer is not { IsApply: true })
        {
            metadata.Remove("managedFields");
            UpdateOwnership.Record(kind, ObjectDecoder.Empty(kind), item, writer ?? Controllers, store.Clock.GetUtcNow());
        }

        foreach (var field in new[] { "resourceVersion", "deletionTimestamp", "deletionGracePeriodSeconds", "selfLink", "generation" })
        {
            metadata.Remove(field);
        }

        metadata["uid"] = Guid.NewGuid().ToString();
        metadata["creationTimestamp"] = store.Clock.GetUtcNow().ToStamp();
        if (Counted.Contains(kind))
        {
            metadata["generation"] = 1;
        }

        NewObjects.Prepare(store, kind, item);
        ObjectValidation.Check(kind, item);
        Quotas.Check(store, kind, item);
        return Decode(kind, item);
    }

    /// <summary>Completes a changed object and checks the change.</summary>
    /// <exception cref="ApiException">The change is refused.</exception>
    public static JsonObject BeforeChange(ObjectStore store, ResourceKind kind, JsonObject current, JsonObject given, Writer? writer)
    {
        var next = Decode(kind, given);
        KeepWhatIsFixed(kind, current, next);
        ObjectDefaults.Apply(kind, next);
        if (writer is not { IsApply: true })
        {
            UpdateOwnership.Record(kind, current, next, writer ?? Controllers, store.Clock.GetUtcNow());
        }

        if (Counted.Contains(kind) && !JsonNode.DeepEquals(CountedPart(current), CountedPart(next)))
        {
            next.Child("metadata")["generation"] = (current.NumberAt("metadata", "generation") ?? 0) + 1;
        }

        ObjectValidation.CheckChange(kind, current, next);
        RequireExpandable(store, kind, current, next);
        return Decode(kind, next);
    }

    // The admission plugin PersistentVolumeClaimResize.
    private static void RequireExpandable(ObjectStore store, ResourceKind kind, JsonObject current, JsonObject next)
    {
        if (kind != ResourceKind.PersistentVolumeClaims
            || !(Quantity.Parse(next.At("spec", "resources", "requests", "storage")) > Quantity.Parse(current.At("spec", "resources", "requests", "storage"))))
        {
            return;
        }

        if (current.TextAt("spec", "storageClassName") is not { Length: > 0 } name
            || store.Get(ResourceKind.StorageClasses, null, name)?["allowVolumeExpansion"]?.GetValue<bool>() != true)
        {
            throw ApiException.Forbidden(
                kind, current.Name(), "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize");
        }
    }

    // Whoever writes a field that a kind doesn't have would never see it again: inside the sandbox that is a mistake.
    private static JsonObject Decode(ResourceKind kind, JsonObject given)
    {
        var decoded = ObjectDecoder.Decode(kind, given, out var unknown);
        return unknown.Count == 0 ? decoded : throw UnknownFields(kind, unknown);
    }

    /// <summary>The refusal of fields that a kind doesn't have.</summary>
    public static ApiException UnknownFields(ResourceKind kind, IReadOnlyList<string> unknown) => ApiException.BadRequest(
        $"{kind.Kind} in version \"{kind.Version}\" cannot be handled as a {kind.Kind}: strict decoding error: "
        + string.Join(", ", unknown.Select(field => $"unknown field \"{field}\"")));

    // All but the metadata and the status; and a pod asks for nothing new when the scheduler gives it a node.
    private static JsonObject CountedPart(JsonObject item)
    {
        var part = item.Copy();
        part.Remove("metadata");
        part.Remove("status");
        (part["spec"] as JsonObject)?.Remove("nodeName");
        return part;
    }

    private static void KeepWhatIsFixed(ResourceKind kind, JsonObject current, JsonObject next)
    {
        var (was, becomes) = (current.Child("metadata"), next.Child("metadata"));
        foreach (var field in new[]
        {
            "name", "namespace", "uid", "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "generateName",
        })
        {
            becomes.Remove(field);
            if (was[field] is { } value)
            {
                becomes[field] = value.DeepClone();
            }
        }

        if (kind == ResourceKind.Services && next.TextAt("spec", "type") != "ExternalName")
        {
            foreach (var field in new[] { "clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy" })
            {
                if (current.At("spec", field) is { } allocated)
                {
                    ObjectDefaults.Set(next.Child("spec"), field, allocated.DeepClone());
                }
            }
        }
    }

    private static void RequireLivingNamespace(ObjectStore store, ResourceKind kind, JsonObject item)
    {
        var ns = store.Get(ResourceKind.Namespaces, null, item.Namespace())
            ?? throw ApiException.NotFound(ResourceKind.Namespaces, item.Namespace());
        if (ns.TextAt("metadata", "deletionTimestamp") is null)
        {
            return;
        }

        var details = ApiException.Details(kind, item.Name());
        details["causes"] = new JsonArray(new JsonObject
        {
            ["reason"] = "NamespaceTerminating",
            ["message"] = $"namespace {item.Namespace()} is being terminated",
            ["field"] = "metadata.namespace",
        });
        throw new ApiException(
            403,
            "Forbidden",
            $"{kind.QualifiedPlural} \"{item.Name()}\" is forbidden: unable to create new content in namespace {item.Namespace()} because it is being terminated",
            details);
    }
}
