namespace KafkaK8s.Engine.Kafka.Tools;

/// <summary>
/// Runs a program whose last argument is a file with what the exec's input holds. Old programs map the file into memory, which a pipe
/// can't be, so it really is one, readable by its owner alone, for as long as the program runs.
/// </summary>
internal static class InputFile
{
    private const string Script =
        """
        umask 077
        file=$(mktemp) || exit
        trap 'rm -f "$file"' EXIT
        cat >"$file" || exit
        "$@" "$file" </dev/null
        """;

    /// <summary>The argument vector that runs another one with the file behind its last argument.</summary>
    public static IReadOnlyList<string> Behind(IReadOnlyList<string> vector) => ["sh", "-c", Script, "sh", .. vector];
}
