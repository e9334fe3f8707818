using System.Text;
using KafkaK8s.Engine.Kafka;
using KafkaK8s.Engine.Kafka.Tools;

namespace KafkaK8s.Engine.Tests.Kafka;

/// <summary>Gives a recorded answer to the reader that the engine has for that question, and says in a line what came out.</summary>
internal static class AnswerReading
{
    private const string Nothing = "-";

    private static readonly string[] Changes = ["--create", "--alter", "--delete", "--execute"];

    /// <summary>The programs whose answers the engine reads.</summary>
    public static readonly IReadOnlySet<string> Programs = new HashSet<string>(StringComparer.Ordinal)
    {
        "kafka-topics", "kafka-configs", "kafka-console-producer", "kafka-console-consumer", "kafka-consumer-groups", "kafka-get-offsets", "kafka-run-class",
        "kafka-reassign-partitions", "kafka-preferred-replica-election", "kafka-leader-election", "kafka-log-dirs", "kafka-broker-api-versions", "kafka-metadata-quorum",
    };

    /// <summary>The programs that were recorded, and that the engine never runs.</summary>
    public static readonly IReadOnlySet<string> NeverRun = new HashSet<string>(StringComparer.Ordinal)
    {
        "kafka-acls", "kafka-cluster", "kafka-delete-records", "kafka-features",
    };

    /// <summary>What the engine makes of an answer.</summary>
    public static string Of(Transcript transcript)
    {
        try
        {
            var command = new ToolCommand(transcript.Argv[0], transcript.Argv[1..]) { IsChange = transcript.Argv.Intersect(Changes).Any() };
            return Read(transcript, command, new ToolAnswer(transcript.ExitCode, transcript.Stdout, transcript.Stderr));
        }
        catch (EngineException error)
        {
            return Name(error);
        }
    }

    private static string Read(Transcript transcript, ToolCommand command, ToolAnswer answer)
    {
        bool Asks(string option) => transcript.Argv.Contains(option);
        string Value(string option) => transcript.Argv[Array.IndexOf(transcript.Argv, option) + 1];
        return command.Tool switch
        {
            "kafka-console-producer" => Produced(transcript, command, answer),
            "kafka-console-consumer" => Consumed(transcript, command, answer),
            "kafka-consumer-groups" => Group(transcript, command, answer),
            _ when answer.ExitCode != 0 || ToolFailure.IsAnnounced(answer) => Name(ToolFailure.Of(command, answer, "t")),
            "kafka-topics" when Asks("--version") => answer.Output.Trim(),
            "kafka-topics" when Asks("--list") => Lines(TopicListReader.Read(answer.Lines).Select(topic => topic.Name)),
            "kafka-topics" when Asks("--topics-with-overrides") || !Asks("--describe") => Asks("--describe") ? Topics(answer) : "done",
            "kafka-topics" when transcript.Argv.Any(argument => argument.EndsWith("-partitions", StringComparison.Ordinal)) => Lines(TopicDescriptionReader.ReadPartitions(answer.Lines).Select(Partition)),
            "kafka-topics" => Topics(answer),
            "kafka-configs" when !Asks("--describe") => "done",
            "kafka-configs" => Settings(answer),
            "kafka-get-offsets" or "kafka-run-class" => Lines(OffsetReader.Read(command.Tool, answer.Lines).Select(offset => $"{offset.Topic}-{offset.Partition}={offset.Offset}")),
            "kafka-reassign-partitions" when Asks("--verify") => Lines(ReassignmentReader.ReadStatus(answer.Lines).Select(status => $"{status.Topic}-{status.Partition} {status.State}")),
            "kafka-reassign-partitions" when Asks("--list") => Lines(ReassignmentReader.ReadList(answer.Lines).Select(running => running.Topic)),
            "kafka-reassign-partitions" when Asks("--execute") => ReassignmentReader.IsStarted(answer.Lines) ? "started" : ReassignmentReader.IsRefused(answer) ? "refused" : "neither",
            "kafka-reassign-partitions" => Lines(answer.Lines.Where(line => line.StartsWith('{')).Select(line => Lines(ReassignmentReader.ReadAssignment(line).Select(to => $"{to.Name}={string.Join('.', to.Replicas)}")))),
            "kafka-leader-election" => Lines(ElectionReader.Read(answer.Lines).Elected.Select(partition => partition.ToString()).Order(StringComparer.Ordinal)),
            "kafka-preferred-replica-election" => "done",
            "kafka-log-dirs" => Lines(LogDirectoryReader.Read(answer.Lines).Brokers.Select(broker => $"{broker.Broker}: {Lines(broker.Replicas.Select(replica => $"{replica.Topic}-{replica.Partition} {replica.Bytes}"))}")),
            "kafka-broker-api-versions" => Lines(BrokerVersionsReader.Read(answer.Lines).Select(broker => $"{broker.Id}@{broker.Address}")),
            "kafka-metadata-quorum" when Value("describe") == "--status" => $"leader {QuorumStatusReader.Read(answer.Lines).Leader}",
            "kafka-metadata-quorum" => "never asked",
            _ => throw new InvalidOperationException($"No reader claims {transcript.Name}."),
        };
    }

