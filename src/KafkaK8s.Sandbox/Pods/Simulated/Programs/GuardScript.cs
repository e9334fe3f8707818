using System.Text;

namespace KafkaK8s.Sandbox.Pods.Simulated.Programs;

/// <summary>
/// The shell scripts by which a client ties a program to its exec. <c>sh -c SCRIPT sh SIGNAL FAREWELL PROGRAM...</c> runs the program
/// without input, ends it with a signal when the exec's own input ends, and then runs the farewell, a vector separated by line breaks.
/// <c>sh -c SCRIPT sh MARK HEIR PROGRAM...</c> takes the exec's input for last words, which end with the mark: the program ends with them,
/// or with the input, and the heir gets them in a file, if there was a mark, which is printed before what the heir says.
/// </summary>
internal static class GuardScript
{
    private const int TerminatedExitCode = 143;
    private const int KilledExitCode = 137;
    private const int NotFoundExitCode = 127;
    private const string File = "/tmp/tmp.lastwords";

    private static readonly string[] Signature = ["signal=$1", "\"$@\" 3<&- </dev/null &", "kill -s \"$signal\" \"$program\"", "wait \"$program\""];

    private static readonly string[] LastWordsSignature = ["mark=$1", "\"$@\" 3<&- </dev/null &", "complete=1; break;", "done >\"$file\"", "$heir \"$file\" </dev/null"];

    /// <summary>Whether a shell's arguments are one of the scripts with a program.</summary>
    public static bool Matches(IReadOnlyList<string> arguments) => Is(arguments, Signature) || Is(arguments, LastWordsSignature);

    /// <summary>Runs it.</summary>
    public static Task<int> RunAsync(ProgramCall call, CancellationToken cancellation) =>
        Is(call.Arguments, Signature) ? RunWithFarewellAsync(call, cancellation) : RunWithLastWordsAsync(call, cancellation);

    private static bool Is(IReadOnlyList<string> arguments, string[] signature) =>
        arguments is ["-c", var script, _, _, _, _, ..] && Array.TrueForAll(signature, line => script.Contains(line, StringComparison.Ordinal));

    private static async Task<int> RunWithFarewellAsync(ProgramCall call, CancellationToken cancellation)
    {
        using var hangUp = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var guard = ReadToEndAsync(call.Console.Input, hangUp);
        var exitCode = await RunAsync(call, [.. call.Arguments.Skip(5)], call.Arguments[3] == "KILL" ? KilledExitCode : TerminatedExitCode, hangUp.Token, cancellation);
        await hangUp.CancelAsync();
        await guard;

        if (Words(call.Arguments[4]) is { Length: > 0 } farewell)
        {
            await using var nowhere = call.Console.WithoutStreams();
            await RunAsync(call with { Console = nowhere }, farewell, TerminatedExitCode, cancellation, cancellation);
        }

        return exitCode;
    }

    private static async Task<int> RunWithLastWordsAsync(ProgramCall call, CancellationToken cancellation)
    {
        using var hangUp = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var (mark, reading) = (call.Arguments[3] + "\n", ReadToMarkAsync(call.Console.Input, call.Arguments[3], hangUp));
        var exitCode = await RunAsync(call, [.. call.Arguments.Skip(5)], TerminatedExitCode, hangUp.Token, cancellation);
        if (exitCode is not (0 or TerminatedExitCode))
        {
            await hangUp.CancelAsync();
            await reading;
            return exitCode;
        }

        await call.Console.FlushAsync(cancellation);
        if (await reading is not { Length: > 0 } words)
        {
            return exitCode;
        }

        call.Console.Output.Write(mark);
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal) { [File] = Encoding.UTF8.GetBytes(words) };
        return await RunAsync(call with { Files = files }, [.. Words(call.Arguments[4]), File], TerminatedExitCode, cancellation, cancellation);
    }

    private static string[] Words(string vector) => vector.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static async Task<int> RunAsync(ProgramCall call, string[] vector, int hungUp, CancellationToken hangUp, CancellationToken cancellation)
    {
        if (ProgramCatalog.TryFind(call.Pod.Image, vector[0]) is not { } program)
        {
            call.Console.Error.WriteLine($"sh: 1: {vector[0]}: not found");
            return NotFoundExitCode;
        }

        try
        {
            return await program(call with { Arguments = [.. vector.Skip(1)], Console = call.Console.WithoutInput() }, hangUp);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return hungUp;
        }
    }

    private static async Task ReadToEndAsync(Stream input, CancellationTokenSource hangUp)
    {
        try
        {
            await input.CopyToAsync(Stream.Null, hangUp.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
        }

        await hangUp.CancelAsync();
    }

    // The lines before the mark; null where the input ended without one. The program may end by itself before they come.
    private static async Task<string?> ReadToMarkAsync(Stream input, string mark, CancellationTokenSource hangUp)
    {
        var (lines, words) = (new LineReader(input), new StringBuilder());
        var isComplete = false;
        try
        {
            while (!isComplete && await lines.ReadAsync(hangUp.Token) is { } bytes)
            {
                var line = Encoding.UTF8.GetString(bytes);
                isComplete = line == mark;
                words.Append(isComplete ? "" : line + "\n");
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
        }

        await hangUp.CancelAsync();
        return isComplete ? words.ToString() : null;
    }
}
