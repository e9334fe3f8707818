using System.Text.RegularExpressions;

namespace KafkaK8s.Engine.Kafka.Tools;

/// <summary>
/// Reads how <c>kafka-console-consumer</c> ended. It exits with 0 when it waited in vain, with the same log line as when something
/// broke; the exception on the line behind it makes the difference.
/// </summary>
internal static partial class ConsumerFailureReader
{
    /// <summary>What went wrong, or null when the run ended as it was meant to.</summary>
    /// <param name="command">What was asked.</param>
    /// <param name="answer">How it ended; its output is what came of an incomplete record.</param>
    /// <param name="request">What was wanted.</param>
    public static EngineException? Read(ToolCommand command, ToolAnswer answer, ReceiveRequest request)
    {
        if (answer.ExitCode != 0)
        {
            return ToolFailure.Of(command, answer, request.Topic);
        }

        if (answer.Output.Length > 0)
        {
            return UnreadableOutput.Of(command.Tool, answer.Output);
        }

        var lines = TextLines.Of(answer.Errors).ToList();
        var error = lines.FindIndex(line => ErrorLine().IsMatch(line));
        if (error >= 0 && lines.Skip(error).Take(2).FirstOrDefault(line => OutOfRange().IsMatch(line)) is not null)
        {
            return new EngineException(
                "OffsetOutOfRange",
                EngineErrorKind.InvalidArgument,
                request.Topic,
                $"{request.Topic} has no record with offset {request.Offset}: it is behind the end, or no longer there.",
                "Get-KafkaOffset shows the first and the last offset of each partition.");
        }

        return error < 0 || (request.Timeout is not null && IsTimeout(lines, error))
            ? null
            : new EngineException(
                "ReceiveFailed",
                EngineErrorKind.Unavailable,
                request.Topic,
                $"The reader of {request.Topic} gave up: {string.Join(' ', lines.Skip(error).Take(2))}",
                "See whether the brokers are well.");
    }

    /// <summary>The first complaint that a broker can't be reached, or null.</summary>
    public static string? Unreachable(string errors) => TextLines.Of(errors).FirstOrDefault(line => UnreachableLine().IsMatch(line));

    private static bool IsTimeout(List<string> lines, int error) =>
        lines[error].Contains("terminating consumer process", StringComparison.Ordinal)
        && error + 1 < lines.Count
        && lines[error + 1] is "kafka.consumer.ConsumerTimeoutException" or "org.apache.kafka.common.errors.TimeoutException";

    [GeneratedRegex(@"^\[[^\]]+\] (?:ERROR|FATAL) |^Exception in thread ", RegexOptions.CultureInvariant)]
    private static partial Regex ErrorLine();

    [GeneratedRegex(@"OffsetOutOfRangeException|NoOffsetForPartitionException", RegexOptions.CultureInvariant)]
    private static partial Regex OutOfRange();

    [GeneratedRegex(@"could not be established\. (?:Broker|Node) may not be available", RegexOptions.CultureInvariant)]
    private static partial Regex UnreachableLine();
}
