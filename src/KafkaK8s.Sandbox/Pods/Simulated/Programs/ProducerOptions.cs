using System.Globalization;

namespace KafkaK8s.Sandbox.Pods.Simulated.Programs;

/// <summary>What a console producer was told: its options, and the client settings among them.</summary>
internal sealed class ProducerOptions
{
    private const int DefaultRequestSize = 1048576;

    private static readonly string[] Shared =
    [
        "batch-size=", "broker-list=", "compression-codec?", "line-reader=", "max-block-ms=", "max-memory-bytes=", "max-partition-memory-bytes=",
        "message-send-max-retries=", "metadata-expiry-ms=", "producer-property=", "producer.config=", "property=", "request-required-acks=",
        "request-timeout-ms=", "retry-backoff-ms=", "socket-buffer-size=", "sync", "timeout=", "topic=",
    ];

    private readonly ToolOptions _options;
    private readonly IReadOnlyDictionary<string, string> _settings;
    private readonly bool _isOld;

    private ProducerOptions(ToolOptions options, bool isOld)
    {
        _options = options;
        _isOld = isOld;
        _settings = options.Pairs("producer-property");
    }

    /// <summary>The options of a generation.</summary>
    public static IReadOnlyList<string> Known(bool isOld) => isOld
        ? [.. Shared, "key-serializer=", "old-producer", "queue-enqueuetimeout-ms=", "queue-size=", "value-serializer="]
        : [.. Shared, "bootstrap-server=", "help", "reader-config=", "version"];

    public bool IsVersionAsked => _options.Has("version");

    public string Topic => _options.Value("topic")!;

    public string Servers => _options.Value("bootstrap-server") ?? _options.Value("broker-list")!;

    /// <summary>The line reader's properties.</summary>
    public IReadOnlyDictionary<string, string> Properties => _options.Pairs("property");

    /// <summary>Whether each record is waited for. 1.1.1 has the option, and goes on after a failure all the same.</summary>
    public bool IsSync => _options.Has("sync");

    /// <summary>How many acknowledgements are asked for: 0, 1, or -1 for all replicas in sync.</summary>
    public int Acknowledgements => (Setting("request-required-acks", "acks") ?? (_isOld ? "1" : "-1")) is var text && text == "all" ? -1
        : int.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>The largest request, in bytes.</summary>
    public int MaximumRequestSize => (int)(Number(null, "max.request.size") ?? DefaultRequestSize);

    /// <summary>How long a send waits for metadata.</summary>
    public TimeSpan MaximumBlock => TimeSpan.FromMilliseconds(Number("max-block-ms", "max.block.ms") ?? 60000);

    /// <summary>How long records wait for others of their batch.</summary>
    public TimeSpan Linger => TimeSpan.FromMilliseconds(Number("timeout", "linger.ms") ?? 1000);

    /// <summary>How often a batch that was refused for now is sent again.</summary>
    public int Retries => (int)(Number("message-send-max-retries", "retries") ?? 3);

    /// <summary>How long it waits before it does.</summary>
    public TimeSpan RetryBackoff => TimeSpan.FromMilliseconds(Number("retry-backoff-ms", "retry.backoff.ms") ?? 100);

    /// <summary>How long a batch without a leader is kept.</summary>
    public TimeSpan DeliveryTimeout => TimeSpan.FromMilliseconds(_isOld
        ? Number("request-timeout-ms", "request.timeout.ms") ?? 1500
        : Number(null, "delivery.timeout.ms") ?? 120000);

    /// <summary>Reads a command line.</summary>
    /// <exception cref="ToolOptionException">An option is unknown or has no value.</exception>
    /// <exception cref="UsageErrorException">One that is needed is missing.</exception>
    public static ProducerOptions Parse(IReadOnlyList<string> arguments, bool isOld)
    {
        var options = ToolOptions.Parse(arguments, Known(isOld));
        if (options.Has("version"))
        {
            return new ProducerOptions(options, isOld);
        }

        if (arguments.Count == 0)
        {
            throw new UsageErrorException(isOld ? "Read data from standard input and publish it to Kafka." : "This tool helps to read data from standard input and publish it to Kafka.");
        }

        if (!options.Has("topic"))
        {
            throw new UsageErrorException("Missing required argument \"[topic]\"");
        }

        if (!options.Has("broker-list") && !options.Has("bootstrap-server"))
        {
            throw new UsageErrorException(isOld ? "Missing required argument \"[broker-list]\"" : "Missing required option(s) [bootstrap-server]");
        }

        return new ProducerOptions(options, isOld);
    }

    // A client setting given by its own name wins over the tool's option.
    private string? Setting(string? option, string name) => _settings.GetValueOrDefault(name) ?? (option is null ? null : _options.Value(option));

    private long? Number(string? option, string name) =>
        long.TryParse(Setting(option, name), CultureInfo.InvariantCulture, out var number) ? number : null;
}
