using System.Text.Json.Nodes;
using KafkaK8s.Sandbox.Api.Schema;

namespace KafkaK8s.Sandbox.Api;

/// <summary>The schemas of the served kinds as OpenAPI v3, from the same declarations that the server reads objects by.</summary>
internal static class OpenApi
{
    private static readonly string[] WriteParameters = ["dryRun", "fieldManager", "fieldValidation", "force"];

    /// <summary>
    /// The older document, in protobuf, with nothing in it but its version: kubectl falls back to it for groups that aren't served, and finds
    /// that it doesn't know them either.
    /// </summary>
    public static ReadOnlyMemory<byte> Version2 { get; } = "\n\u00032.0"u8.ToArray();

    /// <summary>The answer to a path below <c>/openapi/v3</c>, or null when there is none.</summary>
    public static JsonObject? Answer(string path)
    {
        if (path.TrimEnd('/') == "/openapi/v3")
        {
            var paths = ResourceKind.All.Select(PathOf).Distinct().Order(StringComparer.Ordinal);
            return new JsonObject
            {
                ["paths"] = new JsonObject(paths.Select(one => KeyValuePair.Create<string, JsonNode?>(
                    one, new JsonObject { ["serverRelativeURL"] = $"/openapi/v3/{one}" }))),
            };
        }

        var kinds = ResourceKind.All.Where(kind => path == $"/openapi/v3/{PathOf(kind)}").ToList();
        return kinds.Count == 0 ? null : Document(kinds);
    }

    private static string PathOf(ResourceKind kind) => kind.Group.Length == 0 ? $"api/{kind.Version}" : $"apis/{kind.Group}/{kind.Version}";

    private static JsonObject Document(List<ResourceKind> kinds)
    {
        var schemas = new SortedDictionary<string, JsonObject>(StringComparer.Ordinal);
        foreach (var kind in kinds)
        {
            Add(ApiSchema.Of(kind), schemas);
            schemas[SchemaName(ApiSchema.Of(kind))]["x-kubernetes-group-version-kind"] = new JsonArray(Identity(kind));
        }

        return new JsonObject
        {
            ["openapi"] = "3.0.0",
            ["info"] = new JsonObject { ["title"] = "Kubernetes", ["version"] = "v1.36.2" },
            ["paths"] = new JsonObject(kinds.Select(kind => KeyValuePair.Create<string, JsonNode?>(ObjectPath(kind), Operations(kind)))),
            ["components"] = new JsonObject
            {
                ["schemas"] = new JsonObject(schemas.Select(entry => KeyValuePair.Create<string, JsonNode?>(entry.Key, entry.Value))),
            },
        };
    }

    private static string ObjectPath(ResourceKind kind) =>
        $"/{PathOf(kind)}/{(kind.Namespaced ? "namespaces/{namespace}/" : "")}{kind.Plural}/{{name}}";

    // Clients look here for which query parameters a write takes: fieldValidation and dryRun are the server's to check.
    private static JsonObject Operations(ResourceKind kind)
    {
        var parameters = new JsonArray([.. WriteParameters.Select(name => new JsonObject
        {
            ["name"] = name, ["in"] = "query", ["schema"] = new JsonObject { ["type"] = name == "force" ? "boolean" : "string", ["uniqueItems"] = true },
        })]);
        return new JsonObject
        {
            ["patch"] = new JsonObject
            {
                ["x-kubernetes-action"] = "patch",
                ["x-kubernetes-group-version-kind"] = Identity(kind),
                ["parameters"] = parameters,
                ["responses"] = new JsonObject { ["200"] = new JsonObject { ["description"] = "OK" } },
            },
        };
    }

    private static JsonObject Identity(ResourceKind kind) => new() { ["group"] = kind.Group, ["version"] = kind.Version, ["kind"] = kind.Kind };

    private static string SchemaName(StructType type) => $"io.k8s.api.v1.{type.Name}";

    private static void Add(StructType type, SortedDictionary<string, JsonObject> schemas)
    {
        var name = SchemaName(type);
        if (schemas.ContainsKey(name))
        {
            return;
        }

        var properties = new JsonObject();
        var schema = new JsonObject { ["type"] = "object", ["properties"] = properties };
        if (type.Atomic)
        {
            schema["x-kubernetes-map-type"] = "atomic";
        }

        schemas[name] = schema;
        foreach (var field in type.Fields)
        {
            properties[field.Name] = Property(field, schemas);
        }
    }

    private static JsonObject Property(SchemaField field, SortedDictionary<string, JsonObject> schemas)
    {
        var property = Schema(field.Type, schemas);
        if (field.Default is { } value)
        {
            property["default"] = value;
        }

        if (field.Type is ListType { PatchKey: { } key })
        {
            property["x-kubernetes-patch-merge-key"] = key;
            property["x-kubernetes-patch-strategy"] = field.RetainKeys ? "merge,retainKeys" : "merge";
        }
        else if (field.Type is ListType { IsSet: true })
        {
            property["x-kubernetes-patch-strategy"] = "merge";
        }

        return property;
    }

    private static JsonObject Schema(SchemaType type, SortedDictionary<string, JsonObject> schemas)
    {
        switch (type)
        {
            case StructType named:
                Add(named, schemas);
                return new JsonObject { ["allOf"] = new JsonArray(new JsonObject { ["$ref"] = $"#/components/schemas/{SchemaName(named)}" }) };
            case ListType list:
                var array = new JsonObject { ["type"] = "array", ["items"] = Schema(list.Element, schemas) };
                array["x-kubernetes-list-type"] = list.IsSet ? "set" : list.Atomic ? "atomic" : "map";
                if (list.Keys.Count > 0)
                {
                    array["x-kubernetes-list-map-keys"] = new JsonArray([.. list.Keys.Select(key => JsonValue.Create(key))]);
                }

                return array;
            case MapType map:
                var dictionary = new JsonObject { ["type"] = "object", ["additionalProperties"] = Schema(map.Element, schemas) };
                if (map.Atomic)
                {
                    dictionary["x-kubernetes-map-type"] = "atomic";
                }

                return dictionary;
            default:
                return Scalar(((ScalarType)type).Name);
        }
    }

    private static JsonObject Scalar(string name) => name switch
    {
        "int32" or "int64" => new JsonObject { ["type"] = "integer", ["format"] = name },
        "bool" => new JsonObject { ["type"] = "boolean" },
        "any" => new JsonObject { ["type"] = "object" },
        "intstr" => new JsonObject
        {
            ["oneOf"] = new JsonArray(new JsonObject { ["type"] = "integer" }, new JsonObject { ["type"] = "string" }), ["format"] = "int-or-string",
        },
        "quantity" => new JsonObject { ["oneOf"] = new JsonArray(new JsonObject { ["type"] = "string" }, new JsonObject { ["type"] = "number" }) },
        "time" or "microtime" => new JsonObject { ["type"] = "string", ["format"] = "date-time" },
        "bytes" => new JsonObject { ["type"] = "string", ["format"] = "byte" },
        _ => new JsonObject { ["type"] = "string" },
    };
}
