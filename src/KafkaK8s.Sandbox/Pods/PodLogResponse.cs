using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using KafkaK8s.Sandbox.Api;
using Microsoft.AspNetCore.Http;

namespace KafkaK8s.Sandbox.Pods;

/// <summary>Answers a request for a container's log.</summary>
internal static class PodLogResponse
{
    /// <summary>Writes the log as it was asked for.</summary>
    /// <exception cref="ApiException">There is no log to write.</exception>
    public static async Task WriteAsync(HttpContext context, JsonObject pod, PodWorker? worker)
    {
        var query = context.Request.Query;
        var name = PodEndpoints.ContainerOf(pod, query["container"]);
        if (pod.TextAt("spec", "nodeName") is null or "")
        {
            throw ApiException.BadRequest($"pod {pod.Name()} does not have a host assigned");
        }

        var container = worker?.AllContainers.FirstOrDefault(candidate => candidate.Name == name)
            ?? throw ApiException.BadRequest($"container \"{name}\" in pod \"{pod.Name()}\" is not available");
        var log = Find(pod, container, IsSet(query, "previous"));
        var budget = Number(query, "limitBytes") ?? long.MaxValue;
        context.Response.ContentType = "text/plain";
        var isFollowing = IsSet(query, "follow");
        await context.Response.StartAsync(context.RequestAborted);
        await foreach (var line in log.ReadAsync(Number(query, "tailLines"), Since(query, worker!), isFollowing, context.RequestAborted))
        {
            var bytes = Encoding.UTF8.GetBytes(IsSet(query, "timestamps") ? $"{Stamp(line.Time)} {line.Text}\n" : $"{line.Text}\n");
            var most = (int)Math.Min(bytes.Length, budget);
            await context.Response.Body.WriteAsync(bytes.AsMemory(0, most), context.RequestAborted);
            budget -= most;
            if (isFollowing)
            {
                await context.Response.Body.FlushAsync(context.RequestAborted);
            }

            if (budget <= 0)
            {
                return;
            }
        }
    }

    private static ContainerLog Find(JsonObject pod, ContainerWorker container, bool isPrevious)
    {
        if (isPrevious)
        {
            return container.PreviousLog
                ?? throw ApiException.BadRequest($"previous terminated container \"{container.Name}\" in pod \"{pod.Name()}\" not found");
        }

        if (container.Log is { } log)
        {
            return log;
        }

        var reason = (container.Status.State as WaitingContainer)?.Reason;
        var why = reason is "ErrImagePull" or "ImagePullBackOff" ? "trying and failing to pull image" : reason;
        throw ApiException.BadRequest($"container \"{container.Name}\" in pod \"{pod.Name()}\" is waiting to start: {why}");
    }

    private static DateTimeOffset Since(IQueryCollection query, PodWorker worker)
    {
        if (DateTimeOffset.TryParse(query["sinceTime"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
        {
            return time;
        }

        return Number(query, "sinceSeconds") is { } seconds ? worker.Now - TimeSpan.FromSeconds(seconds) : DateTimeOffset.MinValue;
    }

    private static string Stamp(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffffff'00Z'", CultureInfo.InvariantCulture);

    private static bool IsSet(IQueryCollection query, string name) => query[name].ToString() is "1" or "true";

    private static long? Number(IQueryCollection query, string name) =>
        long.TryParse(query[name], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
