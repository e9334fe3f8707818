using System.Globalization;
using System.Text;

namespace KafkaK8s.Sandbox.Pods.Simulated.Programs;

/// <summary>A program's standard streams, and the log lines that Kafka's tools write to standard error.</summary>
internal sealed class ProgramConsole : IAsyncDisposable
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private readonly SandboxClock _clock;

    public ProgramConsole(ContainerExec exec, SandboxClock clock)
    {
        _clock = clock;
        Input = exec.StandardInput ?? Stream.Null;
        Output = new StreamWriter(exec.StandardOutput, Utf8, leaveOpen: true) { NewLine = "\n" };
        Error = new StreamWriter(exec.StandardError, Utf8, leaveOpen: true) { NewLine = "\n" };
    }

    private ProgramConsole(Stream input, StreamWriter output, StreamWriter error, SandboxClock clock) =>
        (Input, Output, Error, _clock) = (input, output, error, clock);

    public Stream Input { get; }

    public StreamWriter Output { get; }

    public StreamWriter Error { get; }

    /// <summary>The same outputs, and nothing to read: <c>&lt;/dev/null</c>.</summary>
    public ProgramConsole WithoutInput() => new(Stream.Null, Output, Error, _clock);

    /// <summary>The same outputs, and something else to read.</summary>
    public ProgramConsole WithInput(Stream input) => new(input, Output, Error, _clock);

    /// <summary>Nothing to read, and outputs that nobody sees.</summary>
    public ProgramConsole WithoutStreams() => new(Stream.Null, new StreamWriter(Stream.Null), new StreamWriter(Stream.Null), _clock);

    /// <summary>Nothing to read, and outputs that are kept.</summary>
    public ProgramConsole Into(Stream output, Stream error) =>
        new(Stream.Null, new StreamWriter(output, Utf8, leaveOpen: true) { NewLine = "\n" }, new StreamWriter(error, Utf8, leaveOpen: true) { NewLine = "\n" }, _clock);

    /// <summary>Writes raw bytes to standard output, after what was written before.</summary>
    public async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        await Output.FlushAsync(cancellation);
        await Output.BaseStream.WriteAsync(bytes, cancellation);
    }

    /// <summary>A line as log4j writes it: <c>[time] LEVEL message (logger)</c>.</summary>
    public void Log(string level, string message, string logger) => Error.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"[{_clock.GetUtcNow():yyyy-MM-dd HH:mm:ss,fff}] {level} {message} ({logger})"));

    /// <summary>A log line with a stack trace below it.</summary>
    public void Log(string level, string message, string logger, string trace)
    {
        Log(level, message, logger);
        Error.WriteLine(trace);
    }

    public async Task FlushAsync(CancellationToken cancellation)
    {
        await Output.FlushAsync(cancellation);
        await Error.FlushAsync(cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await Output.DisposeAsync();
        await Error.DisposeAsync();
    }
}
