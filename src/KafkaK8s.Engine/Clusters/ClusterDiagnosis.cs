using System.Text.Json.Nodes;
using KafkaK8s.Engine.Kubernetes;

namespace KafkaK8s.Engine.Clusters;

/// <summary>What keeps a cluster from ever becoming ready, as long as nobody changes something.</summary>
/// <param name="Id">Which kind of obstacle, as an error's id.</param>
/// <param name="Message">What it is, in one sentence.</param>
/// <param name="Advice">What can be done about it.</param>
internal sealed record Obstacle(string Id, string Message, string Advice);

/// <summary>
/// Tells obstacles, which don't go away by themselves, from delays, which do: an image that isn't there from a registry that can't be
/// reached, a quota from a node that is full. A container that ends again and again may only be waiting for something else.
/// </summary>
internal sealed class ClusterDiagnosis(KubernetesConnection connection)
{
    // How registries say that there is no such image, or none for us; anything else may be the network.
    private static readonly string[] ImageIsMissing = [": not found", "manifest unknown", "does not exist", "pull access denied", "name unknown"];

    /// <summary>The first obstacle, or null where there is none.</summary>
    /// <param name="snapshot">The cluster.</param>
    /// <param name="parts">The parts that are to become ready.</param>
    /// <param name="isCurrent">Whether an event is about the present and not left from before.</param>
    /// <param name="cancellation">Ends it at once.</param>
    public async Task<Obstacle?> FindAsync(ClusterSnapshot snapshot, ClusterParts parts, Func<ClusterEvent, bool> isCurrent, CancellationToken cancellation)
    {
        var sets = snapshot.Sets(parts).ToList();
        var pods = sets.SelectMany(snapshot.PodsOf).Select(pod => pod.Pod).Append(parts.HasFlag(ClusterParts.Client) ? snapshot.Client : null).OfType<JsonObject>()
            .Where(pod => !PodReading.IsReady(pod))
            .ToList();
        return pods.Select(pod => ImageObstacle(pod, snapshot.Events)).FirstOrDefault(obstacle => obstacle is not null)
            ?? sets.Select(set => CreationObstacle(set, snapshot, isCurrent)).FirstOrDefault(obstacle => obstacle is not null)
            ?? (pods.Any(IsUnscheduled) ? await ClaimObstacleAsync(snapshot, sets, cancellation) : null);
    }

    private static Obstacle? ImageObstacle(JsonObject pod, ClusterEvents events)
    {
        var name = (string?)pod["metadata"]?["name"];
        var failedPulls = events.About(pod).Where(told => told.Reason == "Failed" && ImageIsMissing.Any(words => told.Message.Contains(words, StringComparison.OrdinalIgnoreCase))).ToList();
        foreach (var (container, reason, message) in PodReading.Troubles(pod))
        {
            var image = (string?)container["image"];
            switch (reason)
            {
                case "InvalidImageName":
                    return new("ImageNameInvalid", $"{name}: \"{image}\" is no name of an image: {message}", "Give the image as repository:tag.");
                case "ErrImageNeverPull":
                    return new("ImageNeverPulled", $"{name}: the image \"{image}\" is not on its node, and is never to be pulled.", "Load the image on the nodes, or set imagePullPolicy to IfNotPresent.");

                // Asked twice: a registry can be wrong once, in the seconds after a push.
                case "ErrImagePull" or "ImagePullBackOff" when failedPulls.Sum(told => told.Count) >= 2:
                    return new("ImageNotFound", $"{name}: the image \"{image}\" can't be pulled: {failedPulls[^1].Message}", "Check the image's name and tag, and whether the registry wants a pull secret.");
                default:
                    break;
            }
        }

        return null;
    }

