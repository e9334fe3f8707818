using System.Globalization;
using System.Text.Json.Nodes;
using KafkaK8s.Sandbox.Api;
using KafkaK8s.Sandbox.Pods;

namespace KafkaK8s.Sandbox.Controllers;

/// <summary>What a StatefulSet's pods and claims are made of.</summary>
internal static class StatefulSetMember
{
    public const string RevisionLabel = "controller-revision-hash";
    private const string PodNameLabel = "statefulset.kubernetes.io/pod-name";
    private const string PodIndexLabel = "apps.kubernetes.io/pod-index";

    /// <summary>The ordinal in a pod's name, or null when it isn't named after the set.</summary>
    public static int? Ordinal(JsonObject set, JsonObject pod)
    {
        var prefix = $"{set.Name()}-";
        var name = pod.Name();
        return name.StartsWith(prefix, StringComparison.Ordinal)
            && int.TryParse(name.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var ordinal) ? ordinal : null;
    }

    /// <summary>The pod of an ordinal.</summary>
    /// <param name="set">The set.</param>
    /// <param name="ordinal">The ordinal.</param>
    /// <param name="template">The template of its revision.</param>
    /// <param name="revision">The revision's name.</param>
    public static JsonObject Pod(JsonObject set, int ordinal, JsonObject template, string revision)
    {
        var name = $"{set.Name()}-{ordinal}";
        var metadata = new JsonObject
        {
            ["name"] = name,
            ["generateName"] = $"{set.Name()}-",
            ["namespace"] = set.Namespace(),
            ["labels"] = template.At("metadata", "labels")?.DeepClone() ?? new JsonObject(),
            ["ownerReferences"] = new JsonArray(Owners.ControllerReference(set)),
        };
        if (template.At("metadata", "annotations") is { } annotations)
        {
            metadata["annotations"] = annotations.DeepClone();
        }

        var labels = metadata.Child("labels");
        labels[PodIndexLabel] = ordinal.ToString(CultureInfo.InvariantCulture);
        labels[RevisionLabel] = revision;
        labels[PodNameLabel] = name;
        var spec = template.At("spec")?.DeepClone().AsObject() ?? [];
        spec["hostname"] = name;
        if (set.TextAt("spec", "serviceName") is { Length: > 0 } service)
        {
            spec["subdomain"] = service;
        }

        AddClaimVolumes(set, ordinal, spec);
        return new JsonObject { ["metadata"] = metadata, ["spec"] = spec };
    }

    /// <summary>The claims of an ordinal.</summary>
    public static IEnumerable<JsonObject> Claims(JsonObject set, int ordinal) =>
        set.ObjectsAt("spec", "volumeClaimTemplates").Select(template =>
        {
            var claim = template.Copy();
            claim.Remove("status");
            var metadata = claim.Child("metadata");
            metadata["name"] = ClaimName(set, template, ordinal);
            metadata["namespace"] = set.Namespace();
            metadata.Remove("creationTimestamp");
            var labels = metadata.Child("labels");
            foreach (var (key, value) in set.At("spec", "selector", "matchLabels") as JsonObject ?? [])
            {
                labels[key] = value?.DeepClone();
            }

            if (set.TextAt("spec", "persistentVolumeClaimRetentionPolicy", "whenDeleted") == "Delete")
            {
                claim.AddOwner(Owners.Reference(set));
            }

            return claim;
        });

    private static string ClaimName(JsonObject set, JsonObject template, int ordinal) => $"{template.Name()}-{set.Name()}-{ordinal}";

    private static void AddClaimVolumes(JsonObject set, int ordinal, JsonObject spec)
    {
        var templates = set.ObjectsAt("spec", "volumeClaimTemplates").ToList();
        if (templates.Count == 0)
        {
            return;
        }

        var claimed = templates.Select(template => (JsonNode)new JsonObject
        {
            ["name"] = template.Name(),
            ["persistentVolumeClaim"] = new JsonObject { ["claimName"] = ClaimName(set, template, ordinal) },
        });
        var others = spec.ObjectsAt("volumes")
            .Where(volume => templates.All(template => template.Name() != volume.TextAt("name")))
            .Select(volume => volume.DeepClone());
        spec["volumes"] = new JsonArray([.. claimed, .. others]);
    }
}
