using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using KafkaK8s.Sandbox.Api;
using KafkaK8s.Sandbox.Controllers;

namespace KafkaK8s.Sandbox.Pods;

/// <summary>The environment that a kubelet gives a container.</summary>
internal sealed partial class PodEnvironment(ObjectStore store)
{
    /// <summary>Makes the environment: the host's name, links to services, and what the container asks for.</summary>
    /// <param name="pod">The pod as the API has it.</param>
    /// <param name="container">The container's part of the spec.</param>
    /// <param name="address">The pod's address, which the API may not have yet.</param>
    /// <param name="node">The node's address.</param>
    /// <exception cref="ContainerConfigException">It asks for something that isn't there.</exception>
    public IReadOnlyDictionary<string, string> Make(JsonObject pod, JsonObject container, string address, string node)
    {
        var environment = new Dictionary<string, string> { ["HOSTNAME"] = pod.TextAt("spec", "hostname") ?? pod.Name() };
        AddLink(environment, "kubernetes", "10.96.0.1", [("https", 443, "TCP")]);
        if (pod.At("spec", "enableServiceLinks")?.GetValue<bool>() != false)
        {
            AddServiceLinks(environment, pod.Namespace());
        }

        foreach (var source in container.ObjectsAt("envFrom"))
        {
            AddAll(environment, pod, source);
        }

        foreach (var variable in container.ObjectsAt("env"))
        {
            var value = variable["valueFrom"] is JsonObject from
                ? ValueFrom(pod, from, address, node)
                : Expand(variable.TextAt("value") ?? "", environment);
            if (value is not null)
            {
                environment[variable.TextAt("name")!] = value;
            }
        }

        return environment;
    }

    /// <summary>Replaces <c>$(NAME)</c> by variables that are known; <c>$$</c> stands for a dollar.</summary>
    public static string Expand(string text, IReadOnlyDictionary<string, string> environment) => Reference().Replace(
        text,
        match => match.Value == "$$" ? "$" : environment.GetValueOrDefault(match.Groups[1].Value, match.Value));

    private void AddServiceLinks(Dictionary<string, string> environment, string ns)
    {
        foreach (var service in store.List(ResourceKind.Services, ns))
        {
            if (service.TextAt("spec", "clusterIP") is { Length: > 0 } address and not "None")
            {
                var ports = service.ObjectsAt("spec", "ports")
                    .Select(port => (port.TextAt("name") ?? "", port.NumberAt("port") ?? 0, port.TextAt("protocol") ?? "TCP"))
                    .ToList();
                AddLink(environment, service.Name(), address, ports);
            }
        }
    }

    private static void AddLink(
        Dictionary<string, string> environment, string service, string address, List<(string Name, long Port, string Protocol)> ports)
    {
        var prefix = Upper(service);
        environment[$"{prefix}_SERVICE_HOST"] = address;
        for (var index = 0; index < ports.Count; index++)
        {
            var (name, port, protocol) = ports[index];
            var number = port.ToString(CultureInfo.InvariantCulture);
            var url = $"{protocol.ToLowerInvariant()}://{address}:{number}";
            if (index == 0)
            {
                environment[$"{prefix}_SERVICE_PORT"] = number;
                environment[$"{prefix}_PORT"] = url;
            }

            if (name.Length > 0)
            {
                environment[$"{prefix}_SERVICE_PORT_{Upper(name)}"] = number;
            }

            var link = $"{prefix}_PORT_{number}_{protocol.ToUpperInvariant()}";
            environment[link] = url;
            environment[$"{link}_PROTO"] = protocol.ToLowerInvariant();
            environment[$"{link}_PORT"] = number;
            environment[$"{link}_ADDR"] = address;
        }
    }

    private void AddAll(Dictionary<string, string> environment, JsonObject pod, JsonObject source)
    {
        var prefix = source.TextAt("prefix") ?? "";
        if (source["configMapRef"] is JsonObject map)
        {
            foreach (var (key, value) in Find(ResourceKind.ConfigMaps, pod, map)?["data"] as JsonObject ?? [])
            {
                environment[prefix + key] = value?.GetValue<string>() ?? "";
            }
        }

        if (source["secretRef"] is JsonObject secret)
        {
            foreach (var (key, value) in Find(ResourceKind.Secrets, pod, secret)?["data"] as JsonObject ?? [])
            {
                environment[prefix + key] = Decode(value?.GetValue<string>() ?? "");
            }
        }
    }

    private string? ValueFrom(JsonObject pod, JsonObject from, string address, string node)
    {
        if (from.TextAt("fieldRef", "fieldPath") is { } path)
        {
            return Field(pod, path, address, node);
        }

        if (from["configMapKeyRef"] is JsonObject map)
        {
            return Key(ResourceKind.ConfigMaps, pod, map);
        }

        if (from["secretKeyRef"] is JsonObject secret)
        {
            return Key(ResourceKind.Secrets, pod, secret) is { } value ? Decode(value) : null;
        }

        throw new ContainerConfigException($"the sandbox can't take a variable from {from.Select(field => field.Key).FirstOrDefault()}");
    }

    private static string Field(JsonObject pod, string path, string address, string node) => path switch
    {
        "metadata.name" => pod.Name(),
        "metadata.namespace" => pod.Namespace(),
        "metadata.uid" => pod.TextAt("metadata", "uid") ?? "",
        "spec.nodeName" => pod.TextAt("spec", "nodeName") ?? "",
        "spec.serviceAccountName" => pod.TextAt("spec", "serviceAccountName") ?? "default",
        "status.podIP" or "status.podIPs" => address,
        "status.hostIP" or "status.hostIPs" => node,
        _ => Subscript().Match(path) is { Success: true } match
            ? pod.TextAt("metadata", match.Groups["map"].Value, match.Groups["key"].Value) ?? ""
            : throw new ContainerConfigException($"unsupported fieldPath: {path}"),
    };

    private string? Key(ResourceKind kind, JsonObject pod, JsonObject reference)
    {
        var key = reference.TextAt("key") ?? "";
        var source = Find(kind, pod, reference);
        if (source.TextAt("data", key) is { } value)
        {
            return value;
        }

        return source is null || IsOptional(reference)
            ? null
            : throw new ContainerConfigException($"couldn't find key {key} in {kind.Kind} {pod.Namespace()}/{reference.TextAt("name")}");
    }

    private JsonObject? Find(ResourceKind kind, JsonObject pod, JsonObject reference)
    {
        var name = reference.TextAt("name") ?? "";
        return store.Get(kind, pod.Namespace(), name)
            ?? (IsOptional(reference) ? null : throw new ContainerConfigException($"{kind.Singular} \"{name}\" not found"));
    }

    private static bool IsOptional(JsonObject reference) => reference["optional"]?.GetValue<bool>() == true;

    private static string Decode(string value) => Encoding.UTF8.GetString(Convert.FromBase64String(value));

    private static string Upper(string name) => name.ToUpperInvariant().Replace('-', '_');

    [GeneratedRegex(@"\$\$|\$\(([-._a-zA-Z][-._a-zA-Z0-9]*)\)")]
    private static partial Regex Reference();

    [GeneratedRegex(@"^metadata\.(?<map>labels|annotations)\['(?<key>[^']+)'\]$")]
    private static partial Regex Subscript();
}

/// <summary>A container asks for something that isn't there, so that it can't be created yet.</summary>
internal sealed class ContainerConfigException(string message) : Exception(message);
