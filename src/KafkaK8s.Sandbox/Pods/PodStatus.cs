using System.Text.Json.Nodes;
using KafkaK8s.Sandbox.Api;

namespace KafkaK8s.Sandbox.Pods;

/// <summary>Writes what a kubelet says about a pod.</summary>
internal static class PodStatus
{
    private static readonly string[] Own = ["PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled"];

    /// <summary>Brings the status of a live pod up to date.</summary>
    public static void Write(JsonObject live, PodWorker pod, NodeServices node)
    {
        var generation = live.NumberAt("metadata", "generation") ?? 1;
        var statuses = pod.AllContainers.ToDictionary(container => container, container => container.Status);
        var phase = Phase(pod, statuses);
        var status = new JsonObject
        {
            ["observedGeneration"] = generation,
            ["phase"] = phase,
            ["conditions"] = Conditions(live, pod, statuses, phase, generation, node.Clock.GetUtcNow().ToStamp()),
            ["hostIP"] = node.Addresses.Node,
            ["hostIPs"] = new JsonArray(new JsonObject { ["ip"] = node.Addresses.Node }),
        };

        // The address shows from the first word about a container on.
        var isUnderWay = statuses.Values.Any(container => container.State is not WaitingContainer { Reason: "ContainerCreating" or "PodInitializing" });
        if (isUnderWay || live.TextAt("status", "podIP") is not null)
        {
            status["podIP"] = pod.Address;
            status["podIPs"] = new JsonArray(new JsonObject { ["ip"] = pod.Address });
        }

        status["startTime"] = pod.StartedAt.ToStamp();
        if (pod.HasInitContainers)
        {
            status["initContainerStatuses"] = Statuses(statuses.Where(entry => entry.Key.IsInit));
        }

        status["containerStatuses"] = Statuses(statuses.Where(entry => !entry.Key.IsInit));
        status["qosClass"] = live.TextAt("status", "qosClass") ?? "BestEffort";
        live["status"] = status;
    }

    private static string Phase(PodWorker pod, Dictionary<ContainerWorker, ContainerStatus> statuses)
    {
        var own = pod.Containers.Select(container => statuses[container]).ToList();
        var hasFailed = pod.AllContainers.Any(container => statuses[container].State is TerminatedContainer { ExitCode: not 0 });
        if (pod.HasEnded)
        {
            return hasFailed || !own.All(status => status.State is TerminatedContainer) ? "Failed" : "Succeeded";
        }

        return !pod.IsInitialized || own.Any(status => status is { State: WaitingContainer, LastState: null }) ? "Pending" : "Running";
    }

    private static JsonArray Conditions(
        JsonObject live, PodWorker pod, Dictionary<ContainerWorker, ContainerStatus> statuses, string phase, long generation, string now)
    {
        var unready = pod.Containers.Where(container => !statuses[container].IsReady).Select(container => container.Name).ToList();
        var incomplete = pod.AllContainers.Where(container => container is { IsInit: true, IsDone: false }).Select(container => container.Name).ToList();
        var (reason, message) = phase switch
        {
            "Failed" => ("PodFailed", null),
            "Succeeded" => ("PodCompleted", null),
            _ => ("ContainersNotReady", $"containers with unready status: [{string.Join(' ', unready)}]"),
        };
        var isReady = unready.Count == 0 && phase == "Running";
        var foreign = live.ObjectsAt("status", "conditions").Where(condition => !Own.Contains(condition.TextAt("type"))).Select(condition => condition.DeepClone());
        return new JsonArray([
            .. foreign,
            Condition("PodReadyToStartContainers", pod.IsSetUp, null, null),
            incomplete.Count == 0
                ? Condition("Initialized", true, null, null)
                : Condition("Initialized", false, "ContainersNotInitialized", $"containers with incomplete status: [{string.Join(' ', incomplete)}]"),
            isReady ? Condition("Ready", true, null, null) : Condition("Ready", false, reason, message),
            isReady ? Condition("ContainersReady", true, null, null) : Condition("ContainersReady", false, reason, message),
            Condition("PodScheduled", true, null, null),
        ]);

        JsonObject Condition(string type, bool isTrue, string? why, string? words)
        {
            var value = isTrue ? "True" : "False";
            var before = live.Condition(type);
            var condition = new JsonObject
            {
                ["type"] = type,
                ["observedGeneration"] = generation,
                ["status"] = value,
                ["lastProbeTime"] = null,
                ["lastTransitionTime"] = before.TextAt("status") == value ? before.TextAt("lastTransitionTime") : now,
            };
            if (why is not null)
            {
                condition["reason"] = why;
            }

            if (words is not null)
            {
                condition["message"] = words;
            }

            return condition;
        }
    }

    private static JsonArray Statuses(IEnumerable<KeyValuePair<ContainerWorker, ContainerStatus>> containers) =>
        new([.. containers.Select(entry => (JsonNode)Status(entry.Key, entry.Value))]);

    private static JsonObject Status(ContainerWorker container, ContainerStatus status)
    {
        var written = container.Spec.TextAt("image") ?? "";
        var image = ImageName.Parse(written);
        var hasRun = status.ContainerId is not null;
        var item = new JsonObject
        {
            ["name"] = container.Name,
            ["state"] = status.State.ToJson(),
            ["lastState"] = status.LastState?.ToJson() ?? [],
            ["ready"] = status.IsReady || (container.IsInit && status.State is TerminatedContainer { ExitCode: 0 }),
            ["restartCount"] = status.RestartCount,
            ["image"] = hasRun ? image?.Full : written,
            ["imageID"] = hasRun ? image?.Id : "",
        };
        if (hasRun)
        {
            item["containerID"] = status.ContainerId;
        }

        item["started"] = status.IsStarted;
        if (hasRun)
        {
            item["resources"] = container.Spec["resources"]?.DeepClone() ?? new JsonObject();
        }

        var mounts = container.Spec.ObjectsAt("volumeMounts").Select(mount =>
        {
            var mounted = new JsonObject { ["name"] = mount.TextAt("name"), ["mountPath"] = mount.TextAt("mountPath") };
            if (mount["readOnly"]?.GetValue<bool>() == true)
            {
                mounted["readOnly"] = true;
                mounted["recursiveReadOnly"] = "Disabled";
            }

            return (JsonNode)mounted;
        }).ToArray();
        if (mounts.Length > 0)
        {
            item["volumeMounts"] = new JsonArray(mounts);
        }

        return item;
    }
}
