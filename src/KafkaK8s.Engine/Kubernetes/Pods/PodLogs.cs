using System.Globalization;
using System.Runtime.CompilerServices;

namespace KafkaK8s.Engine.Kubernetes;

/// <summary>Which part of a container's log.</summary>
/// <param name="Follow">Stay and wait for new lines, until the container ends.</param>
/// <param name="TailLines">Only so many lines from the end, or null for all that is kept.</param>
/// <param name="Previous">The log of the container's previous run.</param>
/// <param name="SinceSeconds">Only lines of the last so many seconds.</param>
/// <param name="Timestamps">Each line starts with its time, in RFC 3339 with nanoseconds.</param>
public sealed record LogOptions(bool Follow = false, int? TailLines = null, bool Previous = false, int? SinceSeconds = null, bool Timestamps = false);

/// <summary>Reads containers' logs.</summary>
public static class PodLogs
{
    /// <summary>Reads a log line by line, as it comes.</summary>
    /// <param name="connection">The cluster.</param>
    /// <param name="target">Which container.</param>
    /// <param name="options">Which part.</param>
    /// <param name="cancellation">Ends it at once.</param>
    /// <exception cref="EngineException"><c>ResourceNotFound</c> (the pod), <c>ContainerNotFound</c>, <c>ContainerNotRunning</c> (nothing has been started
    /// yet), <c>PreviousLogNotFound</c>, <c>PermissionDenied</c>; <c>ConnectionLost</c> when it broke in between.</exception>
    public static async IAsyncEnumerable<string> ReadAsync(
        KubernetesConnection connection, PodTarget target, LogOptions options, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var call = target.Call("log", $"read the log of {target}");
        call = call with { Query = [.. call.Query, .. Query(options)], Streams = true };
        using var response = await connection.SendForResponseAsync(call, cancellation);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellation));
        while (await NextAsync(reader, call, connection, cancellation) is { } line)
        {
            yield return line;
        }
    }

    private static async Task<string?> NextAsync(StreamReader reader, ApiCall call, KubernetesConnection connection, CancellationToken cancellation)
    {
        try
        {
            return await reader.ReadLineAsync(cancellation);
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException && !cancellation.IsCancellationRequested)
        {
            throw TransportErrors.Translate(exception, call, connection);
        }
    }

    private static IEnumerable<KeyValuePair<string, string>> Query(LogOptions options)
    {
        if (options.Follow)
        {
            yield return new("follow", "true");
        }

        if (options.TailLines is { } lines)
        {
            yield return new("tailLines", lines.ToString(CultureInfo.InvariantCulture));
        }

        if (options.Previous)
        {
            yield return new("previous", "true");
        }

        if (options.SinceSeconds is { } seconds)
        {
            yield return new("sinceSeconds", seconds.ToString(CultureInfo.InvariantCulture));
        }

        if (options.Timestamps)
        {
            yield return new("timestamps", "true");
        }
    }
}
