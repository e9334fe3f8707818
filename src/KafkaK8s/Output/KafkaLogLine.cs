using System.Globalization;

namespace KafkaK8s;

/// <summary>A line that a container logged.</summary>
public sealed class KafkaLogLine
{
    private KafkaLogLine(string pod, DateTimeOffset? timestamp, string line) => (Pod, Timestamp, Line) = (pod, timestamp, line);

    /// <summary>The pod.</summary>
    public string Pod { get; }

    /// <summary>When the container runtime took the line, or null where it didn't say.</summary>
    public DateTimeOffset? Timestamp { get; }

    /// <summary>The line.</summary>
    public string Line { get; }

    /// <inheritdoc/>
    public override string ToString() => Line;

    /// <summary>Takes the time off the line's start, where Kubernetes has put it.</summary>
    internal static KafkaLogLine Parse(string pod, string stamped)
    {
        var end = stamped.IndexOf(' ', StringComparison.Ordinal);
        var stamp = end < 0 ? stamped : stamped[..end];
        return DateTimeOffset.TryParse(stamp, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) && stamp.Contains('T', StringComparison.Ordinal)
            ? new KafkaLogLine(pod, time, end < 0 ? "" : stamped[(end + 1)..])
            : new KafkaLogLine(pod, null, stamped);
    }
}
