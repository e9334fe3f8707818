using System.Runtime.CompilerServices;

namespace KafkaK8s.Engine.Kafka.Tools;

/// <summary>Records, by the console producer and consumer.</summary>
internal sealed class MessageTools(ToolSession session, ITopicOperations topics, GroupTools groups) : IMessageOperations
{
    // What a program may take that doesn't get anywhere, and bytes per second that the slowest connection carries.
    private static readonly TimeSpan UsualLimit = TimeSpan.FromSeconds(90);
    private const int SlowestRate = 200_000;

    /// <inheritdoc/>
    public async Task<SendResult> SendAsync(string topic, IReadOnlyList<OutgoingRecord> records, CancellationToken cancellation)
    {
        RecordLines.Validate(records, session.Dialect, session.Version);
        var described = await ExistingAsync(topic, cancellation);
        if (records.Count == 0)
        {
            return new SendResult(0, [], []);
        }

        var separators = Separators.Outside([.. records.SelectMany(RecordLines.Texts)]);
        var oneByOne = records.Count == 1;
        var command = session.Dialect.Produce(session.Access, topic, separators, oneByOne);
        using var input = RecordLines.Write(records, separators);
        var answer = await ProduceAsync(command, input, topic, records.Count, cancellation);
        var partition = described.Partitions.Count == 1 ? described.Partitions[0].Partition : (int?)null;
        if (answer.ExitCode == 0)
        {
            return RefusedRecords.Attribute(topic, partition, records, ProducerFailureReader.Read(answer.Errors, topic));
        }

        return oneByOne && ProducerFailureReader.ReadRefusal(answer.Errors) is { } refusal
            ? RefusedRecords.Attribute(topic, partition, records, [new ProducerFailure(RecordLines.Size(records[0].Key), RecordLines.Size(records[0].Value), refusal)])
            : throw Stopped(command, answer, topic, records.Count);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ReceivedRecord> ReceiveAsync(
        ReceiveRequest request, [EnumeratorCancellation] CancellationToken cancellation)
    {
        ReceiveRules.Validate(request, session.Dialect, session.Version);
        var topic = await ExistingAsync(request.Topic, cancellation);
        ReceiveRules.Validate(request, topic);
        if (request.Group is { } group)
        {
            await groups.PrepareAsync(group, topic, request.FromBeginning, cancellation);
            if (!session.Dialect.CanPrintPosition)
            {
                session.Observer.Warning(
                    $"The console consumer of Kafka {session.Version} commits for {group} by itself, when it has printed its last record: what is stopped on the way from there counts as read.");
            }
        }

        await using var consumer = ConsumerRun.Start(session, request, topic);
        await foreach (var record in consumer.RecordsAsync(cancellation))
        {
            yield return record;
        }
    }

    private async Task<TopicDescription> ExistingAsync(string topic, CancellationToken cancellation)
    {
        TopicNames.Validate(topic);
        var found = await topics.DescribeAsync([topic], cancellation);
        return found.Count == 1 && !found[0].IsMarkedForDeletion ? found[0] : throw TopicTools.NotFound(topic, session.Access);
    }

    private async Task<ToolAnswer> ProduceAsync(ToolCommand command, MemoryStream input, string topic, int count, CancellationToken cancellation)
    {
        try
        {
            return await session.RunWithLinesAsync(command, input, UsualLimit + TimeSpan.FromSeconds(input.Length / SlowestRate), cancellation);
        }
        catch (EngineException e) when (e.Kind == EngineErrorKind.OutcomeUnknown)
        {
            throw new EngineException(
                e.Id,
                e.Kind,
                topic,
                $"How many of the {count} records to {topic} were stored is not known: {e.Message}",
                "Read the end of the topic before sending again.",
                e);
        }
    }

    private static EngineException Stopped(ToolCommand command, ToolAnswer answer, string topic, int count)
    {
        // An option or an address that the producer doesn't take stops it before it reads the first record.
        var reason = ToolFailure.Reason(answer);
        return reason.Contains("ConfigException", StringComparison.Ordinal) || reason.Contains("is not a recognized option", StringComparison.Ordinal)
            ? ToolFailure.Of(command with { IsChange = false }, answer, topic)
            : new EngineException(
                "OutcomeUnknown",
                EngineErrorKind.OutcomeUnknown,
                topic,
                $"The producer stopped with exit code {answer.ExitCode} while {count} records were sent to {topic}: {reason}. How many of them were stored is not known.",
                "Read the end of the topic before sending again.");
    }
}
