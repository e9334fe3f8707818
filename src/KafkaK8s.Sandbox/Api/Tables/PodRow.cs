using System.Text.Json.Nodes;

namespace KafkaK8s.Sandbox.Api.Tables;

/// <summary>What a table says of a pod.</summary>
internal static class PodRow
{
    public static string Ready(JsonObject pod)
    {
        var ready = pod.ObjectsAt("status", "containerStatuses")
            .Count(container => container["ready"]?.GetValue<bool>() == true && container.At("state", "running") is not null);
        return $"{ready}/{pod.ObjectsAt("spec", "containers").Count()}";
    }

    /// <summary>The one word: the phase, or what keeps a container from running, or that it is going.</summary>
    public static string Status(JsonObject pod)
    {
        var reason = pod.TextAt("status", "reason") ?? pod.TextAt("status", "phase") ?? "";
        if (pod.ObjectsAt("status", "conditions").Any(condition => condition.TextAt("type") == "PodScheduled" && condition.TextAt("reason") == "SchedulingGated"))
        {
            reason = "SchedulingGated";
        }

        var containers = pod.ObjectsAt("status", "containerStatuses").ToList();
        var isAnyRunning = false;
        foreach (var container in containers.AsEnumerable().Reverse())
        {
            if (container.TextAt("state", "waiting", "reason") is { Length: > 0 } waiting)
            {
                reason = waiting;
            }
            else if (container.At("state", "terminated") is { } terminated)
            {
                reason = terminated.TextAt("reason") is { Length: > 0 } why ? why
                    : terminated.NumberAt("signal") is > 0 and var signal ? $"Signal:{signal}"
                    : $"ExitCode:{terminated.NumberAt("exitCode")}";
            }
            else if (container["ready"]?.GetValue<bool>() == true && container.At("state", "running") is not null)
            {
                isAnyRunning = true;
            }
        }

        if (reason == "Completed" && isAnyRunning)
        {
            reason = IsReady(pod) ? "Running" : "NotReady";
        }

        return pod.TextAt("metadata", "deletionTimestamp") is null || reason is "Succeeded" or "Failed" or "Completed"
            ? reason
            : "Terminating";
    }

    public static string Restarts(JsonObject pod, DateTimeOffset now)
    {
        var containers = pod.ObjectsAt("status", "containerStatuses").ToList();
        var count = containers.Sum(container => container.NumberAt("restartCount") ?? 0);
        var last = containers.Select(container => container.TextAt("lastState", "terminated", "finishedAt")).Max(StringComparer.Ordinal);
        return count == 0 || last is null ? $"{count}" : $"{count} ({Ages.Since(last, now)} ago)";
    }

    public static string ReadinessGates(JsonObject pod)
    {
        var gates = pod.ObjectsAt("spec", "readinessGates").Select(gate => gate.TextAt("conditionType")).ToList();
        var met = gates.Count(gate => pod.ObjectsAt("status", "conditions").Any(condition => condition.TextAt("type") == gate && condition.TextAt("status") == "True"));
        return gates.Count == 0 ? "<none>" : $"{met}/{gates.Count}";
    }

    private static bool IsReady(JsonObject pod) =>
        pod.ObjectsAt("status", "conditions").Any(condition => condition.TextAt("type") == "Ready" && condition.TextAt("status") == "True");
}
