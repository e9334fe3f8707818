using System.IO.Pipelines;
using System.Runtime.InteropServices;

namespace KafkaK8s.Sandbox.Pods.Simulated.Programs;

/// <summary>
/// The shell script by which a client keeps a cut line from a program: <c>sh -c SCRIPT sh PROGRAM...</c> runs the program on all lines of the
/// exec's input but the last, which may have no end.
/// </summary>
internal static class LinesScript
{
    private const int BufferSize = 65536;

    private static readonly string[] Signature = ["{ sed '$d' ||", "; } | \"$@\""];

    /// <summary>Whether a shell's arguments are that script with a program.</summary>
    public static bool Matches(IReadOnlyList<string> arguments) =>
        arguments is ["-c", var script, _, _, ..] && Array.TrueForAll(Signature, part => script.Contains(part, StringComparison.Ordinal));

    /// <summary>Runs it.</summary>
    public static async Task<int> RunAsync(ProgramCall call, CancellationToken cancellation)
    {
        const int notFound = 127;
        if (ProgramCatalog.TryFind(call.Pod.Image, call.Arguments[3]) is not { } program)
        {
            call.Console.Error.WriteLine($"sh: 1: {call.Arguments[3]}: not found");
            return notFound;
        }

        var pipe = new Pipe();
        var passing = PassAsync(call.Console.Input, pipe.Writer, cancellation);
        try
        {
            return await program(call with { Arguments = [.. call.Arguments.Skip(4)], Console = call.Console.WithInput(pipe.Reader.AsStream()) }, cancellation);
        }
        finally
        {
            await pipe.Reader.CompleteAsync();
            await passing;
        }
    }

    private static async Task PassAsync(Stream input, PipeWriter lines, CancellationToken cancellation)
    {
        var last = new List<byte>();
        var buffer = new byte[BufferSize];
        try
        {
            int count;
            while ((count = await input.ReadAsync(buffer, cancellation)) > 0)
            {
                last.AddRange(buffer.AsSpan(0, count));

                // What ends with the last byte may be the last line.
                var end = CollectionsMarshal.AsSpan(last)[..^1].LastIndexOf((byte)'\n') + 1;
                if (end > 0)
                {
                    if ((await lines.WriteAsync(last.GetRange(0, end).ToArray(), cancellation)).IsCompleted)
                    {
                        break;
                    }

                    last.RemoveRange(0, end);
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
        }

        await lines.CompleteAsync();
    }
}
