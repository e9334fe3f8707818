using System.Globalization;
using System.Text.Json.Nodes;

namespace KafkaK8s.Engine.Clusters;

/// <summary>Times as the Kubernetes API writes them: RFC 3339, in UTC.</summary>
internal static class KubernetesTime
{
    /// <summary>Reads a time, or returns null where there is none.</summary>
    public static DateTimeOffset? Read(JsonNode? node) =>
        DateTimeOffset.TryParse((string?)node, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}
