using System.Net;
using System.Net.WebSockets;

namespace KafkaK8s.Engine.Kubernetes;

/// <summary>
/// A WebSocket to a pod: each message is a channel's number and its bytes. It goes through the connection's own pipeline, so
/// credentials, trust, proxy and tracing are those of every other call. One reader and one writer may use it at a time.
/// </summary>
internal sealed class PodSocket : IDisposable
{
    private const int FrameSize = 32 * 1024;

    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(2);

    private readonly ClientWebSocket _socket;
    private readonly ApiCall _call;
    private readonly KubernetesConnection _connection;
    private readonly byte[] _received = new byte[FrameSize];
    private readonly byte[] _sent = new byte[FrameSize];
    private int? _channel;

    private PodSocket(ClientWebSocket socket, ApiCall call, KubernetesConnection connection)
    {
        _socket = socket;
        _call = call;
        _connection = connection;
    }

    /// <summary>The protocol that the server chose.</summary>
    public string Protocol => _socket.SubProtocol ?? "";

    /// <summary>Opens one.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="call">What is asked for.</param>
    /// <param name="protocols">The protocols to offer, the best first.</param>
    /// <param name="cancellation">Ends it at once.</param>
    /// <exception cref="EngineException">
    /// The server's own reason for a refusal. <c>ProtocolNotSupported</c> when it knows none of the protocols; nothing has been started then.
    /// </exception>
    public static async Task<PodSocket> OpenAsync(
        KubernetesConnection connection, ApiCall call, IReadOnlyList<string> protocols, CancellationToken cancellation)
    {
        var socket = new ClientWebSocket();
        using var upgrade = new Upgrade(connection.Pipeline);
        try
        {
            socket.Options.KeepAliveInterval = TimeSpan.FromSeconds(20);
            foreach (var protocol in protocols)
            {
                socket.Options.AddSubProtocol(protocol);
            }

            var address = new UriBuilder(new Uri(connection.Access.Server, call.PathAndQuery));
            address.Scheme = address.Scheme == Uri.UriSchemeHttps ? Uri.UriSchemeWss : Uri.UriSchemeWs;
            using var invoker = new HttpMessageInvoker(upgrade, disposeHandler: false);
            await socket.ConnectAsync(address.Uri, invoker, cancellation);
            return protocols.Contains(socket.SubProtocol)
                ? new PodSocket(socket, call, connection)
                : throw NotSupported(connection, call, protocols);
        }
        catch (Exception exception)
        {
            socket.Abort();
            socket.Dispose();
            cancellation.ThrowIfCancellationRequested();
            if (upgrade.Refusal is { } refusal)
            {
                throw refusal.Code == HttpStatusCode.Forbidden && refusal.Body.Length == 0
                    ? NotSupported(connection, call, protocols)
                    : StatusErrors.Translate(refusal.Code, refusal.ContentType, refusal.Body, call, connection);
            }

            throw TransportErrors.Translate(upgrade.Failure ?? exception, call, connection);
        }
    }

    /// <summary>Receives the next bytes of a channel, or null when the server has closed the socket in order.</summary>
    /// <returns>The bytes, valid until the next call.</returns>
    /// <exception cref="EngineException">The connection broke.</exception>
    public async ValueTask<(int Channel, ReadOnlyMemory<byte> Bytes)?> ReceiveAsync(CancellationToken cancellation)
    {
        while (true)
        {
            ValueWebSocketReceiveResult part;
            try
            {
                part = await _socket.ReceiveAsync(_received.AsMemory(), cancellation);
            }
            catch (Exception exception) when (!cancellation.IsCancellationRequested)
            {
                throw Lost("the connection broke", exception);
            }

            if (part.MessageType == WebSocketMessageType.Close)
            {
                await AnswerCloseAsync();
                return _socket.CloseStatus is null or WebSocketCloseStatus.NormalClosure or WebSocketCloseStatus.Empty
                    ? null
                    : throw Lost($"the server ended the connection ({_socket.CloseStatus}{(string.IsNullOrEmpty(_socket.CloseStatusDescription) ? "" : $": {_socket.CloseStatusDescription}")})", null);
            }

            // A proxy may cut a message into parts; only the first one starts with the channel.
            var start = _channel is null && part.Count > 0 ? 1 : 0;
            var channel = _channel ?? (part.Count > 0 ? _received[0] : null);
            _channel = part.EndOfMessage ? null : channel;
            if (channel is { } number && part.Count > start)
            {
                return (number, _received.AsMemory(start, part.Count - start));
            }
        }
    }

