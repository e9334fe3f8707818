using System.Text.Json.Nodes;
using KafkaK8s.Sandbox.Api;

namespace KafkaK8s.Sandbox.Pods;

/// <summary>What controllers ask about a pod.</summary>
internal static class PodState
{
    public static bool IsTerminating(this JsonObject pod) => pod.TextAt("metadata", "deletionTimestamp") is not null;

    public static string Phase(this JsonObject pod) => pod.TextAt("status", "phase") ?? "";

    /// <summary>Whether it has ended for good.</summary>
    public static bool HasEnded(this JsonObject pod) => pod.Phase() is "Succeeded" or "Failed";

    public static bool IsReady(this JsonObject pod) => pod.Condition("Ready")?.TextAt("status") == "True";

    public static bool IsRunningAndReady(this JsonObject pod) => pod.Phase() == "Running" && pod.IsReady();

    public static JsonObject? Condition(this JsonObject item, string type) =>
        item.ObjectsAt("status", "conditions").FirstOrDefault(condition => condition.TextAt("type") == type);

    /// <summary>The names of the claims that its volumes are.</summary>
    public static IEnumerable<string> Claims(this JsonObject pod) =>
        pod.ObjectsAt("spec", "volumes").Select(volume => volume.TextAt("persistentVolumeClaim", "claimName")).OfType<string>();

    /// <summary>The reference to the controller that owns an object, or null when none does.</summary>
    public static JsonObject? Controller(this JsonObject item) =>
        item.ObjectsAt("metadata", "ownerReferences").FirstOrDefault(owner => owner["controller"]?.GetValue<bool>() == true);

    /// <summary>Adds a condition, or replaces the one of its type; the time of its last change stays when its status does.</summary>
    public static void SetCondition(this JsonObject item, JsonObject condition)
    {
        var status = item.Child("status");
        var conditions = status["conditions"] as JsonArray ?? [];
        status["conditions"] = conditions;
        var type = condition.TextAt("type");
        var existing = conditions.OfType<JsonObject>().FirstOrDefault(other => other.TextAt("type") == type);
        if (existing is null)
        {
            conditions.Add(condition);
            return;
        }

        if (existing.TextAt("status") == condition.TextAt("status"))
        {
            condition["lastTransitionTime"] = existing["lastTransitionTime"]?.DeepClone();
        }

        conditions[conditions.IndexOf(existing)] = condition;
    }
}
