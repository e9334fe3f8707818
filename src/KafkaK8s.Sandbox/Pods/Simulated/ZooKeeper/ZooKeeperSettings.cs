using System.Globalization;
using System.Text.RegularExpressions;

namespace KafkaK8s.Sandbox.Pods.Simulated.ZooKeeper;

/// <summary>What a ZooKeeper server is told by its environment, as the image's own scripts would put it into zoo.cfg.</summary>
/// <param name="Id">The number in its myid file.</param>
/// <param name="Servers">Host names of the ensemble's servers by id; empty for a standalone server.</param>
/// <param name="ClientPort">Where clients connect.</param>
/// <param name="AllowedWords">The four-letter words it answers; null when all.</param>
/// <param name="DataFolder">Where its data are.</param>
/// <param name="TickTime">Milliseconds.</param>
internal sealed partial record ZooKeeperSettings(
    int Id,
    IReadOnlyDictionary<int, string> Servers,
    int ClientPort,
    IReadOnlySet<string>? AllowedWords,
    string DataFolder,
    int TickTime)
{
    /// <summary>Whether it is one of several, or told to behave so.</summary>
    public bool IsEnsemble { get; private init; } = Servers.Count > 1;

    /// <summary>Reads the environment; null, and the image's complaint in the log, when it can't be used.</summary>
    public static ZooKeeperSettings? Read(SimulatedPod pod, IReadOnlyDictionary<string, string> environment) =>
        pod.Image.Kind == ImageKind.KubernetesZooKeeper ? ReadKubernetesImage(pod, environment) : ReadOfficialImage(pod, environment);

    /// <summary>What zkGenConfig.sh of the k8szk image does. Returns its exit code.</summary>
    public static int GenerateConfiguration(SimulatedPod pod, IReadOnlyDictionary<string, string> environment)
    {
        if (!environment.TryGetValue("ZK_REPLICAS", out var replicas) || replicas.Length == 0)
        {
            pod.Log("ZK_REPLICAS is a mandatory environment variable");
            return 1;
        }

        if (!OrdinalPattern().IsMatch(pod.HostName))
        {
            pod.Log($"Failed to extract ordinal from hostname {pod.HostName}");
            return 1;
        }

        pod.Log("Validating environment");
        pod.Log($"ZK_REPLICAS={replicas}");
        pod.Log($"MY_ID={Ordinal(pod) + 1}");
        pod.Log("ENSEMBLE");
        foreach (var (id, host) in NumberedServers(pod, replicas))
        {
            pod.Log($"server.{id}={host}:{environment.GetValueOrDefault("ZK_SERVER_PORT", "2888")}:{environment.GetValueOrDefault("ZK_ELECTION_PORT", "3888")}");
        }

        pod.Log("Environment validation successful");
        return 0;
    }

    private static ZooKeeperSettings? ReadKubernetesImage(SimulatedPod pod, IReadOnlyDictionary<string, string> environment)
    {
        if (!environment.TryGetValue("ZK_REPLICAS", out var replicas) || !OrdinalPattern().IsMatch(pod.HostName))
        {
            pod.Log("[myid:] - ERROR [main:QuorumPeerMain@86] - Invalid config, exiting abnormally");
            return null;
        }

        var folder = environment.GetValueOrDefault("ZK_DATA_DIR", "/var/lib/zookeeper/data");
        return new(Ordinal(pod) + 1, NumberedServers(pod, replicas), Port(environment, "ZK_CLIENT_PORT", 2181), null, folder, Port(environment, "ZK_TICK_TIME", 2000));
    }

    private static ZooKeeperSettings? ReadOfficialImage(SimulatedPod pod, IReadOnlyDictionary<string, string> environment)
    {
        var servers = new SortedDictionary<int, string>();
        foreach (var entry in environment.GetValueOrDefault("ZOO_SERVERS", "").Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries))
        {
            var match = ServerPattern().Match(entry);
            if (!match.Success)
            {
                pod.Log($"ERROR [main:o.a.z.s.q.QuorumPeerMain@99] - Invalid config, exiting abnormally: {entry} does not have the form server.N=host:port:port;port");
                return null;
            }

            servers[int.Parse(match.Groups["id"].Value, CultureInfo.InvariantCulture)] = match.Groups["host"].Value;
        }

        if (!int.TryParse(environment.GetValueOrDefault("ZOO_MY_ID", "1"), CultureInfo.InvariantCulture, out var id))
        {
            pod.Log($"ERROR [main:o.a.z.s.q.QuorumPeerMain@99] - Invalid config, exiting abnormally: serverid {environment["ZOO_MY_ID"]} is not a number");
            return null;
        }

        var allowed = environment.GetValueOrDefault("ZOO_4LW_COMMANDS_WHITELIST", "srvr").Split(',', StringSplitOptions.TrimEntries);
        var folder = environment.GetValueOrDefault("ZOO_DATA_DIR", "/data");
        return new(id, servers, 2181, allowed.Contains("*") ? null : allowed.ToHashSet(StringComparer.Ordinal), folder, Port(environment, "ZOO_TICK_TIME", 2000))
        {
            IsEnsemble = servers.Count > 1 || (servers.Count == 1 && environment.GetValueOrDefault("ZOO_STANDALONE_ENABLED") == "false"),
        };
    }

    private static SortedDictionary<int, string> NumberedServers(SimulatedPod pod, string replicas)
    {
        var set = OrdinalPattern().Match(pod.HostName).Groups["set"].Value;
        var count = int.TryParse(replicas, CultureInfo.InvariantCulture, out var number) ? number : 0;
        return new(Enumerable.Range(1, Math.Max(count, 0)).ToDictionary(id => id, id => $"{set}-{id - 1}.{pod.Domain}".TrimEnd('.')));
    }

    private static int Ordinal(SimulatedPod pod) =>
        int.Parse(OrdinalPattern().Match(pod.HostName).Groups["ordinal"].Value, CultureInfo.InvariantCulture);

    private static int Port(IReadOnlyDictionary<string, string> environment, string name, int otherwise) =>
        int.TryParse(environment.GetValueOrDefault(name), CultureInfo.InvariantCulture, out var value) ? value : otherwise;

    [GeneratedRegex(@"^(?<set>.+)-(?<ordinal>\d+)$")]
    private static partial Regex OrdinalPattern();

    [GeneratedRegex(@"^server\.(?<id>\d+)=(?<host>[^:;]+):\d+:\d+")]
    private static partial Regex ServerPattern();
}
