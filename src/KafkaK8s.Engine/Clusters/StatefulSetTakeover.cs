using System.Text.Json.Nodes;

namespace KafkaK8s.Engine.Clusters;

/// <summary>
/// Fits a StatefulSet that is to be applied to the one that is there. What the API server lets nobody change stays as it is:
/// updates to fields other than replicas, ordinals, template, updateStrategy, revisionHistoryLimit, persistentVolumeClaimRetentionPolicy and
/// minReadySeconds are forbidden.
/// </summary>
internal static class StatefulSetTakeover
{
    private static readonly string[] Fixed = ["podManagementPolicy", "selector", "serviceName", "volumeClaimTemplates"];

    /// <summary>The wanted StatefulSet with the live one's fixed fields, and volumes to match.</summary>
    public static JsonObject Fit(JsonObject wanted, JsonObject live)
    {
        var fitted = wanted.DeepClone().AsObject();
        var spec = fitted["spec"]!.AsObject();
        var liveSpec = live["spec"] as JsonObject ?? [];
        foreach (var field in Fixed)
        {
            if (liveSpec[field] is { } value)
            {
                spec[field] = value.DeepClone();
            }
            else
            {
                spec.Remove(field);
            }
        }

        FitVolumes(wanted, liveSpec, spec["template"]?["spec"] as JsonObject);
        return fitted;
    }

    /// <summary>The names of a StatefulSet's claim templates.</summary>
    public static IReadOnlyList<string> Claims(JsonNode? spec) =>
        (spec?["volumeClaimTemplates"] as JsonArray ?? []).Select(claim => (string?)claim?["metadata"]?["name"] ?? "").ToList();

    // A claim that the live one doesn't have leaves its mount without a volume, and a claim that it has takes the place of a volume of that name.
    private static void FitVolumes(JsonObject wanted, JsonObject liveSpec, JsonObject? podSpec)
    {
        if (podSpec is null)
        {
            return;
        }

        var claims = Claims(liveSpec);
        var liveVolumes = liveSpec["template"]?["spec"]?["volumes"] as JsonArray ?? [];
        var volumes = (podSpec["volumes"] as JsonArray ?? [])
            .Where(volume => !claims.Contains((string?)volume?["name"] ?? ""))
            .Concat(liveVolumes.Where(volume => Claims(wanted["spec"]).Except(claims).Contains((string?)volume?["name"] ?? "")))
            .Select(volume => volume?.DeepClone())
            .DistinctBy(volume => (string?)volume?["name"])
            .ToArray();
        podSpec.Remove("volumes");
        if (volumes.Length > 0)
        {
            podSpec["volumes"] = new JsonArray(volumes);
        }
    }
}
