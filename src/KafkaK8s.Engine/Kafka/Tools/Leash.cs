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
        farewell=$1
        shift
        exec 3<&0
        "$@" 3<&- </dev/null &
        program=$!
        { read -r _ <&3; kill "$program"; } >/dev/null 2>&1 &
        watcher=$!
        exec 3<&-
        wait "$program"
        code=$?
        kill "$watcher" 2>/dev/null
        set -f
        IFS='
        '
        $farewell </dev/null >/dev/null 2>&1
        exit "$code"
        """;

    /// <summary>The argument vector that runs another one on the leash.</summary>
    /// <param name="vector">The program and its arguments.</param>
    /// <param name="farewell">
    /// What to run when the program has ended, for whatever reason, its caller gone or not; empty for nothing. No argument may
    /// contain a line break.
    /// </param>
    public static IReadOnlyList<string> Around(IReadOnlyList<string> vector, IReadOnlyList<string> farewell) =>
        ["sh", "-c", Script, "sh", string.Join('\n', farewell), .. vector];
}
