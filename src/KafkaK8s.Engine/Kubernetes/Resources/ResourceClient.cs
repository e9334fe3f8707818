using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;

namespace KafkaK8s.Engine.Kubernetes;

/// <summary>
/// Any resource of the cluster, as JSON. Every method throws <see cref="EngineException"/> for a refusal, a server that can't be
/// reached and a name that Kubernetes would not take; a change of which it is not known whether it happened is <see cref="EngineErrorKind.OutcomeUnknown"/>.
/// </summary>
public sealed class ResourceClient
{
    /// <summary>The field manager under which everything is applied and changed.</summary>
    public const string FieldManager = "KafkaK8s";

    private const int PageSize = 500;

    private readonly KubernetesConnection _connection;
    private readonly ConcurrentDictionary<string, IReadOnlyList<ResourceType>> _discovered = new(StringComparer.Ordinal);

    internal ResourceClient(KubernetesConnection connection) => _connection = connection;

    /// <summary>Gets an object.</summary>
    /// <param name="reference">Which.</param>
    /// <param name="cancellation">Ends the call at once.</param>
    /// <exception cref="EngineException"><c>ResourceNotFound</c>, among others.</exception>
    public async Task<JsonObject> GetAsync(ResourceReference reference, CancellationToken cancellation) =>
        await _connection.SendForJsonAsync(await ObjectCallAsync(HttpMethod.Get, "get", reference, cancellation), cancellation);

    /// <summary>Gets an object, or null where there is none of that name.</summary>
    /// <param name="reference">Which.</param>
    /// <param name="cancellation">Ends the call at once.</param>
    public async Task<JsonObject?> FindAsync(ResourceReference reference, CancellationToken cancellation)
    {
        try
        {
            return await GetAsync(reference, cancellation);
        }
        catch (EngineException exception) when (exception.Id is "ResourceNotFound" or "NamespaceNotFound")
        {
            return null;
        }
    }

    /// <summary>Lists objects, page by page. Each has its apiVersion and kind, which the API leaves out.</summary>
    /// <param name="query">Which.</param>
    /// <param name="cancellation">Ends the call at once.</param>
    public async Task<IReadOnlyList<JsonObject>> ListAsync(ResourceQuery query, CancellationToken cancellation) =>
        (await ListWithVersionAsync(query, cancellation)).Items;

    /// <summary>Creates an object.</summary>
    /// <param name="resource">The object, with apiVersion, kind and name.</param>
    /// <param name="dryRun">Only ask what would come of it.</param>
    /// <param name="cancellation">Ends the call at once; it may have been carried out.</param>
    /// <returns>The object as the server has it.</returns>
    /// <exception cref="EngineException"><c>ResourceAlreadyExists</c>, among others.</exception>
    public async Task<JsonObject> CreateAsync(JsonObject resource, bool dryRun, CancellationToken cancellation)
    {
        var reference = ResourceReference.Of(resource);
        var call = await ObjectCallAsync(HttpMethod.Post, "create", reference, cancellation);
        return await _connection.SendForJsonAsync(
            call with
            {
                Path = call.Path[..call.Path.LastIndexOf('/')],
                Query = [new("fieldManager", FieldManager), new("fieldValidation", "Strict"), .. DryRun(dryRun)],
                Body = resource,
            },
            cancellation);
    }

    /// <summary>Applies an object, server-side: the fields it has become as it has them and belong to <see cref="FieldManager"/>.</summary>
    /// <param name="resource">The object, with apiVersion, kind and name, and no field that is not meant to be held.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellation">Ends the call at once; it may have been carried out.</param>
    /// <exception cref="EngineException"><c>FieldManagerConflict</c>, <c>ResourceInvalid</c>, among others.</exception>
    public async Task<AppliedResource> ApplyAsync(JsonObject resource, ApplyOptions options, CancellationToken cancellation)
    {
        var call = await ObjectCallAsync(HttpMethod.Patch, "patch", ResourceReference.Of(resource), cancellation);
        var (live, status) = await _connection.SendAsync(
            call with
            {
                Query =
                [
                    new("fieldManager", FieldManager),
                    new("fieldValidation", "Strict"),
                    .. DryRun(options.DryRun),
                    .. options.Force ? [KeyValuePair.Create("force", "true")] : Array.Empty<KeyValuePair<string, string>>(),
                ],
                Body = resource,
                ContentType = "application/apply-patch+yaml",
                IsIdempotent = true,
            },
            cancellation);
        return new AppliedResource(live, status == HttpStatusCode.Created);
    }

