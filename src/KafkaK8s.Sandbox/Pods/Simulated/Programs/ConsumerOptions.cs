using System.Globalization;

namespace KafkaK8s.Sandbox.Pods.Simulated.Programs;

/// <summary>What a console consumer was told.</summary>
internal sealed class ConsumerOptions
{
    /// <summary>From the first record.</summary>
    public const long Earliest = -2;

    /// <summary>From the next record.</summary>
    public const long Latest = -1;

    private const int GroupNumbers = 100_000;

    private static readonly string[] Shared =
    [
        "bootstrap-server=", "consumer-property=", "consumer.config=", "enable-systest-events", "formatter=", "from-beginning", "group=", "isolation-level=",
        "key-deserializer=", "max-messages=", "offset=", "partition=", "property=", "skip-message-on-error", "timeout-ms=", "topic=", "value-deserializer=",
        "whitelist=",
    ];

    private static readonly string[] Sources = ["topic", "whitelist", "include"];

    private readonly ToolOptions _options;
    private readonly IReadOnlyDictionary<string, string> _settings;

    private ConsumerOptions(ToolOptions options, bool isOld)
    {
        _options = options;
        _settings = options.Pairs("consumer-property");
        var group = options.Value("group") ?? _settings.GetValueOrDefault("group.id");
        Group = group ?? string.Create(CultureInfo.InvariantCulture, $"console-consumer-{Random.Shared.Next(GroupNumbers)}");

        // The group that nobody named keeps its offsets in 1.1 and not any more later.
        CommitsOffsets = bool.TryParse(_settings.GetValueOrDefault("enable.auto.commit"), out var commits) ? commits : isOld || group is not null;
    }

    /// <summary>The options of a generation.</summary>
    public static IReadOnlyList<string> Known(bool isOld) => isOld
        ? [.. Shared, "blacklist=", "csv-reporter-enabled", "delete-consumer-offsets", "metrics-dir=", "new-consumer", "zookeeper="]
        : [.. Shared, "formatter-config=", "help", "include=", "version"];

    public bool IsVersionAsked => _options.Has("version");

    public string Servers => _options.Value("bootstrap-server")!;

    public string Group { get; }

    public bool CommitsOffsets { get; }

    /// <summary>The topic; null when a pattern was given.</summary>
    public string? Topic => _options.Value("topic");

    /// <summary>The pattern of topics; null when one topic was named.</summary>
    public string? Pattern => Topic is null ? _options.Value("include") ?? _options.Value("whitelist") : null;

    /// <summary>The one partition that was asked for; null for a share of the group's.</summary>
    public int? Partition => _options.Number("partition");

    /// <summary>Where to begin where there is no committed offset: an offset, <see cref="Earliest"/> or <see cref="Latest"/>.</summary>
    public long Start => _options.Value("offset") is { } offset ? ParseOffset(offset)!.Value
        : _options.Has("from-beginning") || _settings.GetValueOrDefault("auto.offset.reset") == "earliest" ? Earliest
        : Latest;

    /// <summary>Whether an offset that isn't there is an error.</summary>
    public bool RefusesMissingOffset => _settings.GetValueOrDefault("auto.offset.reset") == "none";

    /// <summary>How many records at most; null for no end.</summary>
    public int? MaximumMessages => _options.Number("max-messages") is { } number and >= 0 ? number : null;

    /// <summary>How long to wait for a record; null for ever.</summary>
    public TimeSpan? Timeout => _options.Number("timeout-ms") is { } milliseconds and >= 0 ? TimeSpan.FromMilliseconds(milliseconds) : null;

    /// <summary>The formatter's properties.</summary>
    public IReadOnlyDictionary<string, string> Properties => _options.Pairs("property");

    /// <summary>Reads a command line.</summary>
    /// <exception cref="ToolOptionException">An option is unknown or has no value.</exception>
    /// <exception cref="UsageErrorException">The options don't go together.</exception>
    public static ConsumerOptions Parse(IReadOnlyList<string> arguments, bool isOld)
    {
        var options = ToolOptions.Parse(arguments, Known(isOld));
        return options.Has("version") || Complaint(arguments, options, isOld) is not { } complaint
            ? new ConsumerOptions(options, isOld)
            : throw new UsageErrorException(complaint);
    }

    private static string? Complaint(IReadOnlyList<string> arguments, ToolOptions options, bool isOld)
    {
        if (arguments.Count == 0)
        {
            return isOld ? "The console consumer is a tool that reads data from Kafka and outputs it to standard output."
                : "This tool helps to read data from Kafka topics and outputs it to standard output.";
        }

        if (options.Has("zookeeper"))
        {
            return "The old consumer, which works through --zookeeper, isn't simulated: use --bootstrap-server.";
        }

        if (!options.Has("bootstrap-server"))
        {
            return "Missing required argument \"[bootstrap-server]\"";
        }

        if (Sources.Count(options.Has) != 1)
        {
            return isOld ? "Exactly one of whitelist/topic is required." : "Exactly one of --include/--topic is required. ";
        }

        if (options.Has("partition"))
        {
            return !options.Has("topic") ? "The topic is required when partition is specified."
                : options.Has("from-beginning") && options.Has("offset") ? "Options from-beginning and offset cannot be specified together."
                : !isOld && options.Has("group") ? "Options group and partition cannot be specified together."
                : options.Value("offset") is { } offset && ParseOffset(offset) is null
                    ? $"The provided offset value '{offset}' is incorrect. Valid values are 'earliest', 'latest', or a non-negative long."
                    : null;
        }

        return options.Has("offset") ? "The partition is required when offset is specified." : null;
    }

    private static long? ParseOffset(string text) => text.ToLowerInvariant() switch
    {
        "earliest" => Earliest,
        "latest" => Latest,
        _ => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var offset) ? offset : null,
    };
}
