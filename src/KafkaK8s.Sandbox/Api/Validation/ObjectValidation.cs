using System.Text.Json.Nodes;

namespace KafkaK8s.Sandbox.Api.Validation;

/// <summary>Refuses objects, and changes to objects, that the API server refuses.</summary>
internal static class ObjectValidation
{
    private const string StatefulSetImmutable =
        "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";

    private static readonly string[] StatefulSetMutable =
        ["replicas", "ordinals", "template", "updateStrategy", "revisionHistoryLimit", "persistentVolumeClaimRetentionPolicy", "minReadySeconds"];

    /// <summary>Checks a new object.</summary>
    /// <exception cref="ApiException">422.</exception>
    public static void Check(ResourceKind kind, JsonObject item)
    {
        var errors = new FieldErrors();
        Names.CheckName(kind, item, errors);
        CheckContent(kind, item, errors);
        errors.ThrowIfAny(kind, item.Name());
    }

    /// <summary>Checks a changed object.</summary>
    /// <exception cref="ApiException">422.</exception>
    public static void CheckChange(ResourceKind kind, JsonObject current, JsonObject next)
    {
        var errors = new FieldErrors();
        if (kind == ResourceKind.StatefulSets)
        {
            CheckStatefulSetChange(current, next, errors);
        }
        else if (kind == ResourceKind.Pods)
        {
            PodValidation.CheckChange(current, next, errors);
        }
        else if (kind == ResourceKind.PersistentVolumeClaims)
        {
            CheckClaimChange(current, next, errors);
        }
        else if (kind == ResourceKind.Services)
        {
            ServiceValidation.CheckChange(current, next, errors);
        }
        else if ((kind == ResourceKind.ConfigMaps || kind == ResourceKind.Secrets) && current["immutable"]?.GetValue<bool>() == true
            && !JsonNode.DeepEquals(current["data"], next["data"]))
        {
            errors.Forbidden("data", "field is immutable when `immutable` is set");
        }
        else if ((kind == ResourceKind.RoleBindings || kind == ResourceKind.ClusterRoleBindings) && !JsonNode.DeepEquals(current["roleRef"], next["roleRef"]))
        {
            errors.Invalid("roleRef", next["roleRef"], "cannot change roleRef");
        }

        CheckContent(kind, next, errors);
        errors.ThrowIfAny(kind, next.Name());
    }

    private static void CheckContent(ResourceKind kind, JsonObject item, FieldErrors errors)
    {
        Names.CheckLabels("metadata.labels", item.At("metadata", "labels"), errors);
        if (kind == ResourceKind.Pods)
        {
            PodValidation.CheckSpec("spec", item["spec"]!, [], errors);
        }
        else if (kind == ResourceKind.StatefulSets)
        {
            CheckStatefulSet(item["spec"]!, errors);
        }
        else if (kind == ResourceKind.Services)
        {
            ServiceValidation.Check(item["spec"]!, errors);
        }
        else if (kind == ResourceKind.PodDisruptionBudgets)
        {
            CheckBudget(item["spec"]!, errors);
        }
        else if (kind == ResourceKind.PersistentVolumeClaims)
        {
            CheckClaim("spec", item["spec"]!, errors);
        }
    }

