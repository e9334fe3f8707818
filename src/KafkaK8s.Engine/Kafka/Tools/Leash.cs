namespace KafkaK8s.Engine.Kafka.Tools;

/// <summary>
/// Runs a program so that it ends when its caller goes away. Closing an exec does not end the program in the pod, and a reader
/// that waits for records would stay there for good; but the container runtime closes its input, and that can be seen.
/// </summary>
internal static class Leash
{
    // The program has no input of its own; the shell watches the exec's. The watcher uses nothing but built-in commands, so that
    // killing it leaves no child behind, and holds neither output stream, so that the exec ends with the program.
    private const string Script =
        """
        exec 3<&0
        "$@" 3<&- </dev/null &
        program=$!
        { read -r _ <&3; kill "$program"; } >/dev/null 2>&1 &
        watcher=$!
        exec 3<&-
        wait "$program"
        code=$?
        kill "$watcher" 2>/dev/null
        exit "$code"
        """;

    /// <summary>The argument vector that runs another one on the leash.</summary>
    public static IReadOnlyList<string> Around(IReadOnlyList<string> vector) => ["sh", "-c", Script, "sh", .. vector];
}
