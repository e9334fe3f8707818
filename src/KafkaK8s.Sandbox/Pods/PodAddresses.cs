using System.Net;
using System.Net.Sockets;

namespace KafkaK8s.Sandbox.Pods;

/// <summary>
/// The loopback addresses of a sandbox's pods: a network 127.x.y.0/24 that no other sandbox on the machine uses, held by listening on
/// its first address for as long as the sandbox lives.
/// </summary>
internal sealed class PodAddresses : IDisposable
{
    private const int ClaimPort = 47_271;

    private readonly Socket _claim;
    private readonly Queue<string> _free;

    public PodAddresses()
    {
        (_claim, var network) = Claim();
        Node = $"{network}.1";
        _free = new Queue<string>(Enumerable.Range(2, 253).Select(host => $"{network}.{host}"));
    }

    /// <summary>The node's own address.</summary>
    public string Node { get; }

    /// <summary>Takes the address that has been free the longest.</summary>
    /// <exception cref="InvalidOperationException">There are as many pods as a network has addresses.</exception>
    public string Take()
    {
        lock (_free)
        {
            return _free.TryDequeue(out var address) ? address : throw new InvalidOperationException("the sandbox has no pod address left");
        }
    }

    /// <summary>Gives an address back.</summary>
    public void Release(string address)
    {
        lock (_free)
        {
            _free.Enqueue(address);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _claim.Dispose();

    private static (Socket Claim, string Network) Claim()
    {
        while (true)
        {
            var network = $"127.{Random.Shared.Next(64, 224)}.{Random.Shared.Next(0, 256)}";
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Parse($"{network}.1"), ClaimPort));
                socket.Listen();
                return (socket, network);
            }
            catch (SocketException taken) when (taken.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                socket.Dispose();
            }
            catch (SocketException missing) when (missing.SocketErrorCode == SocketError.AddressNotAvailable)
            {
                // A system that has no more loopback than 127.0.0.1 can still run pods that bind no port.
                return (socket, network);
            }
        }
    }
}