    /// <summary>Sends bytes on a channel, in as many messages as it takes.</summary>
    /// <exception cref="EngineException">The connection broke.</exception>
    public async ValueTask SendAsync(byte channel, ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        for (var rest = bytes; rest.Length > 0;)
        {
            var size = Math.Min(rest.Length, FrameSize - 1);
            _sent[0] = channel;
            rest[..size].CopyTo(_sent.AsMemory(1));
            rest = rest[size..];
            try
            {
                await _socket.SendAsync(_sent.AsMemory(0, size + 1), WebSocketMessageType.Binary, endOfMessage: true, cancellation);
            }
            catch (Exception exception) when (!cancellation.IsCancellationRequested)
            {
                throw Lost("the connection broke", exception);
            }
        }
    }

    /// <summary>Tells the server that no more is coming, without waiting long for it to say the same.</summary>
    public async Task CloseAsync()
    {
        if (_socket.State == WebSocketState.Open)
        {
            await AnswerCloseAsync();
        }
    }

    /// <summary>Drops the connection, in whatever state it is.</summary>
    public void Dispose()
    {
        _socket.Abort();
        _socket.Dispose();
    }

    private async Task AnswerCloseAsync()
    {
        try
        {
            using var limit = new CancellationTokenSource(CloseTimeout);
            await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, limit.Token);
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or IOException or InvalidOperationException)
        {
            // All that mattered has been received; the other side may be gone already.
        }
    }

    private EngineException Lost(string what, Exception? inner) => _call.RunsProgram
        ? new EngineException(
            "OutcomeUnknown",
            EngineErrorKind.OutcomeUnknown,
            _call.Target,
            $"While trying to {_call.Description}, {what}. Whether it ran to its end, and what it did, is not known.",
            "Look at what it was to change, then try again.",
            inner)
        : new EngineException(
            "ConnectionLost",
            EngineErrorKind.Connection,
            _call.Target,
            $"While trying to {_call.Description} on the server {_connection.Server}, {what}.",
            "Try again.",
            inner);

    private static EngineException NotSupported(KubernetesConnection connection, ApiCall call, IReadOnlyList<string> protocols) => new(
        "ProtocolNotSupported",
        EngineErrorKind.NotSupported,
        call.Target,
        $"The server {connection.Server} can't {call.Description} by WebSocket: it knows none of {string.Join(", ", protocols)}.",
        "A proxy in between may not let WebSockets through; a cluster before 1.29 knows only v4.channel.k8s.io.");

    /// <summary>Sees the answer to the upgrade: ClientWebSocket tells its status only, and the reason is in the body.</summary>
    private sealed class Upgrade(HttpMessageInvoker pipeline) : HttpMessageHandler
    {
        public (HttpStatusCode Code, string? ContentType, byte[] Body)? Refusal { get; private set; }

        public Exception? Failure { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            try
            {
                var response = await pipeline.SendAsync(request, cancellationToken);
                if (response.StatusCode != HttpStatusCode.SwitchingProtocols)
                {
                    Refusal = (response.StatusCode, response.Content.Headers.ContentType?.MediaType, await response.Content.ReadAsByteArrayAsync(cancellationToken));
                }

                return response;
            }
            catch (Exception exception)
            {
                Failure = exception;
                throw;
            }
        }
    }
}
