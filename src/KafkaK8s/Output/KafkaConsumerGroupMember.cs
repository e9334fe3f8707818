namespace KafkaK8s;

/// <summary>A member of a consumer group.</summary>
public sealed class KafkaConsumerGroupMember
{
    /// <summary>The group.</summary>
    public string Group { get; internal init; } = "";

    /// <summary>The name that it gives itself.</summary>
    public string ClientId { get; internal init; } = "";

    /// <summary>Where it connects from.</summary>
    public string Host { get; internal init; } = "";

    /// <summary>How many partitions it reads.</summary>
    public int PartitionCount { get; internal init; }

    /// <summary>The id that the coordinator gave it.</summary>
    public string MemberId { get; internal init; } = "";

    /// <inheritdoc/>
    public override string ToString() => $"{ClientId} ({Host})";
}
