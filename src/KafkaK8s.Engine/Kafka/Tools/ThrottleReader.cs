using System.Text.RegularExpressions;

namespace KafkaK8s.Engine.Kafka.Tools;

/// <summary>Tells from the brokers' settings whether replication is throttled. Its lines are those of <see cref="ConfigurationReader"/>, for many brokers.</summary>
internal static partial class ThrottleReader
{
    /// <summary>Whether any broker is throttled.</summary>
    public static bool IsThrottled(IEnumerable<string> lines) => lines.Any(line => Rate().IsMatch(line));

    [GeneratedRegex(@"\b(?:leader|follower)\.replication\.throttled\.rate=\d", RegexOptions.CultureInvariant)]
    private static partial Regex Rate();
}
