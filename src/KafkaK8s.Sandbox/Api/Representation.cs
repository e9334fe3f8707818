using System.Globalization;
using System.Text.Json.Nodes;
using KafkaK8s.Sandbox.Api.Tables;
using Microsoft.AspNetCore.Http;

namespace KafkaK8s.Sandbox.Api;

/// <summary>Writes objects in the form that the Accept header asks for: whole, as a table, or only their metadata.</summary>
internal static class Representation
{
    public static Task WriteAsync(HttpContext context, ResourceKind kind, JsonObject item, SandboxClock clock, int status = 200) =>
        Responses.WriteJsonAsync(context, Of(context.Request, kind, item, clock), status);

    /// <summary>One object, in the form that a request asks for.</summary>
    public static JsonObject Of(HttpRequest request, ResourceKind kind, JsonObject item, SandboxClock clock) => Form(request) switch
    {
        "Table" => TableWriter.Write(kind, new Page([item], item.TextAt("metadata", "resourceVersion") is { } version ? long.Parse(version, CultureInfo.InvariantCulture) : 0, null, null), clock, Include(request)),
        "PartialObjectMetadata" => TableWriter.MetadataOf(item),
        _ => item,
    };

    public static Task WriteListAsync(HttpContext context, ResourceKind kind, Page page, SandboxClock clock)
    {
        var form = Form(context.Request);
        if (form == "Table")
        {
            return Responses.WriteJsonAsync(context, TableWriter.Write(kind, page, clock, Include(context.Request)));
        }

        var isMetadata = form == "PartialObjectMetadataList";
        return Responses.WriteJsonAsync(context, new JsonObject
        {
            ["kind"] = isMetadata ? form : kind.Kind + "List",
            ["apiVersion"] = isMetadata ? "meta.k8s.io/v1" : kind.ApiVersion,
            ["metadata"] = MetadataOf(page),
            ["items"] = new JsonArray([.. page.Items.Select(item => isMetadata ? TableWriter.MetadataOf(item) : WithoutKind(item))]),
        });
    }

    /// <summary>A list's metadata.</summary>
    public static JsonObject MetadataOf(Page page)
    {
        var metadata = new JsonObject { ["resourceVersion"] = page.Version.ToString(CultureInfo.InvariantCulture) };
        if (page.Continue is not null)
        {
            metadata["continue"] = page.Continue;
        }

        if (page.Remaining is not null)
        {
            metadata["remainingItemCount"] = page.Remaining;
        }

        return metadata;
    }

    // The list says what its items are.
    private static JsonObject WithoutKind(JsonObject item)
    {
        item.Remove("kind");
        item.Remove("apiVersion");
        return item;
    }

    private static string Include(HttpRequest request) => request.Query["includeObject"].ToString();

    private static string? Form(HttpRequest request)
    {
        foreach (var accepted in request.Headers.Accept.ToString().Split(','))
        {
            var parameters = accepted.Split(';').Select(part => part.Trim()).ToList();
            if (parameters[0] is not ("application/json" or "*/*" or ""))
            {
                continue;
            }

            return parameters.FirstOrDefault(part => part.StartsWith("as=", StringComparison.Ordinal))?[3..];
        }

        return null;
    }
}
