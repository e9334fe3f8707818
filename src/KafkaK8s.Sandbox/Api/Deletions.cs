using System.Text.Json.Nodes;

namespace KafkaK8s.Sandbox.Api;

/// <summary>What a deletion does to an object before it is gone.</summary>
internal static class Deletions
{
    private const string Foreground = "foregroundDeletion";
    private const string Orphan = "orphan";

    /// <exception cref="ApiException">409: the object is another one, or has changed.</exception>
    public static void CheckPreconditions(ResourceKind kind, JsonObject item, Deletion deletion)
    {
        var uid = item.TextAt("metadata", "uid");
        if (deletion.Uid is { } expectedUid && expectedUid != uid)
        {
            throw ApiException.Precondition(
                kind,
                item.Name(),
                $"the UID in the precondition ({expectedUid}) does not match the UID in record ({uid}). The object might have been deleted and then recreated");
        }

        var version = item.TextAt("metadata", "resourceVersion");
        if (deletion.ResourceVersion is { } expectedVersion && expectedVersion != version)
        {
            throw ApiException.Precondition(
                kind,
                item.Name(),
                $"the ResourceVersion in the precondition ({expectedVersion}) does not match the ResourceVersion in record ({version}). The object might have been modified");
        }
    }

    /// <summary>A copy of the object with its deletion timestamp, grace period and the finalizer that its propagation needs.</summary>
    public static JsonObject Mark(ResourceKind kind, JsonObject current, Deletion deletion, DateTimeOffset now)
    {
        var marked = current.Copy();
        var metadata = marked.Child("metadata");
        var grace = kind == ResourceKind.Pods ? PodGrace(current, deletion) : 0;
        var isFirst = metadata["deletionTimestamp"] is null;
        if (isFirst || grace < metadata.NumberAt("deletionGracePeriodSeconds"))
        {
            metadata["deletionTimestamp"] = now.AddSeconds(grace).ToStamp();
            if (kind != ResourceKind.Namespaces)
            {
                metadata["deletionGracePeriodSeconds"] = grace;
            }
        }

        if (isFirst && metadata.NumberAt("generation") is > 0 and var generation)
        {
            metadata["generation"] = generation + 1;
        }

        if (kind == ResourceKind.Namespaces)
        {
            marked.Child("status")["phase"] = "Terminating";
        }

        if (deletion.Propagation is { } propagation)
        {
            Propagate(metadata, propagation);
        }

        return marked;
    }

    private static long PodGrace(JsonObject pod, Deletion deletion)
    {
        // Nothing runs, or nothing any more: there is nobody to wait for.
        if (pod.TextAt("spec", "nodeName") is null or "" || pod.TextAt("status", "phase") is "Succeeded" or "Failed")
        {
            return 0;
        }

        return deletion.GracePeriodSeconds ?? pod.NumberAt("spec", "terminationGracePeriodSeconds") ?? 30;
    }

    private static void Propagate(JsonObject metadata, string propagation)
    {
        var wanted = propagation switch { "Foreground" => Foreground, "Orphan" => Orphan, _ => null };
        var finalizers = (metadata["finalizers"] as JsonArray ?? [])
            .Select(finalizer => finalizer!.GetValue<string>())
            .Where(finalizer => finalizer is not (Foreground or Orphan))
            .ToList();
        if (wanted is not null)
        {
            finalizers.Add(wanted);
        }

        metadata.Remove("finalizers");
        if (finalizers.Count > 0)
        {
            metadata["finalizers"] = new JsonArray([.. finalizers.Select(finalizer => JsonValue.Create(finalizer))]);
        }
    }
}
