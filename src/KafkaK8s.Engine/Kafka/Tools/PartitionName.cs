namespace KafkaK8s.Engine.Kafka.Tools;

/// <summary>A partition as Kafka's programs write it: the topic, which may hold hyphens itself, a hyphen, and the number.</summary>
internal static class PartitionName
{
    /// <summary>Reads it.</summary>
    /// <param name="tool">The program that wrote it.</param>
    /// <param name="text">What it wrote.</param>
    /// <exception cref="EngineException">It is not a partition's name.</exception>
    public static TopicPartition Read(string tool, string text)
    {
        var hyphen = text.LastIndexOf('-');
        return hyphen > 0 && Invariant.TryNumber(text.AsSpan(hyphen + 1), out int number) && number >= 0
            ? new TopicPartition(text[..hyphen], number)
            : throw UnreadableOutput.Of(tool, text);
    }
}
