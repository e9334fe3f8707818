using System.Text.Json.Nodes;
using KafkaK8s.Engine.Manifests;

namespace KafkaK8s.Engine.Clusters.Changes;

/// <summary>Makes one strategic merge patch of two, which does what the second would do after the first. Directives stay for the server to follow.</summary>
internal static class PatchUnion
{
    /// <summary>Both patches as one; neither is changed.</summary>
    public static JsonObject Of(JsonObject first, JsonObject? second) => second is null ? first.DeepClone().AsObject() : Fields("", first, second);

    private static JsonObject Fields(string owner, JsonObject first, JsonObject second)
    {
        var union = first.DeepClone().AsObject();
        foreach (var (name, value) in second)
        {
            union[name] = (first[name], value) switch
            {
                (JsonObject before, JsonObject after) => Fields(name, before, after),
                (JsonArray before, JsonArray after) when MergeKeys.Of(owner, name) is { } key => Elements(name, key, before, after),
                _ => value?.DeepClone(),
            };
        }

        return union;
    }

    private static JsonArray Elements(string name, string key, JsonArray first, JsonArray second)
    {
        var union = first.DeepClone().AsArray();
        foreach (var element in second)
        {
            var same = union.OfType<JsonObject>().FirstOrDefault(other =>
                MergeKeys.Value(other, key) is { } value && value == MergeKeys.Value(element, key));
            if (same is not null && element is JsonObject fields)
            {
                union[union.IndexOf(same)] = Fields(name, same, fields);
            }
            else
            {
                union.Add(element?.DeepClone());
            }
        }

        return union;
    }
}
