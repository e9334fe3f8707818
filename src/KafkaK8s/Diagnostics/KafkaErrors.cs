using System.Management.Automation;
using System.Net.Sockets;
using System.Security;
using KafkaK8s.Engine;

namespace KafkaK8s.Diagnostics;

/// <summary>The one place where an exception becomes an error record.</summary>
internal static class KafkaErrors
{
    /// <summary>Makes an error record: the engine's id, kind, target and advice where it threw on purpose, the best guess elsewhere.</summary>
    /// <param name="failure">What was thrown.</param>
    /// <param name="fallbackTarget">The target where the exception names none.</param>
    public static ErrorRecord ToErrorRecord(Exception failure, string? fallbackTarget)
        => failure is EngineException known
            ? Create(known.Id, CategoryOf(known.Kind), known.Target ?? fallbackTarget, known.Message, known.Advice, known)
            : Create(
                "UnexpectedFailure",
                CategoryOf(failure),
                fallbackTarget,
                failure.Message,
                "Run it again with -Verbose to see which call to the cluster came last.",
                failure);

    /// <summary>Makes an error record for what a cmdlet itself found wrong.</summary>
    public static ErrorRecord Create(
        string id, ErrorCategory category, string? target, string message, string? advice, Exception? inner = null)
        => Create(id, category, target, new KafkaException(message, inner), advice);

    /// <summary>Makes an error record around an exception of ours.</summary>
    public static ErrorRecord Create(string id, ErrorCategory category, string? target, KafkaException exception, string? advice)
    {
        var record = new ErrorRecord(exception, id, category, target);
        if (advice is not null)
        {
            // Error views print the recommendation below the message.
            record.ErrorDetails = new ErrorDetails(exception.Message) { RecommendedAction = advice };
        }

        return record;
    }

    /// <summary>The same error about an object that has no name.</summary>
    public static ErrorRecord About(object target, ErrorRecord error) =>
        new(error.Exception, error.FullyQualifiedErrorId, error.CategoryInfo.Category, target) { ErrorDetails = error.ErrorDetails };

    /// <summary>False for what is the end of the process rather than of an operation.</summary>
    public static bool IsForTheUser(Exception failure) => failure is not (OutOfMemoryException or PipelineStoppedException);

    private static ErrorCategory CategoryOf(EngineErrorKind kind) => kind switch
    {
        EngineErrorKind.NotFound => ErrorCategory.ObjectNotFound,
        EngineErrorKind.AlreadyExists => ErrorCategory.ResourceExists,
        EngineErrorKind.InvalidArgument => ErrorCategory.InvalidArgument,
        EngineErrorKind.InvalidData => ErrorCategory.InvalidData,
        EngineErrorKind.PermissionDenied => ErrorCategory.PermissionDenied,
        EngineErrorKind.Authentication => ErrorCategory.AuthenticationError,
        EngineErrorKind.Connection => ErrorCategory.ConnectionError,
        EngineErrorKind.Timeout => ErrorCategory.OperationTimeout,
        EngineErrorKind.Conflict => ErrorCategory.ResourceBusy,
        EngineErrorKind.Unavailable => ErrorCategory.ResourceUnavailable,
        EngineErrorKind.NotSupported => ErrorCategory.NotImplemented,
        EngineErrorKind.OutcomeUnknown => ErrorCategory.InvalidResult,
        _ => ErrorCategory.InvalidOperation,
    };

    private static ErrorCategory CategoryOf(Exception failure) => failure switch
    {
        TimeoutException or OperationCanceledException => ErrorCategory.OperationTimeout,
        HttpRequestException or SocketException => ErrorCategory.ConnectionError,
        UnauthorizedAccessException or SecurityException => ErrorCategory.PermissionDenied,
        FileNotFoundException or DirectoryNotFoundException => ErrorCategory.ObjectNotFound,
        IOException => ErrorCategory.ReadError,
        ArgumentException or FormatException => ErrorCategory.InvalidArgument,
        _ => ErrorCategory.InvalidOperation,
    };
}
