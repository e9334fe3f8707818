namespace KafkaK8s.Engine.Kafka.Tools;

/// <summary>
/// Runs many programs in one call: Kafka's own take one topic each, and what costs a hundred calls needn't. The vectors come through the
/// shell's input, a line an argument, and are never read as shell. One program runs at a time on the call's standard output, or two of
/// which the second has its standard error; behind what a program printed follow its exit code and its own errors.
/// </summary>
internal static class BatchScript
{
    /// <summary>How many programs may run at a time: a tool costs a core for a second or two, and a quarter of a gigabyte.</summary>
    public const int MostLanes = 2;

    // No files: a pod's root may be read-only. Each lane has an output stream to itself, so that nothing is torn apart.
    private const string Script =
        """
        token=$1
        left=$2
        lanes=$3
        [ $# -lt 4 ] || PATH=${4%/}:$PATH
        run() {
          exec 3>&1
          errors=$("$@" 2>&1 >&3 3>&- </dev/null)
          code=$?
          printf '\n%s %s\n%s\n%s\n' "$token" "$code" "$errors" "$token"
        }
        while [ "$left" -gt 0 ]; do
          lane=1
          while [ "$lane" -le "$lanes" ] && [ "$left" -gt 0 ]; do
            read -r count || exit 1
            set --
            while [ "$count" -gt 0 ]; do
              IFS= read -r word || exit 1
              set -- "$@" "$word"
              count=$((count - 1))
            done
            run "$@" >&"$lane" &
            lane=$((lane + 1))
            left=$((left - 1))
          done
          wait
        done
        """;

    /// <summary>The argument vector that runs so many programs.</summary>
    /// <param name="token">Separates what they print: a word that none of them can know.</param>
    /// <param name="count">How many.</param>
    /// <param name="lanes">How many at a time: one or two.</param>
    /// <param name="folder">Where the programs are, or empty when they are in the search path.</param>
    public static IReadOnlyList<string> Vector(string token, int count, int lanes, string folder) =>
        ["sh", "-c", Script, "sh", token, Invariant.Text(count), Invariant.Text(lanes), .. folder.Length > 0 ? new[] { folder } : []];

    /// <summary>What the script reads for one program.</summary>
    /// <param name="vector">The program and its arguments, none of which may contain a line break.</param>
    public static string Input(IReadOnlyList<string> vector) => vector.Any(argument => argument.Contains('\n', StringComparison.Ordinal))
        ? throw new ArgumentException("An argument contains a line break.", nameof(vector))
        : $"{Invariant.Text(vector.Count)}\n{string.Join('\n', vector)}\n";
}
