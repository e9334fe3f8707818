using System.Globalization;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace KafkaK8s.Sandbox.Pods.Simulated.Kafka;

/// <summary>A simulated Kafka broker, the main program of a container: the image's run script, then the server.</summary>
internal sealed partial class KafkaBroker(SimulatedPod pod, IReadOnlyDictionary<string, string> environment) : IMainProcess
{
    private const string DefaultListener = "PLAINTEXT";

    private static readonly TimeSpan Preflight = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan StartUp = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    private static readonly (string Variable, string Word)[] Deprecated =
    [
        ("KAFKA_ADVERTISED_PORT", "advertised.port"), ("KAFKA_ADVERTISED_HOST", "advertised.host"), ("KAFKA_HOST", "host"), ("KAFKA_PORT", "port"),
    ];

    public SimulatedPod Pod => pod;

    public int Id { get; private set; }

    /// <summary>Whether it is of the 1.1 generation.</summary>
    public bool IsOld => pod.Image.HasOldTools;

    public BrokerSettings Settings { get; } = BrokerSettings.From(environment, pod.Image.Kind);

    /// <summary>What a setting is now: changed for this broker, for all, or what it was started with; null where none of them says so.</summary>
    public string? Setting(string name) =>
        Cluster?.BrokerSettings.Of(Id).GetValueOrDefault(name)
        ?? Cluster?.BrokerSettings.Of(DynamicBrokerSettings.Default).GetValueOrDefault(name)
        ?? Settings.Find(name);

    /// <summary>What it has on its disk.</summary>
    public BrokerStorage Storage { get; private set; } = new();

    /// <summary>The cluster it registered with; null before.</summary>
    public KafkaCluster? Cluster { get; private set; }

    /// <summary>Whether its process lives; the cluster believes it a session's length longer.</summary>
    public bool IsRunning { get; private set; } = true;

    /// <summary>The host that it tells clients to connect to.</summary>
    public string AdvertisedHost { get; private set; } = "";

    /// <summary>The port that it tells clients to connect to.</summary>
    public int AdvertisedPort { get; private set; }

    /// <inheritdoc/>
    public async Task<int> RunAsync(Signals signals)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(signals.Terminate, signals.Kill);
        KafkaCluster? cluster;
        int exitCode;
        try
        {
            (cluster, exitCode) = await StartAsync(ending.Token);
        }
        catch (OperationCanceledException) when (!signals.Kill.IsCancellationRequested)
        {
            return Signals.TerminatedExitCode;
        }

