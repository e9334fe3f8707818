namespace KafkaK8s;

/// <summary>A value in line behind a setting.</summary>
public sealed class KafkaConfigurationSynonym
{
    /// <summary>The name that the setting has there, such as <c>log.segment.bytes</c> behind a topic's <c>segment.bytes</c>.</summary>
    public string Name { get; internal init; } = "";

    /// <summary>The value; null where there is none, and where it is sensitive.</summary>
    public string? Value { get; internal init; }

    /// <summary>Where it is set.</summary>
    public KafkaConfigurationSource Source { get; internal init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Source}:{Name}={Value}";
}
