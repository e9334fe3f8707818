using System.Text.Json.Nodes;
using KafkaK8s.Sandbox.Api.Schema;

namespace KafkaK8s.Sandbox.Api.Ownership;

/// <summary>Walks values by their declared types: which fields they have, where two differ, how one is laid over another.</summary>
internal static class FieldWalk
{
    /// <summary>The fields that a value sets: its leaves, and the items of its lists.</summary>
    public static FieldSet FieldsOf(SchemaType type, JsonNode? value)
    {
        var set = new FieldSet();
        Collect(type, value, FieldPath.Root, set, containers: false);
        return set;
    }

    /// <summary>What changed from one value to another.</summary>
    public static FieldChanges Compare(SchemaType type, JsonNode? before, JsonNode? after)
    {
        var changes = new FieldChanges(new FieldSet(), new FieldSet(), new FieldSet());
        Compare(type, before, after, FieldPath.Root, changes);
        return changes;
    }

    /// <summary>A value with an applied one laid over it: what the applied one has wins, the rest stays.</summary>
    public static JsonNode? Merge(SchemaType type, JsonNode? live, JsonNode? applied)
    {
        if (type is ListType list && !list.Atomic && live is JsonArray liveItems && applied is JsonArray appliedItems)
        {
            return MergeList(list, liveItems, appliedItems);
        }

        if (IsAtomic(type) || live is not JsonObject || applied is not JsonObject appliedFields)
        {
            return applied?.DeepClone();
        }

        var merged = (JsonObject)live.DeepClone();
        foreach (var (name, value) in appliedFields)
        {
            merged[name] = TypeOf(type, name) is { } inner ? Merge(inner, live[name], value) : value?.DeepClone();
        }

        return merged;
    }

    /// <summary>Takes fields out of a value; the items of lists whole.</summary>
    public static void Remove(SchemaType type, JsonNode? value, FieldSet fields)
    {
        switch (value)
        {
            case JsonObject map:
                foreach (var (step, below) in fields.Children)
                {
                    var name = step[2..];
                    if (below.IsMember)
                    {
                        map.Remove(name);
                    }
                    else if (TypeOf(type, name) is { } inner)
                    {
                        Remove(inner, map[name], below);
                    }
                }

                break;
            case JsonArray items when type is ListType list:
                foreach (var item in items.ToList())
                {
                    if (!fields.Children.TryGetValue(StepTo(list, item), out var below))
                    {
                        continue;
                    }

                    if (below.IsMember)
                    {
                        items.Remove(item);
                    }
                    else
                    {
                        Remove(list.Element, item, below);
                    }
                }

                break;
        }
    }

    /// <summary>The first field that a value has and its type doesn't, or null.</summary>
    public static FieldPath? FirstUndeclared(SchemaType type, JsonNode? value) => FirstUndeclared(type, value, FieldPath.Root);

    /// <summary>The set with every declared field that has something in it as a member itself.</summary>
    public static FieldSet WithDeclaredParents(SchemaType type, FieldSet set)
    {
        var result = FieldSet.Union(set, new FieldSet());
        AddDeclaredParents(type, set, FieldPath.Root, result);
        return result;
    }

    /// <summary>The step to an item of a list with identity.</summary>
    public static string StepTo(ListType list, JsonNode? item)
    {
        if (list.IsSet)
        {
            return FieldPath.Value(item);
        }

        var keys = new JsonObject();
        foreach (var key in list.Keys.Order(StringComparer.Ordinal))
        {
            var value = item.At(key)?.DeepClone() ?? DefaultOf(list, key);
            if (value is not null)
            {
                keys[key] = value;
            }
        }

        return FieldPath.Item(keys);
    }

    private static JsonNode? DefaultOf(ListType list, string key) => (list.Element as StructType)?.Field(key)?.Default;

    private static void Collect(SchemaType type, JsonNode? value, FieldPath path, FieldSet set, bool containers)
    {
        if (IsLeaf(type, value))
        {
            set.Add(path);
            return;
        }

        if (containers && path.Steps.Count > 0)
        {
            set.Add(path);
        }

        if (type is ListType list)
        {
            foreach (var item in (JsonArray)value!)
            {
                var step = path.Then(StepTo(list, item));
                set.Add(step);
                if (!IsLeaf(list.Element, item))
                {
                    Collect(list.Element, item, step, set, containers);
                }
            }

            return;
        }

        foreach (var (name, inner) in (JsonObject)value!)
        {
            if (TypeOf(type, name) is { } innerType)
            {
                Collect(innerType, inner, path.Then(FieldPath.Field(name)), set, containers);
            }
        }
    }

    private static void Compare(SchemaType type, JsonNode? before, JsonNode? after, FieldPath path, FieldChanges changes)
    {
        if (before is null && after is null)
        {
            return;
        }

        if (before is null || after is null)
        {
            Collect(type, before ?? after, path, before is null ? changes.Added : changes.Removed, containers: true);
            return;
        }

        if (type is not ListType && (IsAtomic(type) || before is not JsonObject || after is not JsonObject))
        {
            if (!JsonNode.DeepEquals(before, after))
            {
                changes.Modified.Add(path);
            }

            return;
        }

        if (type is ListType list)
        {
            CompareList(list, before, after, path, changes);
            return;
        }

        var (was, becomes) = ((JsonObject)before, (JsonObject)after);
        foreach (var name in was.Select(field => field.Key).Union(becomes.Select(field => field.Key)))
        {
            if (TypeOf(type, name) is { } inner)
            {
                // A list that is there, though null, isn't added; its items are.
                var old = was[name] ?? (was.ContainsKey(name) && inner is ListType { Atomic: false } ? new JsonArray() : null);
                Compare(inner, old, becomes[name], path.Then(FieldPath.Field(name)), changes);
            }
        }
    }

