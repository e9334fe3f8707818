using System.Globalization;

namespace KafkaK8s.Sandbox.Pods.Simulated.Kafka;

/// <summary>The settings that a topic can have.</summary>
internal static class TopicSettings
{
    private const string Forever = "9223372036854775807";

    private static readonly Dictionary<string, TopicSetting> Known = new TopicSetting[]
    {
        new("cleanup.policy", SettingType.List, "delete", "log.cleanup.policy") { Values = ["compact", "delete"] },
        new("compression.gzip.level", SettingType.Int, "-1", "compression.gzip.level") { IsNew = true },
        new("compression.lz4.level", SettingType.Int, "9", "compression.lz4.level") { IsNew = true },
        new("compression.type", SettingType.String, "producer", "compression.type") { Values = ["uncompressed", "zstd", "lz4", "snappy", "gzip", "producer"] },
        new("compression.zstd.level", SettingType.Int, "3", "compression.zstd.level") { IsNew = true },
        new("delete.retention.ms", SettingType.Long, "86400000", "log.cleaner.delete.retention.ms") { Minimum = 0 },
        new("file.delete.delay.ms", SettingType.Long, "60000", "log.segment.delete.delay.ms") { Minimum = 0 },
        new("flush.messages", SettingType.Long, Forever, "log.flush.interval.messages") { Minimum = 0 },
        new("flush.ms", SettingType.Long, Forever, null) { Minimum = 0 },
        new("follower.replication.throttled.replicas", SettingType.String, "", null),
        new("index.interval.bytes", SettingType.Int, "4096", "log.index.interval.bytes") { Minimum = 0 },
        new("leader.replication.throttled.replicas", SettingType.String, "", null),
        new("local.retention.bytes", SettingType.Long, "-2", "log.local.retention.bytes") { Minimum = -2, IsNew = true },
        new("local.retention.ms", SettingType.Long, "-2", "log.local.retention.ms") { Minimum = -2, IsNew = true },
        new("max.compaction.lag.ms", SettingType.Long, Forever, "log.cleaner.max.compaction.lag.ms") { Minimum = 1, IsNew = true },
        new("max.message.bytes", SettingType.Int, "1048588", "message.max.bytes") { Minimum = 0, OldDefault = "1000012" },
        new("message.downconversion.enable", SettingType.Boolean, "true", "log.message.downconversion.enable") { IsNew = true },
        new("message.format.version", SettingType.String, "3.0-IV1", "log.message.format.version") { OldDefault = "1.1-IV0" },
        new("message.timestamp.after.max.ms", SettingType.Long, Forever, "log.message.timestamp.after.max.ms") { Minimum = 0, IsNew = true },
        new("message.timestamp.before.max.ms", SettingType.Long, Forever, "log.message.timestamp.before.max.ms") { Minimum = 0, IsNew = true },
        new("message.timestamp.difference.max.ms", SettingType.Long, Forever, "log.message.timestamp.difference.max.ms") { Minimum = 0 },
        new("message.timestamp.type", SettingType.String, "CreateTime", "log.message.timestamp.type") { Values = ["CreateTime", "LogAppendTime"] },
        new("min.cleanable.dirty.ratio", SettingType.Double, "0.5", "log.cleaner.min.cleanable.ratio") { Minimum = 0 },
        new("min.compaction.lag.ms", SettingType.Long, "0", "log.cleaner.min.compaction.lag.ms") { Minimum = 0 },
        new("min.insync.replicas", SettingType.Int, "1", "min.insync.replicas") { Minimum = 1 },
        new("preallocate", SettingType.Boolean, "false", "log.preallocate"),
        new("remote.log.copy.disable", SettingType.Boolean, "false", null) { IsNew = true },
        new("remote.log.delete.on.disable", SettingType.Boolean, "false", null) { IsNew = true },
        new("remote.storage.enable", SettingType.Boolean, "false", null) { IsNew = true },
        new("retention.bytes", SettingType.Long, "-1", "log.retention.bytes"),
        new("retention.ms", SettingType.Long, "604800000", null) { Minimum = -1 },
        new("segment.bytes", SettingType.Int, "1073741824", "log.segment.bytes") { Minimum = 14 },
        new("segment.index.bytes", SettingType.Int, "10485760", "log.index.size.max.bytes") { Minimum = 4 },
        new("segment.jitter.ms", SettingType.Long, "0", null) { Minimum = 0 },
        new("segment.ms", SettingType.Long, "604800000", null) { Minimum = 1 },
        new("unclean.leader.election.enable", SettingType.Boolean, "false", "unclean.leader.election.enable"),
    }.ToDictionary(setting => setting.Name, StringComparer.Ordinal);

