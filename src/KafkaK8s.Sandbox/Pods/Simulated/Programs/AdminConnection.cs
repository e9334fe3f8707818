using KafkaK8s.Sandbox.Pods.Simulated.Kafka;

namespace KafkaK8s.Sandbox.Pods.Simulated.Programs;

/// <summary>How the tools of 3.9 reach a cluster: an admin client.</summary>
internal static class AdminConnection
{
    private const string NetworkLogger = "org.apache.kafka.clients.NetworkClient";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    private static readonly string[] CreationFrames =
    [
        "org.apache.kafka.clients.admin.KafkaAdminClient.createInternal(KafkaAdminClient.java:561)",
        "org.apache.kafka.clients.admin.KafkaAdminClient.createInternal(KafkaAdminClient.java:512)",
        "org.apache.kafka.clients.admin.Admin.create(Admin.java:137)",
    ];

    private static readonly string[] CauseFrames =
    [
        "org.apache.kafka.clients.ClientUtils.parseAndValidateAddresses(ClientUtils.java:104)",
        "org.apache.kafka.clients.ClientUtils.parseAndValidateAddresses(ClientUtils.java:63)",
        "org.apache.kafka.clients.admin.internals.AdminBootstrapAddresses.fromConfig(AdminBootstrapAddresses.java:72)",
        "org.apache.kafka.clients.admin.KafkaAdminClient.createInternal(KafkaAdminClient.java:530)",
    ];

    /// <summary>The trace of an admin client that can't be made; null when the list is good.</summary>
    public static (BootstrapServers? Servers, string? Trace) Create(ProgramCall call, string bootstrap, IReadOnlyList<string> frames)
    {
        var (servers, complaint) = BootstrapServers.Parse(call, bootstrap, old: false);
        return complaint is null ? (servers, null) : (null, string.Join(
            '\n',
            JavaTrace.Format("org.apache.kafka.common.KafkaException: Failed to create new KafkaAdminClient", [.. CreationFrames, .. frames]),
            JavaTrace.Format($"Caused by: org.apache.kafka.common.config.ConfigException: {complaint}", CauseFrames),
            $"\t... {frames.Count + 2} more"));
    }

    /// <summary>Waits for a broker, at most 60 seconds.</summary>
    /// <exception cref="KafkaErrorException">None answered: the timeout of the named call.</exception>
    public static async Task<KafkaBroker> ConnectAsync(ProgramCall call, BootstrapServers servers, string callName, CancellationToken cancellation)
    {
        for (var attempt = 0; attempt * RetryInterval < Patience; attempt++)
        {
            if (servers.Find() is { } broker)
            {
                return broker;
            }

            call.Console.Log(
                "WARN",
                $"[AdminClient clientId=adminclient-1] Connection to node {-1 - (attempt % servers.Servers.Count)} ({servers.Describe(attempt)}) could not be established. Node may not be available.",
                NetworkLogger);
            await call.Console.FlushAsync(cancellation);
            await call.Pod.Clock.DelayAsync(RetryInterval, cancellation);
        }

        throw new KafkaErrorException("TimeoutException", $"Timed out waiting for a node assignment. Call: {callName}");
    }
}