    private static string Topics(ToolAnswer answer) =>
        Lines(TopicDescriptionReader.Read(answer.Lines).Select(topic => $"{topic.Name} x{topic.ReplicationFactor} [{string.Join(' ', topic.Partitions.Select(Partition))}]"));

    private static string Partition(PartitionDescription partition) =>
        $"{partition.Topic}-{partition.Partition}:{partition.Leader?.ToString() ?? "none"}/{string.Join('.', partition.Replicas)}/{string.Join('.', partition.InSyncReplicas)}";

    private static string Settings(ToolAnswer answer) => ConfigurationReader.IsMissing(answer.Lines)
        ? "TopicNotFound"
        : Lines(ConfigurationReader.Read(answer.Lines).Where(entry => entry.Source != ConfigurationSource.Default).Select(entry => $"{entry.Name}={entry.Value} {entry.Source}"));

    private static string Produced(Transcript transcript, ToolCommand command, ToolAnswer answer) => answer.ExitCode == 0
        ? Lines(ProducerFailureReader.Read(answer.Errors, "t").Select(failure => $"{failure.KeySize?.ToString() ?? "no key"}/{failure.ValueSize} {Name(failure.Refusal.About("A record", "t"))}"))
        : transcript.Argv.Contains("--sync") && ProducerFailureReader.ReadRefusal(answer.Errors) is { } refusal ? Name(refusal.About("A record", "t")) : Name(ToolFailure.Of(command, answer, "t"));

    // The engine always asks for the fields, and with separators that no record contains; most of the recordings print values alone.
    private static string Consumed(Transcript transcript, ToolCommand command, ToolAnswer answer)
    {
        var timeout = transcript.Argv.Contains("--timeout-ms") ? TimeSpan.FromSeconds(5) : (TimeSpan?)null;
        var end = ConsumerFailureReader.Read(command, answer with { Output = "" }, new ReceiveRequest("t", true, null, timeout)) is { } error ? Name(error) : "ended as asked";
        if (!transcript.Argv.Contains("print.timestamp=true"))
        {
            return end;
        }

        var hasPosition = transcript.Argv.Contains("print.offset=true");
        var separators = Separators.Outside([]);
        var text = string.Concat(answer.Lines.Select(line => string.Join(separators.Key, line.Split('\t', hasPosition ? 6 : 3)) + separators.Record));
        var records = new RecordReader("t", null, hasPosition, separators).Add(Encoding.UTF8.GetBytes(text));
        return $"{end}; {Lines(records.Select(record => $"{(record.Offset is { } offset ? $"{record.Partition}@{offset} " : "")}{record.Key ?? "null"}={record.Value}"))}";
    }

    private static string Group(Transcript transcript, ToolCommand command, ToolAnswer answer)
    {
        var isDeletion = transcript.Argv.Contains("--delete");
        if (isDeletion && GroupReader.ReadDeletionFailures(answer.Lines) is { Count: > 0 } failures)
        {
            return Lines(failures.Select(failure => $"{failure.Key} {Name(ToolFailure.Of(command, new ToolAnswer(1, "Error: " + failure.Value, ""), failure.Key))}"));
        }

        if (answer.ExitCode != 0 || GroupReader.HasError(answer.Lines))
        {
            return Name(ToolFailure.Of(command, answer, "g"));
        }

        return isDeletion ? "done"
            : transcript.Argv.Contains("--list") && transcript.Argv.Contains("--state") ? "never asked"
            : transcript.Argv.Contains("--list") ? Lines(GroupReader.ReadList(answer.Lines))
            : transcript.Argv.Contains("--reset-offsets") ? Lines(GroupReader.ReadReset(answer.Lines, "billing").Select(offset => $"{offset.Topic}-{offset.Partition}={offset.Offset}"))
            : transcript.Argv.Contains("--members") ? Lines(GroupReader.ReadMembers(answer.Lines).Select(row => $"{row.Group ?? Nothing} {row.Member.ClientId}@{row.Member.Host} reads {row.Member.PartitionCount}"))
            : transcript.Argv.Contains("--state") ? Lines(GroupReader.ReadStates(answer.Lines).Select(state => $"{state.Group ?? Nothing} {state.State} by {state.CoordinatorId}, {state.Strategy ?? Nothing}, {state.MemberCount} members"))
            : Lines(GroupReader.ReadOffsets(answer.Lines).Select(row => $"{row.Group ?? Nothing} {row.Offset.Topic}-{row.Offset.Partition}={row.Offset.CurrentOffset?.ToString() ?? Nothing} of {row.Offset.LogEndOffset}, {row.Offset.Lag?.ToString() ?? Nothing} left, {row.ClientId}"));
    }

    private static string Name(EngineException error) => $"{error.Id} ({error.Kind})";

    private static string Lines(IEnumerable<string> parts) => string.Join("; ", parts) is { Length: > 0 } text ? text : "nothing";
}
