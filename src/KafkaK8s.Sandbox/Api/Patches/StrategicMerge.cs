using System.Text.Json.Nodes;
using KafkaK8s.Sandbox.Api.Ownership;
using KafkaK8s.Sandbox.Api.Schema;

namespace KafkaK8s.Sandbox.Api.Patches;

/// <summary>
/// Strategic merge patch: a merge patch that knows which lists have items with identity, with <c>$patch</c>, <c>$retainKeys</c>,
/// <c>$setElementOrder</c> and <c>$deleteFromPrimitiveList</c>.
/// </summary>
internal static class StrategicMerge
{
    private const string Directive = "$patch";
    private const string RetainKeys = "$retainKeys";
    private const string OrderPrefix = "$setElementOrder/";
    private const string DeletePrefix = "$deleteFromPrimitiveList/";

    public static JsonObject Apply(SchemaType type, JsonObject target, JsonObject patch)
    {
        switch (patch.TextAt(Directive))
        {
            case "replace":
                return WithoutDirectives(patch);
            case "delete":
                return [];
        }

        var result = target.Copy();
        if (patch[RetainKeys] is JsonArray retained)
        {
            var names = retained.Select(name => name!.GetValue<string>()).ToHashSet();
            foreach (var name in result.Select(field => field.Key).Where(name => !names.Contains(name)).ToList())
            {
                result.Remove(name);
            }
        }

        foreach (var (name, change) in patch)
        {
            Apply(type, result, name, change);
        }

        Order(type, result, patch);
        return result;
    }

    private static void Apply(SchemaType type, JsonObject result, string name, JsonNode? change)
    {
        if (name.StartsWith(DeletePrefix, StringComparison.Ordinal))
        {
            var field = name[DeletePrefix.Length..];
            if (result[field] is JsonArray values && change is JsonArray gone)
            {
                result[field] = new JsonArray([.. values.Where(value => !gone.Any(other => JsonNode.DeepEquals(other, value))).Select(value => value?.DeepClone())]);
            }

            return;
        }

        if (name.StartsWith('$'))
        {
            return;
        }

        var inner = TypeOf(type, name);
        if (change is null)
        {
            result.Remove(name);
        }
        else if (change is JsonObject changes)
        {
            result[name] = Apply(inner ?? ScalarType.Any, result[name] as JsonObject ?? [], changes);
        }
        else if (change is JsonArray items && inner is ListType list && (list.PatchKey is not null || list.IsSet))
        {
            result[name] = MergeList(list, result[name] as JsonArray ?? [], items);
        }
        else
        {
            result[name] = change.DeepClone();
        }
    }

    private static JsonArray MergeList(ListType list, JsonArray target, JsonArray patch)
    {
        if (patch.OfType<JsonObject>().Any(item => item.TextAt(Directive) == "replace"))
        {
            return new JsonArray([.. patch.Where(item => item.TextAt(Directive) is null).Select(item => item?.DeepClone())]);
        }

        var merged = target.Select(item => item?.DeepClone()).ToList();
        foreach (var change in patch)
        {
            var at = merged.FindIndex(item => IsSame(list, item, change));
            if (change.TextAt(Directive) == "delete")
            {
                merged.RemoveAll(item => IsSame(list, item, change));
            }
            else if (at < 0)
            {
                merged.Add(change is JsonObject added ? Apply(list.Element, [], added) : change?.DeepClone());
            }
            else if (merged[at] is JsonObject current && change is JsonObject changes)
            {
                merged[at] = Apply(list.Element, current, changes);
            }
        }

        return new JsonArray([.. merged]);
    }

    private static bool IsSame(ListType list, JsonNode? item, JsonNode? other) =>
        list.PatchKey is { } key ? JsonNode.DeepEquals(item.At(key), other.At(key)) : JsonNode.DeepEquals(item, other);

    // The order that the patch names comes first to last; items that it doesn't name stay after the one they followed.
    private static void Order(SchemaType type, JsonObject result, JsonObject patch)
    {
        foreach (var (name, order) in patch.Where(field => field.Key.StartsWith(OrderPrefix, StringComparison.Ordinal)))
        {
            var field = name[OrderPrefix.Length..];
            if (result[field] is not JsonArray items || TypeOf(type, field) is not ListType list || order is not JsonArray wanted)
            {
                continue;
            }

            var ranks = new List<(int Rank, JsonNode? Item)>();
            var rank = -1;
            foreach (var item in items)
            {
                var named = wanted.ToList().FindIndex(other => IsSame(list, item, other));
                rank = named >= 0 ? named : rank;
                ranks.Add((rank, item));
            }

            result[field] = new JsonArray([.. ranks.OrderBy(entry => entry.Rank).Select(entry => entry.Item?.DeepClone())]);
        }
    }

    private static JsonObject WithoutDirectives(JsonObject patch)
    {
        var result = patch.Copy();
        foreach (var name in patch.Select(field => field.Key).Where(name => name.StartsWith('$')))
        {
            result.Remove(name);
        }

        return result;
    }

    private static SchemaType? TypeOf(SchemaType type, string name) => type switch
    {
        StructType named => named.Field(name)?.Type,
        MapType map => map.Element,
        _ => null,
    };
}