    /// <summary>Whether a conflict is about nothing but fields that this module itself has patched.</summary>
    /// <param name="conflict">A <c>FieldManagerConflict</c>.</param>
    internal static bool IsOwnConflict(EngineException conflict) => conflict.Data[StatusErrors.Managers] is string[] managers && managers.All(manager => manager == FieldManager);

    /// <summary>Patches an object.</summary>
    /// <param name="reference">Which.</param>
    /// <param name="kind">How the patch is to be understood.</param>
    /// <param name="patch">The patch.</param>
    /// <param name="cancellation">Ends the call at once; it may have been carried out.</param>
    /// <param name="dryRun">Only ask what would come of it.</param>
    /// <param name="subresource">A part of it, such as <c>scale</c> or <c>status</c>; null for the object itself.</param>
    /// <returns>The object as the server has it.</returns>
    public async Task<JsonObject> PatchAsync(
        ResourceReference reference, PatchKind kind, JsonNode patch, CancellationToken cancellation, bool dryRun = false, string? subresource = null)
    {
        var call = await ObjectCallAsync(HttpMethod.Patch, "patch", reference, cancellation);
        return await _connection.SendForJsonAsync(
            call with
            {
                Path = subresource is null ? call.Path : $"{call.Path}/{ResourceNames.RequireLabel(subresource, "a subresource")}",
                Resource = subresource is null ? call.Resource : $"{call.Resource}/{subresource}",
                Query = [new("fieldManager", FieldManager), new("fieldValidation", "Strict"), .. DryRun(dryRun)],
                Body = patch,
                ContentType = kind switch
                {
                    PatchKind.Merge => "application/merge-patch+json",
                    PatchKind.Json => "application/json-patch+json",
                    PatchKind.Strategic => "application/strategic-merge-patch+json",
                    _ => throw new ArgumentOutOfRangeException(nameof(kind)),
                },
            },
            cancellation);
    }

    /// <summary>Deletes an object; finalizers and dependents may keep it visible for a while.</summary>
    /// <param name="reference">Which.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellation">Ends the call at once; it may have been carried out.</param>
    /// <returns>False when there was none of that name.</returns>
    public async Task<bool> DeleteAsync(ResourceReference reference, DeleteOptions options, CancellationToken cancellation)
    {
        var body = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "DeleteOptions" };
        if (options.Propagation is { } propagation)
        {
            body["propagationPolicy"] = propagation.ToString();
        }

        if (options.Uid is { } uid)
        {
            body["preconditions"] = new JsonObject { ["uid"] = uid };
        }

        if (options.GracePeriodSeconds is { } seconds)
        {
            body["gracePeriodSeconds"] = seconds;
        }

