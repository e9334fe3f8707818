namespace KafkaK8s.Sandbox.Pods.Simulated.Programs;

/// <summary>
/// The shell script by which a client gives a program a file: <c>sh -c SCRIPT sh PROGRAM...</c> writes the exec's input to a temporary
/// file, and runs the program with the file's path as its last argument.
/// </summary>
internal static class FileScript
{
    private const string File = "/tmp/tmp.simulated";

    private static readonly string[] Signature = ["file=$(mktemp)", "cat >\"$file\"", "\"$@\" \"$file\""];

    /// <summary>Whether a shell's arguments are that script with a program.</summary>
    public static bool Matches(IReadOnlyList<string> arguments) =>
        arguments is ["-c", var script, _, _, ..] && Array.TrueForAll(Signature, line => script.Contains(line, StringComparison.Ordinal));

    /// <summary>Runs it.</summary>
    public static async Task<int> RunAsync(ProgramCall call, CancellationToken cancellation)
    {
        const int notFound = 127;
        using var contents = new MemoryStream();
        await call.Console.Input.CopyToAsync(contents, cancellation);
        if (ProgramCatalog.TryFind(call.Pod.Image, call.Arguments[3]) is not { } program)
        {
            call.Console.Error.WriteLine($"sh: 5: {call.Arguments[3]}: not found");
            return notFound;
        }

        return await program(
            call with
            {
                Arguments = [.. call.Arguments.Skip(4), File],
                Console = call.Console.WithoutInput(),
                Files = new Dictionary<string, byte[]>(StringComparer.Ordinal) { [File] = contents.ToArray() },
            },
            cancellation);
    }
}
