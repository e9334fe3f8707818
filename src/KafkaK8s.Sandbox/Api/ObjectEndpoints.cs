using System.Text.Json.Nodes;
using KafkaK8s.Sandbox.Api.Selectors;
using KafkaK8s.Sandbox.Api.Validation;
using KafkaK8s.Sandbox.Controllers;
using Microsoft.AspNetCore.Http;

namespace KafkaK8s.Sandbox.Api;

/// <summary>The verbs on objects: get, list, watch, create, update, patch, delete.</summary>
internal sealed class ObjectEndpoints(ObjectStore store)
{
    // They answer a deletion with the object as it last was, the others with a Status.
    private static readonly HashSet<ResourceKind> AnsweredWithObject =
    [
        ResourceKind.Pods, ResourceKind.Services, ResourceKind.PersistentVolumeClaims, ResourceKind.PersistentVolumes,
        ResourceKind.ResourceQuotas, ResourceKind.ServiceAccounts,
    ];

    public ObjectStore Store { get; } = store;

    public async Task ServeAsync(HttpContext context, ApiRequest request)
    {
        switch (request)
        {
            case { Subresource: "scale", Verb: "get" or "update" or "patch" } when request.Kind == ResourceKind.StatefulSets:
                await Responses.WriteJsonAsync(context, await Subresources.ServeScaleAsync(context, request, Store));
                break;
            case { Subresource: "eviction", Verb: "create" } when request.Kind == ResourceKind.Pods:
                await EvictAsync(context, request);
                break;
            case { Subresource: not (null or "status" or "finalize") }:
            case { Subresource: "status" } when !Subresources.HasStatus(request.Kind):
                throw ApiException.UnknownPath();
            case { Verb: "get" }:
                await Representation.WriteAsync(context, request.Kind, Require(request), Store.Clock);
                break;
            case { Verb: "list" }:
                await ListAsync(context, request);
                break;
            case { Verb: "watch" }:
                await WatchEndpoint.ServeAsync(context, request, Store);
                break;
            case { Verb: "create", Name: null }:
                await CreateAsync(context, request);
                break;
            case { Verb: "update", Name: not null }:
                await UpdateAsync(context, request);
                break;
            case { Verb: "patch", Name: not null }:
                var (patched, status) = await PatchEndpoint.ServeAsync(context, request, Store);
                await Representation.WriteAsync(context, request.Kind, patched, Store.Clock, status);
                break;
            case { Verb: "delete", Subresource: null }:
                await DeleteAsync(context, request);
                break;
            case { Verb: "deletecollection" } when request.Kind != ResourceKind.Namespaces && (!request.Kind.Namespaced || request.Namespace is not null):
                await DeleteCollectionAsync(context, request);
                break;
            default:
                throw ApiException.MethodNotAllowed();
        }
    }

    private async Task ListAsync(HttpContext context, ApiRequest request)
    {
        var selected = Selected(context, request, out var version);
        var page = Paging.Take(context.Request.Query, selected, version, Store, isWhole: !IsSelective(context.Request.Query));
        await Representation.WriteListAsync(context, request.Kind, page, Store.Clock);
    }

    private async Task CreateAsync(HttpContext context, ApiRequest request)
    {
        if (request.Kind.Namespaced && request.Namespace is null)
        {
            throw ApiException.MethodNotAllowed();
        }

        var options = WriteOptions.Read(context.Request);
        var item = Subresources.WithoutStatus(request.Kind, await RequestBody.ReadObjectAsync(context, request));
        if (item.TextAt("metadata", "resourceVersion") is { Length: > 0 })
        {
            throw new ApiException(500, null, "resourceVersion should not be set on objects to be created");
        }

        var created = Store.Create(request.Kind, item, new Writer(options.Manager), options.DryRun);
        await Representation.WriteAsync(context, request.Kind, created, Store.Clock, 201);
    }

    private async Task UpdateAsync(HttpContext context, ApiRequest request)
    {
        var options = WriteOptions.Read(context.Request);
        var given = await RequestBody.ReadObjectAsync(context, request);
        if (given.Name() != request.Name)
        {
            throw ApiException.BadRequest($"the name of the object ({given.Name()}) does not match the name on the URL ({request.Name})");
        }

        var updated = Store.Replace(
            request.Kind,
            request.Namespace,
            request.Name,
            current =>
            {
                CheckUid(request, current, given);
                if (given.TextAt("metadata", "resourceVersion") is { Length: > 0 } version && version != current.TextAt("metadata", "resourceVersion"))
                {
                    throw ApiException.Modified(request.Kind, request.Name);
                }

                return Subresources.Written(request, current, given);
            },
            new Writer(options.Manager, request.Subresource),
            options.DryRun);
        await Representation.WriteAsync(context, request.Kind, updated, Store.Clock);
    }

