namespace KafkaK8s.Sandbox.Pods.Simulated.Programs;

/// <summary>The settings of brokers that can change while they run, with their defaults.</summary>
internal static class BrokerSetting
{
    public static readonly IReadOnlyDictionary<string, string> Defaults = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["background.threads"] = "10",
        ["compression.type"] = "producer",
        ["log.cleaner.threads"] = "1",
        ["log.cleanup.policy"] = "delete",
        ["log.retention.bytes"] = "-1",
        ["log.segment.bytes"] = "1073741824",
        ["message.max.bytes"] = "1048588",
        ["min.insync.replicas"] = "1",
        ["num.io.threads"] = "8",
        ["num.network.threads"] = "3",
        ["num.recovery.threads.per.data.dir"] = "1",
        ["num.replica.fetchers"] = "1",
        ["unclean.leader.election.enable"] = "false",
    };
}
