namespace KafkaK8s.Sandbox.Api.Schema;

/// <summary>The type of a value in an object.</summary>
internal abstract record SchemaType;

/// <summary>Text, a number, a truth value, or one of the forms that JSON has no type for.</summary>
/// <param name="Name">string, bool, int32, int64, quantity, intstr, time, microtime, bytes, or any for what isn't looked into.</param>
internal sealed record ScalarType(string Name) : SchemaType
{
    public static readonly ScalarType Any = new("any");
}

/// <summary>Values by key.</summary>
/// <param name="Element">The type of the values.</param>
/// <param name="Atomic">Whether one manager owns the whole map.</param>
internal sealed record MapType(SchemaType Element, bool Atomic) : SchemaType;

/// <summary>A list of values.</summary>
/// <param name="Element">The type of the items.</param>
/// <param name="Keys">The fields that tell its items apart; empty when they have no identity.</param>
/// <param name="IsSet">Whether the items are their own identity.</param>
/// <param name="PatchKey">The field by which a strategic merge patch matches items; null when it replaces the list.</param>
internal sealed record ListType(SchemaType Element, IReadOnlyList<string> Keys, bool IsSet, string? PatchKey) : SchemaType
{
    /// <summary>Whether one manager owns the whole list.</summary>
    public bool Atomic => Keys.Count == 0 && !IsSet;
}

/// <summary>An object with declared fields.</summary>
internal sealed record StructType(string Name, bool Atomic) : SchemaType
{
    private readonly Dictionary<string, SchemaField> _byName = [];
    private readonly List<SchemaField> _fields = [];

    /// <summary>The fields, in the order in which the API server writes them.</summary>
    public IReadOnlyList<SchemaField> Fields => _fields;

    public SchemaField? Field(string name) => _byName.GetValueOrDefault(name);

    public void Add(SchemaField field)
    {
        _fields.Add(field);
        _byName.Add(field.Name, field);
    }
}

/// <summary>A declared field.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">What it holds.</param>
/// <param name="IsPointer">Whether an empty value differs from none: zero, false and an empty object are kept when given.</param>
/// <param name="IsAlways">Whether it is written even when it is empty.</param>
/// <param name="Default">What it counts as, as a key of a list, when it isn't given.</param>
/// <param name="RetainKeys">Whether a strategic merge patch keeps only the item's keys that it names.</param>
internal sealed record SchemaField(string Name, SchemaType Type, bool IsPointer, bool IsAlways, string? Default, bool RetainKeys);
