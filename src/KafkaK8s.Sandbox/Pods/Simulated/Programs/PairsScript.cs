using System.Globalization;
using System.Text;

namespace KafkaK8s.Sandbox.Pods.Simulated.Programs;

/// <summary>
/// The shell script by which a client runs many programs in one exec: <c>sh -c SCRIPT sh TOKEN COUNT LANES</c> reads argument vectors,
/// a line an argument, runs one or two at a time, and writes what the first of each pair printed to standard output, what the second did to
/// standard error; behind it the token with the exit code, the program's errors, and the token.
/// </summary>
internal static class PairsScript
{
    private static readonly string[] Signature =
    [
        "errors=$(\"$@\" 2>&1 >&3 3>&- </dev/null)",
        @"printf '\n%s %s\n%s\n%s\n' ""$token"" ""$code"" ""$errors"" ""$token""",
        "run \"$@\" >&\"$lane\" &",
    ];

    /// <summary>Whether a shell's arguments are that script.</summary>
    public static bool Matches(IReadOnlyList<string> arguments) =>
        arguments is ["-c", var script, _, _, _, _] && Array.TrueForAll(Signature, line => script.Contains(line, StringComparison.Ordinal));

    /// <summary>Runs it.</summary>
    public static async Task<int> RunAsync(ProgramCall call, CancellationToken cancellation)
    {
        var (token, left, lanes) = (call.Arguments[3], Number(call.Arguments[4]), Number(call.Arguments[5]));
        var input = new LineReader(call.Console.Input);
        while (left > 0)
        {
            var running = new List<Task>();
            foreach (var lane in new[] { call.Console.Output, call.Console.Error }.Take(Math.Min(lanes, left)))
            {
                if (await ReadVectorAsync(input, cancellation) is not { } vector)
                {
                    await Task.WhenAll(running);
                    return 1;
                }

                running.Add(RunAsync(call, token, vector, lane, cancellation));
                left--;
            }

            await Task.WhenAll(running);
        }

        return 0;
    }

    private static async Task<IReadOnlyList<string>?> ReadVectorAsync(LineReader input, CancellationToken cancellation)
    {
        var vector = new List<string>();
        if (await ReadLineAsync(input, cancellation) is not { } count)
        {
            return null;
        }

        while (vector.Count < Number(count))
        {
            if (await ReadLineAsync(input, cancellation) is not { } argument)
            {
                return null;
            }

            vector.Add(argument);
        }

        return vector;
    }

    private static async Task<string?> ReadLineAsync(LineReader input, CancellationToken cancellation) =>
        await input.ReadAsync(cancellation) is { } line ? Encoding.UTF8.GetString(line) : null;

    private static async Task RunAsync(ProgramCall call, string token, IReadOnlyList<string> vector, StreamWriter lane, CancellationToken cancellation)
    {
        const int notFound = 127;
        using var output = new MemoryStream();
        using var errors = new MemoryStream();
        var exitCode = notFound;
        await using (var console = call.Console.Into(output, errors))
        {
            if (ProgramCatalog.TryFind(call.Pod.Image, vector[0]) is { } program)
            {
                exitCode = await program(call with { Arguments = [.. vector.Skip(1)], Console = console }, cancellation);
            }
            else
            {
                console.Error.WriteLine($"sh: 1: {vector[0]}: not found");
            }
        }

        await lane.WriteAsync(string.Create(
            CultureInfo.InvariantCulture, $"{Text(output)}\n{token} {exitCode}\n{Text(errors).TrimEnd('\n')}\n{token}\n").AsMemory(), cancellation);
        await lane.FlushAsync(cancellation);
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static string Text(MemoryStream bytes) => Encoding.UTF8.GetString(bytes.ToArray());
}
