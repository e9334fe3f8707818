namespace KafkaK8s;

/// <summary>Where a setting's value comes from, the strongest first.</summary>
public enum KafkaConfigurationSource
{
    /// <summary>Set for the topic.</summary>
    DynamicTopic,

    /// <summary>Set for the broker, while it runs.</summary>
    DynamicBroker,

    /// <summary>Set for all brokers, while they run.</summary>
    DynamicBrokerDefault,

    /// <summary>What the broker was started with.</summary>
    Static,

    /// <summary>Kafka's own default.</summary>
    Default,

    /// <summary>A source that this module doesn't know.</summary>
    Unknown,
}
