using System.Buffers.Binary;
using System.Text;

namespace KafkaK8s.Engine.Kubernetes;

/// <summary>
/// One forwarded connection. Nothing is pumped in the background: a read takes the next frame from the socket, so whoever reads
/// slowly slows the pod down, and nothing piles up.
/// </summary>
internal sealed class PortForwardStream(PodSocket socket, ApiCall call) : Stream
{
    private const int DataChannel = 0;
    private const int ErrorChannel = 1;
    private const int PortHeader = 2;

    private ReadOnlyMemory<byte> _rest;
    private bool _ended;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Takes the port number, little-endian, that both channels start with.</summary>
    public async Task BeginAsync(int port, CancellationToken cancellation)
    {
        for (var channel = DataChannel; channel <= ErrorChannel; channel++)
        {
            if (await socket.ReceiveAsync(cancellation) is not { } frame
                || frame.Channel != channel
                || frame.Bytes.Length != PortHeader
                || BinaryPrimitives.ReadUInt16LittleEndian(frame.Bytes.Span) != port)
            {
                throw Failed("the server does not speak the port-forward protocol");
            }
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_rest.IsEmpty && !_ended)
        {
            switch (await socket.ReceiveAsync(cancellationToken))
            {
                case null:
                    _ended = true;
                    break;
                case (DataChannel, var bytes):
                    _rest = bytes;
                    break;
                case (ErrorChannel, var bytes):
                    throw Failed(await RestOfErrorAsync(Encoding.UTF8.GetString(bytes.Span), cancellationToken));
                default:
                    break;
            }
        }

        var count = Math.Min(buffer.Length, _rest.Length);
        _rest[..count].CopyTo(buffer);
        _rest = _rest[count..];
        return count;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        await socket.SendAsync(DataChannel, buffer, cancellationToken);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override void Write(byte[] buffer, int offset, int count) => WriteAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        await socket.CloseAsync();
        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            socket.Dispose();
        }

        base.Dispose(disposing);
    }

    private async Task<string> RestOfErrorAsync(string words, CancellationToken cancellation)
    {
        while (words.Length < 4096 && await socket.ReceiveAsync(cancellation) is { } frame)
        {
            words += frame.Channel == ErrorChannel ? Encoding.UTF8.GetString(frame.Bytes.Span) : "";
        }

        return words.Trim();
    }

    private EngineException Failed(string words) => new(
        "PortForwardFailed",
        EngineErrorKind.Connection,
        call.Target,
        $"Can't {call.Description}: {words}",
        words.Contains("refused", StringComparison.OrdinalIgnoreCase) ? "Nothing listens there; wait until the program in the pod is ready." : null);
}
