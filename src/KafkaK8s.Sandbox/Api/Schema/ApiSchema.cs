using System.Collections.Frozen;

namespace KafkaK8s.Sandbox.Api.Schema;

/// <summary>
/// The declared types of every kind. One description serves decoding, field ownership, strategic merge and OpenAPI.
/// </summary>
/// <remarks>
/// The descriptions are embedded text: a type's name (<c>atomic</c> when one manager owns it whole), then its fields, indented: name,
/// type, traits. Types: a scalar, <c>[]T</c>, <c>{}T</c>, a type's name; <c>*</c> before it when empty differs from absent, <c>!</c>
/// after it when it is written even when empty. Traits: <c>keys=a,b</c>, <c>set</c>, <c>atomic</c>, <c>patch=key</c>,
/// <c>retainKeys</c>, <c>=VALUE</c> for the default of a list's key.
/// </remarks>
internal static class ApiSchema
{
    private static readonly FrozenSet<string> Scalars =
        FrozenSet.Create("string", "bool", "int32", "int64", "quantity", "intstr", "time", "microtime", "bytes", "any");

    private static readonly FrozenDictionary<string, StructType> Types = Load();

    /// <summary>Every declared type.</summary>
    public static IEnumerable<StructType> All => Types.Values;

    /// <summary>The type of a kind's objects.</summary>
    public static StructType Of(ResourceKind kind) => Types[kind.Kind];

    /// <summary>The type of that name.</summary>
    public static StructType Named(string name) => Types[name];

    private static FrozenDictionary<string, StructType> Load()
    {
        var assembly = typeof(ApiSchema).Assembly;
        var blocks = assembly.GetManifestResourceNames()
            .Where(name => name.EndsWith(".types", StringComparison.Ordinal))
            .SelectMany(name => ReadBlocks(assembly.GetManifestResourceStream(name)!))
            .ToList();
        var types = blocks.ToDictionary(block => block.Header[0], block => new StructType(block.Header[0], block.Header.Contains("atomic")));
        foreach (var (header, fields) in blocks)
        {
            foreach (var field in fields)
            {
                types[header[0]].Add(ReadField(field, types));
            }
        }

        foreach (var kind in ResourceKind.All.Select(kind => types[kind.Kind]))
        {
            kind.Add(new SchemaField("apiVersion", new ScalarType("string"), false, false, null, false));
            kind.Add(new SchemaField("kind", new ScalarType("string"), false, false, null, false));
        }

        return types.ToFrozenDictionary();
    }

    private static IEnumerable<(string[] Header, List<string[]> Fields)> ReadBlocks(Stream stream)
    {
        using var reader = new StreamReader(stream);
        var text = reader.ReadToEnd();
        foreach (var block in text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
        {
            var lines = block.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .ToList();
            yield return (lines[0], lines[1..]);
        }
    }

    private static SchemaField ReadField(string[] words, Dictionary<string, StructType> types)
    {
        var traits = words[2..];
        var type = words[1];
        var isPointer = type.StartsWith('*');
        var isAlways = type.EndsWith('!');
        return new SchemaField(
            words[0],
            ReadType(type.TrimStart('*').TrimEnd('!'), traits, types),
            isPointer,
            isAlways,
            traits.FirstOrDefault(trait => trait.StartsWith('='))?[1..],
            traits.Contains("retainKeys"));
    }

    private static SchemaType ReadType(string type, string[] traits, Dictionary<string, StructType> types)
    {
        if (type.StartsWith("[]", StringComparison.Ordinal))
        {
            var keys = Trait(traits, "keys=")?.Split(',') ?? [];
            return new ListType(
                ReadType(type[2..], [], types), keys, traits.Contains("set"), Trait(traits, "patch=") ?? keys.FirstOrDefault());
        }

        if (type.StartsWith("{}", StringComparison.Ordinal))
        {
            return new MapType(ReadType(type[2..], [], types), traits.Contains("atomic"));
        }

        return Scalars.Contains(type) ? new ScalarType(type) : types[type];
    }

    private static string? Trait(string[] traits, string prefix) =>
        traits.FirstOrDefault(trait => trait.StartsWith(prefix, StringComparison.Ordinal))?[prefix.Length..];
}
