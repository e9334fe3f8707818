using System.Text.Json.Nodes;

namespace KafkaK8s.Sandbox.Api.Validation;

/// <summary>The rules for services.</summary>
internal static class ServiceValidation
{
    public static void Check(JsonNode spec, FieldErrors errors)
    {
        var ports = spec.ObjectsAt("ports").ToList();
        var isHeadless = spec.TextAt("clusterIP") == "None";
        if (ports.Count == 0 && !isHeadless && spec.TextAt("type") != "ExternalName")
        {
            errors.Required("spec.ports");
        }

        var names = new HashSet<string>();
        var numbers = new HashSet<string>();
        for (var i = 0; i < ports.Count; i++)
        {
            CheckNamed(ports[i], $"spec.ports[{i}]", ports.Count > 1, names, errors);
            CheckPort($"spec.ports[{i}].port", ports[i]["port"], errors);
            if (ports[i].TextAt("protocol") is not ("TCP" or "UDP" or "SCTP") and var protocol)
            {
                errors.Unsupported($"spec.ports[{i}].protocol", protocol, "SCTP", "TCP", "UDP");
            }

            if (ports[i].NumberAt("targetPort") is not null)
            {
                CheckPort($"spec.ports[{i}].targetPort", ports[i]["targetPort"], errors);
            }

            if (!numbers.Add($"{ports[i].TextAt("protocol")}/{ports[i].NumberAt("port")}"))
            {
                errors.Duplicate(
                    $"spec.ports[{i}]",
                    new JsonObject { ["protocol"] = ports[i].TextAt("protocol"), ["port"] = ports[i].NumberAt("port"), ["targetPort"] = 0 });
            }
        }

        Names.CheckLabels("spec.selector", spec["selector"], errors);
        if (spec.TextAt("type") is not ("ClusterIP" or "NodePort" or "LoadBalancer" or "ExternalName") and var type)
        {
            errors.Unsupported("spec.type", type, "ClusterIP", "ExternalName", "LoadBalancer", "NodePort");
        }

        if (spec.TextAt("sessionAffinity") is not ("None" or "ClientIP") and var affinity)
        {
            errors.Unsupported("spec.sessionAffinity", affinity, "ClientIP", "None");
        }
    }

    public static void CheckChange(JsonObject current, JsonObject next, FieldErrors errors)
    {
        var before = current.TextAt("spec", "clusterIP");
        var after = next.TextAt("spec", "clusterIP");
        if (!string.IsNullOrEmpty(before) && before != after && next.TextAt("spec", "type") != "ExternalName")
        {
            errors.Invalid("spec.clusterIPs[0]", new JsonArray(after), "may not change once set");
        }
    }

    public static void CheckPort(string field, JsonNode? port, FieldErrors errors)
    {
        if (port.AsNumber() is not (>= 1 and <= 65535))
        {
            errors.Invalid(field, port?.DeepClone() ?? 0, "must be between 1 and 65535, inclusive");
        }
    }

    private static void CheckNamed(JsonObject port, string at, bool isRequired, HashSet<string> names, FieldErrors errors)
    {
        if (port.TextAt("name") is not { Length: > 0 } name)
        {
            if (isRequired)
            {
                errors.Required($"{at}.name");
            }

            return;
        }

        Names.CheckLabel($"{at}.name", name, errors);
        if (!names.Add(name))
        {
            errors.Duplicate($"{at}.name", name);
        }
    }
}