    /// <summary>All settings of a generation, by name.</summary>
    public static IEnumerable<TopicSetting> All(bool old) => Known.Values.Where(setting => !old || !setting.IsNew);

    /// <summary>The setting of that name.</summary>
    public static TopicSetting Find(string name) => Known[name];

    /// <summary>Checks names and values as LogConfig.validate does.</summary>
    /// <exception cref="KafkaErrorException">A name is unknown or a value impossible.</exception>
    public static void Check(IEnumerable<KeyValuePair<string, string>> settings, bool old)
    {
        var list = settings.ToList();
        foreach (var (name, _) in list)
        {
            if (!Known.TryGetValue(name, out var setting) || (old && setting.IsNew))
            {
                throw new KafkaErrorException("InvalidConfigurationException", $"Unknown topic config name: {name}");
            }
        }

        foreach (var (name, value) in list)
        {
            if (Complaint(Known[name], value, old) is { } complaint)
            {
                throw new KafkaErrorException("org.apache.kafka.common.config.ConfigException", $"Invalid value {value} for configuration {name}: {complaint}");
            }
        }
    }

    private static string? Complaint(TopicSetting setting, string text, bool old)
    {
        var value = text.Trim();
        var number = 0d;
        var isValid = setting.Type switch
        {
            SettingType.Int => int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer) && (number = integer) == integer,
            SettingType.Long => long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer) && (number = integer) == integer,
            SettingType.Double => double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out number),
            _ => true,
        };
        if (!isValid)
        {
            return $"Not a number of type {setting.Type.ToString().ToUpperInvariant()}";
        }

        if (setting.Type == SettingType.Boolean && value.ToLowerInvariant() is not ("true" or "false"))
        {
            return "Expected value to be either true or false";
        }

        if (setting.Minimum is { } minimum && number < minimum)
        {
            return string.Create(CultureInfo.InvariantCulture, $"Value must be at least {minimum}");
        }

        var allowed = old && setting.Name == "compression.type" ? ["uncompressed", "snappy", "lz4", "gzip", "producer"] : setting.Values;
        var values = setting.Type == SettingType.List ? value.Split(',', StringSplitOptions.TrimEntries) : [value];
        return allowed is null || values.All(allowed.Contains) ? null : $"String must be one of: {string.Join(", ", allowed)}";
    }
}

/// <summary>A setting of topics.</summary>
/// <param name="Name">Its name for a topic.</param>
/// <param name="Type">What its values are.</param>
/// <param name="Default">Its value when nobody sets it.</param>
/// <param name="ServerName">The broker's setting that is the default of this one; null when its default comes from several or none.</param>
internal sealed record TopicSetting(string Name, SettingType Type, string Default, string? ServerName)
{
    /// <summary>The smallest value.</summary>
    public long? Minimum { get; init; }

    /// <summary>The words it can be, when there is a list.</summary>
    public IReadOnlyList<string>? Values { get; init; }

    /// <summary>Whether it came after 1.1.</summary>
    public bool IsNew { get; init; }

    /// <summary>Its default in 1.1, when that was another one.</summary>
    public string? OldDefault { get; init; }
}

/// <summary>Kafka's types of settings.</summary>
internal enum SettingType
{
    /// <summary>32 bits.</summary>
    Int,

    /// <summary>64 bits.</summary>
    Long,

    /// <summary>A fraction.</summary>
    Double,

    /// <summary>true or false.</summary>
    Boolean,

    /// <summary>Any text.</summary>
    String,

    /// <summary>Words with commas between.</summary>
    List,
}
