using KafkaK8s.Engine.Manifests;

namespace KafkaK8s.Engine.Kafka;

/// <summary>A setting that Kafka has.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Meaning">What it means, in a line.</param>
public sealed record KnownSetting(string Name, string Meaning);

/// <summary>
/// The settings of topics and brokers, from 1.1 to 4.3, with what they mean. The cluster has the last word on what it knows: a newer
/// release may have more, an older one has fewer.
/// </summary>
public static class KnownSettings
{
    private const string AtStart = "Read when a broker starts: Set-KafkaBroker -Configuration changes it.";

    private static readonly Lazy<IReadOnlyDictionary<string, string>> Topics = new(() => Read("topic-settings.txt"));
    private static readonly Lazy<IReadOnlyDictionary<string, string>> Dynamic = new(() => Read("dynamic-broker-settings.txt"));

    /// <summary>The settings that a topic can have.</summary>
    public static IEnumerable<KnownSetting> OfTopics => Topics.Value.Select(setting => new KnownSetting(setting.Key, setting.Value));

    /// <summary>All settings that a broker can have.</summary>
    public static IEnumerable<KnownSetting> OfBrokers => BrokerSettings.Names.Union(Dynamic.Value.Keys)
        .Select(name => new KnownSetting(name, Dynamic.Value.GetValueOrDefault(name) ?? AtStart));

    /// <summary>The settings of brokers that can change while they run.</summary>
    public static IEnumerable<KnownSetting> OfRunningBrokers => Dynamic.Value.Select(setting => new KnownSetting(setting.Key, setting.Value));

    /// <summary>Whether some release knows a topic's setting of that name.</summary>
    public static bool IsTopicSetting(string name) => Topics.Value.ContainsKey(name);

    /// <summary>Whether some release knows a broker's setting of that name.</summary>
    public static bool IsBrokerSetting(string name) => BrokerSettings.IsKnown(name) || Dynamic.Value.ContainsKey(name);

    /// <summary>Whether some release takes a broker's setting while the broker runs. Listeners have settings of their own, which are.</summary>
    public static bool IsDynamic(string name) => Dynamic.Value.ContainsKey(name) || name.StartsWith("listener.name.", StringComparison.Ordinal);

    /// <summary>What a setting means, in a line, or null for one that nobody knows.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="forTopic">Whether it is a topic's, or a broker's.</param>
    public static string? MeaningOf(string name, bool forTopic) =>
        forTopic ? Topics.Value.GetValueOrDefault(name) : Dynamic.Value.GetValueOrDefault(name) ?? (BrokerSettings.IsKnown(name) && !IsDynamic(name) ? AtStart : null);

    /// <summary>Whether a value is nobody's business: passwords, keys and logins, and what else brokers keep to themselves.</summary>
    public static bool IsSensitive(string name) =>
        name.EndsWith("password", StringComparison.Ordinal)
        || name.EndsWith("secret", StringComparison.Ordinal)
        || name.EndsWith("sasl.jaas.config", StringComparison.Ordinal)
        || name.EndsWith("ssl.keystore.key", StringComparison.Ordinal)
        || name.EndsWith("ssl.keystore.certificate.chain", StringComparison.Ordinal)
        || name.EndsWith("ssl.truststore.certificates", StringComparison.Ordinal);

    /// <summary>The names, at most three, that are spelled most like one that nobody knows, or that hold it.</summary>
    /// <param name="name">The unknown name.</param>
    /// <param name="forTopic">Whether a topic's setting was meant, or a broker's.</param>
    public static IReadOnlyList<string> Nearest(string name, bool forTopic)
    {
        const int most = 3;
        const int largestMisspelling = 3;
        return
        [
            .. (forTopic ? Topics.Value.Keys : BrokerSettings.Names.Union(Dynamic.Value.Keys))
                .Select(known => (Known: known, Distance: BrokerSettings.Distance(name, known)))
                .Where(candidate => candidate.Distance <= largestMisspelling || (name.Length > most && candidate.Known.Contains(name, StringComparison.Ordinal)))
                .OrderBy(candidate => candidate.Distance)
                .ThenBy(candidate => candidate.Known, StringComparer.Ordinal)
                .Take(most)
                .Select(candidate => candidate.Known),
        ];
    }

    private static SortedDictionary<string, string> Read(string resource)
    {
        using var stream = typeof(KnownSettings).Assembly.GetManifestResourceStream(resource)!;
        using var reader = new StreamReader(stream);
        var settings = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.TrimEnd('\r').Split('\t'));
        return new(settings.ToDictionary(setting => setting[0], setting => setting[1]), StringComparer.Ordinal);
    }
}
