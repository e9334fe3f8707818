using KafkaK8s.Sandbox.Pods.Simulated.Kafka;

namespace KafkaK8s.Sandbox.Pods.Simulated.Programs;

/// <summary>How a producer or a consumer finds its cluster, and what it logs until it has it.</summary>
/// <param name="call">The tool's run.</param>
/// <param name="servers">Where to look.</param>
/// <param name="name">What the client calls itself in its log.</param>
internal sealed class ClientConnection(ProgramCall call, BootstrapServers servers, string name)
{
    private const string NetworkLogger = "org.apache.kafka.clients.NetworkClient";

    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    private bool IsOld => call.Pod.Image.HasOldTools;

    /// <summary>Waits for a broker; null when none came in time.</summary>
    public async Task<KafkaBroker?> ConnectAsync(TimeSpan patience, CancellationToken cancellation)
    {
        for (var attempt = 0; ; attempt++)
        {
            if (servers.Find() is { } broker)
            {
                return broker;
            }

            LogRefusal(attempt);
            await call.Console.FlushAsync(cancellation);
            var left = patience - (attempt * RetryInterval);
            await call.Pod.Clock.DelayAsync(left < RetryInterval ? left : RetryInterval, cancellation);
            if (left <= RetryInterval)
            {
                return servers.Find();
            }
        }
    }

    /// <summary>Makes sure that a topic is there, as a client's question for it does; false when it isn't there in time.</summary>
    /// <exception cref="KafkaErrorException">The name isn't allowed; 1.1 waits in vain instead.</exception>
    public async Task<bool> FindTopicAsync(KafkaCluster cluster, string topic, TimeSpan patience, CancellationToken cancellation)
    {
        if (Exists(cluster, topic))
        {
            return true;
        }

        var correlation = name.StartsWith("Producer", StringComparison.Ordinal) ? 1 : 2;
        for (var waited = TimeSpan.Zero; waited < patience; waited += RetryInterval)
        {
            var isValid = TopicNames.IsValid(topic);
            var error = !isValid ? "INVALID_TOPIC_EXCEPTION" : cluster.CreateOnUse(topic) ? "LEADER_NOT_AVAILABLE" : "UNKNOWN_TOPIC_OR_PARTITION";
            call.Console.Log("WARN", IsOld
                ? $"[{name}] Error while fetching metadata with correlation id {correlation} : {{{topic}={error}}}"
                : $"[{name}] The metadata response from the cluster reported a recoverable issue with correlation id {correlation} : {{{topic}={error}}}", NetworkLogger);
            correlation++;
            if (!isValid && !IsOld)
            {
                call.Console.Log("ERROR", $"[{name}] Metadata response reported invalid topics [{topic}]", "org.apache.kafka.clients.Metadata");
                throw new KafkaErrorException("InvalidTopicException", $"Invalid topics: [{topic}]");
            }

            if (Exists(cluster, topic))
            {
                return true;
            }

            await call.Console.FlushAsync(cancellation);
            await call.Pod.Clock.DelayAsync(RetryInterval, cancellation);
        }

        return false;
    }

    private static bool Exists(KafkaCluster cluster, string topic) => cluster.Describe().Any(description => description.Name == topic && description.IsPublished);

    private void LogRefusal(int attempt)
    {
        var node = -1 - (attempt % servers.Servers.Count);
        if (IsOld)
        {
            call.Console.Log("WARN", $"[{name}] Connection to node {node} could not be established. Broker may not be available.", NetworkLogger);
            return;
        }

        var (host, port) = servers.Servers[attempt % servers.Servers.Count];
        call.Console.Log("WARN", $"[{name}] Connection to node {node} ({servers.Describe(attempt)}) could not be established. Node may not be available.", NetworkLogger);
        call.Console.Log("WARN", $"[{name}] Bootstrap broker {host}:{port} (id: {node} rack: null) disconnected", NetworkLogger);
    }
}
