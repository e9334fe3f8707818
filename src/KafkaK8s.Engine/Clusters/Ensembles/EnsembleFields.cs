using System.Globalization;
using System.Text.Json.Nodes;
using KafkaK8s.Engine.Clusters.Changes;
using KafkaK8s.Engine.Manifests;

namespace KafkaK8s.Engine.Clusters.Ensembles;

/// <summary>The patches that make an ensemble's StatefulSet what is asked for.</summary>
internal static class EnsembleFields
{
    /// <summary>What changes besides the number of members: image, resources, and the override without its replicas.</summary>
    public static JsonObject Patch(LiveSet set, EnsembleRequest request)
    {
        var container = new JsonObject();
        if (request.Image is { } image)
        {
            container["image"] = image;
        }

        if (request.Resources is { } resources)
        {
            container["resources"] = resources.DeepClone();
        }

        var patch = new JsonObject();
        if (container.Count > 0)
        {
            container["name"] = ServerList.Container(PodSpec(set)) ?? "zookeeper";
            patch = Spec(new JsonObject { ["template"] = Template(new JsonObject { ["containers"] = new JsonArray(container) }) });
        }

        if (request.Override is { } wanted)
        {
            patch = PatchUnion.Of(patch, wanted);
            if (patch["spec"] is JsonObject spec)
            {
                spec.Remove("replicas");
            }
        }

        return patch;
    }

    /// <summary>The patch that gives the set a number of pods and its list a length.</summary>
    public static JsonObject Members(LiveSet set, int replicas, int listSize) => Spec(new JsonObject
    {
        ["replicas"] = replicas,
        ["template"] = Template(ServerList.Resize(PodSpec(set), set.Name, listSize)),
    });

    /// <summary>The patch that gives the list a length.</summary>
    public static JsonObject List(LiveSet set, int listSize) => Spec(new JsonObject { ["template"] = Template(ServerList.Resize(PodSpec(set), set.Name, listSize)) });

    /// <summary>Refuses fields that would change the list, which changes by one member at a time.</summary>
    /// <exception cref="EngineException"><c>ServerListIsStaged</c>.</exception>
    public static void RefuseList(LiveSet set, JsonObject fields)
    {
        var before = ServerList.Read(PodSpec(set));
        var after = ServerList.Read(StrategicMerge.Apply(set.Set, fields)["spec"]?["template"]?["spec"]);
        if (before is not null && (after is null || after.Where != before.Where || !after.Ids.SequenceEqual(before.Ids)))
        {
            throw new EngineException(
                "ServerListIsStaged",
                EngineErrorKind.InvalidArgument,
                set.Name,
                string.Create(CultureInfo.InvariantCulture, $"The override would change {before.Where}, the list of the ensemble's servers."),
                "The list follows -Replicas, a member at a time: changed at once it could give the ensemble two leaders.");
        }
    }

    private static JsonNode? PodSpec(LiveSet set) => set.Set["spec"]?["template"]?["spec"];

    private static JsonObject Spec(JsonObject fields) => new() { ["spec"] = fields };

    private static JsonObject Template(JsonObject podSpec) => new() { ["spec"] = podSpec };
}
