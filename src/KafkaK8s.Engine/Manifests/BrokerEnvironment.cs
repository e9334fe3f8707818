using System.Text.RegularExpressions;

namespace KafkaK8s.Engine.Manifests;

/// <summary>
/// Broker settings as the environment variables that the images read. The images turn <c>KAFKA_A_B</c> into <c>a.b</c>, two
/// underscores into one and three into a dash; this is the way back (confluent-docker-utils, <c>dub.py</c>; the same in apache/kafka).
/// </summary>
internal static partial class BrokerEnvironment
{
    // What the images keep for themselves: these variables never reach the server's properties.
    private static readonly HashSet<string> NotSettings =
    [
        "KAFKA_VERSION", "KAFKA_HEAP_OPTS", "KAFKA_LOG4J_OPTS", "KAFKA_OPTS", "KAFKA_JMX_OPTS", "KAFKA_JVM_PERFORMANCE_OPTS",
        "KAFKA_GC_LOG_OPTS", "KAFKA_LOG4J_ROOT_LOGLEVEL", "KAFKA_LOG4J_LOGGERS", "KAFKA_TOOLS_LOG4J_LOGLEVEL",
    ];

    // Each broker's own, set by the command when it starts.
    private static readonly HashSet<string> PerBroker = ["broker.id", "advertised.listeners"];

    // With one of these set the images refuse to start.
    private static readonly HashSet<string> Refused = ["port", "host.name", "advertised.port", "advertised.host.name", "host", "advertised.host"];

    /// <summary>The variable for a setting, such as <c>KAFKA_MIN_INSYNC_REPLICAS</c> for <c>min.insync.replicas</c>.</summary>
    /// <exception cref="EngineException">No variable can carry that setting, or the recipe has to set it itself.</exception>
    public static string Variable(string setting)
    {
        if (!Shape().IsMatch(setting))
        {
            throw Error(setting, $"'{setting}' can't be a broker setting.", "Settings are lower-case words joined by '.', '_' or '-', such as min.insync.replicas.");
        }

        if (PerBroker.Contains(setting))
        {
            throw Error(setting, $"'{setting}' differs from broker to broker; it follows the pod's name and can't be set for all of them.", null);
        }

        if (Refused.Contains(setting))
        {
            throw Error(setting, $"With '{setting}' set the image refuses to start.", "Use listeners.");
        }

        var variable = "KAFKA_" + setting.Replace("_", "__", StringComparison.Ordinal)
            .Replace("-", "___", StringComparison.Ordinal)
            .Replace('.', '_')
            .ToUpperInvariant();
        return NotSettings.Contains(variable)
            ? throw Error(setting, $"'{setting}' is no broker setting: the image reads {variable} for itself.", "For heap options there is a parameter; others go through an override of the container's environment.")
            : variable;
    }

    /// <summary>The setting that a variable carries, such as <c>min.insync.replicas</c> for <c>KAFKA_MIN_INSYNC_REPLICAS</c>; other variables' names in the same spelling.</summary>
    public static string Setting(string variable) =>
        (variable.StartsWith("KAFKA_", StringComparison.Ordinal) ? variable["KAFKA_".Length..] : variable)
            .Replace("___", "-", StringComparison.Ordinal)
            .Replace("__", "\0", StringComparison.Ordinal)
            .Replace('_', '.')
            .Replace('\0', '_')
            .ToLowerInvariant();

    private static EngineException Error(string setting, string message, string? advice) =>
        new("InvalidBrokerSetting", EngineErrorKind.InvalidArgument, setting, message, advice);

    [GeneratedRegex(@"^[a-z0-9]+([._-][a-z0-9]+)*\z", RegexOptions.ExplicitCapture)]
    private static partial Regex Shape();
}
