namespace KafkaK8s;

/// <summary>An offset of a consumer group that was moved.</summary>
public sealed class KafkaOffsetMove
{
    /// <summary>The group.</summary>
    public string Group { get; internal init; } = "";

    /// <summary>The topic.</summary>
    public string Topic { get; internal init; } = "";

    /// <summary>The partition.</summary>
    public int Partition { get; internal init; }

    /// <summary>Where it was, or null when nothing was committed.</summary>
    public long? From { get; internal init; }

    /// <summary>Where it is now: the next record that the group will read.</summary>
    public long To { get; internal init; }

    /// <summary>The name of the Kafka cluster.</summary>
    public string Cluster { get; internal init; } = "";

    /// <summary>The namespace.</summary>
    public string Namespace { get; internal init; } = "";

    /// <summary>The kubeconfig's context that it was reached through.</summary>
    public string? Context { get; internal init; }

    /// <summary>The kubeconfig file, or null where it is the usual one.</summary>
    public string? KubeConfig { get; internal init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Topic}-{Partition}: {From?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "none"} -> {To}";
}
