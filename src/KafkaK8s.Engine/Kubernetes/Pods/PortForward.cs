using System.Globalization;

namespace KafkaK8s.Engine.Kubernetes;

/// <summary>Opens connections to ports of pods, through the API server.</summary>
public static class PortForward
{
    private const string V4 = "v4.channel.k8s.io";

    /// <summary>Opens one connection to one port. A pod that has nothing listening there shows at the first read.</summary>
    /// <param name="connection">The cluster.</param>
    /// <param name="inNamespace">The pod's namespace.</param>
    /// <param name="pod">The pod.</param>
    /// <param name="port">The port, 1 to 65535, as the container has it.</param>
    /// <param name="cancellation">Ends it at once.</param>
    /// <returns>
    /// A stream; one read and one write may run at a time. It ends when the pod ends the connection. There is no way to end only one
    /// direction. Reading throws <see cref="EngineException"/>: <c>PortForwardFailed</c> with the cluster's words when the port can't be reached,
    /// <c>ConnectionLost</c> when the way to the cluster broke.
    /// </returns>
    /// <exception cref="EngineException"><c>ResourceNotFound</c>, <c>PermissionDenied</c>, <c>ContainerNotRunning</c>, <c>ServerUnreachable</c>, among others.</exception>
    public static async Task<Stream> ConnectAsync(KubernetesConnection connection, string inNamespace, string pod, int port, CancellationToken cancellation)
    {
        if (port is < 1 or > 65535)
        {
            throw new EngineException(
                "InvalidPort", EngineErrorKind.InvalidArgument, $"{inNamespace}/{pod}", $"{port.ToString(CultureInfo.InvariantCulture)} is not a port; ports are 1 to 65535.");
        }

        var text = port.ToString(CultureInfo.InvariantCulture);
        var call = new PodTarget(inNamespace, pod).Call("portforward", $"connect to port {text} of {inNamespace}/{pod}");
        var socket = await PodSocket.OpenAsync(connection, call with { Query = [new("ports", text)] }, [V4], cancellation);
        try
        {
            var stream = new PortForwardStream(socket, call);
            await stream.BeginAsync(port, cancellation);
            return stream;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
