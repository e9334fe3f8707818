namespace KafkaK8s.Engine.Kafka.Tools;

/// <summary>Reads offsets: <c>topic:partition:offset</c> a line, without an offset where there is no record of that time or later.</summary>
internal static class OffsetReader
{
    /// <summary>The offsets.</summary>
    /// <exception cref="EngineException">A line is not an offset.</exception>
    public static IEnumerable<PartitionOffset> Read(string tool, IEnumerable<string> lines) =>
        lines.Where(line => line.Length > 0).Select(line => ReadLine(line) ?? throw UnreadableOutput.Of(tool, line));

    // Until 2.x several offsets are separated by commas; the first is the one that was asked for.
    private static PartitionOffset? ReadLine(string line)
    {
        var parts = line.Split(':');
        if (parts.Length != 3 || !Invariant.TryNumber(parts[1], out int partition))
        {
            return null;
        }

        var text = parts[2].Split(',')[0];
        long offset = -1;
        return text.Length == 0 || Invariant.TryNumber(text, out offset)
            ? new PartitionOffset(parts[0], partition, offset >= 0 ? offset : null)
            : null;
    }
}