    private static void CheckStatefulSet(JsonNode spec, FieldErrors errors)
    {
        if (spec.TextAt("podManagementPolicy") is not ("OrderedReady" or "Parallel") and var policy)
        {
            errors.Invalid("spec.podManagementPolicy", policy, "must be 'OrderedReady' or 'Parallel'");
        }

        if (spec.TextAt("updateStrategy", "type") is not ("RollingUpdate" or "OnDelete") and var strategy)
        {
            errors.Invalid("spec.updateStrategy", strategy, "must be 'RollingUpdate' or 'OnDelete'");
        }

        CheckNotNegative("spec.replicas", spec["replicas"], errors);
        CheckNotNegative("spec.minReadySeconds", spec["minReadySeconds"], errors);
        CheckNotNegative("spec.updateStrategy.rollingUpdate.partition", spec.At("updateStrategy", "rollingUpdate", "partition"), errors);
        var template = spec["template"];
        Names.CheckLabels("spec.template.labels", template.At("metadata", "labels"), errors);
        if (spec["selector"] is not JsonObject selector)
        {
            errors.Required("spec.selector");
        }
        else if (selector["matchLabels"] is not JsonObject { Count: > 0 } && selector["matchExpressions"] is not JsonArray { Count: > 0 })
        {
            errors.Invalid("spec.selector", selector, "empty selector is invalid for statefulset");
        }
        else if (!Selectors.LabelSelector.Of(selector).Matches(template.At("metadata", "labels")))
        {
            errors.Invalid("spec.template.metadata.labels", template.At("metadata", "labels") ?? new JsonObject(), "`selector` does not match template `labels`");
        }

        var claims = spec.ObjectsAt("volumeClaimTemplates").Select(claim => claim.Name()).ToList();
        PodValidation.CheckSpec("spec.template.spec", template!["spec"]!, claims, errors);
        if (template.TextAt("spec", "restartPolicy") is not "Always" and var restart)
        {
            errors.Unsupported("spec.template.spec.restartPolicy", restart, "Always");
        }
    }

    private static void CheckStatefulSetChange(JsonObject current, JsonObject next, FieldErrors errors)
    {
        var before = current["spec"]!.AsObject().Copy();
        var after = next["spec"]!.AsObject().Copy();
        foreach (var field in StatefulSetMutable)
        {
            before.Remove(field);
            after.Remove(field);
        }

        if (!JsonNode.DeepEquals(before, after))
        {
            errors.Forbidden("spec", StatefulSetImmutable);
        }
    }

    private static void CheckBudget(JsonNode spec, FieldErrors errors)
    {
        if (spec["minAvailable"] is not null && spec["maxUnavailable"] is not null)
        {
            errors.Invalid("spec", spec.DeepClone(), "minAvailable and maxUnavailable cannot be both set");
        }

        foreach (var field in new[] { "minAvailable", "maxUnavailable" })
        {
            CheckNotNegative($"spec.{field}", spec[field], errors);
        }
    }

    private static void CheckClaim(string field, JsonNode spec, FieldErrors errors)
    {
        if (spec["accessModes"] is not JsonArray { Count: > 0 } modes)
        {
            errors.Required($"{field}.accessModes", "at least 1 access mode is required");
        }
        else
        {
            foreach (var mode in modes.Select(mode => mode!.GetValue<string>())
                .Where(mode => mode is not ("ReadWriteOnce" or "ReadOnlyMany" or "ReadWriteMany" or "ReadWriteOncePod")))
            {
                errors.Unsupported($"{field}.accessModes", mode, "ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod");
            }
        }

        if (spec.At("resources", "requests", "storage") is not { } storage)
        {
            errors.Required($"{field}.resources[storage]");
        }
        else if (Quantity.Parse(storage) is not > 0)
        {
            errors.Invalid($"{field}.resources[storage]", storage.DeepClone(), "must be greater than zero");
        }
    }

    private static void CheckClaimChange(JsonObject current, JsonObject next, FieldErrors errors)
    {
        if (Quantity.Parse(next.At("spec", "resources", "requests", "storage")) < Quantity.Parse(current.At("status", "capacity", "storage")))
        {
            errors.Forbidden("spec.resources.requests.storage", "field can not be less than status.capacity");
        }

        var before = current["spec"]!.AsObject().Copy();
        var after = next["spec"]!.AsObject().Copy();
        foreach (var spec in new[] { before, after })
        {
            (spec["resources"] as JsonObject)?.Remove("requests");
            spec.Remove("volumeAttributesClassName");
        }

        if (before["volumeName"] is null)
        {
            after.Remove("volumeName");
        }

        if (!JsonNode.DeepEquals(before, after))
        {
            errors.Forbidden("spec", "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims");
        }
    }

    private static void CheckNotNegative(string field, JsonNode? value, FieldErrors errors)
    {
        if (value.AsNumber() is < 0)
        {
            errors.Invalid(field, value!.DeepClone(), "must be greater than or equal to 0");
        }
    }
}
