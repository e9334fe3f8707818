using System.Net;
using System.Net.Sockets;

namespace KafkaK8s.Sandbox.Pods.Simulated;

/// <summary>A port of a simulated server: accepts connections and hands each to a conversation, until it is closed.</summary>
internal sealed class LoopbackListener : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _closing = new();
    private readonly Task _accepting;

    private LoopbackListener(TcpListener listener, Func<Stream, CancellationToken, Task> conversation)
    {
        _listener = listener;
        _accepting = AcceptAsync(conversation);
    }

    /// <exception cref="SocketException">The port is taken.</exception>
    public static LoopbackListener Open(string address, int port, Func<Stream, CancellationToken, Task> conversation)
    {
        var listener = new TcpListener(IPAddress.Parse(address), port);
        listener.Start();
        return new LoopbackListener(listener, conversation);
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await _accepting;
        _listener.Dispose();
        _closing.Dispose();
    }

    private async Task AcceptAsync(Func<Stream, CancellationToken, Task> conversation)
    {
        var conversations = new List<Task>();
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_closing.Token);
                conversations.RemoveAll(task => task.IsCompleted);
                conversations.Add(ConverseAsync(client, conversation));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(conversations);
        }
    }

    private async Task ConverseAsync(TcpClient client, Func<Stream, CancellationToken, Task> conversation)
    {
        using (client)
        {
            try
            {
                await conversation(client.GetStream(), _closing.Token);
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException or SocketException)
            {
                // The other side went away, or the server stops: nothing is left to say either way.
                return;
            }
        }
    }
}
