namespace KafkaK8s.Engine.Kafka.Tools;

/// <content>How settings are asked for and changed.</content>
internal abstract partial class ToolDialect
{
    private static readonly ConfigurationTarget AnyTopic = ConfigurationTarget.Topic("any");

    /// <summary>Settings of a topic or of brokers.</summary>
    public ToolCommand DescribeConfiguration(KafkaAccess access, ConfigurationTarget target, bool all) => new(
        "kafka-configs",
        [.. ConfigurationConnection(access, target), "--describe", .. Flag("--all", all && CanTellDefaults), .. Entity(target)]);

    /// <summary>Settings of all topics. From the brokers, those of Kafka's own topics are not among them.</summary>
    public ToolCommand DescribeTopicConfigurations(KafkaAccess access, bool all) => new(
        "kafka-configs",
        [.. ConfigurationConnection(access, AnyTopic), "--describe", .. Flag("--all", all && CanTellDefaults), "--entity-type", "topics"]);

    /// <summary>Changes settings of a topic or of brokers.</summary>
    /// <param name="access">The cluster's addresses.</param>
    /// <param name="target">Whose settings.</param>
    /// <param name="added">What to set, as the tool takes it.</param>
    /// <param name="removed">What to remove.</param>
    public ToolCommand AlterConfiguration(KafkaAccess access, ConfigurationTarget target, IReadOnlyCollection<string> added, IReadOnlyCollection<string> removed) => new(
        "kafka-configs",
        [
            .. ConfigurationConnection(access, target), "--alter", .. Entity(target),
            .. added.Count > 0 ? new[] { "--add-config", string.Join(',', added) } : [],
            .. removed.Count > 0 ? new[] { "--delete-config", string.Join(',', removed) } : [],
        ]) { IsChange = true };

    /// <summary>Changes settings as <see cref="AlterConfiguration"/> does; what to set is read from a file, which the command lacks yet.</summary>
    public ToolCommand AlterConfigurationFromFile(KafkaAccess access, ConfigurationTarget target, IReadOnlyCollection<string> removed) => new(
        "kafka-configs",
        [
            .. ConfigurationConnection(access, target), "--alter", .. Entity(target),
            .. removed.Count > 0 ? new[] { "--delete-config", string.Join(',', removed) } : [],
            "--add-config-file",
        ]) { IsChange = true };

    /// <summary>Whether what to set can be read from a file, where nobody in the pod sees it among the arguments.</summary>
    public virtual bool CanReadSettingsFromFile => false;

    /// <summary>Whether all settings can be told with where they come from, not only those that were set.</summary>
    public virtual bool CanTellDefaults => false;

    /// <summary>How <c>kafka-configs</c> reaches the cluster.</summary>
    protected virtual string[] ConfigurationConnection(KafkaAccess access, ConfigurationTarget target) => ["--bootstrap-server", access.BootstrapServers];

    private static string[] Entity(ConfigurationTarget target) =>
        target.TopicName is { } topic ? ["--entity-type", "topics", "--entity-name", topic]
        : target.BrokerId is { } broker ? ["--entity-type", "brokers", "--entity-name", Invariant.Text(broker)]
        : ["--entity-type", "brokers", "--entity-default"];
}
