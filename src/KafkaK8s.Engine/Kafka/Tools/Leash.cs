namespace KafkaK8s.Engine.Kafka.Tools;

/// <summary>
/// Runs a program so that it ends when its caller goes away. Closing an exec does not end the program in the pod, and a reader
/// that waits for records would stay there for good; but the container runtime closes its input, and that can be seen.
/// </summary>
internal abstract class Leash
{
    /// <summary>The argument vector that runs another one on the leash.</summary>
    /// <param name="vector">The program and its arguments.</param>
    /// <param name="vectorOf">Makes the vector of another program.</param>
    public abstract IReadOnlyList<string> Around(IReadOnlyList<string> vector, Func<ToolCommand, IReadOnlyList<string>> vectorOf);

    private static string Lines(IReadOnlyList<string> vector) => string.Join('\n', vector);

    /// <summary>The program ends by a signal when its input ends, and then something may follow.</summary>
    /// <param name="farewell">
    /// What to run when the program has ended, for whatever reason, its caller gone or not; null for nothing. No argument may
    /// contain a line break.
    /// </param>
    /// <param name="abruptly">Without a chance to tidy up: a reader that commits by itself doesn't commit then.</param>
    internal sealed class Simple(ToolCommand? farewell, bool abruptly) : Leash
    {
        // The program has no input of its own; the shell watches the exec's. The watcher uses nothing but built-in commands, so that
        // killing it leaves no child behind, and holds neither output stream, so that the exec ends with the program.
        private const string Script =
            """
            signal=$1
            farewell=$2
            shift 2
            exec 3<&0
            "$@" 3<&- </dev/null &
            program=$!
            { read -r _ <&3; kill -s "$signal" "$program"; } >/dev/null 2>&1 &
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

        /// <inheritdoc/>
        public override IReadOnlyList<string> Around(IReadOnlyList<string> vector, Func<ToolCommand, IReadOnlyList<string>> vectorOf) =>
            ["sh", "-c", Script, "sh", abruptly ? "KILL" : "TERM", farewell is null ? "" : Lines(vectorOf(farewell)), .. vector];
    }

    /// <summary>
    /// The program's input carries its caller's last words, which end with a mark on a line of its own; not every protocol can end the
    /// input itself. When the program has ended, another one gets them in a file; the mark stands before what it prints. Where the input
    /// ends without the mark the caller was cut off, and nothing follows; neither does it where there is nothing before the mark.
    /// </summary>
    /// <param name="heir">The program that gets the last words, in a file behind its last argument.</param>
    /// <param name="mark">The mark.</param>
    internal sealed class WithLastWords(ToolCommand heir, string mark) : Leash
    {
        private const string Script =
            """
            mark=$1
            heir=$2
            shift 2
            file=$(mktemp) || exit 125
            trap 'rm -f "$file"' EXIT
            exec 3<&0
            "$@" 3<&- </dev/null &
            program=$!
            {
                complete=
                while IFS= read -r line; do
                    if [ "$line" = "$mark" ]; then complete=1; break; else printf '%s\n' "$line"; fi
                done >"$file"
                [ "$complete" ] || : >"$file"
                kill "$program"
            } <&3 >/dev/null 2>&1 &
            watcher=$!
            exec 3<&-
            wait "$program"
            code=$?
            case $code in
                0 | 143) wait "$watcher" ;;
                *) kill "$watcher"; exit "$code" ;;
            esac
            [ -s "$file" ] || exit "$code"
            printf '%s\n' "$mark"
            set -f
            IFS='
            '
            $heir "$file" </dev/null
            """;

        /// <inheritdoc/>
        public override IReadOnlyList<string> Around(IReadOnlyList<string> vector, Func<ToolCommand, IReadOnlyList<string>> vectorOf) =>
            ["sh", "-c", Script, "sh", mark, Lines(vectorOf(heir)), .. vector];
    }
}
