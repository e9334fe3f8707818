using System.Text.Json;

namespace KafkaK8s.Sandbox.Pods.Simulated.Programs;

/// <summary>What kafka-reassign-partitions was told, of either generation.</summary>
internal sealed class ReassignmentOptions
{
    private static readonly string[] KnownOld =
    [
        "bootstrap-server=", "broker-list=", "disable-rack-aware", "execute", "generate", "reassignment-json-file=", "replica-alter-log-dirs-throttle=", "throttle=",
        "timeout=", "topics-to-move-json-file=", "verify", "zookeeper=",
    ];

    private static readonly string[] KnownNew =
    [
        "additional", "bootstrap-server=", "broker-list=", "cancel", "command-config=", "disable-rack-aware", "execute", "generate", "help", "list", "preserve-throttles",
        "reassignment-json-file=", "replica-alter-log-dirs-throttle=", "throttle=", "timeout=", "topics-to-move-json-file=", "verify", "version",
    ];

    private readonly ToolOptions _options;

    private ReassignmentOptions(ToolOptions options) => _options = options;

    public bool IsVersionAsked => _options.Has("version");

    public bool IsExecute => _options.Has("execute");

    public bool IsVerify => _options.Has("verify");

    public bool IsList => _options.Has("list");

    public bool IsAdditional => _options.Has("additional");

    public bool KeepsThrottles => _options.Has("preserve-throttles");

    public string? Bootstrap => _options.Value("bootstrap-server");

    public string? ZooKeeper => _options.Value("zookeeper");

    /// <summary>Bytes a second, or null.</summary>
    public string? Throttle => _options.Value("throttle");

    /// <summary>The options of a generation.</summary>
    public static IReadOnlyList<string> All(bool isOld) => isOld ? KnownOld : KnownNew;

    /// <summary>Reads a command line.</summary>
    /// <exception cref="ToolOptionException">An option is unknown or has no value.</exception>
    /// <exception cref="UsageErrorException">The options don't go together.</exception>
    public static ReassignmentOptions Parse(IReadOnlyList<string> arguments, bool isOld)
    {
        var options = ToolOptions.Parse(arguments, All(isOld));
        if (options.Has("version"))
        {
            return new ReassignmentOptions(options);
        }

        string[] actions = isOld ? ["generate", "execute", "verify"] : ["generate", "execute", "verify", "cancel", "list"];
        if (actions.Count(options.Has) != 1)
        {
            throw new UsageErrorException(isOld
                ? "Command must include exactly one action: --generate, --execute or --verify"
                : "Command must include exactly one action: --cancel, --execute, --generate, --list, --verify");
        }

        var connection = isOld ? "zookeeper" : "bootstrap-server";
        if (!options.Has(connection))
        {
            throw new UsageErrorException($"Missing required argument \"[{connection}]\"");
        }

        if (options.Has("generate") || options.Has("cancel"))
        {
            throw new UsageErrorException("A simulated pod's kafka-reassign-partitions knows --execute, --verify and --list only; run it on real pods");
        }

        return options.Has("list") || options.Has("reassignment-json-file")
            ? new ReassignmentOptions(options)
            : throw new UsageErrorException("Missing required argument \"[reassignment-json-file]\"");
    }

    /// <summary>The assignment in the file; null when there is no such file.</summary>
    public IReadOnlyList<(string Topic, int Index, IReadOnlyList<int> Replicas)>? Read(ProgramCall call)
    {
        if (!call.Files.TryGetValue(_options.Value("reassignment-json-file")!, out var file))
        {
            return null;
        }

        using var document = JsonDocument.Parse(file);
        return
        [
            .. document.RootElement.GetProperty("partitions").EnumerateArray().Select(partition => (
                partition.GetProperty("topic").GetString()!,
                partition.GetProperty("partition").GetInt32(),
                (IReadOnlyList<int>)[.. partition.GetProperty("replicas").EnumerateArray().Select(replica => replica.GetInt32())])),
        ];
    }
}
