using System.Globalization;
using System.Text.Json.Nodes;

namespace KafkaK8s.Engine.Clusters.Ensembles;

/// <summary>Reads an ensemble's topology from its StatefulSet and its pods, as far as they know it: nobody is asked.</summary>
internal static class EnsembleReading
{
    /// <summary>Reads it; null where there is no ensemble.</summary>
    public static EnsembleTopology? Read(ClusterSnapshot snapshot)
    {
        if (snapshot.ZookeeperSet is not { } set)
        {
            return null;
        }

        var list = ServerList.Read(set["spec"]?["template"]?["spec"]);
        return new EnsembleTopology(
            (string?)set["metadata"]?["name"] ?? "",
            ClusterSnapshot.Replicas(set),
            list?.Size,
            list?.Where,
            IsEphemeral(set, list),
            [.. snapshot.PodsOf(set).Select(pod => Member(snapshot, pod.Ordinal, pod.Name, pod.Pod))]);
    }

    /// <summary>The claim of a member, or null where it has none.</summary>
    public static string? Claim(JsonObject set, int id) =>
        StatefulSetTakeover.Claims(set["spec"]) is [var claim, ..]
            ? string.Create(CultureInfo.InvariantCulture, $"{claim}-{(string?)set["metadata"]?["name"]}-{id - 1}")
            : null;

    // A pod that is going counts as gone: it comes back with the template's list, or not at all.
    private static EnsembleMember Member(ClusterSnapshot snapshot, int ordinal, string name, JsonObject? pod)
    {
        var state = pod is null ? null : PodReading.Read(pod, ordinal, snapshot.Events);
        return pod is null || pod["metadata"]?["deletionTimestamp"] is not null
            ? new EnsembleMember(name, ordinal + 1, null, null, null, HasRun: false, IsRunning: false, IsReady: false, state?.Reason ?? "not there", null)
            : new EnsembleMember(
                name,
                ordinal + 1,
                (string?)pod["metadata"]?["uid"],
                (string?)pod["metadata"]?["labels"]?["controller-revision-hash"],
                ServerList.Read(pod["spec"])?.Size,
                HasRun(pod),
                PodReading.IsRunning(pod),
                state!.IsReady,
                state.Reason,
                null);
    }

    private static bool HasRun(JsonObject pod) =>
        (pod["status"]?["containerStatuses"] as JsonArray ?? []).OfType<JsonObject>()
            .Any(container => container["state"]?["running"] is not null || container["state"]?["terminated"] is not null || container["lastState"]?["terminated"] is not null);

    private static bool IsEphemeral(JsonObject set, ServerList? list)
    {
        var podSpec = set["spec"]?["template"]?["spec"];
        var folder = DataFolder(podSpec, list);
        var volume = (podSpec?["containers"] as JsonArray ?? []).OfType<JsonObject>()
            .SelectMany(container => container["volumeMounts"] as JsonArray ?? [])
            .Where(mount => IsAtOrAbove((string?)mount?["mountPath"] ?? "", folder))
            .MaxBy(mount => ((string?)mount?["mountPath"] ?? "").Length)?["name"];
        return (string?)volume is not { } name
            || (!StatefulSetTakeover.Claims(set["spec"]).Contains(name)
                && (podSpec?["volumes"] as JsonArray ?? []).Any(known => (string?)known?["name"] == name && known?["emptyDir"] is not null));
    }

    // Where each image keeps its data unless it is told otherwise.
    private static string DataFolder(JsonNode? podSpec, ServerList? list)
    {
        var told = (podSpec?["containers"] as JsonArray ?? []).OfType<JsonObject>()
            .SelectMany(container => container["env"] as JsonArray ?? [])
            .Where(variable => (string?)variable?["name"] is "ZK_DATA_DIR" or "ZOO_DATA_DIR")
            .Select(variable => (string?)variable?["value"])
            .FirstOrDefault();
        return told ?? (list?.Where == "ZOO_SERVERS" ? "/data" : "/var/lib/zookeeper/data");
    }

    private static bool IsAtOrAbove(string mount, string folder) =>
        mount.Length > 0 && (folder + "/").StartsWith(mount.TrimEnd('/') + "/", StringComparison.Ordinal);
}
