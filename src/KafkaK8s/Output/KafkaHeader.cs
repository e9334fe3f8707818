namespace KafkaK8s;

/// <summary>A header of a record.</summary>
public sealed class KafkaHeader
{
    internal KafkaHeader(string key, string? value) => (Key, Value) = (key, value);

    /// <summary>The name; several headers of a record may have the same.</summary>
    public string Key { get; }

    /// <summary>The value, or null.</summary>
    public string? Value { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Key}={Value}";
}
