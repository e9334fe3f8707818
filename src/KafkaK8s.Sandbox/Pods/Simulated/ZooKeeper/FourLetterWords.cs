using System.Globalization;
using System.Text;

namespace KafkaK8s.Sandbox.Pods.Simulated.ZooKeeper;

/// <summary>The administrative words that a ZooKeeper server answers on its client port.</summary>
internal static class FourLetterWords
{
    private const string NotServing = "This ZooKeeper instance is not currently serving requests\n";
    private const int EmptyTreeNodes = 5;

    /// <summary>Reads one word from a connection, answers it, and closes. Anything but a word, as a client's handshake, is closed without an answer.</summary>
    public static async Task ConverseAsync(ZooKeeperServer server, Stream stream, CancellationToken cancellation)
    {
        var word = new byte[4];
        if (await stream.ReadAtLeastAsync(word, word.Length, throwOnEndOfStream: false, cancellation) == word.Length
            && Answer(server, Encoding.ASCII.GetString(word)) is { } answer)
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(answer), cancellation);
        }
    }

    /// <summary>The server's answer to a word; null when it is none.</summary>
    public static string? Answer(ZooKeeperServer server, string word)
    {
        if (word is not ("ruok" or "srvr" or "mntr" or "stat" or "conf"))
        {
            return null;
        }

        server.Received++;
        if (server.Settings.AllowedWords?.Contains(word) == false)
        {
            return $"{word} is not executed because it is not in the whitelist.\n";
        }

        return word == "ruok" ? "imok"
            : !server.IsServing ? NotServing
            : word switch
            {
                "srvr" => Statistics(server, clients: ""),
                "stat" => Statistics(server, clients: $"Clients:\n /{server.Pod.Address}:0[0](queued=0,recved=1,sent=0)\n\n"),
                "mntr" => Monitor(server),
                _ => Configuration(server),
            };
    }

    private static bool IsOld(ZooKeeperServer server) => server.Version.StartsWith("3.4.", StringComparison.Ordinal);

    private static string Build(ZooKeeperServer server) => server.Version switch
    {
        "3.4.10" => "3.4.10-39d3a4f269333c922ed3db283be479f9deacaa0f, built on 03/23/2017 10:13 GMT",
        "3.8.4" => "3.8.4-9316c2a7a97e1666d8f4593f34dd6fc36ecc436c, built on 2024-02-12 22:16 UTC",
        var version => $"{version}-simulated, built on 2025-01-01 00:00 UTC",
    };

    private static string ModeName(ZooKeeperServer server) => server.Mode switch
    {
        ZooKeeperMode.Leader => "leader",
        ZooKeeperMode.Follower => "follower",
        _ => "standalone",
    };

    private static string Zxid(ZooKeeperServer server) =>
        string.Create(CultureInfo.InvariantCulture, $"0x{0x100000000 + server.Data.Transactions:x}");

    private static long Nodes(ZooKeeperServer server) => EmptyTreeNodes + server.Data.Transactions;

    private static string Statistics(ZooKeeperServer server, string clients)
    {
        var average = IsOld(server) ? "0" : "0.0";
        var proposals = server.Mode == ZooKeeperMode.Leader && !IsOld(server) ? "Proposal sizes last/min/max: 36/36/36\n" : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Zookeeper version: {Build(server)}\n{clients}Latency min/avg/max: 0/{average}/0\nReceived: {server.Received}\nSent: {server.Received - 1}\nConnections: 1\nOutstanding: 0\nZxid: {Zxid(server)}\nMode: {ModeName(server)}\nNode count: {Nodes(server)}\n{proposals}");
    }

    private static string Monitor(ZooKeeperServer server)
    {
        List<(string Key, object Value)> values =
        [
            ("version", Build(server)), ("avg_latency", IsOld(server) ? "0" : "0.0"), ("max_latency", 0), ("min_latency", 0),
            ("packets_received", server.Received), ("packets_sent", server.Received - 1), ("num_alive_connections", 1),
            ("outstanding_requests", 0), ("server_state", ModeName(server)), ("znode_count", Nodes(server)), ("watch_count", 0),
            ("ephemerals_count", 0), ("approximate_data_size", 0), ("open_file_descriptor_count", 32), ("max_file_descriptor_count", 1048576),
        ];
        if (server.Mode == ZooKeeperMode.Leader)
        {
            values.Add((IsOld(server) ? "followers" : "learners", server.FollowerCount));
            values.Add(("synced_followers", server.FollowerCount));
            values.Add(("pending_syncs", 0));
        }

        return string.Concat(values.Select(value => string.Create(CultureInfo.InvariantCulture, $"zk_{value.Key}\t{value.Value}\n")));
    }

    private static string Configuration(ZooKeeperServer server)
    {
        var settings = server.Settings;
        var members = server.Mode == ZooKeeperMode.Standalone ? "" : string.Create(
            CultureInfo.InvariantCulture, $"electionAlg=3\nelectionPort=3888\nquorumPort=2888\npeerType=0\n");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"clientPort={settings.ClientPort}\ndataDir={settings.DataFolder}/version-2\ntickTime={settings.TickTime}\nmaxClientCnxns=60\nserverId={settings.Id}\n{members}");
    }
}
