using KafkaK8s.Engine.Kafka;

namespace KafkaK8s.Commands;

/// <summary>Compares settings with what they are to be.</summary>
internal static class SettingChanges
{
    /// <summary>What differs, and in words from what to what. Nobody can tell whether a sensitive value differs, and none is ever shown.</summary>
    /// <param name="wanted">What they are to be; null removes one.</param>
    /// <param name="current">What is set now, without what only is in effect.</param>
    public static (IReadOnlyDictionary<string, string?> Changes, IReadOnlyList<string> Words) Compare(
        IReadOnlyDictionary<string, string?> wanted, IReadOnlyList<ConfigurationEntry> current)
    {
        var changes = new Dictionary<string, string?>(StringComparer.Ordinal);
        var words = new List<string>();
        foreach (var (name, value) in wanted.OrderBy(setting => setting.Key, StringComparer.Ordinal))
        {
            var now = current.FirstOrDefault(entry => entry.Name == name);
            var isSensitive = KnownSettings.IsSensitive(name) || now?.IsSensitive == true;
            var isSame = value is null ? now is null : now is not null && !isSensitive && now.Value == value;
            if (!isSame)
            {
                changes[name] = value;
                words.Add($"{name} {Show(now is null, now?.Value, isSensitive)} -> {Show(value is null, value, isSensitive)}");
            }
        }

        return (changes, words);
    }

    private static string Show(bool isAbsent, string? value, bool isSensitive) => isAbsent ? "(not set)" : isSensitive ? "(hidden)" : value is "" ? "''" : value ?? "(unknown)";
}
