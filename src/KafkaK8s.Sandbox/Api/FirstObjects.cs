using System.Text.Json.Nodes;

namespace KafkaK8s.Sandbox.Api;

/// <summary>What a cluster has before anyone uses it: namespaces, the API's own service, storage classes.</summary>
internal static class FirstObjects
{
    private static readonly string[] Namespaces = ["default", "kube-node-lease", "kube-public", "kube-system"];

    public static void Create(ObjectStore store)
    {
        foreach (var name in Namespaces)
        {
            store.Create(ResourceKind.Namespaces, new JsonObject { ["metadata"] = new JsonObject { ["name"] = name } }, new Writer("kube-apiserver"));
        }

        store.Create(
            ResourceKind.Services,
            new JsonObject
            {
                ["metadata"] = new JsonObject
                {
                    ["name"] = "kubernetes",
                    ["namespace"] = "default",
                    ["labels"] = new JsonObject { ["component"] = "apiserver", ["provider"] = "kubernetes" },
                },
                ["spec"] = new JsonObject
                {
                    ["clusterIP"] = "10.96.0.1",
                    ["ports"] = new JsonArray(new JsonObject { ["name"] = "https", ["port"] = 443, ["targetPort"] = 6443 }),
                },
            },
            new Writer("kube-apiserver"));
        store.Create(ResourceKind.StorageClasses, StorageClass("standard", "WaitForFirstConsumer", isDefault: true));
        store.Create(ResourceKind.StorageClasses, StorageClass("rook-block", "Immediate", isDefault: false));
    }

    private static JsonObject StorageClass(string name, string binding, bool isDefault)
    {
        var metadata = new JsonObject { ["name"] = name };
        if (isDefault)
        {
            metadata["annotations"] = new JsonObject { ["storageclass.kubernetes.io/is-default-class"] = "true" };
        }

        return new JsonObject
        {
            ["metadata"] = metadata,
            ["provisioner"] = "sandbox.local/folder",
            ["reclaimPolicy"] = "Delete",
            ["volumeBindingMode"] = binding,
            ["allowVolumeExpansion"] = false,
        };
    }
}
