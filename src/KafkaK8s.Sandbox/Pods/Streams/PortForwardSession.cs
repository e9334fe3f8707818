using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Net.WebSockets;
using System.Text;

namespace KafkaK8s.Sandbox.Pods.Streams;

/// <summary>Connects a client at the other end of a WebSocket with ports of a pod, one connection for each.</summary>
internal sealed class PortForwardSession(ChannelSocket socket, IReadOnlyList<IContainer> containers)
{
    // The last answers get this long to be read before the connection is closed.
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(1);

    private readonly string _sandbox = OciMessages.NewId();

    /// <summary>Forwards until every port's connection has ended, or the client's.</summary>
    public async Task RunAsync(IReadOnlyList<ushort> ports, CancellationToken cancellation)
    {
        using var running = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var inputs = ports.Select(_ => new Pipe(new PipeOptions(pauseWriterThreshold: 256 * 1024, resumeWriterThreshold: 128 * 1024))).ToList();
        var receiving = Task.CompletedTask;
        try
        {
            for (var index = 0; index < ports.Count; index++)
            {
                var number = new byte[2];
                BinaryPrimitives.WriteUInt16LittleEndian(number, ports[index]);
                await socket.SendAsync(Data(index), number, running.Token);
                await socket.SendAsync(Errors(index), number, running.Token);
            }

            receiving = ReceiveAsync(inputs, running);
            var hasServed = await Task.WhenAll(ports.Select((port, index) => ForwardAsync(port, index, inputs[index].Reader, running.Token)));
            if (hasServed.Any(served => served))
            {
                await Task.Delay(Linger, running.Token);
            }

            await socket.CloseAsync(receiving, cancellation);
        }
        catch (Exception broken) when (broken is OperationCanceledException or WebSocketException or IOException or ObjectDisposedException)
        {
            // The client has gone, or the connection was cut.
        }
        finally
        {
            await running.CancelAsync();
            await receiving;
        }
    }

    /// <summary>Serves one port until its connection ends. Says whether there was one.</summary>
    private async Task<bool> ForwardAsync(ushort port, int index, PipeReader input, CancellationToken cancellation)
    {
        if (await ConnectAsync(port, cancellation) is not { } connection)
        {
            await socket.SendAsync(Errors(index), Encoding.UTF8.GetBytes(Refusal(port)), cancellation);
            return false;
        }

        await using (connection)
        {
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            var sending = SendAsync(input, connection, ended.Token);
            var buffer = new byte[32 * 1024];
            try
            {
                while (await connection.ReadAsync(buffer, cancellation) is > 0 and var read)
                {
                    await socket.SendAsync(Data(index), buffer.AsMemory(0, read), cancellation);
                }
            }
            catch (IOException)
            {
                // The program at the other end has reset the connection.
            }

            await ended.CancelAsync();
            await sending;
        }

        return true;
    }

    private static async Task SendAsync(PipeReader input, Stream connection, CancellationToken cancellation)
    {
        try
        {
            await input.CopyToAsync(connection, cancellation);
        }
        catch (Exception broken) when (broken is OperationCanceledException or IOException)
        {
            // The connection has ended; what the client still sends has nowhere to go.
        }

        await input.CompleteAsync();
    }

    private async Task<Stream?> ConnectAsync(ushort port, CancellationToken cancellation)
    {
        foreach (var container in containers)
        {
            try
            {
                return await container.ConnectAsync(port, cancellation);
            }
            catch (IOException)
            {
                // The next container of the pod may listen there.
            }
        }

        return null;
    }

    private async Task ReceiveAsync(List<Pipe> inputs, CancellationTokenSource running)
    {
        try
        {
            await socket.ReceiveAsync(
                async (channel, data, token) =>
                {
                    if (channel % 2 == 0 && channel / 2 < inputs.Count)
                    {
                        await inputs[channel / 2].Writer.WriteAsync(data, token);
                    }
                },
                _ => { },
                running.Token);
        }
        catch (Exception broken) when (broken is OperationCanceledException or WebSocketException or IOException or ObjectDisposedException)
        {
            // It ends below.
        }

        await running.CancelAsync();
    }

    private string Refusal(ushort port) =>
        $"error forwarding port {port} to pod {_sandbox}, uid : failed to execute portforward in network namespace \"/var/run/netns/{_sandbox[..8]}\": "
        + $"failed to connect to localhost:{port} inside namespace \"{_sandbox}\", IPv4: dial tcp4 127.0.0.1:{port}: connect: connection refused "
        + "IPv6 dial tcp6: address localhost: no suitable address found ";

    private static byte Data(int index) => (byte)(index * 2);

    private static byte Errors(int index) => (byte)((index * 2) + 1);
}
