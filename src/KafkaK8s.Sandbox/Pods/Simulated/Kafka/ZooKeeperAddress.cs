using System.Globalization;
using KafkaK8s.Sandbox.Pods.Simulated.ZooKeeper;

namespace KafkaK8s.Sandbox.Pods.Simulated.Kafka;

/// <summary>A ZooKeeper connect string: <c>host:port,host:port/path</c>.</summary>
/// <param name="Servers">Hosts and ports.</param>
/// <param name="Path">The path that the cluster has for itself; "" when none.</param>
internal sealed record ZooKeeperAddress(IReadOnlyList<(string Host, int Port)> Servers, string Path)
{
    private const int DefaultPort = 2181;

    public static ZooKeeperAddress Parse(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var servers = slash < 0 ? text : text[..slash];
        return new([.. servers.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Server)], slash < 0 ? "" : text[slash..].TrimEnd('/'));
    }

    /// <summary>A server of it that serves, as a pod sees it; null when none does.</summary>
    public ZooKeeperServer? Find(SimulatedPod pod) => Servers
        .SelectMany(server => pod.Resolve(server.Host).Select(address => pod.World.ZooKeeperAt(address, server.Port)))
        .FirstOrDefault(server => server?.IsServing == true);

    private static (string Host, int Port) Server(string text)
    {
        var colon = text.LastIndexOf(':');
        return colon > 0 && int.TryParse(text[(colon + 1)..], CultureInfo.InvariantCulture, out var port) ? (text[..colon], port) : (text, DefaultPort);
    }
}
