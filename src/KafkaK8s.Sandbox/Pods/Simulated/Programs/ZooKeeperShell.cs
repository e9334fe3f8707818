using System.Globalization;
using System.Text;
using System.Text.Json;
using KafkaK8s.Sandbox.Pods.Simulated.Kafka;

namespace KafkaK8s.Sandbox.Pods.Simulated.Programs;

/// <summary>
/// zookeeper-shell, of ZooKeeper 3.4 in Kafka 1.1.1 and of 3.8 in 3.9.2, as far as <c>get</c> and <c>ls</c> tell of a cluster's brokers and of what it moves.
/// It answers the commands on its input, or the one behind the address.
/// </summary>
internal static class ZooKeeperShell
{
    private const string ConnectionLogger = "org.apache.zookeeper.ClientCnxn";
    private const string BrokersNode = "/brokers/ids";
    private const string ReassignmentNode = "/admin/reassign_partitions";

    private static readonly TimeSpan Start = TimeSpan.FromSeconds(1);

    private static readonly string[] RefusedFrames =
    [
        "java.base/sun.nio.ch.Net.pollConnect(Native Method)",
        "java.base/sun.nio.ch.Net.pollConnectNow(Net.java:672)",
        "java.base/sun.nio.ch.SocketChannelImpl.finishConnect(SocketChannelImpl.java:946)",
    ];

    private static readonly string[] LossFrames =
    [
        "org.apache.zookeeper.KeeperException.create(KeeperException.java:99)",
        "org.apache.zookeeper.KeeperException.create(KeeperException.java:51)",
        "org.apache.zookeeper.ZooKeeper.getData(ZooKeeper.java:1212)",
        "org.apache.zookeeper.ZooKeeper.getData(ZooKeeper.java:1241)",
        "org.apache.zookeeper.ZooKeeperMain.processZKCmd(ZooKeeperMain.java:725)",
        "org.apache.zookeeper.ZooKeeperMain.processCmd(ZooKeeperMain.java:599)",
        "org.apache.zookeeper.ZooKeeperMain.executeLine(ZooKeeperMain.java:371)",
        "org.apache.zookeeper.ZooKeeperMain.run(ZooKeeperMain.java:357)",
        "org.apache.zookeeper.ZooKeeperMain.main(ZooKeeperMain.java:290)",
    ];

    /// <summary>What a node holds, and who made it.</summary>
    private sealed record Node(string Data, bool IsEphemeral);

    public static async Task<int> RunAsync(ProgramCall call, CancellationToken cancellation)
    {
        if (call.Arguments.Count == 0)
        {
            call.Console.Error.WriteLine("USAGE: zookeeper-shell zookeeper_host:port[/path] [-zk-tls-config-file file] [args...]");
            return 1;
        }

        var console = call.Console;
        var address = call.Arguments[0];
        var isOneCommand = call.Arguments.Count > 1;
        console.Output.WriteLine($"Connecting to {address}");
        if (!isOneCommand)
        {
            console.Output.WriteLine("Welcome to ZooKeeper!");
            console.Output.WriteLine("JLine support is disabled");
        }

        await call.Pod.Clock.DelayAsync(Start, cancellation);
        var commands = isOneCommand ? [string.Join(' ', call.Arguments.Skip(1))] : await ReadAsync(console, cancellation);
        var servers = ZooKeeperAddress.Parse(address);
        if (servers.Find(call.Pod) is not { } server)
        {
            return Refuse(call, servers, commands);
        }

        console.Output.WriteLine("\nWATCHER::\n\nWatchedEvent state:SyncConnected type:None path:null");
        var cluster = server.Data.Cluster(servers.Path, call.Pod.World);
        var found = true;
        foreach (var line in commands)
        {
            found = Answer(call, cluster, line);
        }

        return found || call.Pod.Image.HasOldTools ? 0 : Exit(call);
    }

    private static async Task<IReadOnlyList<string>> ReadAsync(ProgramConsole console, CancellationToken cancellation)
    {
        var lines = new List<string>();
        var reader = new LineReader(console.Input);
        while (await reader.ReadAsync(cancellation) is { } line)
        {
            lines.Add(Encoding.UTF8.GetString(line).Trim());
        }

        return [.. lines.Where(line => line.Length > 0)];
    }

    private static bool Answer(ProgramCall call, KafkaCluster cluster, string command)
    {
        var console = call.Console;
        switch (command.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            case ["ls", BrokersNode] when IsFounded(cluster):
                console.Output.WriteLine($"[{string.Join(", ", cluster.Brokers.Select(broker => broker.Id))}]");
                return true;
            case ["get", var path] when Find(cluster, path) is { } node:
                console.Output.WriteLine(node.Data);
                if (call.Pod.Image.HasOldTools)
                {
                    WriteNumbers(call, cluster, node);
                }

                return true;
            case ["ls", BrokersNode]:
            case ["get", "/cluster/id" or "/controller" or ReassignmentNode]:
            case ["get", var registration] when registration.StartsWith(BrokersNode + "/", StringComparison.Ordinal):
                console.Error.WriteLine($"Node does not exist: {command.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]}");
                return false;
            default:
                console.Error.WriteLine($"A simulated pod's zookeeper-shell knows ls {BrokersNode}, and get with /cluster/id, /controller, {ReassignmentNode} and {BrokersNode}/ID only, not: {command}");
                return false;
        }
    }

    // Brokers make these nodes when the first of them starts.
    private static bool IsFounded(KafkaCluster cluster) => cluster.Changes > 0;

