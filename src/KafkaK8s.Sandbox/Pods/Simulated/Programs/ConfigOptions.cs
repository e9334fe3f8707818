using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace KafkaK8s.Sandbox.Pods.Simulated.Programs;

/// <summary>What kafka-configs was told.</summary>
internal sealed partial class ConfigOptions
{
    private static readonly string[] Known =
    [
        "add-config=", "alter", "bootstrap-server=", "command-config=", "delete-config=", "describe", "entity-default", "entity-name=", "entity-type=", "force",
        "help", "zookeeper=",
    ];

    private static readonly string[] OnlyNew =
        ["add-config-file=", "all", "bootstrap-controller=", "broker=", "broker-defaults", "broker-logger=", "topic=", "version", "zk-tls-config-file="];

    private readonly ToolOptions _options;

    private readonly IReadOnlyDictionary<string, byte[]> _files;

    private ConfigOptions(ToolOptions options, IReadOnlyDictionary<string, byte[]> files) => (_options, _files) = (options, files);

    public bool IsVersionAsked => _options.Has("version");

    public bool IsAlter => _options.Has("alter");

    /// <summary>Whether settings that nobody set are shown too.</summary>
    public bool IsAll => _options.Has("all");

    public string? ZooKeeper => _options.Value("zookeeper");

    public string? Bootstrap => _options.Value("bootstrap-server");

    public bool IsBroker => _options.Has("broker") || _options.Value("entity-type") == "brokers";

    /// <summary>Whether it is about what all brokers take that have no setting of their own.</summary>
    public bool IsDefault => _options.Has("entity-default") || _options.Has("broker-defaults");

    /// <summary>The topic's or the broker's name; null for all.</summary>
    public string? Name => _options.Value("entity-name") ?? _options.Value("topic") ?? _options.Value("broker");

    /// <summary>Settings to add; square brackets keep a value with commas together.</summary>
    public IReadOnlyDictionary<string, string> Added => _options.Value("add-config") is { Length: > 0 } text
        ? TopicsOutput.ParseConfiguration([.. PairSeparator().Split(text)], []).ToDictionary(pair => pair.Key, pair => pair.Value.Replace("[", "", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal), StringComparer.Ordinal)
        : _options.Value("add-config-file") is { } path ? Properties(_files[path])
        : new Dictionary<string, string>();

    /// <summary>Settings to remove.</summary>
    public IReadOnlyList<string> Removed => _options.Value("delete-config")?.Split(',', StringSplitOptions.TrimEntries) ?? [];

    /// <summary>All changes, with null for what is removed.</summary>
    public IEnumerable<KeyValuePair<string, string?>> Changes =>
        [.. Removed.Select(name => KeyValuePair.Create(name, (string?)null)), .. Added.Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value))];

    /// <summary>The options of a generation.</summary>
    public static IReadOnlyList<string> All(bool isOld) => isOld ? Known : [.. Known, .. OnlyNew];

    /// <summary>Reads a command line.</summary>
    /// <exception cref="ToolOptionException">An option is unknown or has no value.</exception>
    /// <exception cref="UsageErrorException">The options don't go together.</exception>
    public static ConfigOptions Parse(IReadOnlyList<string> arguments, bool isOld, IReadOnlyDictionary<string, byte[]> files)
    {
        var options = ToolOptions.Parse(arguments, All(isOld));
        return options.Has("version") || Complaint(options, isOld) is not { } complaint ? new ConfigOptions(options, files) : throw new UsageErrorException(complaint);
    }

    private static string? Complaint(ToolOptions options, bool isOld)
    {
        if (options.Has("alter") == options.Has("describe"))
        {
            return "Command must include exactly one action: --describe, --alter";
        }

        var type = options.Value("entity-type");
        if (type is null && (isOld || !(options.Has("topic") || options.Has("broker"))))
        {
            return isOld ? "Missing required argument \"[entity-type]\"" : "At least one entity type must be specified";
        }

        if (type is not (null or "topics" or "brokers"))
        {
            return $"Invalid entity type {type}, the entity type must be one of topics, brokers in a simulated pod";
        }

        return options.Has("alter") && !options.Has("add-config") && !options.Has("add-config-file") && !options.Has("delete-config")
            ? "At least one of --add-config, --add-config-file, or --delete-config must be specified with --alter"
            : null;
    }

    // Java's properties: a line a setting, with backslashes before what would mean something else.
    private static Dictionary<string, string> Properties(byte[] file) => Encoding.Latin1.GetString(file).Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => line.Split('=', 2))
        .ToDictionary(
            pair => pair[0],
            pair => Escape().Replace(pair[1], match => match.Groups["code"].Success
                ? ((char)int.Parse(match.Groups["code"].ValueSpan, NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToString()
                : match.Groups["character"].Value),
            StringComparer.Ordinal);

    [GeneratedRegex(@"\\(?:u(?<code>[0-9a-f]{4})|(?<character>.))")]
    private static partial Regex Escape();

    [GeneratedRegex(@",(?=[^\]]*(?:\[|$))")]
    private static partial Regex PairSeparator();
}
