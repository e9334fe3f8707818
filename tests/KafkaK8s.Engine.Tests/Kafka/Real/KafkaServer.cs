using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace KafkaK8s.Engine.Tests.Kafka.Real;

/// <summary>A real broker, with the real ZooKeeper where the release wants one, on loopback.</summary>
internal sealed class KafkaServer : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(90);

    private readonly KafkaDistribution _distribution;
    private readonly List<Process> _processes = [];

    private KafkaServer(KafkaDistribution distribution) => _distribution = distribution;

    /// <summary>The broker's address.</summary>
    public string Bootstrap { get; private set; } = "";

    /// <summary>ZooKeeper's address, or null without one.</summary>
    public string? Zookeeper { get; private set; }

    /// <summary>Starts a broker that keeps its metadata in ZooKeeper.</summary>
    public static async Task<KafkaServer> StartWithZookeeperAsync(KafkaDistribution distribution)
    {
        var server = new KafkaServer(distribution);
        var (zookeeper, broker) = (FreePort(), FreePort());
        server.Zookeeper = $"127.0.0.1:{zookeeper}";
        server.Bootstrap = $"127.0.0.1:{broker}";
        _ = server.Launch("zookeeper-server-start", server.Write("zookeeper", $"""
            dataDir={server.Folder("zookeeper-data")}
            clientPort={zookeeper}
            clientPortAddress=127.0.0.1
            admin.enableServer=false
            """));
        var started = server.Launch("kafka-server-start", server.Write("broker", $"""
            broker.id=0
            listeners=PLAINTEXT://{server.Bootstrap}
            zookeeper.connect={server.Zookeeper}
            zookeeper.connection.timeout.ms=60000
            {server.Common}
            """));
        await server.WaitAsync(started);
        return server;
    }

    /// <summary>Starts a broker that is its own controller.</summary>
    public static async Task<KafkaServer> StartAloneAsync(KafkaDistribution distribution)
    {
        var server = new KafkaServer(distribution);
        var (broker, controller) = (FreePort(), FreePort());
        server.Bootstrap = $"127.0.0.1:{broker}";
        var properties = server.Write("broker", $"""
            process.roles=broker,controller
            node.id=0
            controller.quorum.voters=0@127.0.0.1:{controller}
            controller.listener.names=CONTROLLER
            listeners=PLAINTEXT://{server.Bootstrap},CONTROLLER://127.0.0.1:{controller}
            listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
            {server.Common}
            """);
        using (var format = Process.Start(Environment(distribution.Start(
            Path.Combine(distribution.Programs, "kafka-storage"), ["format", "-t", "5L6g3nShT-eMCtK--X86sw", "-c", properties])))!)
        {
            await format.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Equal(0, format.ExitCode);
        }

        await server.WaitAsync(server.Launch("kafka-server-start", properties));
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

    private string Common => $"""
        log.dirs={Folder("broker-data")}
        offsets.topic.replication.factor=1
        offsets.topic.num.partitions=1
        transaction.state.log.replication.factor=1
        transaction.state.log.min.isr=1
        group.initial.rebalance.delay.ms=0
        """;

    private string Folder(string name) => Directory.CreateDirectory(Path.Combine(_distribution.Data, name)).FullName;

    private string Write(string name, string properties)
    {
        var path = Path.Combine(_distribution.Data, name + ".properties");
        File.WriteAllText(path, properties);
        return path;
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

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
