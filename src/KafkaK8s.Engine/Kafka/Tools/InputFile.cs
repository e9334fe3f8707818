namespace KafkaK8s.Engine.Kafka.Tools;

/// <summary>
/// Runs a program whose last argument is a file with what the exec's input holds. Old programs map the file into memory, which a pipe
/// can't be, so it really is one, readable by its owner alone, for as long as the program runs. A call that is cut off ends the input, too:
/// the program runs only on a file that is as long as it was to be.
/// </summary>
internal static class InputFile
{
    private const int NoFile = 125;
    private const int CutShort = 124;

    private const string Script =
        """
        length=$1
        shift
        umask 077
        file=$(mktemp) || exit 125
        trap 'rm -f "$file"' EXIT
        trap 'exit 143' HUP INT TERM
        cat >"$file" || exit 125
        [ "$(wc -c <"$file")" -eq "$length" ] || exit 124
        "$@" "$file" </dev/null
        """;

    /// <summary>The argument vector that runs another one with the file behind its last argument.</summary>
    /// <param name="vector">The program and its arguments.</param>
    /// <param name="length">How many bytes the file holds.</param>
    public static IReadOnlyList<string> Behind(IReadOnlyList<string> vector, long length) => ["sh", "-c", Script, "sh", Invariant.Text(length), .. vector];

    /// <summary>Passes on an answer, unless it is that the file could not be written: then the program has not run.</summary>
    /// <exception cref="EngineException"><c>NoTemporaryFile</c>, <c>InputCutShort</c>.</exception>
    public static ToolAnswer Require(ToolCommand command, ToolAnswer answer, string pod) => answer.ExitCode switch
    {
        NoFile => throw new EngineException(
            "NoTemporaryFile",
            EngineErrorKind.Unavailable,
            pod,
            $"{command.Tool} needs a file, and pod {pod} could not write one: {ToolFailure.Excerpt(answer.Output, answer.Errors)} Nothing was done.",
            "See that the pod's /tmp can be written and has room."),
        CutShort => throw new EngineException(
            "InputCutShort",
            EngineErrorKind.Connection,
            pod,
            $"Not all that {command.Tool} was to read has come to pod {pod}. Nothing was done.",
            "It can be tried again."),
        _ => answer,
    };
}
