namespace KafkaK8s.Engine;

/// <summary>What kind of thing went wrong. The cmdlets map it one to one to PowerShell's error categories.</summary>
public enum EngineErrorKind
{
    /// <summary>The object does not exist.</summary>
    NotFound,

    /// <summary>An object of that name is already there.</summary>
    AlreadyExists,

    /// <summary>The caller's argument can't be right, whatever the cluster holds.</summary>
    InvalidArgument,

    /// <summary>A file, an answer or an object could not be understood.</summary>
    InvalidData,

    /// <summary>The caller is known, and not allowed to do it.</summary>
    PermissionDenied,

    /// <summary>The caller could not be identified: expired, missing or refused credentials.</summary>
    Authentication,

    /// <summary>The server could not be reached, or the connection broke.</summary>
    Connection,

    /// <summary>It did not happen in the time allowed.</summary>
    Timeout,

    /// <summary>Something else holds or owns it at the moment: a field manager, a reassignment, a terminating namespace.</summary>
    Conflict,

    /// <summary>The cluster can't do it as it is now: no broker, no quorum, no client pod, too few replicas.</summary>
    Unavailable,

    /// <summary>This version or this server can't do it at all.</summary>
    NotSupported,

    /// <summary>The change was sent, and whether it was carried out is not known. Never reported as success.</summary>
    OutcomeUnknown,
}

/// <summary>
/// The one exception that engine operations throw on purpose. It carries everything that an error record needs, so the
/// cmdlets never have to interpret a message.
/// </summary>
public sealed class EngineException : Exception
{
    /// <summary>Creates an error.</summary>
    /// <param name="id">A stable identifier in Pascal case, the same for the same cause, without data in it: <c>TopicNotFound</c>.</param>
    /// <param name="kind">What kind of thing went wrong.</param>
    /// <param name="target">The name of the object that it is about, such as <c>the-project/kafka</c> or a topic.</param>
    /// <param name="message">One or more sentences that say what happened, to what.</param>
    /// <param name="advice">What the reader can do about it, or null where there is nothing to say.</param>
    /// <param name="inner">The cause, if another exception was.</param>
    public EngineException(string id, EngineErrorKind kind, string? target, string message, string? advice = null, Exception? inner = null)
        : base(message, inner)
    {
        Id = id;
        Kind = kind;
        Target = target;
        Advice = advice;
    }

    /// <summary>The stable identifier, in Pascal case.</summary>
    public string Id { get; }

    /// <summary>What kind of thing went wrong.</summary>
    public EngineErrorKind Kind { get; }

    /// <summary>The name of the object that the error is about.</summary>
    public string? Target { get; }

    /// <summary>What the reader can do about it.</summary>
    public string? Advice { get; }
}
