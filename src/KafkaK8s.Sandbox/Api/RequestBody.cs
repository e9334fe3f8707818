using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using KafkaK8s.Sandbox.Api.Schema;
using Microsoft.AspNetCore.Http;

namespace KafkaK8s.Sandbox.Api;

/// <summary>Reads what a request carries, and refuses what doesn't belong to its path.</summary>
internal static class RequestBody
{
    /// <summary>The body as text: JSON or YAML, and protobuf as the JSON that says the same.</summary>
    public static async Task<string> ReadTextAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var bytes = body.GetBuffer().AsMemory(0, (int)body.Length);
        return context.Request.ContentType?.StartsWith(ProtobufReading.ContentType, StringComparison.Ordinal) == true
            ? ProtobufReading.Parse(bytes).ToText()
            : Encoding.UTF8.GetString(bytes.Span);
    }

    /// <summary>The body as an object of a kind, with the path's namespace, and the fields that it knows.</summary>
    /// <exception cref="ApiException">400: no JSON, another kind, another namespace, an unknown field where those are refused.</exception>
    public static async Task<JsonObject> ReadObjectAsync(HttpContext context, ApiRequest request)
    {
        var item = ParseObject(await ReadTextAsync(context), context.Request.ContentType, request.Kind);
        RequireKind(item, request.Kind);
        TakeNamespace(item, request);
        return KnownFields(context, request.Kind, item);
    }

    /// <summary>The body's options, or null when it has none.</summary>
    public static async Task<JsonObject?> ReadOptionsAsync(HttpContext context)
    {
        var text = await ReadTextAsync(context);
        try
        {
            return text.Length == 0 ? null : JsonNode.Parse(text) as JsonObject;
        }
        catch (JsonException)
        {
            throw ApiException.BadRequest($"couldn't get version/kind; json parse error: {GoJsonError.Describe(text)}");
        }
    }

    /// <summary>A text as an object of a kind.</summary>
    /// <exception cref="ApiException">400: it is none.</exception>
    public static JsonObject ParseObject(string text, string? contentType, ResourceKind kind)
    {
        try
        {
            if (contentType?.Contains("yaml", StringComparison.Ordinal) == true)
            {
                return YamlReading.Parse(text) as JsonObject ?? throw ApiException.BadRequest("error decoding YAML: it holds no object");
            }

            return JsonNode.Parse(text) as JsonObject ?? throw Unrecognized("cannot unmarshal into an object");
        }
        catch (JsonException)
        {
            throw Unrecognized(GoJsonError.Describe(text));
        }

        ApiException Unrecognized(string why) => ApiException.BadRequest(
            $"the object provided is unrecognized (must be of type {kind.Kind}): couldn't get version/kind; json parse error: {why} ({Excerpt(text)})");
    }

    /// <exception cref="ApiException">400: the object is of another kind.</exception>
    public static void RequireKind(JsonObject item, ResourceKind kind)
    {
        var (givenVersion, givenKind) = (item.TextAt("apiVersion") ?? kind.ApiVersion, item.TextAt("kind") ?? kind.Kind);
        if (givenVersion == kind.ApiVersion && givenKind == kind.Kind)
        {
            return;
        }

        if (ResourceKind.Find(givenVersion, givenKind) is null)
        {
            throw ApiException.BadRequest(
                $"{givenKind} in version \"{givenVersion}\" cannot be handled as a {kind.Kind}: no kind \"{givenKind}\" is registered for version \"{givenVersion}\" in scheme \"pkg/api/legacyscheme/scheme.go:30\"");
        }

        var group = kind.Group.Length == 0 ? "core" : kind.Group.Split('.')[0];
        throw ApiException.BadRequest(
            $"{givenKind} in version \"{givenVersion.Split('/')[^1]}\" cannot be handled as a {kind.Kind}: converting ({givenVersion.Split('/')[^1]}.{givenKind}) to ({group}.{kind.Kind}): unknown conversion");
    }

    /// <summary>The object without the fields that its kind doesn't have, refused or warned about as the request wants it.</summary>
    /// <exception cref="ApiException">400: there are some, and validation is strict.</exception>
    public static JsonObject KnownFields(HttpContext context, ResourceKind kind, JsonObject item)
    {
        var known = ObjectDecoder.Decode(kind, item, out var unknown);
        if (unknown.Count == 0)
        {
            return known;
        }

        switch (context.Request.Query["fieldValidation"].ToString())
        {
            case "Strict":
                throw Admission.UnknownFields(kind, unknown);
            case "Ignore":
                return known;
            default:
                foreach (var field in unknown)
                {
                    context.Response.Headers.Append("Warning", $"299 - \"unknown field \\\"{field}\\\"\"");
                }

                return known;
        }
    }

    /// <exception cref="ApiException">400: the object names another namespace than the path.</exception>
    public static void TakeNamespace(JsonObject item, ApiRequest request)
    {
        var metadata = item.Child("metadata");
        if (request.Namespace is null)
        {
            metadata.Remove("namespace");
        }
        else if (metadata.TextAt("namespace") is not { Length: > 0 } given)
        {
            metadata["namespace"] = request.Namespace;
        }
        else if (given != request.Namespace)
        {
            throw ApiException.BadRequest("the namespace of the provided object does not match the namespace sent on the request");
        }
    }

    private static string Excerpt(string text) => text.Length <= 1024 ? text : text[..1024] + " ...";
}
