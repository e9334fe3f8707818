using System.Collections;
using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Threading.Channels;
using System.Text.Json.Nodes;
using KafkaK8s.Sandbox.Pods;
using KafkaK8s.Sandbox.Pods.Simulated;

namespace KafkaK8s.Sandbox.Tests.Simulated;

/// <summary>Pods of the simulated runtime without a Kubernetes around them: their names resolve, their volumes are folders.</summary>
internal sealed class SimulatedCluster : IAsyncDisposable
{
    public const string OldZooKeeper = "gcr.io/google_samples/k8szk:v3";
    public const string NewZooKeeper = "zookeeper:3.9.4";
    public const string OldKafka = "confluentinc/cp-kafka:4.1.2-2";
    public const string NewKafka = "confluentinc/cp-kafka:7.9.2";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly SimulatedRuntime _runtime;
    private readonly string _folder = Directory.CreateTempSubdirectory("kafkak8s-simulated-").FullName;
    private readonly PodAddresses _addresses = new();
    private readonly Names _names;
    private readonly Dictionary<string, RunningPod> _pods = new(StringComparer.Ordinal);

    public SimulatedCluster(SandboxClock clock, Random? random = null)
    {
        _runtime = new SimulatedRuntime(clock, random);
        _names = new Names(_addresses);
    }

    public RunningPod this[string pod] => _pods[pod];

