namespace KafkaK8s.Sandbox.Pods.Simulated.Kafka;

/// <summary>An error that a broker answers, by the name of Kafka's exception class.</summary>
/// <param name="name">Simple name of a class in org.apache.kafka.common.errors, or a full name.</param>
/// <param name="message">Its message, word for word.</param>
internal sealed class KafkaErrorException(string name, string message) : Exception(message)
{
    /// <summary>The exception's full class name.</summary>
    public string ClassName { get; } = name.Contains('.', StringComparison.Ordinal) ? name : $"org.apache.kafka.common.errors.{name}";

    /// <summary>As Java prints it: class and message.</summary>
    public string Description => $"{ClassName}: {Message}";
}
