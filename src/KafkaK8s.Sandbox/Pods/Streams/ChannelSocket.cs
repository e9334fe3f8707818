using System.Net.WebSockets;
using Microsoft.AspNetCore.Http;

namespace KafkaK8s.Sandbox.Pods.Streams;

/// <summary>
/// A WebSocket that carries several streams: the first byte of each message says which. On <c>v5.channel.k8s.io</c> a message on
/// channel 255 closes the client's side of the channel that its second byte names.
/// </summary>
internal sealed class ChannelSocket : IDisposable
{
    public const string V4 = "v4.channel.k8s.io";
    public const string V5 = "v5.channel.k8s.io";

    /// <summary>What an exec may speak, the best first.</summary>
    public static readonly string[] ExecProtocols = [V5, V4, "channel.k8s.io", ""];

    /// <summary>What a port-forward may speak.</summary>
    public static readonly string[] PortForwardProtocols = [V4, ""];

    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(5);

    private const byte CloseChannel = 255;
    private const int MostData = 32 * 1024;

    private readonly WebSocket _socket;
    private readonly SemaphoreSlim _sending = new(1);

    private ChannelSocket(WebSocket socket, string protocol)
    {
        _socket = socket;
        Protocol = protocol;
    }

    /// <summary>The protocol that was agreed on; empty when the client named none.</summary>
    public string Protocol { get; }

    /// <summary>Accepts the request's upgrade; answers with a refusal and returns null when it can't be.</summary>
    public static async Task<ChannelSocket?> AcceptAsync(HttpContext context, string[] protocols)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            context.Response.StatusCode = 400;
            context.Response.ContentType = "text/plain; charset=utf-8";
            await context.Response.WriteAsync("Upgrade request required", context.RequestAborted);
            return null;
        }

        var asked = context.WebSockets.WebSocketRequestedProtocols;
        var agreed = asked.Count == 0 ? "" : asked.FirstOrDefault(protocol => protocol.Length > 0 && protocols.Contains(protocol));
        if (agreed is null)
        {
            context.Response.StatusCode = 403;
            return null;
        }

        var accepting = new WebSocketAcceptContext { SubProtocol = agreed.Length == 0 ? null : agreed, KeepAliveInterval = TimeSpan.FromSeconds(30) };
        return new ChannelSocket(await context.WebSockets.AcceptWebSocketAsync(accepting), agreed);
    }

    /// <summary>Sends data on a channel, waiting while the client is slow to take it.</summary>
    public async Task SendAsync(byte channel, ReadOnlyMemory<byte> data, CancellationToken cancellation)
    {
        do
        {
            var size = Math.Min(data.Length, MostData);
            var message = new byte[size + 1];
            message[0] = channel;
            data[..size].CopyTo(message.AsMemory(1));
            data = data[size..];
            await _sending.WaitAsync(cancellation);
            try
            {
                await _socket.SendAsync(message, WebSocketMessageType.Binary, endOfMessage: true, cancellation);
            }
            finally
            {
                _sending.Release();
            }
        }
        while (data.Length > 0);
    }

    /// <summary>
    /// Reads what the client sends until it closes the connection or breaks it.
    /// </summary>
    /// <param name="data">Takes the data of a channel; what it does before it completes holds the client back.</param>
    /// <param name="closed">Told when the client has closed its side of a channel.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task ReceiveAsync(
        Func<byte, ReadOnlyMemory<byte>, CancellationToken, ValueTask> data, Action<byte> closed, CancellationToken cancellation)
    {
        var buffer = new byte[MostData + 1];
        var isContinued = false;
        byte channel = 0;
        while (true)
        {
            var received = await _socket.ReceiveAsync(buffer.AsMemory(), cancellation);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                return;
            }

            var content = buffer.AsMemory(0, received.Count);
            if (!isContinued && content.Length > 0)
            {
                channel = content.Span[0];
                content = content[1..];
            }

            isContinued = !received.EndOfMessage;
            if (channel == CloseChannel && Protocol == V5)
            {
                if (content.Length > 0)
                {
                    closed(content.Span[0]);
                }
            }
            else if (content.Length > 0)
            {
                await data(channel, content, cancellation);
            }
        }
    }

    /// <summary>Closes the connection in the orderly way: the client has a while to read what was sent last, and to close its side.</summary>
    /// <param name="receiving">The reading of what the client sends, which ends when it has closed its side.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task CloseAsync(Task receiving, CancellationToken cancellation)
    {
        if (_socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
        {
            await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", cancellation);
            await receiving.WaitAsync(Linger, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _socket.Dispose();
        _sending.Dispose();
    }
}