    private async Task DeleteAsync(HttpContext context, ApiRequest request)
    {
        var (deletion, dryRun) = await ReadDeletionAsync(context);
        var gone = Store.Delete(request.Kind, request.Namespace, request.Name!, deletion, dryRun) ?? throw ApiException.NotFound(request.Kind, request.Name!);
        var isGone = dryRun || Store.Get(request.Kind, request.Namespace, request.Name!)?.TextAt("metadata", "uid") != gone.TextAt("metadata", "uid");
        if (!isGone || AnsweredWithObject.Contains(request.Kind))
        {
            await Representation.WriteAsync(context, request.Kind, gone, Store.Clock);
            return;
        }

        var details = ApiException.Details(request.Kind, request.Name);
        details["uid"] = gone.TextAt("metadata", "uid");
        await Responses.WriteJsonAsync(context, new JsonObject
        {
            ["kind"] = "Status", ["apiVersion"] = "v1", ["metadata"] = new JsonObject(), ["status"] = "Success", ["details"] = details,
        });
    }

    private async Task EvictAsync(HttpContext context, ApiRequest request)
    {
        var eviction = await RequestBody.ReadOptionsAsync(context);
        var dryRun = WriteOptions.Read(context.Request).DryRun || eviction.At("deleteOptions", "dryRun") is JsonArray { Count: > 0 };
        var deletion = new Deletion
        {
            GracePeriodSeconds = eviction.NumberAt("deleteOptions", "gracePeriodSeconds"),
            Uid = eviction.TextAt("deleteOptions", "preconditions", "uid"),
            ResourceVersion = eviction.TextAt("deleteOptions", "preconditions", "resourceVersion"),
        };
        Eviction.Evict(Store, request.Namespace!, request.Name!, deletion, dryRun);
        await Responses.WriteJsonAsync(
            context,
            new JsonObject { ["kind"] = "Status", ["apiVersion"] = "v1", ["metadata"] = new JsonObject(), ["status"] = "Success", ["code"] = 201 },
            201);
    }

    private async Task DeleteCollectionAsync(HttpContext context, ApiRequest request)
    {
        var (deletion, dryRun) = await ReadDeletionAsync(context);
        var selected = Selected(context, request, out var version);
        foreach (var item in selected)
        {
            Store.Delete(request.Kind, item.Namespace(), item.Name(), deletion, dryRun);
        }

        await Representation.WriteListAsync(context, request.Kind, new Page(selected, version, null, null), Store.Clock);
    }

    private static async Task<(Deletion Deletion, bool DryRun)> ReadDeletionAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var options = await RequestBody.ReadOptionsAsync(context);
        var propagation = options.TextAt("propagationPolicy") ?? query["propagationPolicy"].FirstOrDefault();
        if (propagation is not (null or "Background" or "Foreground" or "Orphan"))
        {
            var errors = new FieldErrors();
            errors.Unsupported("propagationPolicy", propagation, "Background", "Foreground", "Orphan");
            errors.ThrowIfAny("meta.k8s.io", "DeleteOptions", "DeleteOptions.meta.k8s.io", "");
        }

        var dryRun = WriteOptions.Read(context.Request).DryRun || options.At("dryRun") is JsonArray { Count: > 0 };
        return (new Deletion
        {
            GracePeriodSeconds = options.NumberAt("gracePeriodSeconds") ?? (long.TryParse(query["gracePeriodSeconds"], out var seconds) ? seconds : null),
            Propagation = propagation,
            Uid = options.TextAt("preconditions", "uid"),
            ResourceVersion = options.TextAt("preconditions", "resourceVersion"),
        }, dryRun);
    }

    private static void CheckUid(ApiRequest request, JsonObject current, JsonObject given)
    {
        var uid = current.TextAt("metadata", "uid");
        if (given.TextAt("metadata", "uid") is { Length: > 0 } expected && expected != uid)
        {
            throw ApiException.Precondition(request.Kind, request.Name!, $"Precondition failed: UID in precondition: {expected}, UID in object meta: {uid}");
        }
    }

    private List<JsonObject> Selected(HttpContext context, ApiRequest request, out long version)
    {
        var labels = LabelSelector.Parse(context.Request.Query["labelSelector"]);
        var fields = FieldSelector.Parse(request.Kind, context.Request.Query["fieldSelector"]);
        (var items, version) = Store.Snapshot(request.Kind, request.Namespace);
        return [.. items.Where(item => labels.Matches(item.At("metadata", "labels")) && fields.Matches(item))];
    }

    private static bool IsSelective(IQueryCollection query) =>
        query["labelSelector"].ToString().Length > 0 || query["fieldSelector"].ToString().Length > 0;

    private JsonObject Require(ApiRequest request) =>
        Store.Get(request.Kind, request.Namespace, request.Name!) ?? throw ApiException.NotFound(request.Kind, request.Name!);
}
