using KafkaK8s.Engine.Kafka;

namespace KafkaK8s.Output;

/// <summary>Makes the module's objects from what the engine says of settings.</summary>
internal static class ConfigurationProjection
{
    public static KafkaConfiguration ToOutput(this ConfigurationEntry entry, ConfigurationTarget target, Origin origin) => new()
    {
        Name = entry.Name,
        Value = entry.Value,
        Source = ToOutput(entry.Source),
        IsSensitive = entry.IsSensitive,
        IsReadOnly = target.TopicName is null && !KnownSettings.IsDynamic(entry.Name) && entry.Source is not (ConfigurationSource.DynamicBroker or ConfigurationSource.DynamicDefaultBroker),
        Meaning = KnownSettings.MeaningOf(entry.Name, target.TopicName is not null),
        Synonyms = [.. entry.Synonyms.Select(synonym => new KafkaConfigurationSynonym { Name = synonym.Name, Value = synonym.Value, Source = ToOutput(synonym.Source) })],
        Topic = target.TopicName,
        Broker = target.BrokerId,
        Cluster = origin.Cluster,
        Namespace = origin.Namespace,
        Context = origin.Context,
        KubeConfig = origin.KubeConfig,
    };

    private static KafkaConfigurationSource ToOutput(ConfigurationSource source) => source switch
    {
        ConfigurationSource.DynamicTopic => KafkaConfigurationSource.DynamicTopic,
        ConfigurationSource.DynamicBroker => KafkaConfigurationSource.DynamicBroker,
        ConfigurationSource.DynamicDefaultBroker => KafkaConfigurationSource.DynamicBrokerDefault,
        ConfigurationSource.StaticBroker => KafkaConfigurationSource.Static,
        ConfigurationSource.Default => KafkaConfigurationSource.Default,
        _ => KafkaConfigurationSource.Unknown,
    };
}
