namespace KafkaK8s.Sandbox.Pods.Simulated.Kafka;

/// <summary>The settings of brokers that were changed while they run.</summary>
internal sealed class DynamicBrokerSettings
{
    private readonly Lock _gate = new();
    /// <summary>Stands for all brokers that have no setting of their own.</summary>
    public const int Default = -1;

    private readonly Dictionary<int, SortedDictionary<string, string>> _settings = [];

    /// <summary>A broker's, or those of all.</summary>
    public IReadOnlyDictionary<string, string> Of(int broker)
    {
        lock (_gate)
        {
            return _settings.TryGetValue(broker, out var settings) ? new SortedDictionary<string, string>(settings, StringComparer.Ordinal) : [];
        }
    }

    /// <summary>Changes some of a broker's; a null removes one.</summary>
    public void Change(int broker, IEnumerable<KeyValuePair<string, string?>> changes)
    {
        lock (_gate)
        {
            if (!_settings.TryGetValue(broker, out var settings))
            {
                _settings[broker] = settings = new(StringComparer.Ordinal);
            }

            foreach (var (name, value) in changes)
            {
                settings.Change(name, value);
            }
        }
    }
}
