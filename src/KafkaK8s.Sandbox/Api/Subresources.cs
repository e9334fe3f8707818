using System.Text.Json.Nodes;
using KafkaK8s.Sandbox.Api.Schema;
using KafkaK8s.Sandbox.Api.Selectors;
using Microsoft.AspNetCore.Http;

namespace KafkaK8s.Sandbox.Api;

/// <summary>What can be written of an object through its path: all but the status, or only the status, or its scale.</summary>
internal static class Subresources
{
    private static readonly string[] ScaleMetadata = ["name", "namespace", "uid", "resourceVersion", "creationTimestamp"];

    private static readonly ResourceKind ScaleKind = new("autoscaling", "v1", "scales", "scale", "Scale", []);

    // Their status isn't written through the object itself.
    private static readonly HashSet<ResourceKind> WithStatus =
    [
        ResourceKind.Namespaces, ResourceKind.Services, ResourceKind.Pods, ResourceKind.StatefulSets, ResourceKind.PersistentVolumeClaims,
        ResourceKind.PersistentVolumes, ResourceKind.PodDisruptionBudgets, ResourceKind.ResourceQuotas, ResourceKind.Nodes,
    ];

    /// <summary>The subresources that hold the object's status.</summary>
    public static bool HasStatus(ResourceKind kind) => WithStatus.Contains(kind);

    /// <summary>What an update through a path makes of an object.</summary>
    public static JsonObject Written(ApiRequest request, JsonObject current, JsonObject given)
    {
        switch (request.Subresource)
        {
            case "status":
                var withStatus = current.Copy();
                Move(given, withStatus, "status");
                if (given.At("metadata", "managedFields") is { } managed)
                {
                    withStatus.Child("metadata")["managedFields"] = managed.DeepClone();
                }

                return withStatus;
            case "finalize":
                var finalized = current.Copy();
                finalized.Child("spec")["finalizers"] = given.At("spec", "finalizers")?.DeepClone();
                return finalized;
            default:
                if (WithStatus.Contains(request.Kind))
                {
                    Move(current, given, "status");
                }

                return given;
        }
    }

    /// <summary>Without the status, which a client doesn't write when it creates.</summary>
    public static JsonObject WithoutStatus(ResourceKind kind, JsonObject item)
    {
        if (WithStatus.Contains(kind) && kind != ResourceKind.Nodes && kind != ResourceKind.PersistentVolumes)
        {
            item.Remove("status");
        }

        return item;
    }

    /// <summary>The scale of a StatefulSet.</summary>
    public static JsonObject ScaleOf(JsonObject statefulSet) => new()
    {
        ["kind"] = "Scale",
        ["apiVersion"] = "autoscaling/v1",
        ["metadata"] = new JsonObject(ScaleMetadata
            .Select(field => KeyValuePair.Create(field, statefulSet.At("metadata", field)?.DeepClone()))),
        ["spec"] = ScaleSpec(statefulSet),
        ["status"] = new JsonObject
        {
            ["replicas"] = statefulSet.NumberAt("status", "replicas") ?? 0,
            ["selector"] = LabelSelector.Of(statefulSet.At("spec", "selector")).ToString(),
        },
    };

    /// <summary>Reads or writes a StatefulSet's scale.</summary>
    public static async Task<JsonObject> ServeScaleAsync(HttpContext context, ApiRequest request, ObjectStore store)
    {
        if (request.Verb == "get")
        {
            return ScaleOf(store.Get(request.Kind, request.Namespace, request.Name!) ?? throw ApiException.NotFound(request.Kind, request.Name!));
        }

        var options = WriteOptions.Read(context.Request);
        var body = PatchEndpoint.Parse(await RequestBody.ReadTextAsync(context));
        var contentType = context.Request.ContentType?.Split(';')[0].Trim() ?? "";
        var scaled = store.Replace(
            request.Kind,
            request.Namespace,
            request.Name!,
            current =>
            {
                var before = ScaleOf(current);
                var after = request.Verb == "patch" ? PatchEndpoint.PatchJson(contentType, ApiSchema.Named("Scale"), before, body) : body as JsonObject;
                if (after.TextAt("metadata", "resourceVersion") is { Length: > 0 } version && version != current.TextAt("metadata", "resourceVersion"))
                {
                    throw ApiException.Modified(request.Kind, request.Name!);
                }

                var replicas = after.NumberAt("spec", "replicas") ?? 0;
                if (replicas < 0)
                {
                    var errors = new Validation.FieldErrors();
                    errors.Invalid("spec.replicas", replicas, "must be greater than or equal to 0");
                    errors.ThrowIfAny(ScaleKind, request.Name!);
                }

                current.Child("spec")["replicas"] = replicas;
                return current;
            },
            new Writer(options.Manager, "scale"),
            options.DryRun);
        return ScaleOf(scaled);
    }

    private static JsonObject ScaleSpec(JsonObject statefulSet) =>
        statefulSet.NumberAt("spec", "replicas") is > 0 and var replicas ? new JsonObject { ["replicas"] = replicas } : [];

    private static void Move(JsonObject from, JsonObject to, string field)
    {
        if (from[field] is { } value)
        {
            to[field] = value.DeepClone();
        }
        else
        {
            to.Remove(field);
        }
    }
}
