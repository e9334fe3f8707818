using System.Buffers;
using System.Text;

namespace KafkaK8s.Engine.Kafka.Tools;

/// <summary>One call of one of Kafka's programs.</summary>
/// <param name="Tool">The program's plain name, such as <c>kafka-topics</c>.</param>
/// <param name="Arguments">Its arguments.</param>
internal sealed record ToolCommand(string Tool, IReadOnlyList<string> Arguments)
{
    /// <summary>Whether it changes something, so that a broken connection leaves the outcome unknown.</summary>
    public bool IsChange { get; init; }
}

/// <summary>What a program answered.</summary>
/// <param name="ExitCode">Its exit code; 0 does not mean success for every tool.</param>
/// <param name="Output">Its standard output.</param>
/// <param name="Errors">Its standard error: log lines and stack traces.</param>
internal sealed record ToolAnswer(int ExitCode, string Output, string Errors)
{
    /// <summary>A program that a signal ended (a pod that went away, the kernel's memory killer) has not said how far it came.</summary>
    public bool WasKilled => ExitCode > 128;

    /// <summary>The lines of the output, without the empty one behind the last line break.</summary>
    public IEnumerable<string> Lines => TextLines.Of(Output);
}

/// <summary>Text as lines.</summary>
internal static class TextLines
{
    /// <summary>The lines of a text, without the empty one behind the last line break.</summary>
    public static IEnumerable<string> Of(string text)
    {
        var reader = new StringReader(text);
        while (reader.ReadLine() is { } line)
        {
            yield return line;
        }
    }
}

/// <summary>Collects one of a program's streams as text.</summary>
internal sealed class TextCollector
{
    // More than any answer about a large cluster takes, and far from exhausting the caller's memory.
    private const int Limit = 256 * 1024 * 1024;

    private readonly ArrayBufferWriter<byte> _bytes = new();

    /// <summary>What came so far. The program's encoding is UTF-8; what isn't shows as replacement characters.</summary>
    public string Text => Encoding.UTF8.GetString(_bytes.WrittenSpan);

    /// <summary>Takes the next piece.</summary>
    public ValueTask AddAsync(ReadOnlyMemory<byte> piece, CancellationToken cancellation)
    {
        if (_bytes.WrittenCount + piece.Length > Limit)
        {
            throw new EngineException("OutputTooLarge", EngineErrorKind.InvalidData, null, $"A program in the cluster answered with more than {Limit >> 20} MiB.");
        }

        _bytes.Write(piece.Span);
        return ValueTask.CompletedTask;
    }
}
