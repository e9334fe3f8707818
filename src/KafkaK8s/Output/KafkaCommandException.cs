namespace KafkaK8s;

/// <summary>A program in a pod ended with an exit code other than 0.</summary>
public sealed class KafkaCommandException : KafkaException
{
    /// <summary>Creates an error.</summary>
    /// <param name="message">What ended, how, and its last words.</param>
    /// <param name="exitCode">The program's exit code.</param>
    public KafkaCommandException(string message, int exitCode)
        : base(message)
        => ExitCode = exitCode;

    /// <summary>The program's exit code.</summary>
    public int ExitCode { get; }
}
