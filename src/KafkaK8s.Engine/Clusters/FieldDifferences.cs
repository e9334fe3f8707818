using System.Text.Json;
using System.Text.Json.Nodes;
using KafkaK8s.Engine.Kafka;
using KafkaK8s.Engine.Manifests;

namespace KafkaK8s.Engine.Clusters;

/// <summary>Compares two states of an object field by field, lists of named things by their keys, as Kubernetes merges them.</summary>
internal static class FieldDifferences
{
    private const string HiddenValue = "(hidden)";

    // The server's bookkeeping, which changes with every write or never.
    private static readonly HashSet<string> Bookkeeping =
        ["managedFields", "resourceVersion", "generation", "uid", "creationTimestamp", "selfLink", "deletionTimestamp", "deletionGracePeriodSeconds"];

    /// <summary>What differs.</summary>
    /// <param name="before">The object before, or null where there was none.</param>
    /// <param name="after">The object after.</param>
    /// <returns>A change for each field, without the words of what is nobody's business.</returns>
    public static IReadOnlyList<FieldChange> Between(JsonObject? before, JsonObject after)
    {
        var isSecret = (string?)after["kind"] == "Secret";
        return [.. CompareFields("", "", before, after).Select(change => IsSensitive(change.Path, isSecret) ? Hidden(change) : change)];
    }

    private static bool IsSensitive(string path, bool ofSecret) =>
        (ofSecret && (path.StartsWith("data", StringComparison.Ordinal) || path.StartsWith("stringData", StringComparison.Ordinal)))
        || (path.EndsWith("].value", StringComparison.Ordinal)
            && path.LastIndexOf("env[", StringComparison.Ordinal) is >= 0 and var start
            && KnownSettings.IsSensitive(BrokerEnvironment.Setting(path[(start + 4)..^"].value".Length])));

    private static FieldChange Hidden(FieldChange change) =>
        change with { Before = change.Before is null ? null : HiddenValue, After = change.After is null ? null : HiddenValue };

    private static IEnumerable<FieldChange> CompareFields(string path, string owner, JsonObject? before, JsonObject? after) =>
        (before ?? []).Select(field => field.Key)
            .Union((after ?? []).Select(field => field.Key))
            .Where(name => !(path.Length == 0 && name is "status" or "apiVersion" or "kind") && !(path == "metadata" && Bookkeeping.Contains(name)))
            .SelectMany(name => CompareValues(Join(path, name), owner, name, before?[name], after?[name]));

    private static IEnumerable<FieldChange> CompareValues(string path, string owner, string name, JsonNode? before, JsonNode? after)
    {
        if (JsonNode.DeepEquals(before, after) || IsSameAmount(owner, before, after))
        {
            return [];
        }

        if (before is JsonArray or null && after is JsonArray or null && MergeKeys.Of(owner, name) is { } key)
        {
            return CompareElements(path, name, key, before as JsonArray, after as JsonArray);
        }

        return before is JsonObject or null && after is JsonObject or null && (before is JsonObject { Count: > 0 } || after is JsonObject { Count: > 0 })
            ? CompareFields(path, name, before as JsonObject, after as JsonObject)
            : [new FieldChange(path, Text(before), Text(after))];
    }

    private static IEnumerable<FieldChange> CompareElements(string path, string name, string key, JsonArray? before, JsonArray? after)
    {
        var old = ByKey(before, key);
        var young = ByKey(after, key);
        return old.Keys.Union(young.Keys).SelectMany(element =>
        {
            // Its key is in the path already, and says something only of an element that has nothing else.
            var place = $"{path}[{element}]";
            var changes = CompareFields(place, name, old.GetValueOrDefault(element), young.GetValueOrDefault(element)).ToList();
            var others = changes.Where(change => change.Path != Join(place, key)).ToList();
            return others.Count > 0 ? others : changes;
        });
    }

    private static Dictionary<string, JsonObject> ByKey(JsonArray? list, string key) =>
        (list ?? []).OfType<JsonObject>()
            .GroupBy(element => MergeKeys.Value(element, key) ?? "")
            .ToDictionary(group => group.Key, group => group.First());

    private static bool IsSameAmount(string owner, JsonNode? before, JsonNode? after) =>
        owner is "requests" or "limits"
        && Quantity.TryParse(before?.ToString(), out var old)
        && Quantity.TryParse(after?.ToString(), out var young)
        && old == young;

    private static string? Text(JsonNode? node) =>
        node is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : node?.ToJsonString();

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
