namespace KafkaK8s.Engine.Manifests;

/// <summary>
/// The settings that brokers know. A broker says nothing about one that it doesn't know, so that a misspelled one would be believed to be set.
/// </summary>
internal static class BrokerSettings
{
    private const int LargestMisspelling = 3;

    // Settings of listeners, providers, remote storage and the vendor's own have names that nobody can list.
    private static readonly string[] OpenPrefixes = ["listener.name.", "config.providers.", "rsm.config.", "rlmm.config.", "confluent."];

    private static readonly Lazy<IReadOnlySet<string>> Known = new(Read);

    /// <summary>Whether some release of Kafka from 1.1 to 4.3 knows a setting.</summary>
    public static bool IsKnown(string setting) =>
        Known.Value.Contains(setting) || OpenPrefixes.Any(prefix => setting.StartsWith(prefix, StringComparison.Ordinal));

    /// <summary>The known setting that is spelled most like another, or null where none is close.</summary>
    public static string? Nearest(string setting) =>
        Known.Value.Select(known => (known, distance: Distance(setting, known)))
            .Where(candidate => candidate.distance <= LargestMisspelling)
            .OrderBy(candidate => candidate.distance)
            .ThenBy(candidate => candidate.known, StringComparer.Ordinal)
            .Select(candidate => candidate.known)
            .FirstOrDefault();

    /// <summary>All settings that have names of their own.</summary>
    public static IEnumerable<string> Names => Known.Value;

    private static HashSet<string> Read()
    {
        using var stream = typeof(BrokerSettings).Assembly.GetManifestResourceStream("broker-settings.txt")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>Levenshtein's distance: how many characters have to be put in, taken out or replaced.</summary>
    internal static int Distance(string from, string to)
    {
        var row = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var replaced = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
