using System.Text.Json.Nodes;
using static KafkaK8s.Sandbox.Api.Defaults.ObjectDefaults;

namespace KafkaK8s.Sandbox.Api.Defaults;

/// <summary>The defaults of pods and of the templates that pods are made from.</summary>
internal static class PodDefaults
{
    private static readonly string[] Probes = ["livenessProbe", "readinessProbe", "startupProbe"];
    private static readonly string[] SourcesWithMode = ["secret", "configMap", "downwardAPI", "projected"];

    /// <summary>Completes a pod's spec.</summary>
    public static void ApplyToPod(JsonObject spec)
    {
        ApplyToSpec(spec);
        Set(spec, "enableServiceLinks", true);
        foreach (var resources in Containers(spec).Select(container => container.Child("resources")))
        {
            // What is limited and not requested is requested as it is limited.
            if (resources["limits"] is JsonObject limits)
            {
                foreach (var (name, limit) in limits)
                {
                    Set(resources.Child("requests"), name, limit!.DeepClone());
                }
            }
        }
    }

    /// <summary>Completes a template's spec.</summary>
    public static void ApplyToSpec(JsonObject spec)
    {
        Set(spec, "restartPolicy", "Always");
        Set(spec, "terminationGracePeriodSeconds", 30);
        Set(spec, "dnsPolicy", "ClusterFirst");
        Set(spec, "securityContext", new JsonObject());
        Set(spec, "schedulerName", "default-scheduler");
        if (spec.TextAt("serviceAccountName") is { Length: > 0 } account)
        {
            Set(spec, "serviceAccount", account);
        }

        foreach (var container in Containers(spec))
        {
            ApplyToContainer(container);
        }

        foreach (var volume in spec.ObjectsAt("volumes"))
        {
            ApplyToVolume(volume);
        }
    }

    private static IEnumerable<JsonObject> Containers(JsonObject spec) => spec.ObjectsAt("initContainers").Concat(spec.ObjectsAt("containers"));

    private static void ApplyToContainer(JsonObject container)
    {
        foreach (var port in container.ObjectsAt("ports"))
        {
            Set(port, "protocol", "TCP");
        }

        foreach (var source in container.ObjectsAt("env").Select(variable => variable.At("valueFrom", "fieldRef")).OfType<JsonObject>())
        {
            Set(source, "apiVersion", "v1");
        }

        foreach (var probe in Probes.Select(name => container[name]).OfType<JsonObject>())
        {
            Set(probe, "timeoutSeconds", 1);
            Set(probe, "periodSeconds", 10);
            Set(probe, "successThreshold", 1);
            Set(probe, "failureThreshold", 3);
            ApplyToHttpGet(probe["httpGet"] as JsonObject);
        }

        ApplyToHttpGet(container.At("lifecycle", "preStop", "httpGet") as JsonObject);
        ApplyToHttpGet(container.At("lifecycle", "postStart", "httpGet") as JsonObject);
        Set(container, "terminationMessagePath", "/dev/termination-log");
        Set(container, "terminationMessagePolicy", "File");
        Set(container, "imagePullPolicy", IsLatest(container.TextAt("image") ?? "") ? "Always" : "IfNotPresent");
    }

    private static void ApplyToHttpGet(JsonObject? httpGet)
    {
        if (httpGet is not null)
        {
            Set(httpGet, "path", "/");
            Set(httpGet, "scheme", "HTTP");
        }
    }

    private static bool IsLatest(string image)
    {
        var name = image[(image.LastIndexOf('/') + 1)..];
        var tag = name.IndexOf(':', StringComparison.Ordinal);
        return !name.Contains('@', StringComparison.Ordinal) && (tag < 0 || name[(tag + 1)..] == "latest");
    }

    private static void ApplyToVolume(JsonObject volume)
    {
        if (volume.Count == 1 && volume["name"] is not null)
        {
            volume["emptyDir"] = new JsonObject();
        }

        foreach (var source in SourcesWithMode.Select(name => volume[name]).OfType<JsonObject>())
        {
            Set(source, "defaultMode", 420);
        }

        if (volume["hostPath"] is JsonObject hostPath)
        {
            Set(hostPath, "type", "");
        }

        foreach (var token in volume.ObjectsAt("projected", "sources").Select(source => source["serviceAccountToken"]).OfType<JsonObject>())
        {
            Set(token, "expirationSeconds", 3600);
        }
    }
}
