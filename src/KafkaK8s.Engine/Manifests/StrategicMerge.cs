using System.Text.Json.Nodes;

namespace KafkaK8s.Engine.Manifests;

/// <summary>
/// Merges an override into a resource by Kubernetes' strategic merge: objects field by field, lists of named things by their keys,
/// other lists as a whole; null deletes. The directives <c>$patch</c> (<c>replace</c>, <c>delete</c>, <c>merge</c>),
/// <c>$retainKeys</c> and <c>$deleteFromPrimitiveList/FIELD</c> work as in <c>kubectl patch</c>.
/// </summary>
public static class StrategicMerge
{
    private const string PatchDirective = "$patch";
    private const string RetainDirective = "$retainKeys";
    private const string DeleteFromListDirective = "$deleteFromPrimitiveList/";

    /// <summary>The resource with the override merged in; neither argument is changed.</summary>
    /// <param name="resource">The resource, or a part of one.</param>
    /// <param name="patch">What to merge.</param>
    /// <exception cref="EngineException">An unknown directive, or a list element without its key.</exception>
    public static JsonObject Apply(JsonObject resource, JsonObject patch)
    {
        ArgumentNullException.ThrowIfNull(resource);
        ArgumentNullException.ThrowIfNull(patch);
        return MergeObject("", resource, patch) ?? [];
    }

    private static JsonObject? MergeObject(string owner, JsonObject? target, JsonObject patch)
    {
        switch ((string?)patch[PatchDirective])
        {
            case "delete":
                return null;
            case "replace":
                return MergeFields(owner, [], patch);
            case null or "merge":
                return MergeFields(owner, target?.DeepClone().AsObject() ?? [], patch);
            case var unknown:
                throw InvalidOverride($"'$patch: {unknown}' is not one of replace, delete and merge.");
        }
    }

    private static JsonObject MergeFields(string owner, JsonObject result, JsonObject patch)
    {
        if (patch[RetainDirective] is JsonArray retained)
        {
            var keep = retained.Select(name => (string?)name).ToHashSet();
            foreach (var field in result.Select(pair => pair.Key).Where(name => !keep.Contains(name)).ToList())
            {
                result.Remove(field);
            }
        }

        foreach (var (field, value) in patch)
        {
            if (field.StartsWith('$'))
            {
                FollowDirective(result, field, value);
                continue;
            }

            var merged = MergeValue(owner, field, result[field], value);
            if (merged is null)
            {
                result.Remove(field);
            }
            else
            {
                result[field] = merged;
            }
        }

        return result;
    }

    private static void FollowDirective(JsonObject result, string field, JsonNode? value)
    {
        if (field is PatchDirective or RetainDirective)
        {
            return;
        }

        if (!field.StartsWith(DeleteFromListDirective, StringComparison.Ordinal) || value is not JsonArray gone)
        {
            throw InvalidOverride($"The directive '{field}' is not known.");
        }

        if (result[field[DeleteFromListDirective.Length..]] is JsonArray list)
        {
            foreach (var element in list.Where(element => gone.Any(other => JsonNode.DeepEquals(element, other))).ToList())
            {
                list.Remove(element);
            }
        }
    }

    private static JsonNode? MergeValue(string owner, string field, JsonNode? target, JsonNode? patch) => patch switch
    {
        null => null,
        JsonObject fields => MergeObject(field, target as JsonObject, fields),
        JsonArray list when MergeKeys.Of(owner, field) is { } key => MergeList(field, key, target as JsonArray, list),
        JsonArray list when MergeKeys.IsSet(owner, field) => Union(target as JsonArray, list),
        _ => patch.DeepClone(),
    };

    private static JsonArray MergeList(string field, string key, JsonArray? target, JsonArray patch)
    {
        var replaces = patch.OfType<JsonObject>().Any(element => IsBareDirective(element, "replace"));
        var result = replaces ? [] : target?.DeepClone().AsArray() ?? [];
        foreach (var element in patch)
        {
            var fields = element as JsonObject ?? throw InvalidOverride($"An element of '{field}' is no object.");
            if (IsBareDirective(fields, "replace"))
            {
                continue;
            }

            var name = MergeKeys.Value(fields, key)
                ?? throw InvalidOverride($"An element of '{field}' has no '{key}', which tells the elements apart.");
            var index = IndexOf(result, key, name);
            var merged = MergeObject(field, index < 0 ? null : result[index] as JsonObject, fields);
            switch (index, merged)
            {
                case (< 0, null):
                    break;
                case (< 0, _):
                    result.Add(merged);
                    break;
                case (_, null):
                    result.RemoveAt(index);
                    break;
                default:
                    result[index] = merged;
                    break;
            }
        }

        return result;
    }

    private static bool IsBareDirective(JsonObject element, string directive) =>
        element.Count == 1 && (string?)element[PatchDirective] == directive;

    private static int IndexOf(JsonArray list, string key, string name) =>
        list.Select((element, index) => (element, index))
            .Where(pair => MergeKeys.Value(pair.element, key) == name)
            .Select(pair => pair.index)
            .DefaultIfEmpty(-1)
            .First();

    private static JsonArray Union(JsonArray? target, JsonArray patch)
    {
        var result = target?.DeepClone().AsArray() ?? [];
        foreach (var element in patch.Where(element => !result.Any(other => JsonNode.DeepEquals(element, other))).ToList())
        {
            result.Add(element?.DeepClone());
        }

        return result;
    }

    private static EngineException InvalidOverride(string message) =>
        new("InvalidOverride", EngineErrorKind.InvalidArgument, null, $"The override can't be merged. {message}", "An override has the shape of the resource: lists of containers, variables, ports and volumes are merged by name, port or path, and null deletes.");
}
