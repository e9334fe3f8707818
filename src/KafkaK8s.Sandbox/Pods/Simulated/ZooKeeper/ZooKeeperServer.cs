using System.Globalization;
using System.Net.Sockets;

namespace KafkaK8s.Sandbox.Pods.Simulated.ZooKeeper;

/// <summary>A simulated ZooKeeper server, the main program of a container.</summary>
internal sealed class ZooKeeperServer(SimulatedPod pod, IReadOnlyDictionary<string, string> environment) : IMainProcess
{
    private static readonly TimeSpan StartUp = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ElectionRound = TimeSpan.FromSeconds(1);

    private ZooKeeperEnsemble? _ensemble;
    private ZooKeeperMode? _lastMode;

    public SimulatedPod Pod => pod;

    public string Version => pod.Image.Version;

    /// <summary>Set once the configuration was read; nothing looks at a server before.</summary>
    public ZooKeeperSettings Settings { get; private set; } = null!;

    /// <summary>What it knows.</summary>
    public ZooKeeperData Data { get; private set; } = new();

    /// <summary>How many requests it got through its client port.</summary>
    public int Received { get; set; }

    public int FollowerCount => _ensemble?.Followers ?? 0;

    /// <summary>What it is doing now.</summary>
    public ZooKeeperMode Mode => _ensemble?.ModeOf(this) ?? ZooKeeperMode.Standalone;

    /// <summary>Whether it serves clients.</summary>
    public bool IsServing => Mode != ZooKeeperMode.Looking;

    /// <inheritdoc/>
    public async Task<int> RunAsync(Signals signals)
    {
        if (ZooKeeperSettings.Read(pod, environment) is not { } settings)
        {
            return 2;
        }

        Settings = settings;
        Log("INFO", "QuorumPeerConfig", $"Reading configuration from: {(pod.Image.Kind == ImageKind.ZooKeeper ? "/conf/zoo.cfg" : "/opt/zookeeper/bin/../conf/zoo.cfg")}");
        if (settings.IsEnsemble && !settings.Servers.ContainsKey(settings.Id))
        {
            Log("ERROR", "QuorumPeerMain", $"Unexpected exception, exiting abnormally: My id {settings.Id} not in the peer list");
            return 1;
        }

        Data = pod.World.Volumes.Open<ZooKeeperData>(pod.VolumeOf(settings.DataFolder));
        using var starting = CancellationTokenSource.CreateLinkedTokenSource(signals.Terminate, signals.Kill);
        try
        {
            await pod.Clock.DelayAsync(StartUp, starting.Token);
        }
        catch (OperationCanceledException) when (!signals.Kill.IsCancellationRequested)
        {
            return Signals.TerminatedExitCode;
        }

        return await ServeAsync(settings, signals);
    }

    /// <summary>Whether its list of servers leads it to another one.</summary>
    public bool Reaches(ZooKeeperServer other) =>
        Settings.Servers.TryGetValue(other.Settings.Id, out var host) && pod.Resolve(host).Contains(other.Pod.Address);

    /// <summary>Takes over the leader's data.</summary>
    public void Follow(ZooKeeperData data)
    {
        if (!ReferenceEquals(Data, data))
        {
            Data = data;
            pod.World.Volumes.Replace(pod.VolumeOf(Settings.DataFolder), data);
        }
    }

    private async Task<int> ServeAsync(ZooKeeperSettings settings, Signals signals)
    {
        if (settings.IsEnsemble && !Join(settings))
        {
            Log("ERROR", "QuorumPeerMain", $"Unexpected exception, exiting abnormally: another server has id {settings.Id}");
            return 1;
        }

        pod.World.Listen(this, settings.ClientPort);
        using var watching = CancellationTokenSource.CreateLinkedTokenSource(signals.Kill);
        var watch = Task.CompletedTask;
        try
        {
            await using var listener = LoopbackListener.Open(
                pod.Address, settings.ClientPort, (stream, cancellation) => FourLetterWords.ConverseAsync(this, stream, cancellation));
            Log("INFO", "NIOServerCnxnFactory", $"binding to port 0.0.0.0/0.0.0.0:{settings.ClientPort}");
            watch = WatchModeAsync(watching.Token);
            await signals.WaitForTerminationAsync();
            return Signals.TerminatedExitCode;
        }
        catch (SocketException)
        {
            Log("ERROR", "QuorumPeerMain", "Unexpected exception, exiting abnormally: java.net.BindException: Address already in use");
            return 1;
        }
        finally
        {
            pod.World.Close(this, settings.ClientPort);
            _ensemble?.Leave(this);
            await watching.CancelAsync();
            await watch;
        }
    }

    private bool Join(ZooKeeperSettings settings)
    {
        _ensemble = pod.World.Ensemble(EnsembleKey(settings));
        return _ensemble.Join(this);
    }

    private async Task WatchModeAsync(CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                var mode = Mode;
                if (mode != _lastMode)
                {
                    Log("INFO", "QuorumPeer", mode switch
                    {
                        ZooKeeperMode.Leader => "LEADING",
                        ZooKeeperMode.Follower => "FOLLOWING",
                        ZooKeeperMode.Standalone => "Starting standalone",
                        _ => "LOOKING",
                    });
                    _lastMode = mode;
                }

                await pod.Clock.DelayAsync(ElectionRound, cancellation);
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops; it says nothing more.
            return;
        }
    }

    // Servers of one stateful set in one namespace; their lists may differ while it is scaled.
    private string EnsembleKey(ZooKeeperSettings settings)
    {
        var host = settings.Servers[settings.Id];
        var dot = host.IndexOf('.', StringComparison.Ordinal);
        var name = dot < 0 ? host : host[..dot];
        var dash = name.LastIndexOf('-');
        return $"{pod.Namespace}/{(dash < 0 ? name : name[..dash])}{(dot < 0 ? "" : host[dot..])}";
    }

    private void Log(string level, string logger, string message) => pod.Log(string.Create(
        CultureInfo.InvariantCulture,
        $"{pod.Clock.GetUtcNow():yyyy-MM-dd HH:mm:ss,fff} [myid:{Settings?.Id}] - {level,-5} [main:{logger}] - {message}"));
}
