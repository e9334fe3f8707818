namespace KafkaK8s.Sandbox.Pods.Simulated.Programs;

/// <summary>The settings of brokers: those that can change while they run, with their defaults, and some that can't.</summary>
internal static class BrokerSetting
{
    private static readonly Dictionary<string, string?> Changeable = new(StringComparer.Ordinal)
    {
        ["background.threads"] = "10",
        ["compression.type"] = "producer",
        ["log.cleaner.backoff.ms"] = "15000",
        ["log.cleaner.dedupe.buffer.size"] = "134217728",
        ["log.cleaner.delete.retention.ms"] = "86400000",
        ["log.cleaner.io.buffer.load.factor"] = "0.9",
        ["log.cleaner.io.buffer.size"] = "524288",
        ["log.cleaner.io.max.bytes.per.second"] = "1.7976931348623157E308",
        ["log.cleaner.min.cleanable.ratio"] = "0.5",
        ["log.cleaner.min.compaction.lag.ms"] = "0",
        ["log.cleaner.threads"] = "1",
        ["log.cleanup.policy"] = "delete",
        ["log.flush.interval.messages"] = "9223372036854775807",
        ["log.flush.interval.ms"] = null,
        ["log.index.interval.bytes"] = "4096",
        ["log.index.size.max.bytes"] = "10485760",
        ["log.message.timestamp.difference.max.ms"] = "9223372036854775807",
        ["log.message.timestamp.type"] = "CreateTime",
        ["log.preallocate"] = "false",
        ["log.retention.bytes"] = "-1",
        ["log.retention.ms"] = null,
        ["log.roll.jitter.ms"] = null,
        ["log.roll.ms"] = null,
        ["log.segment.bytes"] = "1073741824",
        ["log.segment.delete.delay.ms"] = "60000",
        ["message.max.bytes"] = "1048588",
        ["metric.reporters"] = "",
        ["min.insync.replicas"] = "1",
        ["num.io.threads"] = "8",
        ["num.network.threads"] = "3",
        ["num.recovery.threads.per.data.dir"] = "1",
        ["num.replica.fetchers"] = "1",
        ["unclean.leader.election.enable"] = "false",
    };

    // What came after 1.1.
    private static readonly Dictionary<string, string?> ChangeableSince = new(StringComparer.Ordinal)
    {
        ["compression.gzip.level"] = "-1",
        ["compression.lz4.level"] = "9",
        ["compression.zstd.level"] = "3",
        ["log.cleaner.max.compaction.lag.ms"] = "9223372036854775807",
        ["log.local.retention.bytes"] = "-2",
        ["log.local.retention.ms"] = "-2",
        ["log.message.downconversion.enable"] = "true",
        ["log.message.timestamp.after.max.ms"] = "9223372036854775807",
        ["log.message.timestamp.before.max.ms"] = "9223372036854775807",
        ["max.connection.creation.rate"] = "2147483647",
        ["max.connections"] = "2147483647",
        ["max.connections.per.ip"] = "2147483647",
        ["max.connections.per.ip.overrides"] = "",
        ["producer.id.expiration.ms"] = "86400000",
        ["remote.fetch.max.wait.ms"] = "500",
        ["remote.log.index.file.cache.total.size.bytes"] = "1073741824",
        ["remote.log.manager.copy.max.bytes.per.second"] = "9223372036854775807",
        ["remote.log.manager.fetch.max.bytes.per.second"] = "9223372036854775807",
        ["transaction.partition.verification.enable"] = "true",
    };

    private static readonly HashSet<string> Fixed = new(StringComparer.Ordinal)
    {
        "auto.create.topics.enable", "broker.id", "broker.rack", "default.replication.factor", "delete.topic.enable", "inter.broker.protocol.version", "log.dir", "log.dirs",
        "log.retention.hours", "log.retention.minutes", "num.partitions", "offsets.topic.replication.factor", "zookeeper.connect",
    };

    private static readonly Dictionary<string, string?> AllChangeable = new(Changeable.Concat(ChangeableSince), StringComparer.Ordinal);

    /// <summary>What can change while a broker runs, with its default; null where that follows from another setting.</summary>
    public static IReadOnlyDictionary<string, string?> Defaults(bool isOld) => isOld ? Changeable : AllChangeable;

    /// <summary>Whether a broker takes it only when it starts.</summary>
    public static bool IsFixed(string name) => Fixed.Contains(name);

    /// <summary>Whether a broker doesn't know it: it takes it all the same, and keeps its value to itself.</summary>
    public static bool IsUnknown(string name, bool isOld) =>
        !Defaults(isOld).ContainsKey(name)
        && !IsFixed(name)
        && !name.StartsWith("listener.name.", StringComparison.Ordinal)
        && !name.EndsWith(".replication.throttled.rate", StringComparison.Ordinal);
}
