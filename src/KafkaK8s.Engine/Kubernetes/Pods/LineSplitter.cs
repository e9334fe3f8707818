using System.Text;

namespace KafkaK8s.Engine.Kubernetes;

/// <summary>Makes lines of UTF-8 that comes in pieces, which may end anywhere, in the middle of a character too.</summary>
internal sealed class LineSplitter(Func<string, CancellationToken, ValueTask> line)
{
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private readonly StringBuilder _rest = new();

    /// <summary>Takes a piece, and hands on the lines that it completes.</summary>
    public async ValueTask AddAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        foreach (var text in Append(bytes.Span))
        {
            await line(text, cancellation);
        }
    }

    /// <summary>Hands on a last line that had no end.</summary>
    public async ValueTask EndAsync(CancellationToken cancellation)
    {
        if (_rest.Length > 0)
        {
            var last = _rest.ToString();
            _rest.Clear();
            await line(last, cancellation);
        }
    }

    private List<string> Append(ReadOnlySpan<byte> bytes)
    {
        var characters = new char[_decoder.GetCharCount(bytes, flush: false)];
        var rest = characters.AsSpan(0, _decoder.GetChars(bytes, characters, flush: false));
        var lines = new List<string>();
        for (var end = rest.IndexOf('\n'); end >= 0; end = rest.IndexOf('\n'))
        {
            _rest.Append(rest[..end]);
            if (_rest.Length > 0 && _rest[^1] == '\r')
            {
                _rest.Length--;
            }

            lines.Add(_rest.ToString());
            _rest.Clear();
            rest = rest[(end + 1)..];
        }

        _rest.Append(rest);
        return lines;
    }
}
