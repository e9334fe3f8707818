namespace KafkaK8s.Sandbox.Pods.Simulated.Programs;

/// <summary>
/// The shell script by which a client ties a program to its exec: <c>sh -c SCRIPT sh FAREWELL PROGRAM...</c> runs the program without
/// input, ends it with SIGTERM when the exec's own input ends, and then runs the farewell, a vector separated by line breaks.
/// </summary>
internal static class GuardScript
{
    private const int TerminatedExitCode = 143;

    private static readonly string[] Signature = ["\"$@\" 3<&- </dev/null &", "kill \"$program\"", "wait \"$program\""];

    /// <summary>Whether a shell's arguments are that script with a program.</summary>
    public static bool Matches(IReadOnlyList<string> arguments) =>
        arguments is ["-c", var script, _, _, _, ..] && Array.TrueForAll(Signature, line => script.Contains(line, StringComparison.Ordinal));

    /// <summary>Runs it.</summary>
    public static async Task<int> RunAsync(ProgramCall call, CancellationToken cancellation)
    {
        using var hangUp = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var guard = WaitForEndAsync(call.Console.Input, hangUp);
        var exitCode = await RunAsync(call, [.. call.Arguments.Skip(4)], hangUp.Token, cancellation);
        await hangUp.CancelAsync();
        await guard;

        if (call.Arguments[3].Split('\n', StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 } farewell)
        {
            await using var nowhere = call.Console.WithoutStreams();
            await RunAsync(call with { Console = nowhere }, farewell, cancellation, cancellation);
        }

        return exitCode;
    }

    private static async Task<int> RunAsync(ProgramCall call, string[] vector, CancellationToken hangUp, CancellationToken cancellation)
    {
        const int notFound = 127;
        if (ProgramCatalog.TryFind(call.Pod.Image, vector[0]) is not { } program)
        {
            call.Console.Error.WriteLine($"sh: 1: {vector[0]}: not found");
            return notFound;
        }

        try
        {
            return await program(call with { Arguments = [.. vector.Skip(1)], Console = call.Console.WithoutInput() }, hangUp);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return TerminatedExitCode;
        }
    }

    private static async Task WaitForEndAsync(Stream input, CancellationTokenSource hangUp)
    {
        var buffer = new byte[256];
        try
        {
            while (await input.ReadAsync(buffer, hangUp.Token) > 0)
            {
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
        }

        await hangUp.CancelAsync();
    }
}