    private static Node? Find(KafkaCluster cluster, string path) => path switch
    {
        "/cluster/id" when IsFounded(cluster) => new Node(Json(("version", "1"), ("id", cluster.Id)), IsEphemeral: false),
        "/controller" when cluster.Controller is { } controller => new Node(
            controller.IsOld
                ? Json(("version", 1), ("brokerid", controller.Id), ("timestamp", Milliseconds(controller)))
                : Json(("version", 2), ("brokerid", controller.Id), ("timestamp", Milliseconds(controller)), ("kraftControllerEpoch", -1)),
            IsEphemeral: true),
        // The controllers of 2.6 and later keep it with each topic instead.
        ReassignmentNode when cluster.Controller is { IsOld: true } && cluster.Reassignments is { Count: > 0 } running => new Node(
            Json(("version", 1), ("partitions", running.Select(moving => new { topic = moving.Topic, partition = moving.Index, replicas = moving.Move.Target }))),
            IsEphemeral: false),
        _ when path.StartsWith(BrokersNode + "/", StringComparison.Ordinal)
            && cluster.Brokers.FirstOrDefault(broker => path == string.Create(CultureInfo.InvariantCulture, $"{BrokersNode}/{broker.Id}")) is { } broker =>
            new Node(Registration(broker), IsEphemeral: true),
        _ => null,
    };

    private static string Registration(KafkaBroker broker)
    {
        var security = new Dictionary<string, string> { ["PLAINTEXT"] = "PLAINTEXT" };
        string[] endpoints = [string.Create(CultureInfo.InvariantCulture, $"PLAINTEXT://{broker.AdvertisedHost}:{broker.AdvertisedPort}")];
        (string, object)[] rack = broker.Settings.Find("broker.rack") is { } name ? [("rack", name)] : [];
        return broker.IsOld
            ? Json([("listener_security_protocol_map", security), ("endpoints", endpoints), .. rack, ("jmx_port", -1), ("host", broker.AdvertisedHost), ("timestamp", Milliseconds(broker)), ("port", broker.AdvertisedPort), ("version", 4)])
            : Json([("features", new Dictionary<string, string>()), ("listener_security_protocol_map", security), ("endpoints", endpoints), .. rack, ("jmx_port", -1), ("port", broker.AdvertisedPort), ("host", broker.AdvertisedHost), ("version", 5), ("timestamp", Milliseconds(broker))]);
    }

    private static string Milliseconds(KafkaBroker broker) =>
        broker.Pod.Clock.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);

    private static string Json(params (string Name, object Value)[] fields) =>
        "{" + string.Join(',', fields.Select(field => $"{JsonSerializer.Serialize(field.Name)}:{JsonSerializer.Serialize(field.Value)}")) + "}";

    private static void WriteNumbers(ProgramCall call, KafkaCluster cluster, Node node)
    {
        var time = string.Create(CultureInfo.InvariantCulture, $"{call.Pod.Clock.GetUtcNow():ddd MMM dd HH:mm:ss} UTC {call.Pod.Clock.GetUtcNow():yyyy}");
        foreach (var line in new[]
        {
            $"cZxid = 0x{cluster.Changes:x}", $"ctime = {time}", $"mZxid = 0x{cluster.Changes:x}", $"mtime = {time}", $"pZxid = 0x{cluster.Changes:x}",
            "cversion = 0", "dataVersion = 0", "aclVersion = 0", $"ephemeralOwner = 0x{(node.IsEphemeral ? "100000000000001" : "0")}",
            string.Create(CultureInfo.InvariantCulture, $"dataLength = {Encoding.UTF8.GetByteCount(node.Data)}"), "numChildren = 0",
        })
        {
            call.Console.Error.WriteLine(line);
        }
    }

    // 3.4 gives up at the first command, 3.8 tries each of them.
    private static int Refuse(ProgramCall call, ZooKeeperAddress address, IReadOnlyList<string> commands)
    {
        var (host, port) = address.Servers[0];
        var ip = call.Pod.ResolveOne(host) ?? host;
        var console = call.Console;
        foreach (var path in commands.Select(command => command.Split(' ')[^1]))
        {
            var isOld = call.Pod.Image.HasOldTools;
            console.Log(
                "WARN",
                isOld
                    ? $"Session 0x0 for server {host}/{ip}:{port}, unexpected error, closing socket connection and attempting reconnect"
                    : $"Session 0x0 for server {(host == "127.0.0.1" ? "localhost" : host)}/{ip}:{port}, Closing socket connection. Attempting reconnect except it is a SessionExpiredException.",
                ConnectionLogger,
                JavaTrace.Format("java.net.ConnectException: Connection refused", [.. RefusedFrames,
                    $"org.apache.zookeeper.ClientCnxnSocketNIO.doTransport(ClientCnxnSocketNIO.java:{(isOld ? 361 : 344)})",
                    $"org.apache.zookeeper.ClientCnxn$SendThread.run(ClientCnxn.java:{(isOld ? 1141 : 1289)})"]));
            if (isOld)
            {
                console.Error.WriteLine(JavaTrace.Format(
                    $"Exception in thread \"main\" org.apache.zookeeper.KeeperException$ConnectionLossException: KeeperErrorCode = ConnectionLoss for {path}", LossFrames));
                return 1;
            }

            console.Error.WriteLine($"KeeperErrorCode = ConnectionLoss for {path}");
        }

        return Exit(call);
    }

    private static int Exit(ProgramCall call)
    {
        call.Console.Log("ERROR", "Exiting JVM with code 1", "org.apache.zookeeper.util.ServiceUtils");
        return 1;
    }
}
