namespace KafkaK8s.Engine.Kafka.Tools;

/// <summary>
/// Runs a program that wants its input as a file: the input goes into a new file in the pod, whose path becomes the program's last
/// argument, and which is removed when the program has ended. Nothing of the input or the arguments is read by the shell.
/// </summary>
internal static class FileInput
{
    /// <summary>The exit code when the file could not be written; the program has not run.</summary>
    public const int NoFile = 125;

    private const string Script =
        """
        file=$(mktemp) || exit 125
        trap 'rm -f "$file"' EXIT
        trap 'exit 143' HUP INT TERM
        cat >"$file" || exit 125
        "$@" "$file"
        """;

    /// <summary>The argument vector that runs another one with the file of its input.</summary>
    public static IReadOnlyList<string> Around(IReadOnlyList<string> vector) => ["sh", "-c", Script, "sh", .. vector];

    /// <summary>The error that the file could not be written.</summary>
    public static EngineException Failure(ToolCommand command, ToolAnswer answer, string pod) => new(
        "NoTemporaryFile",
        EngineErrorKind.Unavailable,
        pod,
        $"{command.Tool} needs a file, and pod {pod} could not write one: {ToolFailure.Excerpt(answer.Output, answer.Errors)} Nothing was done.",
        "See that the pod's /tmp can be written and has room.");
}
