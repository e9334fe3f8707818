namespace KafkaK8s.Sandbox.Pods.Simulated.Programs;

/// <summary>Reads lines as Java's BufferedReader does, as bytes: they end with a line feed, a carriage return, or both.</summary>
internal sealed class LineReader(Stream input)
{
    private const int BufferSize = 65536;

    private readonly byte[] _buffer = new byte[BufferSize];
    private int _position;
    private int _length;
    private bool _skipLineFeed;

    /// <summary>The next line without its end; null when there is none left.</summary>
    public async Task<byte[]?> ReadAsync(CancellationToken cancellation)
    {
        using var line = new MemoryStream();
        while (await FillAsync(cancellation))
        {
            if (_skipLineFeed)
            {
                _skipLineFeed = false;
                if (_buffer[_position] == '\n')
                {
                    _position++;
                    continue;
                }
            }

            var available = _buffer.AsSpan(_position, _length - _position);
            var end = available.IndexOfAny((byte)'\n', (byte)'\r');
            line.Write(end < 0 ? available : available[..end]);
            if (end >= 0)
            {
                _skipLineFeed = available[end] == '\r';
                _position += end + 1;
                return line.ToArray();
            }

            _position = _length;
        }

        return line.Length > 0 ? line.ToArray() : null;
    }

    private async ValueTask<bool> FillAsync(CancellationToken cancellation)
    {
        if (_position == _length)
        {
            _position = 0;
            _length = await input.ReadAsync(_buffer, cancellation);
        }

        return _length > 0;
    }
}
