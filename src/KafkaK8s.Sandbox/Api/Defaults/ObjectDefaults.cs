using System.Text;
using System.Text.Json.Nodes;

namespace KafkaK8s.Sandbox.Api.Defaults;

/// <summary>Fills in what the API server fills in when a field isn't given.</summary>
internal static class ObjectDefaults
{
    /// <summary>Completes an object in its declared shape.</summary>
    public static void Apply(ResourceKind kind, JsonObject item)
    {
        if (kind == ResourceKind.Pods)
        {
            PodDefaults.ApplyToPod(item.Child("spec"));
        }
        else if (kind == ResourceKind.StatefulSets)
        {
            ApplyToStatefulSet(item.Child("spec"));
        }
        else if (kind == ResourceKind.Services)
        {
            ApplyToService(item.Child("spec"));
        }
        else if (kind == ResourceKind.Namespaces)
        {
            item.Child("metadata").Child("labels")["kubernetes.io/metadata.name"] = item.Name();
        }
        else if (kind == ResourceKind.PersistentVolumeClaims)
        {
            Set(item.Child("spec"), "volumeMode", "Filesystem");
            Set(item.Child("status"), "phase", "Pending");
        }
        else if (kind == ResourceKind.PersistentVolumes)
        {
            Set(item.Child("spec"), "volumeMode", "Filesystem");
            Set(item.Child("spec"), "persistentVolumeReclaimPolicy", "Retain");
            Set(item.Child("status"), "phase", "Pending");
        }
        else if (kind == ResourceKind.StorageClasses)
        {
            Set(item, "reclaimPolicy", "Delete");
            Set(item, "volumeBindingMode", "Immediate");
        }
        else if (kind == ResourceKind.Secrets)
        {
            ApplyToSecret(item);
        }
        else if (kind == ResourceKind.EndpointSlices)
        {
            foreach (var port in item.ObjectsAt("ports"))
            {
                Set(port, "name", "");
                Set(port, "protocol", "TCP");
            }
        }
        else if (kind == ResourceKind.Endpoints)
        {
            foreach (var port in item.ObjectsAt("subsets").SelectMany(subset => subset.ObjectsAt("ports")))
            {
                Set(port, "protocol", "TCP");
            }
        }
        else if (kind == ResourceKind.RoleBindings || kind == ResourceKind.ClusterRoleBindings)
        {
            ApplyToBinding(item);
        }
    }

    /// <summary>Sets a field that isn't set.</summary>
    public static void Set(JsonObject item, string field, JsonNode value)
    {
        if (item[field] is null)
        {
            item[field] = value;
        }
    }

    private static void ApplyToStatefulSet(JsonObject spec)
    {
        PodDefaults.ApplyToSpec(spec.Child("template").Child("spec"));
        Set(spec, "podManagementPolicy", "OrderedReady");
        var strategy = spec.Child("updateStrategy");
        Set(strategy, "type", "RollingUpdate");
        if (strategy.TextAt("type") == "RollingUpdate")
        {
            Set(strategy.Child("rollingUpdate"), "partition", 0);
        }

        Set(spec, "replicas", 1);
        Set(spec, "revisionHistoryLimit", 10);
        var retention = spec.Child("persistentVolumeClaimRetentionPolicy");
        Set(retention, "whenDeleted", "Retain");
        Set(retention, "whenScaled", "Retain");
        foreach (var claim in spec.ObjectsAt("volumeClaimTemplates"))
        {
            claim["kind"] = "PersistentVolumeClaim";
            claim["apiVersion"] = "v1";
            Set(claim.Child("spec"), "volumeMode", "Filesystem");
            Set(claim.Child("status"), "phase", "Pending");
        }
    }

    private static void ApplyToService(JsonObject spec)
    {
        Set(spec, "type", "ClusterIP");
        Set(spec, "sessionAffinity", "None");
        var type = spec.TextAt("type");
        if (type != "ExternalName")
        {
            Set(spec, "internalTrafficPolicy", "Cluster");
        }

        if (type is "NodePort" or "LoadBalancer")
        {
            Set(spec, "externalTrafficPolicy", "Cluster");
        }

        if (type == "LoadBalancer")
        {
            Set(spec, "allocateLoadBalancerNodePorts", true);
        }

        if (spec.TextAt("sessionAffinity") == "ClientIP")
        {
            Set(spec.Child("sessionAffinityConfig").Child("clientIP"), "timeoutSeconds", 10800);
        }

        foreach (var port in spec.ObjectsAt("ports"))
        {
            Set(port, "protocol", "TCP");
            if (port["targetPort"] is null || port.NumberAt("targetPort") == 0 || port.TextAt("targetPort")?.Length == 0)
            {
                port["targetPort"] = port["port"]?.DeepClone();
            }
        }
    }

    private static void ApplyToSecret(JsonObject secret)
    {
        Set(secret, "type", "Opaque");
        if (secret["stringData"] is not JsonObject texts)
        {
            return;
        }

        foreach (var (key, text) in texts)
        {
            secret.Child("data")[key] = Convert.ToBase64String(Encoding.UTF8.GetBytes(text!.GetValue<string>()));
        }

        secret.Remove("stringData");
    }

    private static void ApplyToBinding(JsonObject binding)
    {
        const string group = "rbac.authorization.k8s.io";
        var roleRef = binding.Child("roleRef");
        if (roleRef.TextAt("apiGroup") is null or "")
        {
            roleRef["apiGroup"] = group;
        }

        foreach (var subject in binding.ObjectsAt("subjects").Where(subject => subject.TextAt("kind") is "User" or "Group"))
        {
            Set(subject, "apiGroup", group);
        }
    }
}
