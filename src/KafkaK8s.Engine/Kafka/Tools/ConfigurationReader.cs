using System.Text.RegularExpressions;

namespace KafkaK8s.Engine.Kafka.Tools;

/// <summary>
/// Reads <c>kafka-configs --describe</c>: through ZooKeeper one line with all that was set, through the brokers a header and a line
/// a setting, with the values in line behind it.
/// </summary>
internal static partial class ConfigurationReader
{
    /// <summary>The settings, in ordinal order of their names.</summary>
    /// <exception cref="EngineException">A line is neither a header nor a setting.</exception>
    public static IReadOnlyList<ConfigurationEntry> Read(IEnumerable<string> lines) =>
        [.. lines.Where(line => line.Length > 0 && !Header().IsMatch(line)).SelectMany(ReadLine).OrderBy(entry => entry.Name, StringComparer.Ordinal)];

    /// <summary>The settings of several topics, by the topic's name: each has a line or a header.</summary>
    /// <exception cref="EngineException">A line is neither a header nor a setting, or about no topic.</exception>
    public static IReadOnlyDictionary<string, IReadOnlyList<ConfigurationEntry>> ReadTopics(IEnumerable<string> lines)
    {
        var topics = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        List<string>? current = null;
        foreach (var line in lines.Where(line => line.Length > 0))
        {
            if (Overrides().Match(line) is { Success: true } overrides)
            {
                topics[overrides.Groups["topic"].Value] = [line];
            }
            else if (TopicHeader().Match(line) is { Success: true } header)
            {
                topics[header.Groups["topic"].Value] = current = [];
            }
            else
            {
                (current ?? throw UnreadableOutput.Of("kafka-configs", line)).Add(line);
            }
        }

        return topics.ToDictionary(topic => topic.Key, topic => Read(topic.Value), StringComparer.Ordinal);
    }

    /// <summary>Whether the answer is that the topic or the broker doesn't exist, which 4.1 and later don't call a failure.</summary>
    public static bool IsMissing(IEnumerable<string> lines) => lines.Any(line => Missing().IsMatch(line));

    private static IEnumerable<ConfigurationEntry> ReadLine(string line)
    {
        if (Setting().Match(line) is { Success: true } setting)
        {
            return [Entry(setting)];
        }

        return Overrides().Match(line) is { Success: true } overrides
            ? TopicDescriptionReader.ReadConfiguration(overrides.Groups["settings"].Value.Trim())
                .Select(entry => new ConfigurationEntry(entry.Key, entry.Value, ConfigurationSource.DynamicTopic, false, []))
            : throw UnreadableOutput.Of("kafka-configs", line);
    }

    private static ConfigurationEntry Entry(Match setting)
    {
        var isSensitive = setting.Groups["sensitive"].Value == "true";
        var synonyms = BetweenSynonyms().Split(setting.Groups["synonyms"].Value)
            .Where(synonym => synonym.Length > 0)
            .Select(synonym => Synonym().Match(synonym) is { Success: true } match
                ? new ConfigurationSynonym(Source(match.Groups["source"].Value), match.Groups["name"].Value, Value(match.Groups["value"].Value, isSensitive))
                : throw UnreadableOutput.Of("kafka-configs", setting.Value))
            .ToList();

        // Nothing behind it: the value follows from another setting, as retention.ms does from log.retention.hours.
        var source = synonyms.Count > 0 ? synonyms[0].Source : ConfigurationSource.Default;
        return new ConfigurationEntry(setting.Groups["name"].Value, Value(setting.Groups["value"].Value, isSensitive), source, isSensitive, synonyms);
    }

    private static string? Value(string text, bool isSensitive) => isSensitive || text == "null" ? null : text;

    private static ConfigurationSource Source(string text) => text switch
    {
        "DYNAMIC_TOPIC_CONFIG" or "TOPIC_CONFIG" => ConfigurationSource.DynamicTopic,
        "DYNAMIC_BROKER_CONFIG" => ConfigurationSource.DynamicBroker,
        "DYNAMIC_DEFAULT_BROKER_CONFIG" => ConfigurationSource.DynamicDefaultBroker,
        "STATIC_BROKER_CONFIG" => ConfigurationSource.StaticBroker,
        "DEFAULT_CONFIG" => ConfigurationSource.Default,
        _ => ConfigurationSource.Unknown,
    };

    [GeneratedRegex(@"^(?:(?:Dynamic |All )?[Cc]onfigs for (?:topic|broker) .* are:|Default configs? for brokers in the cluster are:)$", RegexOptions.CultureInvariant)]
    private static partial Regex Header();

    [GeneratedRegex(@"^(?:Dynamic|All) configs for topic (?<topic>\S+) are:$", RegexOptions.CultureInvariant)]
    private static partial Regex TopicHeader();

    [GeneratedRegex(@"^  (?<name>[^=\s]+)=(?<value>.*) sensitive=(?<sensitive>true|false) synonyms=\{(?<synonyms>.*)\}$", RegexOptions.CultureInvariant)]
    private static partial Regex Setting();

    [GeneratedRegex(@"^Configs for topic '(?<topic>[^']+)' are (?<settings>.*)$", RegexOptions.CultureInvariant)]
    private static partial Regex Overrides();

    [GeneratedRegex(@"^The (?:topic|broker) '.*' doesn't exist and doesn't have dynamic config\.$", RegexOptions.CultureInvariant)]
    private static partial Regex Missing();

    // A value may hold what looks much like it: a list of listeners, or of rules.
    [GeneratedRegex(", (?=(?:[A-Z_]+_CONFIG|UNKNOWN):)", RegexOptions.CultureInvariant)]
    private static partial Regex BetweenSynonyms();

    [GeneratedRegex("^(?<source>[A-Z_]+_CONFIG|UNKNOWN):(?<name>[^=]+)=(?<value>.*)$", RegexOptions.CultureInvariant)]
    private static partial Regex Synonym();
}
