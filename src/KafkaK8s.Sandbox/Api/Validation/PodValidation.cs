using System.Text.Json.Nodes;

namespace KafkaK8s.Sandbox.Api.Validation;

/// <summary>The rules for pods and pod templates.</summary>
internal static class PodValidation
{
    private static readonly string[] Probes = ["livenessProbe", "readinessProbe", "startupProbe"];
    private static readonly string[] Handlers = ["exec", "httpGet", "tcpSocket", "grpc"];

    private const string Immutable =
        "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";

    /// <summary>Checks a spec; <paramref name="claims"/> are the volumes that a StatefulSet's claims will add.</summary>
    public static void CheckSpec(string field, JsonNode spec, IReadOnlyList<string> claims, FieldErrors errors)
    {
        var volumes = new HashSet<string>(claims);
        foreach (var (volume, at) in Indexed(spec, "volumes", field))
        {
            CheckVolume(volume, at, volumes, errors);
        }

        var containers = Indexed(spec, "containers", field).ToList();
        if (containers.Count == 0)
        {
            errors.Required($"{field}.containers");
        }

        var names = new HashSet<string>();
        foreach (var (container, at) in containers.Concat(Indexed(spec, "initContainers", field)))
        {
            CheckContainer(container, at, names, volumes, errors);
        }

        Supported($"{field}.restartPolicy", spec.TextAt("restartPolicy"), errors, "Always", "OnFailure", "Never");
        Supported($"{field}.dnsPolicy", spec.TextAt("dnsPolicy"), errors, "ClusterFirst", "ClusterFirstWithHostNet", "Default", "None");
        if (spec.NumberAt("terminationGracePeriodSeconds") is < 0 and var grace)
        {
            errors.Invalid($"{field}.terminationGracePeriodSeconds", grace, "must be greater than or equal to 0");
        }

        Names.CheckLabels($"{field}.nodeSelector", spec["nodeSelector"], errors);
    }

    /// <summary>Checks what a pod may still change.</summary>
    public static void CheckChange(JsonObject current, JsonObject next, FieldErrors errors)
    {
        var before = Mutable(current, next);
        if (!JsonNode.DeepEquals(before, Mutable(next, next)))
        {
            errors.Forbidden("spec", Immutable);
        }
    }

    // The spec without what may change; a node that is only now assigned is the scheduler's doing.
    private static JsonObject Mutable(JsonObject pod, JsonObject next)
    {
        var spec = pod["spec"]!.AsObject().Copy();
        foreach (var container in spec.ObjectsAt("containers").Concat(spec.ObjectsAt("initContainers")))
        {
            container.Remove("image");
        }

        spec.Remove("activeDeadlineSeconds");
        spec.Remove("tolerations");
        if (spec["nodeName"] is null && next.TextAt("spec", "nodeName") is { } node)
        {
            spec["nodeName"] = node;
        }

        return spec;
    }

    private static void CheckVolume(JsonObject volume, string at, HashSet<string> volumes, FieldErrors errors)
    {
        var name = volume.TextAt("name") ?? "";
        if (name.Length == 0)
        {
            errors.Required($"{at}.name");
            return;
        }

        Names.CheckLabel($"{at}.name", name, errors);
        if (!volumes.Add(name))
        {
            errors.Duplicate($"{at}.name", name);
        }

        if (volume["persistentVolumeClaim"] is JsonObject claim && claim.TextAt("claimName") is null or "")
        {
            errors.Required($"{at}.persistentVolumeClaim.claimName");
        }
    }

