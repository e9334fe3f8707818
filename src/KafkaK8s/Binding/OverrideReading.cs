using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Text.Json.Nodes;
using KafkaK8s.Diagnostics;

namespace KafkaK8s.Binding;

/// <summary>Reads a hashtable of resource fields as JSON.</summary>
internal static class OverrideReading
{
    /// <summary>The fields, or null where none are given.</summary>
    /// <exception cref="TerminatingException">A value has no counterpart in JSON.</exception>
    public static JsonObject? Read(IDictionary? fields) => fields is null ? null : Fields(fields, "Override");

    /// <summary>The fields of one part of a cluster.</summary>
    /// <exception cref="TerminatingException">They are no fields, or a value has no counterpart in JSON.</exception>
    public static JsonObject? Read(string part, object? fields) => Node(fields, $"Override.{part}") switch
    {
        null => null,
        JsonObject read => read,
        _ => throw NotUnderstood($"Override.{part}", "is no hashtable of fields"),
    };

    /// <summary>A container's resources, or null where none are given.</summary>
    /// <exception cref="TerminatingException">A value has no counterpart in JSON.</exception>
    public static JsonObject? ReadResources(IDictionary? requests, IDictionary? limits)
    {
        var resources = new JsonObject();
        foreach (var (name, given) in new[] { ("requests", requests), ("limits", limits) })
        {
            if (given is not null)
            {
                resources[name] = Fields(given, name);
            }
        }

        return resources.Count > 0 ? resources : null;
    }

    // By its keys: what else it yields differs by the kind of dictionary.
    private static JsonObject Fields(IDictionary table, string path) => new(table.Keys
        .Cast<object>()
        .Select(name => KeyValuePair.Create(name.ToString()!, Node(table[name], $"{path}.{name}"))));

    private static JsonNode? Node(object? value, string path)
    {
        var bare = value is PSObject wrapped ? wrapped.BaseObject : value;
        return bare switch
        {
            null => null,
            IDictionary table => Fields(table, path),
            PSCustomObject => new JsonObject(PSObject.AsPSObject(value).Properties
                .Select(property => KeyValuePair.Create(property.Name, Node(property.Value, $"{path}.{property.Name}")))),
            string text => JsonValue.Create(text),
            char single => JsonValue.Create(single.ToString()),
            bool flag => JsonValue.Create(flag),
            byte or sbyte or short or ushort or int or uint or long => JsonValue.Create(Convert.ToInt64(bare, CultureInfo.InvariantCulture)),
            float or double or decimal => JsonValue.Create(Convert.ToDouble(bare, CultureInfo.InvariantCulture)),
            Enum name => JsonValue.Create(name.ToString()),
            IEnumerable list => new JsonArray([.. list.Cast<object?>().Select((item, index) => Node(item, $"{path}[{index}]"))]),
            _ => throw NotUnderstood(path, $"is a {bare.GetType().Name}, which can't be a field of a Kubernetes resource"),
        };
    }

    private static TerminatingException NotUnderstood(string path, string problem) => new(KafkaErrors.Create(
        "OverrideNotUnderstood",
        ErrorCategory.InvalidArgument,
        path,
        $"{path} {problem}. Nothing was changed.",
        "Use hashtables, arrays, texts, numbers, booleans and $null."));
}
