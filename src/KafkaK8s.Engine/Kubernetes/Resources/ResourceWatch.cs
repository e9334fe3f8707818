using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace KafkaK8s.Engine.Kubernetes;

/// <summary>
/// One watch that outlives its HTTP requests. It knows the version of every object it has reported, so that a new list after a
/// lost history becomes the changes that were missed, deletions included.
/// </summary>
internal sealed class ResourceWatch(KubernetesConnection connection, ResourceClient resources, ResourceQuery query)
{
    /// <summary>Shorter than the server's own limit and than what idle connections are dropped after; then it resumes.</summary>
    private const string RequestSeconds = "240";

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, JsonObject> _seen = new(StringComparer.Ordinal);

    /// <summary>Runs until it is cancelled, or the server refuses for a reason that does not pass.</summary>
    public async IAsyncEnumerable<ResourceChange> RunAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        var version = "";
        var pause = FirstPause;
        while (true)
        {
            if (version.Length == 0)
            {
                var (items, listed) = await resources.ListWithVersionAsync(query, cancellation);
                foreach (var change in Differences(items))
                {
                    yield return change;
                }

                version = listed;
            }

            var received = false;
            await foreach (var (change, reached) in RequestAsync(version, cancellation))
            {
                received = true;
                version = reached;
                if (change is not null)
                {
                    yield return change;
                }
            }

            // A request that brought nothing ended too early to be asked again at once.
            pause = received ? FirstPause : TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, LongestPause.Ticks));
            await Task.Delay(pause, cancellation);
        }
    }

    /// <summary>One request: the changes with the version each reaches; an empty version means that the history is lost.</summary>
    private async IAsyncEnumerable<(ResourceChange? Change, string Version)> RequestAsync(string version, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var call = await resources.CollectionCallAsync("watch", query, cancellation);
        call = call with
        {
            Query = [.. call.Query, new("watch", "true"), new("allowWatchBookmarks", "true"), new("resourceVersion", version), new("timeoutSeconds", RequestSeconds)],
            Streams = true,
        };
        HttpResponseMessage? response = null;
        try
        {
            response = await connection.SendForResponseAsync(call, cancellation);
        }
        catch (EngineException exception) when (exception.Id == "ResourceExpired")
        {
        }

        if (response is null)
        {
            yield return (null, "");
            yield break;
        }

        using (response)
        {
            await using var body = await response.Content.ReadAsStreamAsync(cancellation);
            using var reader = new StreamReader(body);
            while (await NextLineAsync(reader, cancellation) is { } line)
            {
                if (Parse(line) is not { } received)
                {
                    yield break;
                }

                var resource = received["object"]!.AsObject();
                switch ((string?)received["type"])
                {
                    case "ERROR" when (int?)resource["code"] == 410:
                        yield return (null, "");
                        yield break;
                    case "ERROR":
                        throw StatusErrors.Translate(resource, call, connection);
                    case "BOOKMARK":
                        yield return (null, VersionOf(resource));
                        break;
                    case "DELETED":
                        _seen.Remove(KeyOf(resource));
                        yield return (new ResourceChange(ResourceChangeKind.Deleted, resource), VersionOf(resource));
                        break;
                    default:
                        var kind = _seen.ContainsKey(KeyOf(resource)) ? ResourceChangeKind.Modified : ResourceChangeKind.Added;
                        _seen[KeyOf(resource)] = resource;
                        yield return (new ResourceChange(kind, resource), VersionOf(resource));
                        break;
                }
            }
        }
    }

    /// <summary>The next line, or null when the request has ended, in whatever way: the watch resumes where it was.</summary>
    private static async Task<string?> NextLineAsync(StreamReader reader, CancellationToken cancellation)
    {
        try
        {
            return await reader.ReadLineAsync(cancellation);
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException && !cancellation.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>A line as an event, or null when the connection broke within it.</summary>
    private static JsonObject? Parse(string line)
    {
        try
        {
            return JsonNode.Parse(line) is JsonObject received && received["object"] is JsonObject ? received : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private IEnumerable<ResourceChange> Differences(IReadOnlyList<JsonObject> items)
    {
        var listed = items.ToDictionary(KeyOf, StringComparer.Ordinal);
        foreach (var (key, gone) in _seen.Where(seen => !listed.ContainsKey(seen.Key)).ToList())
        {
            _seen.Remove(key);
            yield return new ResourceChange(ResourceChangeKind.Deleted, gone);
        }

        foreach (var (key, item) in listed)
        {
            var before = _seen.GetValueOrDefault(key);
            _seen[key] = item;
            if (before is null)
            {
                yield return new ResourceChange(ResourceChangeKind.Added, item);
            }
            else if (VersionOf(before) != VersionOf(item))
            {
                yield return new ResourceChange(ResourceChangeKind.Modified, item);
            }
        }
    }

    private static string KeyOf(JsonObject resource) => $"{resource["metadata"]?["namespace"]}/{resource["metadata"]?["name"]}/{resource["metadata"]?["uid"]}";

    private static string VersionOf(JsonObject resource) => (string?)resource["metadata"]?["resourceVersion"] ?? "";
}
