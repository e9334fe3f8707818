using System.Globalization;
using System.Text.Json.Nodes;

namespace KafkaK8s.Engine.Clusters;

/// <summary>Reads a pod: what kubectl would show of it, and why it is not ready.</summary>
internal static class PodReading
{
    /// <summary>The status of a pod that is not there.</summary>
    public const string Absent = "Absent";

    /// <summary>Reads a pod.</summary>
    /// <param name="pod">The pod as the API has it.</param>
    /// <param name="ordinal">Its number in its StatefulSet.</param>
    /// <param name="events">What was told of it.</param>
    public static PodState Read(JsonObject pod, int? ordinal, ClusterEvents events)
    {
        var isReady = IsReady(pod);
        return new PodState(
            (string?)pod["metadata"]?["name"] ?? "",
            ordinal,
            isReady,
            Status(pod),
            isReady ? null : Reason(pod, events),
            Restarts(pod),
            (string?)pod["spec"]?["nodeName"],
            (string?)pod["status"]?["podIP"],
            (string?)pod["spec"]?["containers"]?[0]?["image"] ?? "",
            KubernetesTime.Read(pod["metadata"]?["creationTimestamp"]),
            (string?)pod["spec"]?["containers"]?[0]?["name"]);
    }

    /// <summary>How often its containers were started again.</summary>
    public static int Restarts(JsonObject pod) => Containers(pod).Sum(container => (int?)container["restartCount"] ?? 0);

    /// <summary>Whether it is ready, and is going to stay.</summary>
    public static bool IsReady(JsonObject pod) => !IsTerminating(pod) && (string?)Condition(pod, "Ready")?["status"] == "True";

    /// <summary>Whether its containers run.</summary>
    public static bool IsRunning(JsonObject pod) =>
        !IsTerminating(pod) && Containers(pod).Any() && Containers(pod).All(container => container["state"]?["running"] is not null);

    /// <summary>The waiting or ended containers' reasons with their messages: <c>ImagePullBackOff</c>, <c>CrashLoopBackOff</c>.</summary>
    public static IEnumerable<(JsonObject Container, string Reason, string Message)> Troubles(JsonObject pod) =>
        from container in Containers(pod)
        let state = container["state"]?["waiting"] ?? container["state"]?["terminated"]
        where state is not null
        select (container, (string?)state["reason"] ?? "", (string?)state["message"] ?? "");

    /// <summary>How a container ended the last time, or null where it never did.</summary>
    public static string? LastEnd(JsonObject container) =>
        (container["lastState"]?["terminated"] ?? container["state"]?["terminated"]) is { } end
            ? string.Create(CultureInfo.InvariantCulture, $"exit code {(int?)end["exitCode"] ?? 0}{((string?)end["reason"] is { } reason and not ("Error" or "Completed") ? $", {reason}" : "")}")
            : null;

    /// <summary>When a container ended the last time; null where it never did, or nobody remembers.</summary>
    public static DateTimeOffset? EndedAt(JsonObject container) =>
        KubernetesTime.Read((container["lastState"]?["terminated"] ?? container["state"]?["terminated"])?["finishedAt"]);

    /// <summary>A condition of an object's status, or null.</summary>
    public static JsonObject? Condition(JsonObject resource, string type) =>
        (resource["status"]?["conditions"] as JsonArray ?? []).OfType<JsonObject>().FirstOrDefault(condition => (string?)condition["type"] == type);

    /// <summary>Whether it was told to go.</summary>
    public static bool IsTerminating(JsonObject pod) => pod["metadata"]?["deletionTimestamp"] is not null;

    /// <summary>The states of its containers, and of those before them that have not ended well.</summary>
    public static IEnumerable<JsonObject> Containers(JsonObject pod) =>
        (pod["status"]?["initContainerStatuses"] as JsonArray ?? []).OfType<JsonObject>().Where(container => container["state"]?["terminated"]?["exitCode"] is not { } code || (int)code != 0)
            .Concat((pod["status"]?["containerStatuses"] as JsonArray ?? []).OfType<JsonObject>());

    private static string Status(JsonObject pod)
    {
        var phase = (string?)pod["status"]?["phase"] ?? "Pending";
        return IsTerminating(pod)
            ? "Terminating"
            : (string?)pod["status"]?["reason"]
                ?? Troubles(pod).Select(trouble => trouble.Reason).FirstOrDefault(reason => reason.Length > 0)
                ?? phase;
    }

    private static string Reason(JsonObject pod, ClusterEvents events)
    {
        if (IsTerminating(pod))
        {
            return "terminating";
        }

        if (Condition(pod, "PodScheduled") is { } scheduled && (string?)scheduled["status"] == "False")
        {
            return $"can't be scheduled: {(string?)scheduled["message"]}";
        }

        if ((string?)pod["status"]?["reason"] is { } failed)
        {
            return $"{failed}: {(string?)pod["status"]?["message"]}";
        }

        return Troubles(pod).Select(trouble => Trouble(pod, trouble, events)).FirstOrDefault()
            ?? (IsRunning(pod) ? $"running, not ready yet{Probe(pod, events)}" : "waiting for its node");
    }

    private static string Trouble(JsonObject pod, (JsonObject Container, string Reason, string Message) trouble, ClusterEvents events) => trouble.Reason switch
    {
        "ContainerCreating" or "PodInitializing" => Creating(pod, events),
        "ErrImagePull" or "ImagePullBackOff" or "InvalidImageName" or "ErrImageNeverPull" =>
            $"can't pull image {(string?)trouble.Container["image"]}: {(trouble.Message.Length > 0 ? trouble.Message : trouble.Reason)}",
        "CrashLoopBackOff" => $"its container ended again ({LastEnd(trouble.Container)}), {Times(trouble.Container)}",
        "Error" or "Completed" => $"its container ended ({LastEnd(trouble.Container)})",
        "" => "waiting for its container",
        _ => trouble.Message.Length > 0 ? $"{trouble.Reason}: {trouble.Message}" : trouble.Reason,
    };

    private static string Times(JsonObject container) =>
        string.Create(CultureInfo.InvariantCulture, $"{(int?)container["restartCount"] ?? 0} restarts");

    private static string Creating(JsonObject pod, ClusterEvents events) => events.About(pod).LastOrDefault(told => told.Reason != "Unhealthy") switch
    {
        { Reason: "Pulling" } => "pulling image",
        { IsWarning: true } warning => $"creating its container: {warning.Message}",
        _ => "creating its container",
    };

    private static string Probe(JsonObject pod, ClusterEvents events) =>
        events.About(pod).LastOrDefault(told => told.Reason == "Unhealthy") is { } unhealthy ? $" ({unhealthy.Message.TrimEnd(':', ' ')})" : "";
}