        return cluster is null ? exitCode : await ServeAsync(cluster, signals);
    }

    private async Task<(KafkaCluster? Cluster, int ExitCode)> StartAsync(CancellationToken cancellation)
    {
        if (Complaint() is { } complaint)
        {
            pod.Log(complaint);
            return (null, 1);
        }

        await pod.Clock.DelayAsync(Preflight, cancellation);
        var connect = Settings.Find("zookeeper.connect")!;
        if (await FindZooKeeperAsync(connect, cancellation) is not { } cluster)
        {
            return (null, 1);
        }

        pod.IsServerStarted = true;
        pod.Log("===> Launching ... ");
        pod.Log("===> Launching kafka ... ");
        LogInfo("starting", "kafka.server.KafkaServer");
        LogInfo($"Connecting to zookeeper on {connect}", "kafka.server.KafkaServer");
        await pod.Clock.DelayAsync(StartUp, cancellation);
        return Claim(cluster) ? (cluster, 0) : (null, 1);
    }

    /// <summary>What the image's script refuses to start with; null when it starts.</summary>
    private string? Complaint()
    {
        if (environment.GetValueOrDefault("KAFKA_PROCESS_ROLES") is { Length: > 0 })
        {
            return "A simulated broker runs with ZooKeeper only: KAFKA_PROCESS_ROLES needs real pods.";
        }

        if (pod.Image.Kind == ImageKind.ConfluentKafka)
        {
            pod.Log("===> User");
            pod.Log("===> Configuring ...");
            foreach (var required in new[] { "KAFKA_ZOOKEEPER_CONNECT", "KAFKA_ADVERTISED_LISTENERS" })
            {
                if (environment.GetValueOrDefault(required, "").Length == 0)
                {
                    return $"{required} is required.";
                }
            }

            foreach (var (variable, word) in Deprecated)
            {
                if (environment.GetValueOrDefault(variable, "").Length > 0)
                {
                    return $"{word} is deprecated. Please use KAFKA_ADVERTISED_LISTENERS instead.";
                }
            }

            pod.Log("===> Running preflight checks ... ");
            pod.Log($"===> Check if {Settings.Find("log.dirs") ?? pod.Image.DataFolders[0]} is writable ...");
            pod.Log("===> Check if Zookeeper is healthy ...");
        }
        else if (environment.GetValueOrDefault("KAFKA_ZOOKEEPER_CONNECT", "").Length == 0)
        {
            return "A simulated broker runs with ZooKeeper only: set KAFKA_ZOOKEEPER_CONNECT, or use real pods.";
        }

        Id = Settings.Number("broker.id", 0);
        var advertised = ListenerPattern().Match(Settings.Find("advertised.listeners") ?? Settings.Find("listeners") ?? $"{DefaultListener}://{pod.HostName}:9092");
        if (!advertised.Success)
        {
            return $"java.lang.IllegalArgumentException: Error creating broker listeners from '{Settings.Find("advertised.listeners")}': Unable to parse {Settings.Find("advertised.listeners")} to a broker endpoint";
        }

        AdvertisedHost = advertised.Groups["host"].Value is { Length: > 0 } host ? host : pod.HostName;
        AdvertisedPort = int.Parse(advertised.Groups["port"].Value, CultureInfo.InvariantCulture);
        Storage = pod.World.Volumes.Open<BrokerStorage>(pod.VolumeOf(Settings.Find("log.dirs") ?? pod.Image.DataFolders[0]));
        return null;
    }

    /// <summary>Waits for a ZooKeeper that serves; null when its patience ended.</summary>
    private async Task<KafkaCluster?> FindZooKeeperAsync(string connect, CancellationToken cancellation)
    {
        var patience = TimeSpan.FromSeconds(pod.Image.Kind == ImageKind.ConfluentKafka
            ? int.TryParse(environment.GetValueOrDefault("KAFKA_CUB_ZK_TIMEOUT"), CultureInfo.InvariantCulture, out var seconds) ? seconds : 40
            : 18);
        for (var waited = TimeSpan.Zero; waited < patience; waited += RetryInterval)
        {
            if (ZooKeeperAddress.Parse(connect).Find(pod) is { } server)
            {
                return server.Data.Cluster(ZooKeeperAddress.Parse(connect).Path, pod.World);
            }

            await pod.Clock.DelayAsync(RetryInterval, cancellation);
        }

        pod.Log(pod.Image.Kind == ImageKind.ConfluentKafka
            ? $"[main] ERROR io.confluent.admin.utils.ClusterStatus - Timed out waiting for connection to Zookeeper server [{connect}]."
            : string.Create(CultureInfo.InvariantCulture, $"[{pod.Clock.GetUtcNow():yyyy-MM-dd HH:mm:ss,fff}] ERROR Fatal error during KafkaServer startup. Prepare to shutdown (kafka.server.KafkaServer)"));
        if (pod.Image.Kind == ImageKind.ApacheKafka)
        {
            pod.Log("kafka.zookeeper.ZooKeeperClientTimeoutException: Timed out waiting for connection while in state: CONNECTING");
        }

        return null;
    }

    /// <summary>Compares meta.properties with the cluster and writes it.</summary>
    private bool Claim(KafkaCluster cluster)
    {
        if (!IsOld && Storage.ClusterId is { } stored && stored != cluster.Id)
        {
            LogFatal($"kafka.common.InconsistentClusterIdException: The Cluster ID {cluster.Id} doesn't match stored clusterId Some({stored}) in meta.properties. The broker is trying to join the wrong cluster. Configured zookeeper.connect may be wrong.");
            return false;
        }

        if (Storage.BrokerId is { } id && id != Id)
        {
            LogFatal($"kafka.common.InconsistentBrokerIdException: Configured broker.id {Id} doesn't match stored broker.id {id} in meta.properties. If you moved your data, make sure your configured broker.id matches. If you intend to create a new broker, you should remove all data in your data directories (log.dirs).");
            return false;
        }

        if (cluster.Brokers.FirstOrDefault(broker => broker.Id == Id) is { } other && other.Pod.HostName != pod.HostName)
        {
            LogFatal("org.apache.zookeeper.KeeperException$NodeExistsException: KeeperErrorCode = NodeExists");
            return false;
        }

        Storage.BrokerId = Id;
        Storage.ClusterId = cluster.Id;
        return true;
    }

    private async Task<int> ServeAsync(KafkaCluster cluster, Signals signals)
    {
        var port = ListenerPattern().Match(Settings.Find("listeners") ?? "") is { Success: true } listeners
            ? int.Parse(listeners.Groups["port"].Value, CultureInfo.InvariantCulture)
            : AdvertisedPort;
        // What is told to clients is there before the port takes them.
        Cluster = cluster;
        cluster.Register(this);
        pod.World.Listen(this, port);
        try
        {
            // It doesn't speak Kafka's protocol, and says so by closing.
            await using var listener = LoopbackListener.Open(pod.Address, port, (_, _) => Task.CompletedTask);
            pod.JmxPort = environment.GetValueOrDefault("KAFKA_JMX_PORT") ?? environment.GetValueOrDefault("JMX_PORT");
            LogInfo($"Awaiting socket connections on 0.0.0.0:{port}.", "kafka.network.Acceptor");
            LogInfo($"[KafkaServer id={Id}] started", "kafka.server.KafkaServer");
            await signals.WaitForTerminationAsync();
            LogInfo($"[KafkaServer id={Id}] Starting controlled shutdown", "kafka.server.KafkaServer");
            cluster.Unregister(this);
            LogInfo($"[KafkaServer id={Id}] shut down completed", "kafka.server.KafkaServer");
            return Signals.TerminatedExitCode;
        }
        catch (SocketException)
        {
            cluster.Unregister(this);
            LogFatal($"org.apache.kafka.common.KafkaException: Socket server failed to bind to 0.0.0.0:{port}: Address already in use.");
            return 1;
        }
        catch (OperationCanceledException)
        {
            IsRunning = false;
            _ = ExpireSessionAsync(cluster);
            throw;
        }
        finally
        {
            pod.World.Close(this, port);
        }
    }

    // Nobody says goodbye for a killed broker: the others learn of it when its session ends.
    private async Task ExpireSessionAsync(KafkaCluster cluster)
    {
        var timeout = Settings.Number("zookeeper.session.timeout.ms", IsOld ? 6000 : 18000);
        await pod.Clock.DelayAsync(TimeSpan.FromMilliseconds(timeout), CancellationToken.None);
        cluster.Unregister(this);
    }

    private void LogInfo(string message, string logger) => pod.Log(string.Create(
        CultureInfo.InvariantCulture, $"[{pod.Clock.GetUtcNow():yyyy-MM-dd HH:mm:ss,fff}] INFO {message} ({logger})"));

    private void LogFatal(string exception)
    {
        pod.Log(string.Create(
            CultureInfo.InvariantCulture,
            $"[{pod.Clock.GetUtcNow():yyyy-MM-dd HH:mm:ss,fff}] {(IsOld ? "FATAL" : "ERROR")} [KafkaServer id={Id}] Fatal error during KafkaServer startup. Prepare to shutdown (kafka.server.KafkaServer)"));
        pod.Log(exception);
    }

    [GeneratedRegex(@"^\s*(?<name>[A-Za-z0-9_]+)://\[?(?<host>[^\[\]/,]*?)\]?:(?<port>\d+)")]
    private static partial Regex ListenerPattern();
}