        var call = await ObjectCallAsync(HttpMethod.Delete, "delete", reference, cancellation);
        try
        {
            await _connection.SendForJsonAsync(call with { Query = [.. DryRun(options.DryRun)], Body = body }, cancellation);
            return true;
        }
        catch (EngineException exception) when (exception.Id is "ResourceNotFound" or "NamespaceNotFound")
        {
            return false;
        }
    }

    /// <summary>
    /// Watches objects: first all that are there, as added, then every change. It never ends by itself: it resumes when the server
    /// ends it, and where the server has forgotten what happened since, it lists again and reports the differences.
    /// </summary>
    /// <param name="query">Which.</param>
    /// <param name="cancellation">Ends it at once.</param>
    public IAsyncEnumerable<ResourceChange> WatchAsync(ResourceQuery query, CancellationToken cancellation) =>
        new ResourceWatch(_connection, this, query).RunAsync(cancellation);

    /// <summary>Whether the server has a kind in a version. Asked once a connection.</summary>
    /// <param name="apiVersion">The group and version: <c>policy/v1beta1</c>.</param>
    /// <param name="kind">The kind: <c>PodDisruptionBudget</c>.</param>
    /// <param name="cancellation">Ends the question at once.</param>
    public async Task<bool> ServerHasAsync(string apiVersion, string kind, CancellationToken cancellation) =>
        (await DiscoverAsync(apiVersion, cancellation)).Any(type => type.Kind == kind);

    /// <summary>Finds out where the API has a kind.</summary>
    /// <exception cref="EngineException"><c>ApiNotFound</c>.</exception>
    internal async ValueTask<ResourceType> TypeAsync(string apiVersion, string kind, CancellationToken cancellation) =>
        ResourceType.Find(apiVersion, kind)
        ?? (await DiscoverAsync(apiVersion, cancellation)).FirstOrDefault(type => type.Kind == kind)
        ?? throw new EngineException(
            "ApiNotFound",
            EngineErrorKind.NotSupported,
            kind,
            $"The server {_connection.Server} of context \"{_connection.ContextName}\" has no {kind} in {apiVersion}.",
            "The cluster's version is too new or too old for it, or something that adds it is not installed.");

    /// <summary>Lists objects, with the version from which a watch can go on.</summary>
    internal async Task<(IReadOnlyList<JsonObject> Items, string ResourceVersion)> ListWithVersionAsync(ResourceQuery query, CancellationToken cancellation)
    {
        var call = await CollectionCallAsync("list", query, cancellation);
        var items = new List<JsonObject>();
        var next = "";
        for (var listsAgain = false; ; )
        {
            JsonObject page;
            try
            {
                page = await _connection.SendForJsonAsync(
                    call with { Query = [.. call.Query, new("limit", PageSize.ToString(System.Globalization.CultureInfo.InvariantCulture)), .. Optional("continue", next)] },
                    cancellation);
            }
            catch (EngineException exception) when (exception.Id == "ResourceExpired" && next.Length > 0 && !listsAgain)
            {
                // The pages took longer than the server remembers.
                (listsAgain, next) = (true, "");
                items.Clear();
                continue;
            }

            foreach (var item in page["items"]?.AsArray().OfType<JsonObject>() ?? [])
            {
                items.Add(WithType(item, query));
            }

            next = (string?)page["metadata"]?["continue"] ?? "";
            if (next.Length == 0)
            {
                return (items, (string?)page["metadata"]?["resourceVersion"] ?? "");
            }
        }
    }

    /// <summary>A call about several objects.</summary>
    internal async ValueTask<ApiCall> CollectionCallAsync(string verb, ResourceQuery query, CancellationToken cancellation)
    {
        var type = await TypeAsync(query.ApiVersion, query.Kind, cancellation);
        return new ApiCall(HttpMethod.Get, type.CollectionPath(query.Namespace), verb, type.Plural, type.Group, type.IsNamespaced ? query.Namespace : null, null)
        {
            Query = [.. Optional("labelSelector", query.LabelSelector), .. Optional("fieldSelector", query.FieldSelector)],
        };
    }

    private static JsonObject WithType(JsonObject item, ResourceQuery query)
    {
        var content = item.Where(field => field.Key is not ("apiVersion" or "kind")).ToList();
        item.Clear();
        item["apiVersion"] = query.ApiVersion;
        item["kind"] = query.Kind;
        foreach (var (name, value) in content)
        {
            item[name] = value;
        }

        return item;
    }

    private static IEnumerable<KeyValuePair<string, string>> Optional(string name, string? value) => string.IsNullOrEmpty(value) ? [] : [new(name, value)];

    private static IEnumerable<KeyValuePair<string, string>> DryRun(bool dryRun) => dryRun ? [new("dryRun", "All")] : [];

    private async ValueTask<ApiCall> ObjectCallAsync(HttpMethod method, string verb, ResourceReference reference, CancellationToken cancellation)
    {
        var type = await TypeAsync(reference.ApiVersion, reference.Kind, cancellation);
        var space = type.IsNamespaced ? reference.Namespace ?? _connection.Namespace : null;
        var name = type.Plural == "namespaces" ? ResourceNames.RequireNamespace(reference.Name) : ResourceNames.RequireSubdomain(reference.Name, $"a {type.Kind}");
        return new ApiCall(method, $"{type.CollectionPath(space)}/{name}", verb, type.Plural, type.Group, space, name);
    }

    private async Task<IReadOnlyList<ResourceType>> DiscoverAsync(string apiVersion, CancellationToken cancellation)
    {
        if (_discovered.TryGetValue(apiVersion, out var known))
        {
            return known;
        }

        var types = await AskAsync(apiVersion, cancellation);
        return _discovered.GetOrAdd(apiVersion, types);
    }

    private async Task<IReadOnlyList<ResourceType>> AskAsync(string apiVersion, CancellationToken cancellation)
    {
        try
        {
            var answer = await _connection.SendForJsonAsync(
                new ApiCall(HttpMethod.Get, ResourceType.GroupPath(apiVersion), "get", $"kinds of {apiVersion}", "", null, null), cancellation);
            return
            [
                .. from resource in answer["resources"]?.AsArray().OfType<JsonObject>() ?? []
                   let plural = (string?)resource["name"] ?? ""
                   let kind = (string?)resource["kind"] ?? ""
                   where ResourceNames.IsSubdomain(plural) && kind.Length > 0
                   select new ResourceType(apiVersion, kind, plural, (bool?)resource["namespaced"] ?? true),
            ];
        }
        catch (EngineException exception) when (exception.Id is "ApiNotFound" or "ResourceNotFound")
        {
            return [];
        }
    }
}
