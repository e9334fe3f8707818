using System.Management.Automation;

namespace KafkaK8s.Diagnostics;

/// <summary>Ends a cmdlet's work: nothing that it could still do would succeed.</summary>
internal sealed class TerminatingException(ErrorRecord error) : Exception(error.Exception.Message, error.Exception)
{
    /// <summary>What the user is told.</summary>
    public ErrorRecord Error { get; } = error;
}
