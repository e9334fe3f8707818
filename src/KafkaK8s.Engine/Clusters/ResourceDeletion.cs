using System.Text.Json.Nodes;
using KafkaK8s.Engine.Kubernetes;

namespace KafkaK8s.Engine.Clusters;

/// <summary>Deletes resources with what depends on them, and waits until they are gone.</summary>
internal sealed class ResourceDeletion(KubernetesConnection connection)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>Deletes resources all at once.</summary>
    /// <param name="references">Which.</param>
    /// <param name="timeout">How long to wait until they are gone; null for as long as it takes.</param>
    /// <param name="cancellation">Ends it at once; the deletion goes on.</param>
    /// <param name="wait">Whether to wait at all.</param>
    /// <returns>Those that were there.</returns>
    /// <exception cref="EngineException"><c>RemovalNotFinished</c> with what is left, among others.</exception>
    public async Task<IReadOnlyList<ResourceReference>> DeleteAsync(
        IReadOnlyList<ResourceReference> references, TimeSpan? timeout, CancellationToken cancellation, bool wait = true)
    {
        var deleted = await Task.WhenAll(references.Select(async reference =>
            (reference, wasThere: await connection.Resources.DeleteAsync(reference, new DeleteOptions(PropagationOf(reference)), cancellation))));
        var gone = deleted.Where(deletion => deletion.wasThere).Select(deletion => deletion.reference).ToList();
        if (wait)
        {
            await UntilGoneAsync(gone, timeout, cancellation);
        }

        return gone;
    }

    // In the foreground a StatefulSet stays until its pods are gone, so that there is one thing to wait for.
    private static DeletePropagation? PropagationOf(ResourceReference reference) =>
        reference.Kind == "StatefulSet" ? DeletePropagation.Foreground : null;

    private async Task UntilGoneAsync(IReadOnlyList<ResourceReference> references, TimeSpan? timeout, CancellationToken cancellation)
    {
        var left = references;
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var found = await Task.WhenAll(left.Select(async reference => (reference, live: await connection.Resources.FindAsync(reference, cancellation))));
            left = found.Where(pair => pair.live is not null).Select(pair => pair.reference).ToList();
            if (left.Count == 0)
            {
                return;
            }

            if (timeout is { } limit && TimeProvider.System.GetElapsedTime(started) > limit)
            {
                throw NotFinished(found.First(pair => pair.live is not null).live!, left);
            }

            connection.Observer.Progress(new OperationProgress("Removing", $"waiting for {string.Join(", ", left)} to be gone"));
            await Task.Delay(Pause, cancellation);
        }
    }

    private static EngineException NotFinished(JsonObject live, IReadOnlyList<ResourceReference> left)
    {
        var holding = (live["metadata"]?["finalizers"] as JsonArray ?? []).Concat(live["spec"]?["finalizers"] as JsonArray ?? []).Select(finalizer => (string?)finalizer).ToList();
        var conditions = (live["status"]?["conditions"] as JsonArray ?? [])
            .Where(condition => (string?)condition?["status"] == "True")
            .Select(condition => $" {(string?)condition?["message"]}");
        return new EngineException(
            "RemovalNotFinished",
            EngineErrorKind.Timeout,
            left[0].Name,
            $"{string.Join(", ", left)}: deleted, but not gone in time{(holding.Count > 0 ? $", held by {string.Join(", ", holding)}" : "")}.{string.Concat(conditions)}",
            "The deletion goes on; look again later, or at what holds it.");
    }
}
