namespace KafkaK8s.Sandbox.Pods.Streams;

/// <summary>Writes a program's output to a channel; for a terminal with the line ends that terminals make.</summary>
internal sealed class ChannelStream(ChannelSocket socket, byte channel, bool isTerminal, CancellationToken cancellation) : Stream
{
    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.Length == 0)
        {
            return;
        }

        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellation, cancellationToken);
        await socket.SendAsync(channel, isTerminal ? ToTerminal(buffer.Span) : buffer, both.Token);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count) => WriteAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private static byte[] ToTerminal(ReadOnlySpan<byte> data)
    {
        var written = new List<byte>(data.Length + 16);
        foreach (var next in data)
        {
            if (next == '\n')
            {
                written.Add((byte)'\r');
            }

            written.Add(next);
        }

        return [.. written];
    }
}