    private static void CheckContainer(JsonObject container, string at, HashSet<string> names, HashSet<string> volumes, FieldErrors errors)
    {
        var name = container.TextAt("name") ?? "";
        if (name.Length == 0)
        {
            errors.Required($"{at}.name");
        }
        else
        {
            Names.CheckLabel($"{at}.name", name, errors);
            if (!names.Add(name))
            {
                errors.Duplicate($"{at}.name", name);
            }
        }

        var image = container.TextAt("image") ?? "";
        if (image.Length == 0)
        {
            errors.Required($"{at}.image");
        }
        else if (image.Trim() != image)
        {
            errors.Invalid($"{at}.image", image, "must not have leading or trailing whitespace");
        }

        Supported($"{at}.imagePullPolicy", container.TextAt("imagePullPolicy"), errors, "Always", "IfNotPresent", "Never");
        CheckPorts(container, at, errors);
        foreach (var (variable, variableAt) in Indexed(container, "env", at))
        {
            if (variable.TextAt("name") is null or "")
            {
                errors.Required($"{variableAt}.name");
            }
            else if (variable.TextAt("value") is { Length: > 0 } && variable["valueFrom"] is not null)
            {
                errors.Invalid($"{variableAt}.valueFrom", "", "may not be specified when `value` is not empty");
            }
        }

        var paths = new HashSet<string>();
        foreach (var (mount, mountAt) in Indexed(container, "volumeMounts", at))
        {
            CheckMount(mount, mountAt, paths, volumes, errors);
        }

        CheckResources(container["resources"], $"{at}.resources", errors);
        foreach (var probe in Probes)
        {
            CheckProbe(container[probe], $"{at}.{probe}", probe, errors);
        }
    }

    private static void CheckPorts(JsonObject container, string at, FieldErrors errors)
    {
        var names = new HashSet<string>();
        foreach (var (port, portAt) in Indexed(container, "ports", at))
        {
            if (port.TextAt("name") is { Length: > 0 } name && !names.Add(name))
            {
                errors.Duplicate($"{portAt}.name", name);
            }

            ServiceValidation.CheckPort($"{portAt}.containerPort", port["containerPort"], errors);
            Supported($"{portAt}.protocol", port.TextAt("protocol"), errors, "SCTP", "TCP", "UDP");
        }
    }

    private static void CheckMount(JsonObject mount, string at, HashSet<string> paths, HashSet<string> volumes, FieldErrors errors)
    {
        var name = mount.TextAt("name") ?? "";
        if (name.Length == 0)
        {
            errors.Required($"{at}.name");
        }
        else if (!volumes.Contains(name))
        {
            errors.NotFound($"{at}.name", name);
        }

        var path = mount.TextAt("mountPath") ?? "";
        if (path.Length == 0)
        {
            errors.Required($"{at}.mountPath");
        }
        else if (!paths.Add(path))
        {
            errors.Invalid($"{at}.mountPath", path, "must be unique");
        }
    }

    private static void CheckResources(JsonNode? resources, string at, FieldErrors errors)
    {
        foreach (var (name, request) in resources.At("requests") as JsonObject ?? [])
        {
            var asked = Quantity.Parse(request);
            if (asked < 0)
            {
                errors.Invalid($"{at}.requests[{name}]", request!.DeepClone(), "must be greater than or equal to 0");
            }
            else if (resources.At("limits", name) is { } limit && asked > Quantity.Parse(limit))
            {
                errors.Invalid($"{at}.requests", request!.DeepClone(), $"must be less than or equal to {name} limit of {limit}");
            }
        }
    }

    private static void CheckProbe(JsonNode? probe, string at, string name, FieldErrors errors)
    {
        if (probe is null)
        {
            return;
        }

        var handlers = Handlers.Count(handler => probe[handler] is not null);
        if (handlers == 0)
        {
            errors.Required(at, "must specify a handler type");
        }

        if (name != "readinessProbe" && probe.NumberAt("successThreshold") is not 1 and var threshold)
        {
            errors.Invalid($"{at}.successThreshold", threshold, "must be 1");
        }
    }

    private static void Supported(string field, string? value, FieldErrors errors, params string[] supported)
    {
        if (value is not null && !supported.Contains(value))
        {
            errors.Unsupported(field, value, supported);
        }
    }

    private static IEnumerable<(JsonObject Item, string Path)> Indexed(JsonNode parent, string list, string path) =>
        parent.ObjectsAt(list).Select((item, index) => (item, $"{path}.{list}[{index}]"));
}
