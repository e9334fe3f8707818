using KafkaK8s.Sandbox.Pods.Simulated.Kafka;

namespace KafkaK8s.Sandbox.Pods.Simulated.Programs;

/// <summary>How the tools of 1.1 reach a cluster: through its ZooKeeper.</summary>
internal static class ZooKeeperConnection
{
    private const string ConnectionLogger = "org.apache.zookeeper.ClientCnxn";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1.1);

    private static readonly string[] RefusedFrames =
    [
        "java.base/sun.nio.ch.Net.pollConnect(Native Method)",
        "java.base/sun.nio.ch.Net.pollConnectNow(Net.java:672)",
        "java.base/sun.nio.ch.SocketChannelImpl.finishConnect(SocketChannelImpl.java:946)",
        "org.apache.zookeeper.ClientCnxnSocketNIO.doTransport(ClientCnxnSocketNIO.java:361)",
        "org.apache.zookeeper.ClientCnxn$SendThread.run(ClientCnxn.java:1141)",
    ];

    private static readonly string[] UnknownHostFrames =
    [
        "java.base/java.net.Inet6AddressImpl.lookupAllHostAddr(Native Method)",
        "java.base/java.net.InetAddress$PlatformNameService.lookupAllHostAddr(InetAddress.java:934)",
        "java.base/java.net.InetAddress.getAddressesFromNameService(InetAddress.java:1543)",
        "java.base/java.net.InetAddress$NameServiceAddresses.get(InetAddress.java:852)",
        "java.base/java.net.InetAddress.getAllByName0(InetAddress.java:1533)",
        "java.base/java.net.InetAddress.getAllByName(InetAddress.java:1385)",
        "java.base/java.net.InetAddress.getAllByName(InetAddress.java:1306)",
        "org.apache.zookeeper.client.StaticHostProvider.<init>(StaticHostProvider.java:61)",
        "org.apache.zookeeper.ZooKeeper.<init>(ZooKeeper.java:445)",
        "org.apache.zookeeper.ZooKeeper.<init>(ZooKeeper.java:380)",
        "kafka.zookeeper.ZooKeeperClient.<init>(ZooKeeperClient.scala:86)",
        "kafka.zk.KafkaZkClient$.apply(KafkaZkClient.scala:1547)",
    ];

    private static readonly string[] TimeoutFrames =
    [
        "kafka.zookeeper.ZooKeeperClient$$anonfun$kafka$zookeeper$ZooKeeperClient$$waitUntilConnected$1.apply$mcV$sp(ZooKeeperClient.scala:225)",
        "kafka.zookeeper.ZooKeeperClient$$anonfun$kafka$zookeeper$ZooKeeperClient$$waitUntilConnected$1.apply(ZooKeeperClient.scala:221)",
        "kafka.zookeeper.ZooKeeperClient$$anonfun$kafka$zookeeper$ZooKeeperClient$$waitUntilConnected$1.apply(ZooKeeperClient.scala:221)",
        "kafka.utils.CoreUtils$.inLock(CoreUtils.scala:250)",
        "kafka.zookeeper.ZooKeeperClient.kafka$zookeeper$ZooKeeperClient$$waitUntilConnected(ZooKeeperClient.scala:221)",
        "kafka.zookeeper.ZooKeeperClient.<init>(ZooKeeperClient.scala:95)",
        "kafka.zk.KafkaZkClient$.apply(KafkaZkClient.scala:1547)",
    ];

    /// <summary>Connects within 30 seconds; null, with the tool's last words printed, when that is impossible.</summary>
    /// <param name="call">The tool's run.</param>
    /// <param name="connect">The connect string.</param>
    /// <param name="frames">The tool's own part of the stack.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public static async Task<KafkaCluster?> OpenAsync(ProgramCall call, string connect, IReadOnlyList<string> frames, CancellationToken cancellation)
    {
        var address = ZooKeeperAddress.Parse(connect);
        var (console, pod) = (call.Console, call.Pod);
        if (address.Servers.FirstOrDefault(server => pod.Resolve(server.Host).Count == 0) is { Host: not null } unknown)
        {
            console.Error.WriteLine(JavaTrace.Format(
                $"Exception in thread \"main\" java.net.UnknownHostException: {unknown.Host}: Name or service not known", [.. UnknownHostFrames, .. frames]));
            return null;
        }

        for (var attempt = 0; attempt * RetryInterval < Patience; attempt++)
        {
            if (address.Find(pod) is { } server)
            {
                return server.Data.Cluster(address.Path, pod.World);
            }

            var (host, port) = address.Servers[attempt % address.Servers.Count];
            var ip = pod.ResolveOne(host) ?? host;
            if (pod.World.ZooKeeperAt(ip, port) is null)
            {
                console.Log(
                    "WARN",
                    $"Session 0x0 for server {host}/{(host == "127.0.0.1" ? host : ip)}:{port}, unexpected error, closing socket connection and attempting reconnect",
                    ConnectionLogger,
                    JavaTrace.Format("java.net.ConnectException: Connection refused", RefusedFrames));
            }

            await console.FlushAsync(cancellation);
            await pod.Clock.DelayAsync(RetryInterval, cancellation);
        }

        console.Error.WriteLine(JavaTrace.Format(
            "Exception in thread \"main\" kafka.zookeeper.ZooKeeperClientTimeoutException: Timed out waiting for connection while in state: CONNECTING",
            [.. TimeoutFrames, .. frames]));
        return null;
    }
}
