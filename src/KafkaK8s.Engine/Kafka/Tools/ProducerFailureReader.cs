using System.Text.RegularExpressions;

namespace KafkaK8s.Engine.Kafka.Tools;

/// <summary>A record that the console producer reported as not accepted.</summary>
/// <param name="KeySize">The key's size in bytes, or null for none.</param>
/// <param name="ValueSize">The value's size in bytes, or null for none.</param>
/// <param name="Refusal">Why.</param>
internal sealed record ProducerFailure(int? KeySize, int? ValueSize, Refusal Refusal);

/// <summary>Why a record was not accepted, or may not have been.</summary>
/// <param name="Id">The error's id.</param>
/// <param name="Kind">Its kind; <see cref="EngineErrorKind.OutcomeUnknown"/> where the record may have been stored after all.</param>
/// <param name="Reason">The cluster's own words.</param>
/// <param name="Advice">What can be done.</param>
internal sealed record Refusal(string Id, EngineErrorKind Kind, string Reason, string Advice)
{
    /// <summary>The error about a record.</summary>
    /// <param name="record">The record as the beginning of a sentence.</param>
    /// <param name="topic">The topic.</param>
    public EngineException About(string record, string topic) => new(
        Id, Kind, topic, $"{record} {(Kind == EngineErrorKind.OutcomeUnknown ? "may or may not have been stored" : "was not accepted")}: {Reason}", Advice);
}

/// <summary>
/// Reads what <c>kafka-console-producer</c> says on standard error. It exits with 0 when the brokers refused every single record:
/// one log line a record, with sizes instead of the record, and the exception on the line behind it, are all there is.
/// </summary>
internal static partial class ProducerFailureReader
{
    /// <summary>The failures, in the order reported.</summary>
    /// <param name="errors">Standard error.</param>
    /// <param name="topic">The topic that was sent to.</param>
    /// <exception cref="EngineException">An error that isn't about one record: what became of the records isn't known.</exception>
    public static IReadOnlyList<ProducerFailure> Read(string errors, string topic)
    {
        var lines = TextLines.Of(errors).ToList();
        var failures = new List<ProducerFailure>();
        string? other = null;
        for (var i = 0; i < lines.Count; i++)
        {
            if (RefusalLine().Match(lines[i]) is { Success: true } match)
            {
                var reason = i + 1 < lines.Count && Exception().Match(lines[i + 1]) is { Success: true } thrown ? thrown : null;
                failures.Add(new ProducerFailure(Size(match.Groups["key"]), Size(match.Groups["value"]), RefusalOf(reason)));
            }
            else if (AnyError().IsMatch(lines[i]))
            {
                other ??= lines[i];
            }
        }

        // An error besides the refusals explains them; without any, it is the only sign that something went wrong.
        return failures.Count > 0 || other is null
            ? failures
            : throw new EngineException(
                "OutcomeUnknown",
                EngineErrorKind.OutcomeUnknown,
                topic,
                $"The producer reported an error that doesn't say what became of the records: {other}",
                "Read the end of the topic before sending again.");
    }

    /// <summary>Why the only record that was sent was refused, as the stack trace says with which the producer stopped; null when it is about something else.</summary>
    /// <param name="errors">Standard error.</param>
    public static Refusal? ReadRefusal(string errors)
    {
        const string wrapper = "java.util.concurrent.ExecutionException: ";
        var line = TextLines.Of(errors).FirstOrDefault(line => line.StartsWith(wrapper, StringComparison.Ordinal));
        return line is not null && Exception().Match(line[wrapper.Length..]) is { Success: true } thrown ? RefusalOf(thrown) : null;
    }

    private static Refusal RefusalOf(Match? thrown)
    {
        var name = thrown?.Groups["name"].Value ?? "";
        var reason = thrown?.Groups["reason"] is { Success: true } group ? group.Value : name.Length > 0 ? name : "no reason was given";
        return name switch
        {
            "RecordTooLargeException" => new Refusal("RecordTooLarge", EngineErrorKind.InvalidArgument, reason, "Send less at once, or raise max.message.bytes of the topic and the producer's limit."),
            "InvalidRecordException" or "CorruptRecordException" => new Refusal("RecordRefused", EngineErrorKind.InvalidData, reason, "A compacted topic needs a key on every record."),
            "NotEnoughReplicasException" => new Refusal("NotEnoughReplicas", EngineErrorKind.Unavailable, reason, "Wait until more replicas are in sync, or lower min.insync.replicas."),
            "TopicAuthorizationException" or "ClusterAuthorizationException" => new Refusal("AuthorizationFailed", EngineErrorKind.PermissionDenied, reason, "The cluster's ACLs have to allow it."),
            "UnknownTopicOrPartitionException" or "InvalidTopicException" => new Refusal("TopicNotFound", EngineErrorKind.NotFound, reason, "Get-KafkaTopic shows the topics that there are."),
            "TimeoutException" when NeverSent().IsMatch(reason) => new Refusal("KafkaUnreachable", EngineErrorKind.Connection, reason, "See whether the brokers are ready, and whether the topic has a leader."),
            _ => new Refusal("RecordOutcomeUnknown", EngineErrorKind.OutcomeUnknown, reason, "Read the end of the topic before sending it again."),
        };
    }

    private static int? Size(Group group) => Invariant.TryNumber(group.ValueSpan, out int size) ? size : null;

    [GeneratedRegex(@"^\[[^\]]+\] ERROR Error when sending message to topic \S+ with key: (?:null|(?<key>\d+) bytes), value: (?:null|(?<value>\d+) bytes) with error:", RegexOptions.CultureInvariant)]
    private static partial Regex RefusalLine();

    [GeneratedRegex(@"^(?:[\w$]+\.)+(?<name>[\w$]+(?:Exception|Error))(?:: (?<reason>.+))?$", RegexOptions.CultureInvariant)]
    private static partial Regex Exception();

    [GeneratedRegex(@"^\[[^\]]+\] (?:ERROR|FATAL) |^Exception in thread ", RegexOptions.CultureInvariant)]
    private static partial Regex AnyError();

    [GeneratedRegex("update metadata|not present in metadata|Failed to allocate", RegexOptions.CultureInvariant)]
    private static partial Regex NeverSent();
}
