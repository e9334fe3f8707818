namespace KafkaK8s.Engine.Kafka.Tools;

/// <summary>
/// Runs a program that reads lines so that it gets whole ones only. When a call is cut off, the program's input ends wherever it happened to
/// be, and the console producer sends half a record as one. So the last line is kept from it, whatever it is: a caller that comes to its
/// end writes one more, an empty one.
/// </summary>
internal static class WholeLines
{
    // All of Kafka's own scripts need sed, too. Without it the program would find nothing to read, and end well: so that is said
    // as a program says its errors. 141 is the program's own end, before it had read everything.
    private const string Script =
        """
        { sed '$d' || [ $? -eq 141 ] || echo '[kafkak8s] ERROR The input was not passed on to its end.' >&2; } | "$@"
        """;

    /// <summary>The argument vector that runs another one on all lines but the last.</summary>
    public static IReadOnlyList<string> Before(IReadOnlyList<string> vector) => ["sh", "-c", Script, "sh", .. vector];
}
