using System.Text.RegularExpressions;

namespace KafkaK8s.Engine.Kafka.Tools;

/// <summary>
/// Reads why a program failed. The reason is the rest of a line on standard output for most, and on standard error, behind the
/// name of an exception, for the others; the words differ by release, and their meaning doesn't.
/// </summary>
internal static partial class ToolFailure
{
    private sealed record Meaning(Regex Words, string Id, EngineErrorKind Kind, string? Advice);

    private static readonly Meaning[] Meanings =
    [
        new(UnknownBroker(), "BrokerNotFound", EngineErrorKind.NotFound, "Get-KafkaBroker shows the brokers that there are; one that is down is unknown to the others."),
        new(ElectionRunning(), "ElectionRunning", EngineErrorKind.Conflict, "Try again when the election that runs has ended."),
        new(MissingPartition(), "PartitionNotFound", EngineErrorKind.NotFound, "Get-KafkaPartition shows the partitions that there are."),
        new(Exists(), "TopicAlreadyExists", EngineErrorKind.AlreadyExists, "Choose another name, or use the topic that is there."),
        new(Collides(), "TopicNameCollision", EngineErrorKind.Conflict, "Names that differ only in '.' and '_' share their metrics; choose one that differs in more."),
        new(TooFewBrokers(), "TooFewBrokers", EngineErrorKind.Unavailable, "Ask for at most as many replicas as there are brokers, or wait until more of them are up."),
        new(ReadOnlySetting(), "ConfigurationReadOnly", EngineErrorKind.NotSupported, "A broker takes it only when it starts: Set-KafkaBroker -Configuration sets it, and restarts the brokers one after the other."),
        new(PerBrokerSetting(), "ConfigurationPerBroker", EngineErrorKind.InvalidArgument, "Set it for each broker by its id."),
        new(PerListenerSetting(), "ConfigurationPerListener", EngineErrorKind.InvalidArgument, "Write listener.name.NAME. before the setting's name, with the listener's name in lower case."),
        new(SensitiveSettings(), "SensitiveSettingsIncomplete", EngineErrorKind.Conflict, "Give the sensitive settings again in the same call, or remove them: this release forgets those that are not said."),
        new(MissingBroker(), "BrokerNotFound", EngineErrorKind.NotFound, "Get-KafkaBroker shows the brokers that there are, and whether they are ready."),
        new(ActiveGroup(), "GroupActive", EngineErrorKind.Conflict, "Stop the group's consumers first."),
        new(NothingCommitted(), "NothingCommitted", EngineErrorKind.InvalidArgument, "Move the group to the beginning, the end or an offset first; from there it can be shifted."),
        new(MissingGroup(), "GroupNotFound", EngineErrorKind.NotFound, "Get-KafkaConsumerGroup shows the groups that there are."),
        new(UnknownSetting(), "UnknownTopicConfiguration", EngineErrorKind.InvalidArgument, "Kafka's documentation lists the settings of a topic; the release decides which it knows."),
        new(BadSetting(), "InvalidTopicConfiguration", EngineErrorKind.InvalidArgument, "Give a value of the type that the setting has."),
        new(BadReplicas(), "InvalidReplicationFactor", EngineErrorKind.InvalidArgument, "A partition has at least one replica."),
        new(BadPartitions(), "InvalidPartitionCount", EngineErrorKind.InvalidArgument, "A topic has at least one partition, and never fewer than it had."),
        new(BadName(), "InvalidTopicName", EngineErrorKind.InvalidArgument, "Choose a name of ASCII letters, digits, '.', '_' and '-'."),
        new(RefusedSetting(), "ConfigurationRefused", EngineErrorKind.InvalidArgument, "The cluster's own words say why; nothing was changed."),
        new(Missing(), "TopicNotFound", EngineErrorKind.NotFound, "Get-KafkaTopic shows the topics that there are."),
        new(Internal(), "TopicIsInternal", EngineErrorKind.InvalidArgument, "Kafka keeps this topic for itself."),
        new(DeletionDisabled(), "TopicDeletionDisabled", EngineErrorKind.NotSupported, "Set delete.topic.enable on the brokers."),
        new(Forbidden(), "AuthorizationFailed", EngineErrorKind.PermissionDenied, "The cluster's ACLs have to allow it."),
        new(Unreachable(), "KafkaUnreachable", EngineErrorKind.Connection, "See whether the brokers and ZooKeeper are ready, and whether the address is right."),
    ];

