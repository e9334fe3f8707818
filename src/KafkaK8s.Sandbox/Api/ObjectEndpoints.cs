using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace KafkaK8s.Sandbox.Api;

/// <summary>The verbs on objects: get, list, watch, create, update, patch, delete.</summary>
internal sealed class ObjectEndpoints(ObjectStore store)
{
    public ObjectStore Store { get; } = store;

    public Task ServeAsync(HttpContext context, ApiRequest request, ApiUser user) => request.Verb switch
    {
        "get" => GetAsync(context, request),
        "list" => ListAsync(context, request),
        "watch" => WatchEndpoint.ServeAsync(context, request, Store),
        "create" when request.Name is null => CreateAsync(context, request),
        "delete" => DeleteAsync(context, request),
        _ => throw ApiException.MethodNotAllowed(),
    };

    private Task GetAsync(HttpContext context, ApiRequest request) => Responses.WriteJsonAsync(context, Require(request));

    private Task ListAsync(HttpContext context, ApiRequest request)
    {
        var (items, version) = Store.Snapshot(request.Kind, request.Namespace);
        var list = new JsonObject
        {
            ["kind"] = request.Kind.Kind + "List",
            ["apiVersion"] = request.Kind.ApiVersion,
            ["metadata"] = new JsonObject { ["resourceVersion"] = $"{version}" },
            ["items"] = new JsonArray([.. items]),
        };
        return Responses.WriteJsonAsync(context, list);
    }

    private async Task CreateAsync(HttpContext context, ApiRequest request)
    {
        var body = await ReadObjectAsync(context);
        if (request.Namespace is not null)
        {
            body.Child("metadata")["namespace"] = request.Namespace;
        }

        await Responses.WriteJsonAsync(context, Store.Create(request.Kind, body), 201);
    }

    private async Task DeleteAsync(HttpContext context, ApiRequest request)
    {
        var options = await ReadOptionalObjectAsync(context);
        var deletion = new Deletion
        {
            GracePeriodSeconds = options.NumberAt("gracePeriodSeconds"),
            Propagation = options.TextAt("propagationPolicy"),
            Uid = options.TextAt("preconditions", "uid"),
            ResourceVersion = options.TextAt("preconditions", "resourceVersion"),
        };
        var gone = Store.Delete(request.Kind, request.Namespace, request.Name!, deletion) ?? throw ApiException.NotFound(request.Kind, request.Name!);
        await Responses.WriteJsonAsync(context, gone);
    }

    private JsonObject Require(ApiRequest request) =>
        Store.Get(request.Kind, request.Namespace, request.Name!) ?? throw ApiException.NotFound(request.Kind, request.Name!);

    private static async Task<JsonObject> ReadObjectAsync(HttpContext context) =>
        await ReadOptionalObjectAsync(context) ?? throw ApiException.BadRequest("the request has no body");

    private static async Task<JsonObject?> ReadOptionalObjectAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var text = await reader.ReadToEndAsync(context.RequestAborted);
        try
        {
            return text.Length == 0 ? null : JsonNode.Parse(text) as JsonObject;
        }
        catch (JsonException exception)
        {
            throw ApiException.BadRequest(exception.Message);
        }
    }
}
