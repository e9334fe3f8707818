using System.Net;
using System.Net.Sockets;

namespace KafkaK8s.Sandbox.Controllers;

/// <summary>
/// One port of a service: hands each connection to one of the pods behind it. As with a node's own proxy, connections are refused
/// while there are none, and those that were made live as long as their pod does.
/// </summary>
internal sealed class ServicePort(IPEndPoint address) : IDisposable
{
    private readonly CancellationTokenSource _closing = new();
    private IPEndPoint[] _pods = [];
    private TcpListener? _listener;

    /// <summary>Says which pods connections go to from now on.</summary>
    /// <exception cref="SocketException">Something else has the port.</exception>
    public void Serve(IEnumerable<IPEndPoint> pods)
    {
        _pods = [.. pods];
        if (_pods.Length == 0)
        {
            _listener?.Dispose();
            _listener = null;
        }
        else if (_listener is null)
        {
            var listener = new TcpListener(address);
            listener.Start();
            _listener = listener;
            _ = AcceptAsync(listener);
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _listener?.Dispose();
        _closing.Cancel();
        _closing.Dispose();
    }

    private async Task AcceptAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                _ = ForwardAsync(await listener.AcceptSocketAsync(_closing.Token), _closing.Token);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // No pod is behind the service any more, or the service is gone.
        }
    }

    private async Task ForwardAsync(Socket client, CancellationToken closing)
    {
        var pod = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using (client)
        using (pod)
        {
            try
            {
                if (_pods is not { Length: > 0 } pods)
                {
                    return;
                }

                await pod.ConnectAsync(pods[Random.Shared.Next(pods.Length)], closing);
                (client.NoDelay, pod.NoDelay) = (true, true);

                // Both before any copying: a socket of which one direction is shut down gives no stream for the other.
                await using var clientStream = new NetworkStream(client);
                await using var podStream = new NetworkStream(pod);
                await Task.WhenAll(CopyAsync(clientStream, podStream, closing), CopyAsync(podStream, clientStream, closing));
            }
            catch (Exception exception) when (exception is OperationCanceledException or IOException or SocketException or ObjectDisposedException)
            {
                // A side went away without a word, and so does the other.
            }
        }
    }

    private static async Task CopyAsync(NetworkStream from, NetworkStream to, CancellationToken closing)
    {
        try
        {
            await from.CopyToAsync(to, closing);
            to.Socket.Shutdown(SocketShutdown.Send);
        }
        catch
        {
            // Whoever waits for this side learns at once that it is gone.
            to.Socket.Close();
            throw;
        }
    }
}