    private static Obstacle? CreationObstacle(JsonObject set, ClusterSnapshot snapshot, Func<ClusterEvent, bool> isCurrent)
    {
        var failed = snapshot.Events.About(set).LastOrDefault(told => told.Reason is "FailedCreate" or "SuccessfulCreate");
        if (failed is not { Reason: "FailedCreate" } || !isCurrent(failed) || snapshot.PodsOf(set).All(pod => pod.Pod is not null))
        {
            return null;
        }

        var name = (string?)set["metadata"]?["name"];
        if (failed.Message.Contains("exceeded quota", StringComparison.Ordinal))
        {
            return new("QuotaExceeded", $"{name}: a quota of the namespace refuses its pods or claims: {failed.Message}", "Ask for less, or have the namespace's quota raised.");
        }

        // A new namespace gets its service account a moment after it was created.
        var isRefused = failed.Message.Contains("is forbidden", StringComparison.Ordinal) && !failed.Message.Contains("error looking up service account", StringComparison.Ordinal);
        return isRefused || failed.Message.Contains("is invalid", StringComparison.Ordinal)
            ? new("PodCreationRefused", $"{name}: the cluster refuses its pods: {failed.Message}", "Change what it objects to, with an override, or ask who runs the cluster.")
            : null;
    }

    private static bool IsUnscheduled(JsonObject pod) => pod["spec"]?["nodeName"] is null;

    private async Task<Obstacle?> ClaimObstacleAsync(ClusterSnapshot snapshot, List<JsonObject> sets, CancellationToken cancellation)
    {
        var prefixes = sets.SelectMany(set => StatefulSetTakeover.Claims(set["spec"]).Select(claim => $"{claim}-{(string?)set["metadata"]?["name"]}-")).ToList();
        if (prefixes.Count == 0 || await ListClaimsAsync(snapshot.Identity.Namespace, cancellation) is not { } claims)
        {
            return null;
        }

        foreach (var claim in claims.Where(claim => (string?)claim["status"]?["phase"] != "Bound"
            && prefixes.Any(prefix => ((string?)claim["metadata"]?["name"] ?? "").StartsWith(prefix, StringComparison.Ordinal))))
        {
            if (await ClaimObstacleAsync(claim, snapshot.Events, cancellation) is { } obstacle)
            {
                return obstacle;
            }
        }

        return null;
    }

    private async Task<Obstacle?> ClaimObstacleAsync(JsonObject claim, ClusterEvents events, CancellationToken cancellation)
    {
        var name = (string?)claim["metadata"]?["name"];
        var told = events.About(claim).LastOrDefault(told => told.IsWarning || told.Reason == "FailedBinding");
        if ((string?)claim["spec"]?["storageClassName"] is not { } storageClass)
        {
            return told is { Reason: "FailedBinding" } && told.Message.Contains("no storage class is set", StringComparison.Ordinal)
                ? new("StorageClassNotFound", $"The claim {name} names no storage class, and the cluster has no default one.", "Name one with -StorageClass, or have a default one set.")
                : null;
        }

        var isMissing = storageClass.Length > 0 && await IsMissingAsync(storageClass, cancellation)
            || told is { Reason: "ProvisioningFailed" } && told.Message.EndsWith($"\"{storageClass}\" not found", StringComparison.Ordinal);
        return isMissing
            ? new(
                "StorageClassNotFound",
                $"The claim {name} asks for the storage class \"{storageClass}\", which does not exist.",
                "Remove the cluster with its claims, and make it with a storage class that exists: kubectl get storageclass lists them. Or have the class made.")
            : null;
    }

    private async Task<IReadOnlyList<JsonObject>?> ListClaimsAsync(string inNamespace, CancellationToken cancellation) =>
        await AllowedAsync<IReadOnlyList<JsonObject>>(async () => await connection.Resources.ListAsync(new ResourceQuery("v1", "PersistentVolumeClaim", inNamespace), cancellation));

    private async Task<bool> IsMissingAsync(string storageClass, CancellationToken cancellation) =>
        await AllowedAsync(async () => await connection.Resources.FindAsync(new ResourceReference("storage.k8s.io/v1", "StorageClass", null, storageClass), cancellation) ?? []) is { Count: 0 };

    // Who may not look learns it from the events, or at the timeout.
    private static async Task<T?> AllowedAsync<T>(Func<Task<T>> look)
        where T : class
    {
        try
        {
            return await look();
        }
        catch (EngineException exception) when (exception.Kind == EngineErrorKind.PermissionDenied)
        {
            return null;
        }
    }
}
