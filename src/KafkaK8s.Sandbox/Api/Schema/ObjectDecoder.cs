using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace KafkaK8s.Sandbox.Api.Schema;

/// <summary>
/// Reads an object into its declared shape, as the API server does when it decodes into its own types and writes them out again:
/// unknown fields fall away, nulls and empty values too where they mean nothing, fields come in the declared order.
/// </summary>
internal sealed class ObjectDecoder
{
    private readonly List<string> _unknown = [];

    private ObjectDecoder()
    {
    }

    /// <summary>The object in its declared shape.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="item">The object; it is left alone.</param>
    /// <param name="unknown">The paths of the fields that the kind doesn't have.</param>
    /// <exception cref="ApiException">400: a field holds the wrong type of value.</exception>
    public static JsonObject Decode(ResourceKind kind, JsonObject item, out IReadOnlyList<string> unknown)
    {
        var decoder = new ObjectDecoder();
        try
        {
            var decoded = decoder.ReadStruct(ApiSchema.Of(kind), item, "");
            unknown = decoder._unknown;
            return KindFirst(kind, decoded);
        }
        catch (WrongTypeException wrong)
        {
            throw ApiException.BadRequest($"{kind.Kind} in version \"{kind.Version}\" cannot be handled as a {kind.Kind}: {wrong.Message}");
        }
    }

    /// <summary>What an object of a kind looks like before anything is in it: the fields that are always written.</summary>
    public static JsonObject Empty(ResourceKind kind) => Decode(kind, [], out _);

    private static JsonObject KindFirst(ResourceKind kind, JsonObject decoded)
    {
        var ordered = new JsonObject { ["kind"] = kind.Kind, ["apiVersion"] = kind.ApiVersion };
        foreach (var (name, value) in decoded.ToList())
        {
            decoded.Remove(name);
            ordered[name] = value;
        }

        return ordered;
    }

    private JsonObject ReadStruct(StructType type, JsonObject item, string path)
    {
        foreach (var (name, _) in item)
        {
            if (type.Field(name) is null)
            {
                _unknown.Add(Join(path, name));
            }
        }

        var read = new JsonObject();
        foreach (var field in type.Fields.Where(field => path.Length > 0 || field.Name is not ("apiVersion" or "kind")))
        {
            Read(type, field, item[field.Name], read, Join(path, field.Name));
        }

        return read;
    }

    private void Read(StructType owner, SchemaField field, JsonNode? given, JsonObject read, string path)
    {
        if (field is { Type: StructType inline, IsPointer: false })
        {
            read[field.Name] = ReadStruct(inline, given is null ? [] : Expect<JsonObject>(owner, field, given, path, inline.Name), path);
            return;
        }

        if (given is null)
        {
            if (field.IsAlways)
            {
                read[field.Name] = Zero(field);
            }

            return;
        }

        var value = ReadValue(owner, field, field.Type, given, path);
        if (field.IsPointer || field.IsAlways || !IsEmpty(value))
        {
            read[field.Name] = value;
        }
    }

    private JsonNode? ReadValue(StructType owner, SchemaField field, SchemaType type, JsonNode given, string path) => type switch
    {
        StructType inner => ReadStruct(inner, Expect<JsonObject>(owner, field, given, path, inner.Name), path),
        ListType list => ReadList(owner, field, list, Expect<JsonArray>(owner, field, given, path, "[]" + TypeName(list.Element)), path),
        MapType map => ReadMap(owner, field, map, Expect<JsonObject>(owner, field, given, path, "map[string]" + TypeName(map.Element)), path),
        ScalarType scalar => ReadScalar(owner, field, scalar, given, path),
        _ => throw new InvalidOperationException($"{type} has no reading."),
    };

    private JsonArray ReadList(StructType owner, SchemaField field, ListType list, JsonArray given, string path)
    {
        var items = new JsonArray();
        for (var i = 0; i < given.Count; i++)
        {
            // A null in a list of structs reads as an empty struct, in a list of texts as an empty text.
            items.Add(given[i] is { } item
                ? ReadValue(owner, field, list.Element, item, $"{path}[{i}]")
                : list.Element is StructType type ? ReadStruct(type, [], $"{path}[{i}]") : null);
        }

        return items;
    }

    private JsonObject ReadMap(StructType owner, SchemaField field, MapType map, JsonObject given, string path)
    {
        var read = new JsonObject();
        foreach (var (key, value) in given.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            read[key] = value is null ? "" : ReadValue(owner, field, map.Element, value, Join(path, key));
        }

        return read;
    }

    private static JsonNode ReadScalar(StructType owner, SchemaField field, ScalarType scalar, JsonNode given, string path)
    {
        var kind = given.GetValueKind();
        var fits = scalar.Name switch
        {
            "any" => true,
            "string" or "time" or "microtime" or "bytes" => kind is JsonValueKind.String,
            "bool" => kind is JsonValueKind.True or JsonValueKind.False,
            "int32" or "int64" => kind is JsonValueKind.Number && given.AsNumber() is not null,
            "intstr" => kind is JsonValueKind.String or JsonValueKind.Number,
            _ => kind is JsonValueKind.String or JsonValueKind.Number,
        };
        if (!fits)
        {
            throw new WrongTypeException(Describe(given), owner, path, scalar.Name);
        }

        // A quantity is text inside the API server, and stays as it was written.
        return scalar.Name == "quantity" && kind == JsonValueKind.Number ? given.ToJsonString() : given.DeepClone();
    }

    private static T Expect<T>(StructType owner, SchemaField field, JsonNode given, string path, string typeName)
        where T : JsonNode =>
        given as T ?? throw new WrongTypeException(
            Describe(given), owner, path, typeName.StartsWith('[') || typeName.StartsWith("map", StringComparison.Ordinal) ? typeName : "v1." + typeName);

    private static string Describe(JsonNode given) => given.GetValueKind() switch
    {
        JsonValueKind.String => "string",
        JsonValueKind.Number => "number",
        JsonValueKind.True or JsonValueKind.False => "bool",
        JsonValueKind.Array => "array",
        _ => "object",
    };

    private static JsonNode? Zero(SchemaField field) => field switch
    {
        { IsPointer: true } => null,
        { Type: ScalarType { Name: "string" } } => "",
        { Type: ScalarType { Name: "int32" or "int64" or "intstr" } } => 0,
        { Type: ScalarType { Name: "bool" } } => false,
        _ => null,
    };

    private static bool IsEmpty(JsonNode? value) => value switch
    {
        null => true,
        JsonArray list => list.Count == 0,
        JsonObject map => map.Count == 0,
        _ => value.GetValueKind() switch
        {
            JsonValueKind.String => value.GetValue<string>().Length == 0,
            JsonValueKind.False => true,
            JsonValueKind.Number => value.AsNumber() == 0,
            _ => false,
        },
    };

    private static string TypeName(SchemaType type) => type switch
    {
        StructType named => "v1." + named.Name,
        ScalarType scalar => scalar.Name,
        _ => "any",
    };

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    /// <summary>A value of the wrong type, worded as Go's JSON decoder words it.</summary>
    private sealed class WrongTypeException(string given, StructType owner, string path, string wanted)
        : Exception(string.Create(
            CultureInfo.InvariantCulture,
            $"json: cannot unmarshal {given} into Go struct field {owner.Name}.{WithoutIndices(path)} of type {wanted}"))
    {
        private static string WithoutIndices(string path) => string.Join(
            '.',
            path.Split('.').Select(part => part.Contains('[', StringComparison.Ordinal) ? part[..part.IndexOf('[', StringComparison.Ordinal)] : part));
    }
}
