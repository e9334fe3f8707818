using System.Text.Json;
using System.Text.Json.Nodes;
using KafkaK8s.Sandbox.Api.Ownership;
using KafkaK8s.Sandbox.Api.Patches;
using KafkaK8s.Sandbox.Api.Schema;
using Microsoft.AspNetCore.Http;

namespace KafkaK8s.Sandbox.Api;

/// <summary>Patches of each kind: JSON patch, merge patch, strategic merge patch, server-side apply.</summary>
internal static class PatchEndpoint
{
    private const string Json = "application/json-patch+json";
    private const string Merge = "application/merge-patch+json";
    private const string Strategic = "application/strategic-merge-patch+json";
    private const string Apply = "application/apply-patch+yaml";

    /// <summary>Carries a patch out; answers with the object and the status that says whether it is new.</summary>
    public static async Task<(JsonObject Item, int Status)> ServeAsync(HttpContext context, ApiRequest request, ObjectStore store)
    {
        var contentType = context.Request.ContentType?.Split(';')[0].Trim();
        if (contentType is not (Json or Merge or Strategic or Apply))
        {
            throw new ApiException(415, "UnsupportedMediaType", "415: Unsupported Media Type", []);
        }

        var options = WriteOptions.Read(context.Request, contentType == Apply);
        var text = await RequestBody.ReadTextAsync(context);
        if (contentType == Apply)
        {
            return ApplyTo(store, request, ReadApplied(text, request), options);
        }

        var patch = Parse(text);
        var writer = new Writer(options.Manager, request.Subresource);
        var patched = store.Replace(
            request.Kind, request.Namespace, request.Name!, current => Patched(context, request, contentType, current, patch), writer, options.DryRun);
        return (patched, 200);
    }

    /// <summary>A patch that isn't an apply, applied to any JSON.</summary>
    public static JsonObject PatchJson(string contentType, SchemaType type, JsonObject current, JsonNode? patch) => contentType switch
    {
        Json => JsonPatch.Apply(current, patch) as JsonObject ?? throw ApiException.BadRequest("the patch makes no object"),
        Strategic when patch is JsonObject changes => StrategicMerge.Apply(type, current, changes),
        _ when patch is JsonObject => (JsonObject)MergePatch.Apply(current, patch)!,
        _ => throw ApiException.BadRequest("error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}"),
    };

    /// <summary>A patch's text as JSON.</summary>
    /// <exception cref="ApiException">400: it is none.</exception>
    public static JsonNode? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            throw ApiException.BadRequest($"error decoding patch: {GoJsonError.Describe(text)}");
        }
    }

    private static JsonObject Patched(HttpContext context, ApiRequest request, string contentType, JsonObject current, JsonNode? patch)
    {
        var patched = PatchJson(contentType, ApiSchema.Of(request.Kind), current, patch);
        if (patched.TextAt("metadata", "resourceVersion") is { Length: > 0 } version && version != current.TextAt("metadata", "resourceVersion"))
        {
            throw ApiException.Modified(request.Kind, request.Name!);
        }

        if (patched.Name() != request.Name)
        {
            throw ApiException.BadRequest($"the name of the object ({patched.Name()}) does not match the name on the URL ({request.Name})");
        }

        return Subresources.Written(request, current, RequestBody.KnownFields(context, request.Kind, patched));
    }

    private static JsonObject ReadApplied(string text, ApiRequest request)
    {
        // JSON is YAML, and what programs send; a person's curl sends YAML.
        var applied = RequestBody.ParseObject(text, text.TrimStart().StartsWith('{') ? null : "yaml", request.Kind);
        if (applied.TextAt("apiVersion") is null || applied.TextAt("kind") is null)
        {
            throw ApiException.BadRequest($"Object 'Kind' is missing in '{text}'");
        }

        if (applied.TextAt("apiVersion") != request.Kind.ApiVersion || applied.TextAt("kind") != request.Kind.Kind)
        {
            RequestBody.RequireKind(applied, request.Kind);
        }

        if (applied.At("metadata", "managedFields") is not null)
        {
            throw ApiException.BadRequest("metadata.managedFields must be nil");
        }

        RequestBody.TakeNamespace(applied, request);
        if (applied.Name().Length == 0)
        {
            applied.Child("metadata")["name"] = request.Name;
        }
        else if (applied.Name() != request.Name)
        {
            throw ApiException.BadRequest($"the name of the object ({applied.Name()}) does not match the name on the URL ({request.Name})");
        }

        return applied;
    }

    private static (JsonObject Item, int Status) ApplyTo(ObjectStore store, ApiRequest request, JsonObject applied, WriteOptions options)
    {
        var writer = new Writer(options.Manager, request.Subresource, IsApply: true);
        var now = store.Clock.GetUtcNow();
        if (request.Subresource is null && store.Get(request.Kind, request.Namespace, request.Name!) is null)
        {
            if (applied.TextAt("metadata", "uid") is { Length: > 0 } uid)
            {
                throw ApiException.Precondition(request.Kind, request.Name!, $"uid mismatch: the provided object specified uid {uid}, and no existing object was found");
            }

            var made = ServerSideApply.Apply(request.Kind, ObjectDecoder.Empty(request.Kind), applied, writer, options.Force, now);
            return (store.Create(request.Kind, made, writer, options.DryRun), 201);
        }

        var replaced = store.Replace(
            request.Kind,
            request.Namespace,
            request.Name!,
            current =>
            {
                if (applied.TextAt("metadata", "resourceVersion") is { } version && version != current.TextAt("metadata", "resourceVersion"))
                {
                    throw ApiException.Modified(request.Kind, request.Name!);
                }

                return Subresources.Written(request, current, ServerSideApply.Apply(request.Kind, current, applied, writer, options.Force, now));
            },
            writer,
            options.DryRun);
        return (replaced, 200);
    }
}
