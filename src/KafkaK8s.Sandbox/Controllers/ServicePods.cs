using System.Text.Json.Nodes;
using KafkaK8s.Sandbox.Api;
using KafkaK8s.Sandbox.Api.Selectors;
using KafkaK8s.Sandbox.Pods;

namespace KafkaK8s.Sandbox.Controllers;

/// <summary>Which pods stand behind a service, and under which names.</summary>
internal static class ServicePods
{
    /// <summary>Whether a service selects a pod. One without a selector selects none.</summary>
    public static bool Selects(JsonObject service, JsonObject pod) =>
        service.At("spec", "selector") is JsonObject { Count: > 0 } selector && LabelSelector.Contains(pod.At("metadata", "labels"), selector);

    /// <summary>The pods that have an address and haven't ended.</summary>
    public static IReadOnlyList<JsonObject> Of(ObjectStore store, JsonObject service) =>
        [.. store.List(ResourceKind.Pods, service.Namespace())
            .Where(pod => pod.TextAt("status", "podIP") is not null && !pod.HasEnded() && Selects(service, pod))];

    /// <summary>Whether a pod's address is given out: it is ready and stays, or the service publishes those that aren't.</summary>
    public static bool IsServed(JsonObject service, JsonObject pod) =>
        service.At("spec", "publishNotReadyAddresses")?.GetValue<bool>() == true || (pod.IsReady() && !pod.IsTerminating());

    /// <summary>Whether the service has no address of its own.</summary>
    public static bool IsHeadless(JsonObject service) => service.TextAt("spec", "clusterIP") == "None";

    /// <summary>The name that a pod has under a service, or null when it has none.</summary>
    public static string? HostNameUnder(JsonObject service, JsonObject pod) =>
        pod.TextAt("spec", "subdomain") == service.Name() ? pod.TextAt("spec", "hostname") : null;

    /// <summary>The pods' port behind a service's port, or null when they have none of its name.</summary>
    public static int? TargetPort(JsonObject port, IEnumerable<JsonObject> pods)
    {
        if (port.TextAt("targetPort") is { } name)
        {
            return (int?)pods
                .SelectMany(pod => pod.ObjectsAt("spec", "containers"))
                .SelectMany(container => container.ObjectsAt("ports"))
                .FirstOrDefault(candidate => candidate.TextAt("name") == name)
                .NumberAt("containerPort");
        }

        return (int?)(port.NumberAt("targetPort") ?? port.NumberAt("port"));
    }
}
