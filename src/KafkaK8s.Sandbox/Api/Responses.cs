using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace KafkaK8s.Sandbox.Api;

/// <summary>Writes answers.</summary>
internal static class Responses
{
    public static async Task WriteJsonAsync(HttpContext context, JsonNode body, int status = 200, string contentType = "application/json")
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        await context.Response.WriteAsync(body.ToText() + "\n", context.RequestAborted);
    }

    public static Task WriteRefusalAsync(HttpContext context, ApiException refusal)
    {
        if (refusal.RetryAfter is { } seconds)
        {
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        return WriteJsonAsync(context, refusal.ToStatus(), refusal.Code);
    }
}
