using System.Collections;
using System.Globalization;
using System.Management.Automation;

namespace KafkaK8s.Binding;

/// <summary>Reads a hashtable of Kafka settings as Kafka writes them.</summary>
internal static class KafkaSettings
{
    /// <summary>The settings by name, values in Kafka's own notation: <c>true</c>, <c>60000</c>, lists joined by commas.</summary>
    public static IReadOnlyDictionary<string, string> Read(IDictionary? settings) => Entries(settings)
        .ToDictionary(entry => Text(entry.Key), entry => Text(entry.Value), StringComparer.Ordinal);

    /// <summary>The settings, or null where none are given.</summary>
    public static IReadOnlyDictionary<string, string>? ReadGiven(IDictionary? settings) => settings is null ? null : Read(settings);

    /// <summary>Settings to set, and with null those to take away; null where none are given.</summary>
    public static IReadOnlyDictionary<string, string?>? ReadChanges(IDictionary? settings) => settings is null ? null : ReadChanges(settings, removed: null);

    /// <summary>The settings by name with what they are changed to: null removes one.</summary>
    /// <param name="settings">What is set, or removed by <c>$null</c>.</param>
    /// <param name="removed">What else is removed.</param>
    public static IReadOnlyDictionary<string, string?> ReadChanges(IDictionary? settings, IEnumerable<string>? removed)
    {
        var changes = Entries(settings)
            .ToDictionary(entry => Text(entry.Key), entry => entry.Value is null ? null : (string?)Text(entry.Value), StringComparer.Ordinal);
        foreach (var name in removed ?? [])
        {
            changes[name] = null;
        }

        return changes;
    }

    // By its keys: what else it yields differs by the kind of dictionary.
    private static IEnumerable<DictionaryEntry> Entries(IDictionary? settings) =>
        settings is null ? [] : settings.Keys.Cast<object>().Select(name => new DictionaryEntry(name, settings[name]));

    private static string Text(object? value) => (value is PSObject wrapped ? wrapped.BaseObject : value) switch
    {
        null => "",
        bool flag => flag ? "true" : "false",
        string text => text,
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        IEnumerable list => string.Join(',', list.Cast<object?>().Select(Text)),
        var other => other.ToString() ?? "",
    };
}
