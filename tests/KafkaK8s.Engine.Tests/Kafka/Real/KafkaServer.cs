using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace KafkaK8s.Engine.Tests.Kafka.Real;

/// <summary>Real brokers, with the real ZooKeeper where the release wants one, on loopback.</summary>
internal sealed class KafkaServer : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(90);

    private readonly KafkaDistribution _distribution;
    private readonly List<Process> _processes = [];

    private KafkaServer(KafkaDistribution distribution) => _distribution = distribution;

    /// <summary>The first broker's address.</summary>
    public string Bootstrap { get; private set; } = "";

    /// <summary>ZooKeeper's address, or null without one.</summary>
    public string? Zookeeper { get; private set; }

    /// <summary>Starts brokers that keep their metadata in ZooKeeper.</summary>
    public static async Task<KafkaServer> StartWithZookeeperAsync(KafkaDistribution distribution, int brokers)
    {
        var server = new KafkaServer(distribution);
        var (zookeeper, ports) = (FreePort(), FreePorts(brokers));
        server.Zookeeper = $"127.0.0.1:{zookeeper}";
        server.Bootstrap = $"127.0.0.1:{ports[0]}";
        _ = server.Launch("zookeeper-server-start", server.Write("zookeeper", $"""
            dataDir={server.Folder("zookeeper-data")}
            clientPort={zookeeper}
            clientPortAddress=127.0.0.1
            admin.enableServer=false
            """));
        await server.WaitAsync(Task.WhenAll(ports.Select((port, id) => server.Launch("kafka-server-start", server.Write($"broker-{id}", $"""
            broker.id={id}
            listeners=PLAINTEXT://127.0.0.1:{port}
            zookeeper.connect={server.Zookeeper}
            zookeeper.connection.timeout.ms=60000
            {server.Common(id)}
            """)))));
        return server;
    }

    /// <summary>Starts brokers of which the first is the controller.</summary>
    public static async Task<KafkaServer> StartAloneAsync(KafkaDistribution distribution, int brokers)
    {
        var server = new KafkaServer(distribution);
        var (controller, ports) = (FreePort(), FreePorts(brokers));
        server.Bootstrap = $"127.0.0.1:{ports[0]}";
        var files = ports.Select((port, id) => server.Write($"broker-{id}", $"""
            process.roles={(id == 0 ? "broker,controller" : "broker")}
            node.id={id}
            controller.quorum.voters=0@127.0.0.1:{controller}
            controller.listener.names=CONTROLLER
            listeners=PLAINTEXT://127.0.0.1:{port}{(id == 0 ? $",CONTROLLER://127.0.0.1:{controller}" : "")}
            listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
            {server.Common(id)}
            """)).ToList();
        await Task.WhenAll(files.Select(file => FormatAsync(distribution, file)));
        await server.WaitAsync(Task.WhenAll(files.Select(file => server.Launch("kafka-server-start", file))));
        return server;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
            process.Dispose();
        }
    }

    // A controller also elects preferred leaders by itself, first five seconds after its start: a test that does so would sometimes come too late.
    private string Common(int broker) => $"""
        log.dirs={Folder($"broker-{broker}-data")}
        offsets.topic.replication.factor=1
        offsets.topic.num.partitions=1
        transaction.state.log.replication.factor=1
        transaction.state.log.min.isr=1
        group.initial.rebalance.delay.ms=0
        auto.leader.rebalance.enable=false
        """;

    private string Folder(string name) => Directory.CreateDirectory(Path.Combine(_distribution.Data, name)).FullName;

    private string Write(string name, string properties)
    {
        var path = Path.Combine(_distribution.Data, name + ".properties");
        File.WriteAllText(path, properties);
        return path;
    }

    private static async Task FormatAsync(KafkaDistribution distribution, string properties)
    {
        using var format = Process.Start(Environment(distribution.Start(
            Path.Combine(distribution.Programs, "kafka-storage"), ["format", "-t", "5L6g3nShT-eMCtK--X86sw", "-c", properties])))!;
        await format.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, format.ExitCode);
    }

    private static ProcessStartInfo Environment(ProcessStartInfo start)
    {
        start.Environment["KAFKA_HEAP_OPTS"] = "-Xmx256M";
        start.Environment["KAFKA_JVM_PERFORMANCE_OPTS"] = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC";
        return start;
    }

    private Task Launch(string program, string properties)
    {
        var process = Process.Start(Environment(_distribution.Start(Path.Combine(_distribution.Programs, program), [properties])))!;
        _processes.Add(process);
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is null)
            {
                started.TrySetException(new InvalidOperationException($"{program} ended."));
            }
            else if (line.Data.Contains("] started (kafka.server.KafkaServer)", StringComparison.Ordinal) || line.Data.Contains("Kafka Server started", StringComparison.Ordinal))
            {
                started.TrySetResult();
            }
        };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return started.Task;
    }

    private async Task WaitAsync(Task started)
    {
        try
        {
            await started.WaitAsync(StartLimit, TestContext.Current.CancellationToken);
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    private static int[] FreePorts(int count) => [.. Enumerable.Range(0, count).Select(_ => FreePort())];

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
