using System.Globalization;
using System.Text.Json.Nodes;

namespace KafkaK8s.Sandbox.Api.Patches;

/// <summary>JSON patch (RFC 6902).</summary>
internal static class JsonPatch
{
    /// <exception cref="ApiException">422: the patch doesn't fit the object. 400: it is no patch.</exception>
    public static JsonNode Apply(JsonNode target, JsonNode? patch)
    {
        if (patch is not JsonArray operations)
        {
            throw ApiException.BadRequest("error decoding patch: json: cannot unmarshal object into Go value of type jsonpatch.Patch");
        }

        return operations.OfType<JsonObject>().Aggregate(target.DeepClone(), Apply);
    }

    private static JsonNode Apply(JsonNode target, JsonObject operation)
    {
        var path = operation.TextAt("path") ?? throw Refused("missing path");
        switch (operation.TextAt("op"))
        {
            case "add":
                return Add(target, path, operation["value"]);
            case "remove":
                Take(target, path);
                return target;
            case "replace":
                if (path.Length == 0)
                {
                    return operation["value"]!.DeepClone();
                }

                Take(target, path);
                return Add(target, path, operation["value"]);
            case "move":
                return Add(target, path, Take(target, From(operation)));
            case "copy":
                return Add(target, path, Read(target, From(operation)));
            case "test":
                if (!JsonNode.DeepEquals(Read(target, path), operation["value"]))
                {
                    throw Refused($"testing value {path} failed: test failed");
                }

                return target;
            default:
                throw Refused($"Unexpected kind: {operation.TextAt("op")}");
        }
    }

    private static string From(JsonObject operation) => operation.TextAt("from") ?? throw Refused("missing from");

    private static JsonNode Add(JsonNode target, string path, JsonNode? value)
    {
        if (path.Length == 0)
        {
            return value!.DeepClone();
        }

        var (parent, last) = Parent(target, path);
        if (parent is JsonArray list)
        {
            var index = last == "-" ? list.Count : Index(list.Count, last, path);
            list.Insert(index, value?.DeepClone());
        }
        else if (parent is JsonObject map)
        {
            map[last] = value?.DeepClone();
        }

        return target;
    }

    private static JsonNode? Take(JsonNode target, string path)
    {
        var (parent, last) = Parent(target, path);
        switch (parent)
        {
            case JsonArray list:
                var index = Index(list.Count - 1, last, path);
                var item = list[index];
                list.RemoveAt(index);
                return item;
            case JsonObject map when map.TryGetPropertyValue(last, out var value):
                map.Remove(last);
                return value;
            default:
                throw Refused($"remove operation does not apply: doc is missing path: {path}: missing value");
        }
    }

    private static JsonNode? Read(JsonNode target, string path) => Steps(path).Aggregate((JsonNode?)target, (node, step) => Step(node, step, path));

    private static (JsonNode? Parent, string Last) Parent(JsonNode target, string path)
    {
        var steps = Steps(path);
        return (steps[..^1].Aggregate((JsonNode?)target, (node, step) => Step(node, step, path)), steps[^1]);
    }

    private static JsonNode? Step(JsonNode? node, string step, string path) => node switch
    {
        JsonArray list => list[Index(list.Count - 1, step, path)],
        JsonObject map when map.TryGetPropertyValue(step, out var value) => value,
        _ => throw Refused($"doc is missing path: {path}: missing value"),
    };

    private static string[] Steps(string path) =>
        [.. path.Split('/').Skip(1).Select(step => step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal))];

    private static int Index(int limit, string step, string path) =>
        int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index <= limit
            ? index
            : throw Refused($"doc is missing path: {path}: invalid index referenced");

    private static ApiException Refused(string why) =>
        new(422, "Invalid", $"the server rejected our request due to an error in our request: {why}", []);
}
