using System.Text.Json.Nodes;

namespace KafkaK8s.Sandbox.Api.Ownership;

/// <summary>
/// A set of fields of an object, as a tree. The steps are those of <c>fieldsV1</c>: <c>f:NAME</c> for a field, <c>k:{…}</c> for
/// the item of a list with those keys, <c>v:…</c> for the item of a set.
/// </summary>
internal sealed class FieldSet
{
    private readonly SortedDictionary<string, FieldSet> _children = new(StringComparer.Ordinal);

    /// <summary>Whether this field itself is in the set, not only something in it.</summary>
    public bool IsMember { get; private set; }

    /// <summary>What is in the set below this field, by step.</summary>
    public IReadOnlyDictionary<string, FieldSet> Children => _children;

    /// <summary>Whether nothing is in the set.</summary>
    public bool IsEmpty => !IsMember && _children.Values.All(child => child.IsEmpty);

    /// <summary>The set that <c>fieldsV1</c> describes.</summary>
    public static FieldSet Parse(JsonNode? fields)
    {
        var root = new FieldSet();
        foreach (var (step, below) in fields as JsonObject ?? [])
        {
            if (step == ".")
            {
                root.IsMember = true;
                continue;
            }

            var child = Parse(below);
            child.IsMember |= child._children.Count == 0;
            root._children[step] = child;
        }

        return root;
    }

    /// <summary>The set as <c>fieldsV1</c>.</summary>
    public JsonObject ToFields()
    {
        var fields = new JsonObject();
        if (IsMember && _children.Values.Any(child => !child.IsEmpty))
        {
            fields["."] = new JsonObject();
        }

        foreach (var (step, child) in _children.Where(entry => !entry.Value.IsEmpty))
        {
            fields[step] = child.ToFields();
        }

        return fields;
    }

    /// <summary>Puts a field into the set.</summary>
    public void Add(FieldPath path)
    {
        var node = this;
        foreach (var step in path.Steps)
        {
            if (!node._children.TryGetValue(step, out var child))
            {
                child = new FieldSet();
                node._children[step] = child;
            }

            node = child;
        }

        node.IsMember = true;
    }

    /// <summary>Whether a field, or anything in it, is in the set.</summary>
    public bool Reaches(FieldPath path)
    {
        var node = this;
        foreach (var step in path.Steps)
        {
            if (!node._children.TryGetValue(step, out node))
            {
                return false;
            }
        }

        return !node.IsEmpty;
    }

    /// <summary>The fields in the set, parents first.</summary>
    public IEnumerable<FieldPath> Members() => Members(FieldPath.Root);

    public static FieldSet Union(FieldSet a, FieldSet b) => Combine(a, b, (inA, inB) => inA || inB);

    public static FieldSet Intersection(FieldSet a, FieldSet b) => Combine(a, b, (inA, inB) => inA && inB);

    /// <summary>What is in the first set and not in the second.</summary>
    public static FieldSet Difference(FieldSet a, FieldSet b) => Combine(a, b, (inA, inB) => inA && !inB);

    /// <summary>Whether both sets have the same fields.</summary>
    public static bool AreEqual(FieldSet a, FieldSet b) => Combine(a, b, (inA, inB) => inA != inB).IsEmpty;

    private static FieldSet Combine(FieldSet? a, FieldSet? b, Func<bool, bool, bool> rule)
    {
        var result = new FieldSet { IsMember = rule(a?.IsMember ?? false, b?.IsMember ?? false) };
        foreach (var step in (a?._children.Keys ?? Enumerable.Empty<string>()).Union(b?._children.Keys ?? Enumerable.Empty<string>()))
        {
            var child = Combine(a?._children.GetValueOrDefault(step), b?._children.GetValueOrDefault(step), rule);
            if (!child.IsEmpty)
            {
                result._children[step] = child;
            }
        }

        return result;
    }

    private IEnumerable<FieldPath> Members(FieldPath path)
    {
        if (IsMember)
        {
            yield return path;
        }

        foreach (var (step, child) in _children)
        {
            foreach (var member in child.Members(path.Then(step)))
            {
                yield return member;
            }
        }
    }
}
