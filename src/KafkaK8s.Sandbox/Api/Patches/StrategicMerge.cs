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

        foreach (var (name, value) in patch)
        {
            var field = name.StartsWith(OrderPrefix, StringComparison.Ordinal) ? name[OrderPrefix.Length..] : name;
            var order = patch[OrderPrefix + field] ?? value;
            if (order is JsonArray wanted && result[field] is JsonArray items && TypeOf(type, field) is ListType list && HasIdentity(list))
            {
                result[field] = InOrder(list, items, wanted, target[field] as JsonArray ?? []);
            }
        }

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
        else if (change is JsonArray items && inner is ListType list && HasIdentity(list))
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

    // The items that the patch names come in its order, the others in theirs; one of the others comes first only where it stood
    // before, so what the patch adds goes in front.
    private static JsonArray InOrder(ListType list, JsonArray items, JsonArray wanted, JsonArray before)
    {
        var named = new Queue<JsonNode?>(wanted.Select(order => items.FirstOrDefault(item => IsSame(list, item, order))).OfType<JsonNode>().Distinct());
        var others = new Queue<JsonNode?>(items.Where(item => !named.Contains(item)));
        var ordered = new List<JsonNode?>();
        while (named.Count > 0 || others.Count > 0)
        {
            var isOthersTurn = named.Count == 0 || (others.Count > 0 && StoodBefore(list, before, others.Peek(), named.Peek()));
            ordered.Add((isOthersTurn ? others : named).Dequeue()?.DeepClone());
        }

        return new JsonArray([.. ordered]);
    }

    private static bool StoodBefore(ListType list, JsonArray before, JsonNode? item, JsonNode? other)
    {
        var places = before.ToList();
        var (place, otherPlace) = (places.FindIndex(one => IsSame(list, one, item)), places.FindIndex(one => IsSame(list, one, other)));
        return place >= 0 && otherPlace >= 0 && place < otherPlace;
    }

    private static bool HasIdentity(ListType list) => list.PatchKey is not null || list.IsSet;

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
