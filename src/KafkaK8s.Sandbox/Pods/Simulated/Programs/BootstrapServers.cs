using System.Globalization;
using KafkaK8s.Sandbox.Pods.Simulated.Kafka;

namespace KafkaK8s.Sandbox.Pods.Simulated.Programs;

/// <summary>A bootstrap list, as a client reads it.</summary>
internal sealed class BootstrapServers
{
    private const string NoneResolves = "No resolvable bootstrap urls given in bootstrap.servers";
    private const string UtilitiesLogger = "org.apache.kafka.clients.ClientUtils";

    private readonly SimulatedPod _pod;

    private BootstrapServers(SimulatedPod pod, IReadOnlyList<(string Host, int Port)> servers)
    {
        _pod = pod;
        Servers = servers;
    }

    /// <summary>The servers whose names resolve.</summary>
    public IReadOnlyList<(string Host, int Port)> Servers { get; }

    /// <summary>Reads a list, warning of names that don't resolve.</summary>
    /// <returns>The list, or what is wrong with it: the message of the ConfigException.</returns>
    public static (BootstrapServers? Servers, string? Complaint) Parse(ProgramCall call, string text, bool old)
    {
        var servers = new List<(string, int)>();
        foreach (var url in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = url.LastIndexOf(':');
            if (colon <= 0 || !int.TryParse(url[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port))
            {
                return (null, $"Invalid url in bootstrap.servers: {url}");
            }

            var host = url[..colon];
            if (call.Pod.Resolve(host).Count > 0)
            {
                servers.Add((host, port));
            }
            else
            {
                call.Console.Log("WARN", old
                    ? $"Removing server {url} from bootstrap.servers as DNS resolution failed for {host}"
                    : $"Couldn't resolve server {url} from bootstrap.servers as DNS resolution failed for {host}", UtilitiesLogger);
            }
        }

        return servers.Count > 0 ? (new BootstrapServers(call.Pod, servers), null) : (null, NoneResolves);
    }

    /// <summary>A broker that answers; null when none does now.</summary>
    public KafkaBroker? Find() => Servers
        .SelectMany(server => _pod.Resolve(server.Host).Select(address => _pod.World.BrokerAt(address, server.Port)))
        .FirstOrDefault(broker => broker is not null);

    /// <summary>A server as a client's log names it: host/address:port.</summary>
    public string Describe(int index)
    {
        var (host, port) = Servers[index % Servers.Count];
        var address = _pod.ResolveOne(host) ?? host;
        return char.IsAsciiDigit(host[0]) ? $"/{host}:{port}" : $"{host}/{address}:{port}";
    }
}
