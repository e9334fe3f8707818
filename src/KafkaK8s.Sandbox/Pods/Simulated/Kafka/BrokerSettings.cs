using System.Globalization;
using System.Text.RegularExpressions;

namespace KafkaK8s.Sandbox.Pods.Simulated.Kafka;

/// <summary>A broker's server.properties, made from its environment as its image does.</summary>
internal sealed partial class BrokerSettings
{
    private static readonly string[] NotForTheServer =
    [
        "KAFKA_VERSION", "KAFKA_HEAP_OPTS", "KAFKA_LOG4J_OPTS", "KAFKA_OPTS", "KAFKA_JMX_OPTS", "KAFKA_JVM_PERFORMANCE_OPTS",
        "KAFKA_GC_LOG_OPTS", "KAFKA_LOG4J_ROOT_LOGLEVEL", "KAFKA_LOG4J_LOGGERS", "KAFKA_TOOLS_LOG4J_LOGLEVEL", "KAFKA_JMX_HOSTNAME",
    ];

    private readonly Dictionary<string, string> _properties;

    private BrokerSettings(Dictionary<string, string> properties) => _properties = properties;

    /// <summary>The properties that variables make.</summary>
    public static BrokerSettings From(IReadOnlyDictionary<string, string> environment, ImageKind kind) => new(environment
        .Where(variable => variable.Key.StartsWith("KAFKA_", StringComparison.Ordinal) && !NotForTheServer.Contains(variable.Key))
        .GroupBy(variable => Property(variable.Key, kind), StringComparer.Ordinal)
        .ToDictionary(group => group.Key, group => group.First().Value, StringComparer.Ordinal));

    /// <summary>The properties that are there.</summary>
    public IEnumerable<string> Names => _properties.Keys;

    public string? Find(string property) => _properties.GetValueOrDefault(property);

    public int Number(string property, int otherwise) =>
        int.TryParse(Find(property), CultureInfo.InvariantCulture, out var number) ? number : otherwise;

    public bool Flag(string property, bool otherwise) => bool.TryParse(Find(property), out var flag) ? flag : otherwise;

    // One underscore is a period, two are an underscore, three a hyphen.
    private static string Property(string variable, ImageKind kind)
    {
        var name = kind == ImageKind.ApacheKafka ? variable.Replace("KAFKA_", "", StringComparison.Ordinal) : variable["KAFKA_".Length..];
        return UnderscoresPattern().Replace(name.ToLowerInvariant(), match => match.Length switch { 1 => ".", 2 => "_", 3 => "-", _ => match.Value });
    }

    [GeneratedRegex("_+")]
    private static partial Regex UnderscoresPattern();
}
