using System.Buffers;
using System.Text;

namespace KafkaK8s.Engine.Kafka.Tools;

/// <summary>Reads one of a batch's two streams: what a program printed, its exit code, its errors, and the next one's.</summary>
/// <param name="token">What separates them.</param>
/// <param name="answered">Takes an answer.</param>
internal sealed class BatchLane(string token, Action<ToolAnswer> answered)
{
    // More than any answer about one topic takes, and far from exhausting the caller's memory.
    private const int Limit = 256 * 1024 * 1024;

    private readonly byte[] _outputEnd = Encoding.ASCII.GetBytes($"\n{token} ");
    private readonly byte[] _errorEnd = Encoding.ASCII.GetBytes($"\n{token}\n");
    private ArrayBufferWriter<byte> _bytes = new();

    /// <summary>Takes the next piece.</summary>
    public ValueTask AddAsync(ReadOnlyMemory<byte> piece, CancellationToken cancellation)
    {
        if (_bytes.WrittenCount + piece.Length > Limit)
        {
            throw new EngineException("OutputTooLarge", EngineErrorKind.InvalidData, null, $"A program in the cluster answered with more than {Limit >> 20} MiB.");
        }

        _bytes.Write(piece.Span);
        while (TryTake() is { } answer)
        {
            answered(answer);
        }

        return ValueTask.CompletedTask;
    }

    // OUTPUT \n TOKEN CODE \n ERRORS \n TOKEN \n
    private ToolAnswer? TryTake()
    {
        var bytes = _bytes.WrittenSpan;
        var outputEnd = bytes.IndexOf(_outputEnd);
        if (outputEnd < 0)
        {
            return null;
        }

        var tail = bytes[(outputEnd + _outputEnd.Length)..];
        var codeEnd = tail.IndexOf((byte)'\n');
        if (codeEnd < 0)
        {
            return null;
        }

        var errorEnd = tail[codeEnd..].IndexOf(_errorEnd);
        if (errorEnd < 0)
        {
            return null;
        }

        // The shell has taken the line breaks off the end of the errors.
        var errors = errorEnd == 1 ? "" : Encoding.UTF8.GetString(tail[(codeEnd + 1)..(codeEnd + errorEnd)]) + "\n";
        var answer = Invariant.TryNumber(Encoding.ASCII.GetString(tail[..codeEnd]), out int code)
            ? new ToolAnswer(code, Encoding.UTF8.GetString(bytes[..outputEnd]), errors)
            : throw UnreadableOutput.Of("sh", Encoding.UTF8.GetString(tail[..codeEnd]));
        var rest = new ArrayBufferWriter<byte>();
        rest.Write(tail[(codeEnd + errorEnd + _errorEnd.Length)..]);
        _bytes = rest;
        return answer;
    }
}
