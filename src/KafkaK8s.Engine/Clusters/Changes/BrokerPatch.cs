using System.Text.Json.Nodes;
using KafkaK8s.Engine.Manifests;

namespace KafkaK8s.Engine.Clusters.Changes;

/// <summary>Makes the patch of a StatefulSet from what is to change of its brokers.</summary>
internal static class BrokerPatch
{
    /// <summary>The patch, empty where nothing of the StatefulSet is to change. The number of brokers is not in it: that has steps of its own.</summary>
    /// <param name="set">The StatefulSet as it is.</param>
    /// <param name="change">What is to change.</param>
    public static JsonObject Create(JsonObject set, BrokerChange change)
    {
        var container = new JsonObject();
        if (change.Image is not null)
        {
            container["image"] = change.Image;
        }

        if (change.Resources is { Count: > 0 })
        {
            container["resources"] = change.Resources.DeepClone();
        }

        var variables = new JsonArray([.. Variables(set, change)]);
        if (variables.Count > 0)
        {
            container["env"] = variables;
        }

        var patch = new JsonObject();
        if (container.Count > 0)
        {
            container["name"] = (string?)Container(set)["name"];
            patch["spec"] = new JsonObject
            {
                ["template"] = new JsonObject { ["spec"] = new JsonObject { ["containers"] = new JsonArray(container) } },
            };
        }

        return PatchUnion.Of(patch, WithoutReplicas(change.Override));
    }

    private static IEnumerable<JsonNode> Variables(JsonObject set, BrokerChange change)
    {
        var wanted = (change.Configuration ?? new Dictionary<string, string?>())
            .Select(setting => (Name: BrokerEnvironment.Variable(setting.Key), setting.Value))
            .Concat(change.HeapOptions is null ? [] : [(Name: "KAFKA_HEAP_OPTS", Value: (string?)change.HeapOptions)]);
        var present = (Container(set)["env"] as JsonArray ?? []).OfType<JsonObject>().ToLookup(variable => (string?)variable["name"]);
        foreach (var (name, value) in wanted)
        {
            if (value is null)
            {
                yield return new JsonObject { ["name"] = name, ["$patch"] = "delete" };
            }
            else if (present[name].Any(variable => variable["valueFrom"] is not null))
            {
                yield return new JsonObject { ["name"] = name, ["value"] = value, ["valueFrom"] = null };
            }
            else
            {
                yield return new JsonObject { ["name"] = name, ["value"] = value };
            }
        }
    }

    private static JsonObject? WithoutReplicas(JsonObject? patch)
    {
        var rest = patch?.DeepClone().AsObject();
        if (rest?["spec"] is JsonObject spec && spec.Remove("replicas") && spec.Count == 0)
        {
            rest.Remove("spec");
        }

        return rest;
    }

    // The article's name, else whichever has Kafka's variables, else the first.
    private static JsonObject Container(JsonObject set)
    {
        var containers = (set["spec"]?["template"]?["spec"]?["containers"] as JsonArray ?? []).OfType<JsonObject>().ToList();
        return containers.FirstOrDefault(container => (string?)container["name"] == "kafka-broker")
            ?? containers.FirstOrDefault(container => (container["env"] as JsonArray ?? []).Any(variable => ((string?)variable?["name"])?.StartsWith("KAFKA_", StringComparison.Ordinal) == true))
            ?? containers[0];
    }
}