    /// <summary>The error that a program's answer stands for.</summary>
    /// <param name="command">What was asked.</param>
    /// <param name="answer">What came back.</param>
    /// <param name="target">What it was about: a topic, a cluster.</param>
    public static EngineException Of(ToolCommand command, ToolAnswer answer, string target)
    {
        var reason = Reason(answer);
        if (command.IsChange && (answer.WasKilled || TimedOut().IsMatch(reason)))
        {
            return new EngineException(
                "OutcomeUnknown",
                EngineErrorKind.OutcomeUnknown,
                target,
                $"{command.Tool} ended without an answer about {target} ({Sentence(reason)}). Whether it was done is not known.",
                "See how things stand before trying again.");
        }

        var meaning = Array.Find(Meanings, candidate => candidate.Words.IsMatch(reason));
        return meaning is null
            ? new EngineException(
                "KafkaToolFailed",
                command.IsChange ? EngineErrorKind.OutcomeUnknown : EngineErrorKind.Unavailable,
                target,
                $"{command.Tool} failed with exit code {answer.ExitCode} on {target}: {Sentence(reason)}"
                    + (command.IsChange ? " Whether anything was changed is not known." : ""))
            : new EngineException(meaning.Id, meaning.Kind, target, Sentence(reason), meaning.Advice);
    }

    /// <summary>Whether a program that exits with 0 whatever happens says that it failed.</summary>
    public static bool IsAnnounced(ToolAnswer answer) => ReassignmentError().IsMatch(answer.Output);

    /// <summary>The program's own words for why it failed, or all that it said where none of them is a reason.</summary>
    public static string Reason(ToolAnswer answer)
    {
        foreach (var (pattern, text) in new[] { (Announced(), answer.Output), (ReassignmentError(), answer.Output), (GroupError(), answer.Output), (Logged(), answer.Errors), (Fatal(), answer.Errors), (Thrown(), answer.Errors), (Refused(), answer.Errors) })
        {
            if (pattern.Match(text) is { Success: true } match)
            {
                return match.Groups["reason"].Value.Trim();
            }
        }

        return Excerpt(answer.Output, answer.Errors);
    }

    /// <summary>The beginning of what a program said, as one line.</summary>
    public static string Excerpt(string output, string errors)
    {
        const int enough = 400;
        var text = string.Join(' ', TextLines.Of(output).Concat(TextLines.Of(errors)).Select(line => line.Trim()).Where(line => line.Length > 0));
        return text.Length switch
        {
            0 => "it said nothing",
            > enough => text[..enough] + "…",
            _ => text,
        };
    }

    private static string Sentence(string reason) => reason.EndsWith('.') || reason.EndsWith('!') ? reason : reason + ".";

