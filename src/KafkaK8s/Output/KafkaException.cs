namespace KafkaK8s;

/// <summary>What went wrong, as the exception of an error record.</summary>
public class KafkaException : Exception
{
    /// <summary>Creates an error.</summary>
    /// <param name="message">What happened, to what.</param>
    /// <param name="inner">The cause, where there is one.</param>
    public KafkaException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }

    /// <summary>Creates an error without words of its own.</summary>
    public KafkaException()
    {
    }

    /// <summary>Creates an error.</summary>
    /// <param name="message">What happened, to what.</param>
    public KafkaException(string message)
        : base(message)
    {
    }
}
