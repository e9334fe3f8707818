using System.Globalization;
using System.Text.Json.Nodes;
using KafkaK8s.Sandbox.Api.Defaults;

namespace KafkaK8s.Sandbox.Api;

/// <summary>What the API server gives a new object besides defaults: addresses, service accounts, finalizers, a first status.</summary>
internal static class NewObjects
{
    private static readonly string[] ComputeResources = ["cpu", "memory"];

    public static void Prepare(ObjectStore store, ResourceKind kind, JsonObject item)
    {
        if (kind == ResourceKind.Namespaces)
        {
            item.Child("spec")["finalizers"] = new JsonArray("kubernetes");
            item.Child("status")["phase"] = "Active";
        }
        else if (kind == ResourceKind.Services)
        {
            Allocate(store, item.Child("spec"));
        }
        else if (kind == ResourceKind.Pods)
        {
            PreparePod(item);
        }
        else if (kind == ResourceKind.PersistentVolumeClaims)
        {
            PrepareClaim(store, item);
        }
    }

    private static void PreparePod(JsonObject pod)
    {
        var spec = pod.Child("spec");
        ObjectDefaults.Set(spec, "serviceAccountName", "default");
        ObjectDefaults.Set(spec, "serviceAccount", spec.TextAt("serviceAccountName")!);
        ObjectDefaults.Set(spec, "priority", 0);
        ObjectDefaults.Set(spec, "preemptionPolicy", "PreemptLowerPriority");
        Tolerate(spec, "node.kubernetes.io/not-ready");
        Tolerate(spec, "node.kubernetes.io/unreachable");
        if (spec["automountServiceAccountToken"]?.GetValue<bool>() != false)
        {
            MountToken(spec);
        }

        var status = pod.Child("status");
        ObjectDefaults.Set(status, "phase", "Pending");
        ObjectDefaults.Set(status, "qosClass", QualityOfService(spec));
    }

    private static void Tolerate(JsonObject spec, string taint)
    {
        ObjectDefaults.Set(spec, "tolerations", new JsonArray());
        if (spec.ObjectsAt("tolerations").All(toleration => toleration.TextAt("key") != taint))
        {
            spec["tolerations"]!.AsArray().Add(new JsonObject
            {
                ["key"] = taint, ["operator"] = "Exists", ["effect"] = "NoExecute", ["tolerationSeconds"] = 300,
            });
        }
    }

    private static void MountToken(JsonObject spec)
    {
        const string path = "/var/run/secrets/kubernetes.io/serviceaccount";
        var name = "kube-api-access-" + RandomSuffix.Next();
        var isMounted = false;
        foreach (var container in spec.ObjectsAt("initContainers").Concat(spec.ObjectsAt("containers"))
            .Where(container => container.ObjectsAt("volumeMounts").All(mount => mount.TextAt("mountPath") != path)))
        {
            ObjectDefaults.Set(container, "volumeMounts", new JsonArray());
            container["volumeMounts"]!.AsArray().Add(new JsonObject { ["name"] = name, ["readOnly"] = true, ["mountPath"] = path });
            isMounted = true;
        }

        if (!isMounted)
        {
            return;
        }

        ObjectDefaults.Set(spec, "volumes", new JsonArray());
        spec["volumes"]!.AsArray().Add(new JsonObject
        {
            ["name"] = name,
            ["projected"] = new JsonObject
            {
                ["sources"] = new JsonArray(
                    new JsonObject { ["serviceAccountToken"] = new JsonObject { ["expirationSeconds"] = 3607, ["path"] = "token" } },
                    new JsonObject
                    {
                        ["configMap"] = new JsonObject
                        {
                            ["name"] = "kube-root-ca.crt",
                            ["items"] = new JsonArray(new JsonObject { ["key"] = "ca.crt", ["path"] = "ca.crt" }),
                        },
                    },
                    new JsonObject
                    {
                        ["downwardAPI"] = new JsonObject
                        {
                            ["items"] = new JsonArray(new JsonObject
                            {
                                ["path"] = "namespace",
                                ["fieldRef"] = new JsonObject { ["apiVersion"] = "v1", ["fieldPath"] = "metadata.namespace" },
                            }),
                        },
                    }),
                ["defaultMode"] = 420,
            },
        });
    }

    private static string QualityOfService(JsonObject spec)
    {
        var resources = spec.ObjectsAt("containers").Concat(spec.ObjectsAt("initContainers")).Select(container => container["resources"]).ToList();
        if (resources.All(one => one.At("requests") is not JsonObject { Count: > 0 } && one.At("limits") is not JsonObject { Count: > 0 }))
        {
            return "BestEffort";
        }

        var isGuaranteed = resources.All(one => ComputeResources.All(name =>
            one.At("limits", name) is { } limit && Quantity.Parse(one.At("requests", name)) == Quantity.Parse(limit)));
        return isGuaranteed ? "Guaranteed" : "Burstable";
    }

    private static void PrepareClaim(ObjectStore store, JsonObject claim)
    {
        claim.Child("metadata")["finalizers"] ??= new JsonArray("kubernetes.io/pvc-protection");
        var spec = claim.Child("spec");
        if (spec["storageClassName"] is null && DefaultStorageClass(store) is { } name)
        {
            spec["storageClassName"] = name;
        }
    }

    private static string? DefaultStorageClass(ObjectStore store) => store.List(ResourceKind.StorageClasses)
        .FirstOrDefault(one => one.TextAt("metadata", "annotations", "storageclass.kubernetes.io/is-default-class") == "true")
        ?.Name();

    private static void Allocate(ObjectStore store, JsonObject spec)
    {
        if (spec.TextAt("type") == "ExternalName")
        {
            return;
        }

        if (spec.TextAt("clusterIP") is null or "")
        {
            spec["clusterIP"] = FreeAddress(store);
        }

        ObjectDefaults.Set(spec, "clusterIPs", new JsonArray(spec.TextAt("clusterIP")));
        ObjectDefaults.Set(spec, "ipFamilies", new JsonArray("IPv4"));
        ObjectDefaults.Set(spec, "ipFamilyPolicy", "SingleStack");
    }

    // 10.96.0.0/16, the usual range; .0.1 is the API's own.
    private static string FreeAddress(ObjectStore store)
    {
        var taken = store.List(ResourceKind.Services).Select(service => service.TextAt("spec", "clusterIP")).ToHashSet();
        return Enumerable.Range(10, 65_000)
            .Select(number => string.Create(CultureInfo.InvariantCulture, $"10.96.{number >> 8}.{number & 255}"))
            .First(address => !taken.Contains(address));
    }
}