    [GeneratedRegex(@"^Error while executing topic command : (?<reason>.+)$", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Announced();

    // Before 2.6, kafka-reassign-partitions exits with 0 behind it.
    [GeneratedRegex(@"^(?:Partitions reassignment failed due to |Failed to start preferred replica election\r?\n[\w.$]+: )(?<reason>.+)$", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex ReassignmentError();

    [GeneratedRegex(@"^Error: (?:Executing consumer group command failed due to )?(?<reason>.+)$", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex GroupError();

    [GeneratedRegex(@"^\[[^\]]+\] ERROR (?:[\w.$]+(?:Exception|Error): )(?<reason>.+)$", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Logged();

    [GeneratedRegex(@"^Exception in thread ""main"" [\w.$]+\.(?<reason>[\w$]+(?:Exception|Error)(?:: .+)?)$", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Fatal();

    [GeneratedRegex(@"^(?:java\.util\.concurrent\.ExecutionException: )?[\w.$]+\.(?<reason>[\w$]+(?:Exception|Error)(?:: .*)?)$", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Thrown();

    // kafka-configs and kafka-get-offsets: the bare reason, or one behind a colon.
    [GeneratedRegex(@"^(?:Error occurred: )?(?<reason>(?:Invalid config\(s\): |Could not match |Cannot shift offset |All sensitive broker config entries must be specified ).+|.+ is not a recognized option)$", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Refused();

    [GeneratedRegex("Unknown broker id|non-existent brokerIDs|no such broker is registered", RegexOptions.CultureInvariant)]
    private static partial Regex UnknownBroker();

    [GeneratedRegex("leader election currently in progress", RegexOptions.CultureInvariant)]
    private static partial Regex ElectionRunning();

    [GeneratedRegex("non-existent partitions|Topic .+ not found|Unable to find partition", RegexOptions.CultureInvariant)]
    private static partial Regex MissingPartition();

    [GeneratedRegex("already exists", RegexOptions.CultureInvariant)]
    private static partial Regex Exists();

    [GeneratedRegex("collides with existing topic", RegexOptions.CultureInvariant)]
    private static partial Regex Collides();

    [GeneratedRegex("larger than available brokers|Unable to replicate the partition|brokers are currently fenced", RegexOptions.CultureInvariant)]
    private static partial Regex TooFewBrokers();

    [GeneratedRegex("Cannot update these configs dynamically", RegexOptions.CultureInvariant)]
    private static partial Regex ReadOnlySetting();

    [GeneratedRegex("Cannot update these configs at default cluster level", RegexOptions.CultureInvariant)]
    private static partial Regex PerBrokerSetting();

    [GeneratedRegex("can be dynamically updated only per-listener", RegexOptions.CultureInvariant)]
    private static partial Regex PerListenerSetting();

    [GeneratedRegex("All sensitive broker config entries must be specified", RegexOptions.CultureInvariant)]
    private static partial Regex SensitiveSettings();

    [GeneratedRegex("BrokerNotAvailableException|no node found", RegexOptions.CultureInvariant)]
    private static partial Regex MissingBroker();

    [GeneratedRegex("is inactive, but the current state is|NON_EMPTY_GROUP|GroupNotEmptyException|group is not empty", RegexOptions.CultureInvariant)]
    private static partial Regex ActiveGroup();

    [GeneratedRegex("Cannot shift offset for partition .* since there is no current committed offset", RegexOptions.CultureInvariant)]
    private static partial Regex NothingCommitted();

    [GeneratedRegex("GROUP_ID_NOT_FOUND|GroupIdNotFoundException|Consumer group '.*' does not exist", RegexOptions.CultureInvariant)]
    private static partial Regex MissingGroup();

    [GeneratedRegex("Unknown topic config|Unknown Dynamic Configuration|Unknown config", RegexOptions.CultureInvariant)]
    private static partial Regex UnknownSetting();

    [GeneratedRegex("Invalid value .* for configuration|Invalid topic config|Invalid config value", RegexOptions.CultureInvariant)]
    private static partial Regex BadSetting();

    [GeneratedRegex("^(?:InvalidConfigurationException|InvalidRequestException|PolicyViolationException)\\b", RegexOptions.CultureInvariant)]
    private static partial Regex RefusedSetting();

    [GeneratedRegex("[Rr]eplication factor must be", RegexOptions.CultureInvariant)]
    private static partial Regex BadReplicas();

    [GeneratedRegex("(?:[Nn]umber of partitions|The partitions) must be|can only be increased|would not be an increase|higher than the requested|already has \\d+ partition", RegexOptions.CultureInvariant)]
    private static partial Regex BadPartitions();

    [GeneratedRegex("Topic name .*(?:illegal|invalid|cannot be)", RegexOptions.CultureInvariant)]
    private static partial Regex BadName();

    [GeneratedRegex("[Tt]opics? .*does(?: not|n't) exist|UnknownTopicOrPartition|Could not match any topic-partitions", RegexOptions.CultureInvariant)]
    private static partial Regex Missing();

    [GeneratedRegex("is a kafka internal topic", RegexOptions.CultureInvariant)]
    private static partial Regex Internal();

    [GeneratedRegex("Topic deletion is disabled", RegexOptions.CultureInvariant)]
    private static partial Regex DeletionDisabled();

    [GeneratedRegex("authorization failed", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Forbidden();

    [GeneratedRegex("waiting for a node assignment|Timed out waiting for connection|No resolvable bootstrap|TimeoutException|timed out|Timed out|UnknownHostException|ConnectionLoss|Connection refused", RegexOptions.CultureInvariant)]
    private static partial Regex Unreachable();

    // Not "Timed out waiting for a node assignment" and its like: those say that nothing was sent.
    [GeneratedRegex("The request timed out|timed out at \\d+ after", RegexOptions.CultureInvariant)]
    private static partial Regex TimedOut();
}