    private static void CompareList(ListType list, JsonNode before, JsonNode after, FieldPath path, FieldChanges changes)
    {
        if (list.Atomic || before is not JsonArray was || after is not JsonArray becomes)
        {
            if (!JsonNode.DeepEquals(before, after))
            {
                changes.Modified.Add(path);
            }

            return;
        }

        var oldItems = ByStep(list, was);
        var newItems = ByStep(list, becomes);
        foreach (var step in oldItems.Keys.Union(newItems.Keys))
        {
            var itemPath = path.Then(step);
            switch (oldItems.TryGetValue(step, out var old), newItems.TryGetValue(step, out var now))
            {
                case (true, true):
                    Compare(list.Element, old, now, itemPath, changes);
                    break;
                case (true, false):
                    changes.Removed.Add(itemPath);
                    Collect(list.Element, old, itemPath, changes.Removed, containers: true);
                    break;
                default:
                    changes.Added.Add(itemPath);
                    Collect(list.Element, now, itemPath, changes.Added, containers: true);
                    break;
            }
        }
    }

    private static JsonArray MergeList(ListType list, JsonArray live, JsonArray applied)
    {
        var liveItems = ByStep(list, live);
        var appliedItems = ByStep(list, applied);

        // The applied order wins among applied items; what only the live list has keeps its place among those it stood after.
        var merged = new List<JsonNode?>();
        var pending = new Queue<string>(appliedItems.Keys);
        foreach (var (step, item) in liveItems)
        {
            if (!appliedItems.ContainsKey(step))
            {
                merged.Add(item?.DeepClone());
            }
            else if (pending.Contains(step))
            {
                string next;
                do
                {
                    next = pending.Dequeue();
                    merged.Add(MergeItem(next));
                }
                while (next != step);
            }
        }

        merged.AddRange(pending.Select(MergeItem));
        return new JsonArray([.. merged]);

        JsonNode? MergeItem(string step) => liveItems.TryGetValue(step, out var liveItem)
            ? Merge(list.Element, liveItem, appliedItems[step])
            : appliedItems[step]?.DeepClone();
    }

    private static Dictionary<string, JsonNode?> ByStep(ListType list, JsonArray items)
    {
        var result = new Dictionary<string, JsonNode?>();
        foreach (var item in items)
        {
            // Where keys are not unique, the first one counts: the validation says so, not the merge.
            result.TryAdd(StepTo(list, item), item);
        }

        return result;
    }

    private static FieldPath? FirstUndeclared(SchemaType type, JsonNode? value, FieldPath path)
    {
        switch (type, value)
        {
            case (StructType or MapType, JsonObject map):
                foreach (var (name, inner) in map)
                {
                    var at = path.Then(FieldPath.Field(name));
                    if (TypeOf(type, name) is not { } innerType)
                    {
                        return at;
                    }

                    if (FirstUndeclared(innerType, inner, at) is { } found)
                    {
                        return found;
                    }
                }

                return null;
            case (ListType list, JsonArray items):
                return items
                    .Select(item => FirstUndeclared(list.Element, item, list.Atomic ? path : path.Then(StepTo(list, item))))
                    .FirstOrDefault(found => found is not null);
            default:
                return null;
        }
    }

    private static void AddDeclaredParents(SchemaType type, FieldSet set, FieldPath path, FieldSet result)
    {
        foreach (var (step, below) in set.Children)
        {
            var at = path.Then(step);
            var inner = step[0] == 'f' ? TypeOf(type, step[2..]) : (type as ListType)?.Element;
            if (type is StructType && path.Steps.Count > 0)
            {
                result.Add(at);
            }

            if (inner is not null)
            {
                AddDeclaredParents(inner, below, at, result);
            }
        }
    }

    private static SchemaType? TypeOf(SchemaType type, string name) => type switch
    {
        StructType named => named.Field(name)?.Type,
        MapType map => map.Element,
        _ => null,
    };

    private static bool IsAtomic(SchemaType type) => type switch
    {
        StructType named => named.Atomic,
        MapType map => map.Atomic,
        ListType list => list.Atomic,
        _ => true,
    };

    private static bool IsLeaf(SchemaType type, JsonNode? value) =>
        IsAtomic(type) || value is not (JsonObject { Count: > 0 } or JsonArray { Count: > 0 }) || (type is ListType) != (value is JsonArray);
}

/// <summary>The fields that differ between two values.</summary>
internal sealed record FieldChanges(FieldSet Added, FieldSet Modified, FieldSet Removed)
{
    public bool IsEmpty => Added.IsEmpty && Modified.IsEmpty && Removed.IsEmpty;
}
