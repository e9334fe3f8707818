using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace KafkaK8s.Sandbox.Api;

/// <summary>Reading objects by path, and the JSON text that the API writes.</summary>
internal static class JsonReading
{
    private static readonly JsonSerializerOptions Text = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The node at a path of field names, or null when a field is missing or its parent is no object.</summary>
    public static JsonNode? At(this JsonNode? node, params ReadOnlySpan<string> path)
    {
        foreach (var field in path)
        {
            node = (node as JsonObject)?[field];
        }

        return node;
    }

    /// <summary>The text at a path, or null when there is none or it is no text.</summary>
    public static string? TextAt(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    /// <summary>The whole number at a path, or null when there is none or it is no number.</summary>
    public static long? NumberAt(this JsonNode? node, params ReadOnlySpan<string> path) => node.At(path).AsNumber();

    /// <summary>A node as a whole number, or null when it is none.</summary>
    public static long? AsNumber(this JsonNode? node) =>
        node is JsonValue value && value.GetValueKind() == JsonValueKind.Number
            && long.TryParse(value.ToJsonString(), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>The objects in the list at a path; none when there is no list.</summary>
    public static IEnumerable<JsonObject> ObjectsAt(this JsonNode? node, params ReadOnlySpan<string> path) =>
        (node.At(path) as JsonArray)?.OfType<JsonObject>() ?? [];

    /// <summary>The object at a field, made when it isn't there.</summary>
    public static JsonObject Child(this JsonObject parent, string field)
    {
        if (parent[field] is JsonObject child)
        {
            return child;
        }

        child = [];
        parent[field] = child;
        return child;
    }

    /// <summary>The object's name.</summary>
    public static string Name(this JsonObject item) => item.TextAt("metadata", "name") ?? "";

    /// <summary>The object's namespace, empty for none.</summary>
    public static string Namespace(this JsonObject item) => item.TextAt("metadata", "namespace") ?? "";

    /// <summary>A copy that shares nothing with the original.</summary>
    public static JsonObject Copy(this JsonObject item) => (JsonObject)item.DeepClone();

    /// <summary>The node as the API writes it.</summary>
    public static string ToText(this JsonNode? node) => node is null ? "null" : node.ToJsonString(Text);

    /// <summary>A time as objects have it: UTC, whole seconds.</summary>
    public static string ToStamp(this DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
