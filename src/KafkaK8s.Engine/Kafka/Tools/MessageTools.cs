using System.Runtime.CompilerServices;

namespace KafkaK8s.Engine.Kafka.Tools;

/// <summary>Records, by the console producer and consumer.</summary>
internal sealed class MessageTools(ToolSession session, ITopicOperations topics) : IMessageOperations
{
    /// <inheritdoc/>
    public async Task<SendResult> SendAsync(string topic, IReadOnlyList<OutgoingRecord> records, CancellationToken cancellation)
    {
        RecordLines.Validate(records, session.Dialect, session.Version);
        await ExistingAsync(topic, cancellation);
        if (records.Count == 0)
        {
            return new SendResult(0, []);
        }

        var separators = Separators.Outside([.. records.SelectMany(RecordLines.Texts)]);
        var oneByOne = records.Count == 1;
        var command = session.Dialect.Produce(session.Access, topic, separators, oneByOne);
        using var input = RecordLines.Write(records, separators);
        var answer = await session.RunAsync(command, input, cancellation);
        if (answer.ExitCode != 0)
        {
            return oneByOne && ProducerFailureReader.ReadRefusal(answer.Errors, topic) is { } refusal
                ? new SendResult(0, [new SendFailure(records[0], refusal)])
                : throw Stopped(command, answer, topic, records.Count);
        }

        var failures = Attribute(records, ProducerFailureReader.Read(answer.Errors, topic));
        return new SendResult(records.Count - failures.Length, failures);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ReceivedRecord> ReceiveAsync(
        ReceiveRequest request, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var topic = await ExistingAsync(request.Topic, cancellation);
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

    // The producer names a record by its sizes only. Where as many failed as there are of that size, it was all of them.
    private static SendFailure[] Attribute(IReadOnlyList<OutgoingRecord> records, IReadOnlyList<ProducerFailure> failures)
    {
        if (failures.Count == 0)
        {
            return [];
        }

        var bySize = records.ToLookup(record => (RecordLines.Size(record.Key), RecordLines.Size(record.Value)));
        var known = failures
            .GroupBy(failure => (failure.KeySize, failure.ValueSize))
            .Where(group => group.Count() == bySize[group.Key].Count())
            .ToDictionary(group => group.Key, group => new Queue<OutgoingRecord>(bySize[group.Key]));
        return
        [
            .. failures.Select(failure => new SendFailure(
                known.TryGetValue((failure.KeySize, failure.ValueSize), out var candidates) ? candidates.Dequeue() : null, failure.Error)),
        ];
    }
}
