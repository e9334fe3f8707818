using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace KafkaK8s.Engine.Tests.Clusters.Changes.Real;

/// <summary>
/// Reads a ZooKeeper's nodes by its own protocol, many times a second: Kafka's programs take a second each, in which a partition can
/// come and go unseen.
/// </summary>
internal sealed class ZookeeperReading : IDisposable
{
    private const int GetData = 4;
    private const int GetChildren = 8;
    private const int NoNode = -101;

    private readonly TcpClient _client = new();
    private int _xid;

    public static async Task<ZookeeperReading> OpenAsync(string address, int port, CancellationToken cancellation)
    {
        var reading = new ZookeeperReading();
        await reading._client.ConnectAsync(address, port, cancellation);

        // Protocol version, last seen transaction, session timeout, session, password, and that a read-only server won't do.
        var hello = new byte[4 + 8 + 4 + 8 + 4 + 16 + 1];
        BinaryPrimitives.WriteInt32BigEndian(hello.AsSpan(12), 30_000);
        BinaryPrimitives.WriteInt32BigEndian(hello.AsSpan(24), 16);
        await reading.SendAsync(hello, cancellation);
        await reading.ReceiveAsync(cancellation);
        return reading;
    }

    /// <summary>A node's data as text, or null where there is no such node.</summary>
    public async Task<string?> GetAsync(string path, CancellationToken cancellation)
    {
        if (await AskAsync(GetData, path, cancellation) is not { } answer)
        {
            return null;
        }

        var length = BinaryPrimitives.ReadInt32BigEndian(answer);
        return length < 0 ? "" : Encoding.UTF8.GetString(answer, 4, length);
    }

    /// <summary>The names of a node's children; none where there is no such node.</summary>
    public async Task<IReadOnlyList<string>> ChildrenAsync(string path, CancellationToken cancellation)
    {
        if (await AskAsync(GetChildren, path, cancellation) is not { } answer)
        {
            return [];
        }

        var names = new List<string>();
        var at = 4;
        for (var left = BinaryPrimitives.ReadInt32BigEndian(answer); left > 0; left--)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(answer.AsSpan(at));
            names.Add(Encoding.UTF8.GetString(answer, at + 4, length));
            at += 4 + length;
        }

        return names;
    }

    public void Dispose() => _client.Dispose();

    private async Task<byte[]?> AskAsync(int type, string path, CancellationToken cancellation)
    {
        var name = Encoding.UTF8.GetBytes(path);
        var request = new byte[4 + 4 + 4 + name.Length + 1];
        BinaryPrimitives.WriteInt32BigEndian(request, ++_xid);
        BinaryPrimitives.WriteInt32BigEndian(request.AsSpan(4), type);
        BinaryPrimitives.WriteInt32BigEndian(request.AsSpan(8), name.Length);
        name.CopyTo(request, 12);
        await SendAsync(request, cancellation);
        var answer = await ReceiveAsync(cancellation);
        return BinaryPrimitives.ReadInt32BigEndian(answer.AsSpan(12)) switch
        {
            0 => answer[16..],
            NoNode => null,
            var error => throw new IOException($"ZooKeeper answered {error} for {path}."),
        };
    }

    private async Task SendAsync(byte[] content, CancellationToken cancellation)
    {
        var framed = new byte[4 + content.Length];
        BinaryPrimitives.WriteInt32BigEndian(framed, content.Length);
        content.CopyTo(framed, 4);
        await _client.GetStream().WriteAsync(framed, cancellation);
    }

    private async Task<byte[]> ReceiveAsync(CancellationToken cancellation)
    {
        var length = new byte[4];
        await _client.GetStream().ReadExactlyAsync(length, cancellation);
        var content = new byte[BinaryPrimitives.ReadInt32BigEndian(length)];
        await _client.GetStream().ReadExactlyAsync(content, cancellation);
        return content;
    }
}
