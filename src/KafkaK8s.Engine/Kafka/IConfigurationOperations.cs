namespace KafkaK8s.Engine.Kafka;

/// <summary>Settings of topics and brokers.</summary>
public interface IConfigurationOperations
{
    /// <summary>The settings of a topic, a broker or all brokers, by name.</summary>
    /// <param name="target">Whose settings.</param>
    /// <param name="all">
    /// All settings with where they come from, which 2.5 and later can tell; otherwise, and before, those that were set for this target.
    /// </param>
    /// <param name="cancellation">Ends the question at once.</param>
    /// <exception cref="EngineException"><c>TopicNotFound</c>, among others.</exception>
    Task<IReadOnlyList<ConfigurationEntry>> GetAsync(ConfigurationTarget target, bool all, CancellationToken cancellation);

    /// <summary>The settings of many topics, or of many brokers, in one question however many there are. One answer a target, in the order asked.</summary>
    /// <param name="targets">Whose settings.</param>
    /// <param name="all">As for <see cref="GetAsync"/>.</param>
    /// <param name="cancellation">Ends the question at once.</param>
    /// <exception cref="EngineException">Nothing could be asked of the cluster. What concerns one target is in its answer.</exception>
    Task<IReadOnlyList<ConfigurationReading>> GetManyAsync(IReadOnlyList<ConfigurationTarget> targets, bool all, CancellationToken cancellation);

    /// <summary>Why settings can't be changed, as far as that can be known without asking the cluster; null where it may well be.</summary>
    /// <param name="target">Whose settings.</param>
    /// <param name="changes">The values by name; null removes the setting.</param>
    EngineException? Refusal(ConfigurationTarget target, IReadOnlyDictionary<string, string?> changes);

    /// <summary>Sets and removes settings of many targets, in one call however many there are; for each all of them or none.
    /// One answer a target, in the order asked; a refused one does not stop the others.</summary>
    /// <param name="changes">What to change.</param>
    /// <param name="cancellation">Ends the operation; what was already sent may have happened.</param>
    Task<IReadOnlyList<ConfigurationOutcome>> SetManyAsync(IReadOnlyList<ConfigurationChange> changes, CancellationToken cancellation);

    /// <summary>Sets and removes settings in one call: all of them or none.</summary>
    /// <param name="target">Whose settings.</param>
    /// <param name="changes">The values by name; null removes the setting, so that the next one in line holds again. Removing what isn't set is no error.</param>
    /// <param name="cancellation">Ends the operation; what was already sent may have happened.</param>
    /// <exception cref="EngineException">
    /// <c>TopicNotFound</c>, <c>BrokerNotFound</c>, <c>UnknownTopicConfiguration</c>, <c>InvalidTopicConfiguration</c>, <c>UnknownBrokerSetting</c>,
    /// <c>InvalidBrokerSetting</c>, <c>ConfigurationReadOnly</c> (a broker needs a restart for it), among others.
    /// </exception>
    Task SetAsync(ConfigurationTarget target, IReadOnlyDictionary<string, string?> changes, CancellationToken cancellation);
}

/// <summary>Whose settings.</summary>
public sealed record ConfigurationTarget
{
    private ConfigurationTarget(string? topic, int? broker) => (TopicName, BrokerId) = (topic, broker);

    /// <summary>The topic, or null when it is about brokers.</summary>
    public string? TopicName { get; }

    /// <summary>The broker's id, or null when it is about all brokers or a topic.</summary>
    public int? BrokerId { get; }

    /// <summary>What all brokers take that have no setting of their own.</summary>
    public static ConfigurationTarget AllBrokers { get; } = new(null, null);

    /// <summary>A topic.</summary>
    public static ConfigurationTarget Topic(string name) => new(name, null);

    /// <summary>A broker.</summary>
    public static ConfigurationTarget Broker(int id) => new(null, id);

    /// <inheritdoc/>
    public override string ToString() =>
        TopicName is not null ? $"topic {TopicName}" : BrokerId is { } id ? $"broker {id}" : "all brokers";
}

/// <summary>What was asked of one target among several.</summary>
/// <param name="Target">Whose settings.</param>
/// <param name="Entries">The settings, by name; empty where there is an error.</param>
/// <param name="Error">Why they can't be told, or null.</param>
public sealed record ConfigurationReading(ConfigurationTarget Target, IReadOnlyList<ConfigurationEntry> Entries, EngineException? Error);

/// <summary>What to change for one target.</summary>
/// <param name="Target">Whose settings.</param>
/// <param name="Settings">The values by name; null removes the setting.</param>
public sealed record ConfigurationChange(ConfigurationTarget Target, IReadOnlyDictionary<string, string?> Settings);

/// <summary>What became of one target in a call about several.</summary>
/// <param name="Target">Whose settings.</param>
/// <param name="Error">Why they were not changed, or null when they were.</param>
public sealed record ConfigurationOutcome(ConfigurationTarget Target, EngineException? Error);

/// <summary>Where a setting's value comes from, the strongest first.</summary>
public enum ConfigurationSource
{
    /// <summary>Set for the topic.</summary>
    DynamicTopic,

    /// <summary>Set for the broker, while it runs.</summary>
    DynamicBroker,

    /// <summary>Set for all brokers, while they run.</summary>
    DynamicDefaultBroker,

    /// <summary>In the file that the broker was started with.</summary>
    StaticBroker,

    /// <summary>Kafka's own default.</summary>
    Default,

    /// <summary>A source that this module doesn't know.</summary>
    Unknown,
}

/// <summary>A setting and where its value comes from.</summary>
/// <param name="Name">The name.</param>
/// <param name="Value">The value; null when there is none, or when it is sensitive.</param>
/// <param name="Source">Where the value comes from.</param>
/// <param name="IsSensitive">Whether the brokers keep the value to themselves.</param>
/// <param name="Synonyms">All values in line, the one that holds first; empty where the release doesn't tell.</param>
public sealed record ConfigurationEntry(
    string Name, string? Value, ConfigurationSource Source, bool IsSensitive, IReadOnlyList<ConfigurationSynonym> Synonyms);

/// <summary>A value in line behind a setting.</summary>
/// <param name="Source">Where it is set.</param>
/// <param name="Name">The name that it has there, such as <c>log.retention.hours</c> behind <c>retention.ms</c>.</param>
/// <param name="Value">The value; null when there is none, or when it is sensitive.</param>
public sealed record ConfigurationSynonym(ConfigurationSource Source, string Name, string? Value);
