namespace KafkaK8s;

/// <summary>A line that a container logged.</summary>
public sealed class KafkaLogLine
{
    /// <summary>The pod.</summary>
    public string Pod { get; internal init; } = "";

    /// <summary>The container.</summary>
    public string Container { get; internal init; } = "";

    /// <summary>When the container runtime took the line, or null where it didn't say.</summary>
    public DateTimeOffset? Timestamp { get; internal init; }

    /// <summary>The line.</summary>
    public string Line { get; internal init; } = "";

    /// <inheritdoc/>
    public override string ToString() => Line;
}
