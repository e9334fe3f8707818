using System.Globalization;

namespace KafkaK8s.Sandbox.Pods.Simulated.Programs;

/// <summary>
/// The shell script by which a client gives a program a file: <c>sh -c SCRIPT sh LENGTH PROGRAM...</c> writes the exec's input to a
/// temporary file, and runs the program with the file's path as its last argument, if the file has that many bytes.
/// </summary>
internal static class FileScript
{
    private const string File = "/tmp/tmp.simulated";

    private static readonly string[] Signature = ["length=$1", "file=$(mktemp)", "cat >\"$file\"", "[ \"$(wc -c <\"$file\")\" -eq \"$length\" ] || exit 124", "\"$@\" \"$file\""];

    /// <summary>Whether a shell's arguments are that script with a program.</summary>
    public static bool Matches(IReadOnlyList<string> arguments) =>
        arguments is ["-c", var script, _, _, _, ..] && Array.TrueForAll(Signature, line => script.Contains(line, StringComparison.Ordinal));

    /// <summary>Runs it.</summary>
    public static async Task<int> RunAsync(ProgramCall call, CancellationToken cancellation)
    {
        const int notFound = 127;
        const int cutShort = 124;
        using var contents = new MemoryStream();
        await call.Console.Input.CopyToAsync(contents, cancellation);
        if (contents.Length != long.Parse(call.Arguments[3], CultureInfo.InvariantCulture))
        {
            return cutShort;
        }

        if (ProgramCatalog.TryFind(call.Pod.Image, call.Arguments[4]) is not { } program)
        {
            call.Console.Error.WriteLine($"sh: 8: {call.Arguments[4]}: not found");
            return notFound;
        }

        return await program(
            call with
            {
                Arguments = [.. call.Arguments.Skip(5), File],
                Console = call.Console.WithoutInput(),
                Files = new Dictionary<string, byte[]>(StringComparer.Ordinal) { [File] = contents.ToArray() },
            },
            cancellation);
    }
}
