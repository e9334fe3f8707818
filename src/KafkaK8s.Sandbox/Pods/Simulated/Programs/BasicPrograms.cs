using System.Globalization;

namespace KafkaK8s.Sandbox.Pods.Simulated.Programs;

/// <summary>The few programs of the system that anyone runs in these pods.</summary>
internal static class BasicPrograms
{
    private const int BufferSize = 65536;

    public static Task<int> TrueAsync(ProgramCall call, CancellationToken cancellation) => Task.FromResult(0);

    public static Task<int> FalseAsync(ProgramCall call, CancellationToken cancellation) => Task.FromResult(1);

    public static Task<int> EchoAsync(ProgramCall call, CancellationToken cancellation)
    {
        var isOpen = call.Arguments is ["-n", ..];
        call.Console.Output.Write(string.Join(' ', call.Arguments.Skip(isOpen ? 1 : 0)) + (isOpen ? "" : "\n"));
        return Task.FromResult(0);
    }

    /// <summary>Copies its input, or prints the one file that there is: a broker's meta.properties.</summary>
    public static async Task<int> CatAsync(ProgramCall call, CancellationToken cancellation)
    {
        if (call.Arguments is [var file, ..] && file != "-")
        {
            if (BrokerFiles.MetaProperties(call.Pod, file) is { } text)
            {
                call.Console.Output.Write(text);
                return 0;
            }

            call.Console.Error.WriteLine($"cat: {file}: No such file or directory");
            return 1;
        }

        return await CopyAsync(call, long.MaxValue, cancellation);
    }

    /// <summary>Copies the first bytes of its input: <c>head -c N</c>.</summary>
    public static async Task<int> HeadAsync(ProgramCall call, CancellationToken cancellation)
    {
        var count = call.Arguments switch
        {
            ["-c", var number] => number,
            [['-', 'c', .. var number]] => number,
            _ => null,
        };
        if (!long.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes))
        {
            call.Console.Error.WriteLine("head: a simulated pod knows head -c N only");
            return 1;
        }

        return await CopyAsync(call, bytes, cancellation);
    }

    /// <summary>Waits for ever: <c>tail -f /dev/null</c>.</summary>
    public static async Task<int> TailAsync(ProgramCall call, CancellationToken cancellation)
    {
        if (call.Arguments is not ["-f", "/dev/null"])
        {
            call.Console.Error.WriteLine("tail: a simulated pod knows tail -f /dev/null only");
            return 1;
        }

        await Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
        return 0;
    }

    private static async Task<int> CopyAsync(ProgramCall call, long most, CancellationToken cancellation)
    {
        var buffer = new byte[BufferSize];
        for (var left = most; left > 0;)
        {
            var count = await call.Console.Input.ReadAsync(buffer.AsMemory(0, (int)Math.Min(left, BufferSize)), cancellation);
            if (count == 0)
            {
                break;
            }

            await call.Console.WriteAsync(buffer.AsMemory(0, count), cancellation);
            left -= count;
        }

        return 0;
    }
}
