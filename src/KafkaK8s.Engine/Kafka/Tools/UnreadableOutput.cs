namespace KafkaK8s.Engine.Kafka.Tools;

/// <summary>What a reader does with a line that it doesn't understand: it shows the line instead of guessing.</summary>
internal static class UnreadableOutput
{
    /// <summary>The error about a line.</summary>
    public static EngineException Of(string tool, string line) => new(
        "UnreadableOutput",
        EngineErrorKind.InvalidData,
        tool,
        $"{tool} answered with a line that can't be understood: {line}",
        "Its release may be newer than this module; please report the line.");
}
