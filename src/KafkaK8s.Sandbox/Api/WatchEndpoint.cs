using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace KafkaK8s.Sandbox.Api;

/// <summary>Streams changes to a client, one JSON object a line.</summary>
internal static class WatchEndpoint
{
    public static async Task ServeAsync(HttpContext context, ApiRequest request, ObjectStore store)
    {
        context.Response.ContentType = "application/json";
        await context.Response.StartAsync(context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        if (double.TryParse(context.Request.Query["timeoutSeconds"], CultureInfo.InvariantCulture, out var seconds))
        {
            end.CancelAfter(TimeSpan.FromSeconds(seconds));
        }

        try
        {
            var from = long.TryParse(context.Request.Query["resourceVersion"], CultureInfo.InvariantCulture, out var asked) ? asked : 0;
            if (from == 0)
            {
                var (items, version) = store.Snapshot(request.Kind, request.Namespace);
                from = version;
                foreach (var item in items)
                {
                    await WriteAsync(context, "ADDED", item);
                }
            }

            await foreach (var change in store.WatchAsync(request.Kind, request.Namespace, from, end.Token))
            {
                await WriteAsync(context, change.Type.ToString().ToUpperInvariant(), change.Object);
            }
        }
        catch (ApiException refusal)
        {
            await WriteAsync(context, "ERROR", refusal.ToStatus());
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            // The time that the client gave the watch is over.
        }
    }

    private static async Task WriteAsync(HttpContext context, string type, JsonObject item)
    {
        await context.Response.WriteAsync(new JsonObject { ["type"] = type, ["object"] = item }.ToText() + "\n", context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }
}
