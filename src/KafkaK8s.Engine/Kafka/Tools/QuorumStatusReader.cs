namespace KafkaK8s.Engine.Kafka.Tools;

/// <summary>Reads <c>kafka-metadata-quorum describe --status</c>: a name and a value a line.</summary>
internal static class QuorumStatusReader
{
    private const string Tool = "kafka-metadata-quorum";

    /// <summary>The cluster's id, and the leader's; null while there is no leader.</summary>
    /// <exception cref="EngineException">A line that can't be understood, or one that is missing.</exception>
    public static (string ClusterId, int? Leader) Read(IEnumerable<string> lines)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in lines.Where(line => line.Length > 0))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            values[colon > 0 ? line[..colon] : throw UnreadableOutput.Of(Tool, line)] = line[(colon + 1)..].Trim();
        }

        return Invariant.TryNumber(Value("LeaderId"), out int leader)
            ? (Value("ClusterId"), leader < 0 ? null : leader)
            : throw UnreadableOutput.Of(Tool, $"LeaderId: {Value("LeaderId")}");

        string Value(string name) => values.TryGetValue(name, out var value) ? value : throw UnreadableOutput.Of(Tool, $"(no {name})");
    }
}
