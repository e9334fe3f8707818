using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace KafkaK8s.Engine.Kafka.Tools;

/// <summary>One run of the console consumer, from its start to its end or until nobody wants its records any more.</summary>
internal sealed class ConsumerRun : IAsyncDisposable
{
    // What a reader needs before its first record can come: to ask for its partitions; as a member of a group, also for the
    // others to join, for which brokers wait three seconds by default.
    private static readonly TimeSpan StartAlone = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan StartInGroup = TimeSpan.FromSeconds(6);

    // Until 2.0 the program's own timeout does not run while the brokers can't be reached.
    private static readonly TimeSpan StuckAfter = TimeSpan.FromSeconds(30);

    // How long the program has to see that its input ended, before the connection is closed on it.
    private static readonly TimeSpan Parting = TimeSpan.FromMilliseconds(100);

    private readonly ToolSession _session;
    private readonly ReceiveRequest _request;
    private readonly ToolCommand _command;
    private readonly ToolCommand? _farewell;
    private readonly RecordReader _reader;
    private readonly HeldInput _input = new();
    private readonly TextCollector _errors = new();
    private readonly CancellationTokenSource _abandoned = new();

    // Bounded: a slow caller slows the program down instead of filling its own memory.
    private readonly Channel<IReadOnlyList<ReceivedRecord>> _records = Channel.CreateBounded<IReadOnlyList<ReceivedRecord>>(16);
    private Task _run = Task.CompletedTask;
    private bool _stopped;

    private ConsumerRun(ToolSession session, ReceiveRequest request, TopicDescription topic)
    {
        // A single partition needs no group: it starts at once, and nothing has to be cleared away. The group for several would stay
        // in the brokers' list for ten minutes after its last member left.
        int? partition = topic.Partitions.Count == 1 ? topic.Partitions[0].Partition : null;
        var group = partition is null ? $"kafkak8s-{Guid.NewGuid():N}" : null;
        var separators = Separators.Outside([]);
        var start = partition is null ? StartInGroup : StartAlone;
        _session = session;
        _request = request;
        _command = session.Dialect.Consume(
            session.Access,
            new Reading(topic.Name, partition, group, request.FromBeginning, request.MaxCount, request.Timeout + start),
            separators);
        _farewell = group is null ? null : ToolDialect.DeleteGroups(session.Access, [group]);
        _reader = new RecordReader(topic.Name, partition, session.Dialect.CanPrintPosition, separators);
    }

    /// <summary>Starts the program.</summary>
    public static ConsumerRun Start(ToolSession session, ReceiveRequest request, TopicDescription topic)
    {
        var run = new ConsumerRun(session, request, topic);
        run._run = run.RunAsync();
        return run;
    }

    /// <summary>The records, until the program ends or the request's end is reached.</summary>
    public async IAsyncEnumerable<ReceivedRecord> RecordsAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        var count = 0;
        while (await NextAsync(count > 0, cancellation))
        {
            while (_records.Reader.TryRead(out var batch))
            {
                foreach (var record in batch)
                {
                    count++;
                    yield return record;
                }
            }
        }

        await EndAsync(count);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _input.Dispose();
        _abandoned.Dispose();
    }

    // True when records have come, false when the program has ended or nothing more has come in time.
    private async Task<bool> NextAsync(bool isReading, CancellationToken cancellation)
    {
        if (_request.Timeout is not { } timeout)
        {
            return await _records.Reader.WaitToReadAsync(cancellation);
        }

        using var idle = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        idle.CancelAfter(isReading ? timeout : timeout + StartInGroup + StuckAfter);
        try
        {
            return await _records.Reader.WaitToReadAsync(idle.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            await StopAsync();
            return isReading ? false : throw Stuck();
        }
    }

    private async Task RunAsync()
    {
        try
        {
            var exitCode = await _session.FollowAsync(_command, _farewell, _input, TakeAsync, _errors.AddAsync, _abandoned.Token);
            _records.Writer.TryComplete(_stopped ? null : ConsumerFailureReader.Read(_command, new ToolAnswer(exitCode, _reader.Rest, _errors.Text), _request));
        }
        catch (Exception e)
        {
            _records.Writer.TryComplete(_stopped ? null : e);
        }
    }

    private async ValueTask TakeAsync(ReadOnlyMemory<byte> piece, CancellationToken cancellation)
    {
        if (_reader.Add(piece.Span) is { Count: > 0 } records)
        {
            await _records.Writer.WriteAsync(records, cancellation);
        }
    }

    private async Task EndAsync(int count)
    {
        await StopAsync();
        if (_reader.HasReplaced)
        {
            _session.Observer.Warning($"Some records of {_request.Topic} are not UTF-8 text; what could not be decoded is shown as replacement characters.");
        }

        if (count == 0 && ConsumerFailureReader.Unreachable(_errors.Text) is { } line)
        {
            _session.Observer.Warning($"No record of {_request.Topic} was received, and a broker could not be reached: {line}");
        }
    }

    private async Task StopAsync()
    {
        _stopped = true;
        _input.End();
        await Task.WhenAny(_run, Task.Delay(Parting, CancellationToken.None));
        await _abandoned.CancelAsync();
        await _run;
    }

    private EngineException Stuck() => new(
        "KafkaUnreachable",
        EngineErrorKind.Connection,
        _request.Topic,
        $"The reader of {_request.Topic} in pod {_session.Pod.Name} neither got a record nor gave up in time"
            + (ConsumerFailureReader.Unreachable(_errors.Text) is { } line ? $": {line}" : "."),
        "See whether the brokers are ready, and whether the address that they advertise can be reached from that pod.");
}