    /// <summary>Starts a pod of a set, or a pod by itself when it has no domain.</summary>
    public async Task<RunningPod> StartAsync(
        string name, string image, string[] command, Dictionary<string, string> environment, string? subdomain = null, params string[] mounts)
    {
        var pod = new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = "test" },
            ["spec"] = new JsonObject { ["subdomain"] = subdomain },
        };
        var address = _names.Add(name, subdomain);
        var volumes = mounts.ToDictionary(mount => mount, mount => Path.Combine(_folder, name + mount.Replace('/', '_')));
        volumes.Values.ToList().ForEach(folder => Directory.CreateDirectory(folder));
        var container = new JsonObject { ["image"] = image, ["command"] = new JsonArray([.. command.Select(word => (JsonNode)word)]) };
        var log = new PodLog();
        var started = await _runtime.StartAsync(
            new ContainerStart(pod, container, address, name, environment, volumes, _names, log.Write), TestContext.Current.CancellationToken);
        return _pods[name] = new RunningPod(started, address, volumes, log);
    }

    public Task<RunningPod> StartOldZooKeeperAsync(int ordinal, int replicas = 3) => StartAsync(
        $"kafka-zookeeper-{ordinal}",
        OldZooKeeper,
        ["/bin/bash", "-xec", "zkGenConfig.sh && exec zkServer.sh start-foreground"],
        new() { ["ZK_REPLICAS"] = replicas.ToString(CultureInfo.InvariantCulture) },
        "kafka-zookeeper-headless",
        "/var/lib/zookeeper");

    public Task<RunningPod> StartNewZooKeeperAsync(int ordinal) => StartAsync(
        $"kafka-zookeeper-{ordinal}",
        NewZooKeeper,
        ["bash", "-c", "export ZOO_MY_ID=$((${HOSTNAME##*-}+1)) && exec /docker-entrypoint.sh zkServer.sh start-foreground"],
        new()
        {
            ["ZOO_SERVERS"] = string.Join(' ', Enumerable.Range(1, 3).Select(id =>
                $"server.{id}=kafka-zookeeper-{id - 1}.kafka-zookeeper-headless.test.svc.cluster.local:2888:3888;2181")),
            ["ZOO_4LW_COMMANDS_WHITELIST"] = "ruok,srvr,mntr,stat,conf",
        },
        "kafka-zookeeper-headless",
        "/data");

    public Task<RunningPod> StartOldBrokerAsync(int ordinal) => StartAsync(
        $"kafka-{ordinal}",
        OldKafka,
        ["sh", "-exc", "unset KAFKA_PORT && \\\nexport KAFKA_BROKER_ID=${HOSTNAME##*-} && \\\nexport KAFKA_ADVERTISED_LISTENERS=PLAINTEXT://${POD_IP}:9092 && \\\nexec /etc/confluent/docker/run\n"],
        new()
        {
            ["POD_IP"] = _names.AddressOf($"kafka-{ordinal}"),
            ["KAFKA_PORT"] = "tcp://10.0.0.1:9092",
            ["KAFKA_ZOOKEEPER_CONNECT"] = "kafka-zookeeper:2181",
            ["KAFKA_LOG_DIRS"] = "/opt/kafka/data/logs",
            ["KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR"] = "3",
            ["KAFKA_DEFAULT_REPLICATION_FACTOR"] = "3",
            ["KAFKA_JMX_PORT"] = "5555",
        },
        "kafka-headless",
        "/opt/kafka/data");

    public Task<RunningPod> StartNewBrokerAsync(int ordinal) => StartAsync(
        $"kafka-{ordinal}",
        NewKafka,
        ["sh", "-exc", "export KAFKA_BROKER_ID=${HOSTNAME##*-} && \\\nexport KAFKA_ADVERTISED_LISTENERS=PLAINTEXT://${HOSTNAME}.kafka-headless.${POD_NAMESPACE}.svc.cluster.local:9092 && \\\nexec /etc/confluent/docker/run\n"],
        new()
        {
            ["POD_NAMESPACE"] = "test",
            ["KAFKA_ZOOKEEPER_CONNECT"] = "kafka-zookeeper:2181",
            ["KAFKA_LOG_DIRS"] = "/var/lib/kafka/data/logs",
            ["KAFKA_DEFAULT_REPLICATION_FACTOR"] = "3",
        },
        "kafka-headless",
        "/var/lib/kafka/data");

    /// <summary>Three ZooKeeper servers, three brokers, a client, and all of it ready.</summary>
    public async Task StartAllAsync(bool old)
    {
        for (var ordinal = 0; ordinal < 3; ordinal++)
        {
            await (await (old ? StartOldZooKeeperAsync(ordinal) : StartNewZooKeeperAsync(ordinal))).WaitForPortAsync(2181);
        }

        for (var ordinal = 0; ordinal < 3; ordinal++)
        {
            await (old ? StartOldBrokerAsync(ordinal) : StartNewBrokerAsync(ordinal));
        }

        await StartAsync("kafka-test-client", old ? OldKafka : NewKafka, ["sh", "-c", "exec tail -f /dev/null"], []);
        for (var ordinal = 0; ordinal < 3; ordinal++)
        {
            await _pods[$"kafka-{ordinal}"].WaitForPortAsync(9092);
        }
    }

    /// <summary>Ends a pod as Kubernetes does; with its volumes when the claim goes too.</summary>
    public async Task StopAsync(string name, bool withVolumes = false)
    {
        var pod = _pods[name];
        _pods.Remove(name);
        _names.Remove(name);
        await pod.Container.StopAsync(TimeSpan.FromSeconds(30));
        await pod.Container.DisposeAsync();
        if (withVolumes)
        {
            pod.Volumes.Values.ToList().ForEach(folder => Directory.Delete(folder, recursive: true));
        }
    }

    public Task<ProgramResult> RunAsync(string pod, params string[] arguments) => _pods[pod].RunAsync(null, arguments);

    public async ValueTask DisposeAsync()
    {
        foreach (var pod in _pods.Values)
        {
            await pod.Container.DisposeAsync();
        }

        _addresses.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>A started pod.</summary>
    internal sealed record RunningPod(IContainer Container, string Address, IReadOnlyDictionary<string, string> Volumes, PodLog Log)
    {
        /// <summary>Runs a program and takes all it writes.</summary>
        public async Task<ProgramResult> RunAsync(string? input, params string[] arguments)
        {
            using var output = new MemoryStream();
            using var error = new MemoryStream();
            using var stdin = input is null ? null : new MemoryStream(Encoding.UTF8.GetBytes(input));
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            patience.CancelAfter(Patience);
            var exitCode = await Container.ExecAsync(new ContainerExec(arguments, stdin, output, error), patience.Token);
            return new(exitCode, Encoding.UTF8.GetString(output.ToArray()), Encoding.UTF8.GetString(error.ToArray()));
        }

        /// <summary>Waits until a port takes connections: each server tells its log when it does.</summary>
        public async Task WaitForPortAsync(int port)
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            patience.CancelAfter(Patience);
            while (true)
            {
                try
                {
                    await using var stream = await Container.ConnectAsync(port, patience.Token);
                    return;
                }
                catch (IOException) when (!Container.Completion.IsCompleted)
                {
                    await Task.WhenAny(Log.NextAsync(patience.Token), Container.Completion);
                    patience.Token.ThrowIfCancellationRequested();
                }
            }
        }

        /// <summary>What a server answers to a four-letter word on its port.</summary>
        public async Task<string> AskAsync(string word)
        {
            await using var stream = await Container.ConnectAsync(2181, TestContext.Current.CancellationToken);
            await stream.WriteAsync(Encoding.ASCII.GetBytes(word), TestContext.Current.CancellationToken);
            using var reader = new StreamReader(stream);
            return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
        }
    }

    /// <summary>What a program answered.</summary>
    internal sealed record ProgramResult(int ExitCode, string Output, string Error);

    /// <summary>What a pod logged.</summary>
    internal sealed class PodLog : IEnumerable<string>
    {
        private readonly ConcurrentQueue<string> _lines = new();
        private readonly Channel<string> _new = Channel.CreateUnbounded<string>();

        public void Write(string line)
        {
            _lines.Enqueue(line);
            _new.Writer.TryWrite(line);
        }

        /// <summary>Waits for a line that nobody waited for yet.</summary>
        public Task NextAsync(CancellationToken cancellation) => _new.Reader.ReadAsync(cancellation).AsTask();

        public IEnumerator<string> GetEnumerator() => _lines.GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }

    private sealed class Names(PodAddresses addresses) : IClusterNames
    {
        private readonly ConcurrentDictionary<string, (string? Subdomain, string Address)> _pods = new(StringComparer.Ordinal);
        private readonly ConcurrentDictionary<string, string> _taken = new(StringComparer.Ordinal);

        public string AddressOf(string pod) => _taken.GetOrAdd(pod, _ => addresses.Take());

        public string Add(string pod, string? subdomain)
        {
            var address = AddressOf(pod);
            _pods[pod] = (subdomain, address);
            return address;
        }

        public void Remove(string pod) => _pods.TryRemove(pod, out _);

        public IReadOnlyList<string> Resolve(string name, string fromNamespace)
        {
            var parts = name.Replace(".test.svc.cluster.local", "", StringComparison.Ordinal).Split('.');
            return parts switch
            {
                [var pod, var subdomain] => _pods.TryGetValue(pod, out var found) && found.Subdomain == subdomain ? [found.Address] : [],
                ["kafka" or "kafka-zookeeper" or "kafka-headless" or "kafka-zookeeper-headless"] =>
                    [.. _pods.Where(pod => pod.Value.Subdomain?.Replace("-headless", "") == parts[0].Replace("-headless", "")).Select(pod => pod.Value.Address)],
                _ => [],
            };
        }

        public IReadOnlyDictionary<string, IReadOnlyList<string>> All(string fromNamespace) => new Dictionary<string, IReadOnlyList<string>>();
    }
}
