using KafkaK8s.Sandbox.Pods.Simulated.Kafka;

namespace KafkaK8s.Sandbox.Pods.Simulated.Programs;

/// <summary>What a tool dies of, as its Java exception.</summary>
/// <param name="className">The exception's full class name.</param>
/// <param name="message">Its message.</param>
/// <param name="frames">The stack below it; errors that brokers answer have none.</param>
internal sealed class ToolFailureException(string className, string message, IReadOnlyList<string> frames) : Exception(message)
{
    public ToolFailureException(KafkaErrorException error, IReadOnlyList<string> frames)
        : this(error.ClassName, error.Message, frames)
    {
    }

    /// <summary>Class and message of the exception that caused this one.</summary>
    public string? Cause { get; init; }

    public static ToolFailureException IllegalArgument(string message, params IReadOnlyList<string> frames) =>
        new("java.lang.IllegalArgumentException", message, frames);

    /// <summary>The exception and its stack trace, as Java prints them, without a newline at the end.</summary>
    public string Trace => JavaTrace.Format(Message.Length == 0 ? className : $"{className}: {Message}", frames) + (Cause is null ? "" : $"\nCaused by: {Cause}");
}
