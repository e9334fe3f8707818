using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using System.Threading.Channels;

namespace KafkaK8s.Engine.Kafka.Tools;

/// <summary>One run of the console consumer, from its start to its end or until nobody wants its records any more.</summary>
internal sealed partial class ConsumerRun : IAsyncDisposable
{
    // Until 2.0 the program's own timeout does not run while the brokers can't be reached.
    private static readonly TimeSpan StuckAfter = TimeSpan.FromSeconds(30);

    // How long the program has to see that its input ended, before the connection is closed on it.
    private static readonly TimeSpan Parting = TimeSpan.FromMilliseconds(100);

    // The program that commits gives up by itself after a minute.
    private static readonly TimeSpan CommitLimit = TimeSpan.FromSeconds(90);

    private readonly ToolSession _session;
    private readonly ReceiveRequest _request;
    private readonly ConsumerSetup _setup;
    private readonly ToolCommand _command;
    private readonly RecordReader _reader;
    private readonly HeldInput _input = new();
    private readonly TextCollector _errors = new();
    private readonly CancellationTokenSource _abandoned = new();
    private readonly CancellationTokenSource _unwanted = new();

    // Bounded: a slow caller slows the program down instead of filling its own memory.
    private readonly Channel<IReadOnlyList<ReceivedRecord>> _records = Channel.CreateBounded<IReadOnlyList<ReceivedRecord>>(16);
    private readonly object _gate = new();
    private Task<int> _run = Task.FromResult(0);
    private long _printed;
    private long? _total;
    private volatile bool _stopped;

    private ConsumerRun(ToolSession session, ReceiveRequest request, TopicDescription topic)
    {
        var separators = Separators.Outside([]);
        _session = session;
        _request = request;
        _setup = ConsumerSetup.For(session, request, topic, separators);
        _command = session.Dialect.Consume(
            session.Access, new Reading(topic.Name, _setup.Place, request.MaxCount, request.Timeout + _setup.StartTime), separators);
        _reader = new RecordReader(topic.Name, (_setup.Place as ReadingPlace.Partition)?.Number, session.Dialect.CanPrintPosition, separators);
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
                    // Only now has the caller done with it what it wanted: it asks for the next one.
                    _setup.Keeper?.Took(record);
                    cancellation.ThrowIfCancellationRequested();
                }
            }
        }

        await EndAsync(count, cancellation);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await AbandonAsync();
        _input.Dispose();
        _abandoned.Dispose();
        _unwanted.Dispose();
    }

    // True when records have come, false when the program has ended or nothing more has come in time.
    private async Task<bool> NextAsync(bool isReading, CancellationToken cancellation)
    {
        if (_request.Timeout is not { } timeout)
        {
            return await _records.Reader.WaitToReadAsync(cancellation);
        }

        using var idle = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        idle.CancelAfter(isReading && !_setup.EndsItself ? timeout : timeout + _setup.StartTime + StuckAfter);
        try
        {
            return await _records.Reader.WaitToReadAsync(idle.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return isReading && !_setup.EndsItself ? false : throw Stuck();
        }
    }

    private async Task<int> RunAsync()
    {
        try
        {
            var exitCode = await _session.FollowAsync(_command, _setup.Leash, _input, TakeAsync, HearAsync, _abandoned.Token);
            _records.Writer.TryComplete(_stopped ? null : Failure(exitCode));
            return exitCode;
        }
        catch (Exception e)
        {
            _records.Writer.TryComplete(_stopped ? null : e);
            throw;
        }
    }

    private async ValueTask TakeAsync(ReadOnlyMemory<byte> piece, CancellationToken cancellation)
    {
        if (_stopped)
        {
            await (_setup.Keeper?.HearAsync(piece, cancellation) ?? ValueTask.CompletedTask);
            return;
        }

        if (_reader.Add(piece.Span) is { Count: > 0 } records)
        {
            using var wanted = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _unwanted.Token);
            try
            {
                await _records.Writer.WriteAsync(records, wanted.Token);
            }
            catch (OperationCanceledException) when (_unwanted.IsCancellationRequested)
            {
                return;
            }

            Count(records.Count);
        }
    }

    private async ValueTask HearAsync(ReadOnlyMemory<byte> piece, CancellationToken cancellation)
    {
        await _errors.AddAsync(piece, cancellation);
        if (Total().Match(_errors.Text) is { Success: true } total && Invariant.TryNumber(total.Groups[1].ValueSpan, out long all))
        {
            _total = all;
            Count(0);
        }
    }

    // A reader whose caller has last words for it is over before its exec is: it says how many records it has printed, and all of them
    // have come.
    private void Count(int more)
    {
        lock (_gate)
        {
            _printed += more;
            if (_setup.Keeper is not null && _printed >= _total)
            {
                _records.Writer.TryComplete(Failure(0));
            }
        }
    }

    private EngineException? Failure(int exitCode) => ConsumerFailureReader.Read(_command, new ToolAnswer(exitCode, _reader.Rest, _errors.Text), _request);

    private async Task EndAsync(int count, CancellationToken cancellation)
    {
        if (_setup.Keeper is { } keeper)
        {
            await CommitAsync(keeper, cancellation);
        }

        await AbandonAsync();
        if (_reader.HasReplaced)
        {
            _session.Observer.Warning($"Some records of {_request.Topic} are not UTF-8 text; what could not be decoded is shown as replacement characters.");
        }

        if (_reader.HasLostTimestamp)
        {
            _session.Observer.Warning($"Some records of {_request.Topic} have a timestamp beyond all dates, in microseconds perhaps; they come without one.");
        }

        if (count == 0 && ConsumerFailureReader.Unreachable(_errors.Text) is { } line)
        {
            _session.Observer.Warning($"No record of {_request.Topic} was received, and a broker could not be reached: {line}");
        }
    }

    private async Task CommitAsync(OffsetKeeper keeper, CancellationToken cancellation)
    {
        Stop();
        try
        {
            keeper.RequireCommitted(await _run.WaitAsync(CommitLimit, cancellation), _errors.Text);
        }
        catch (EngineException e) when (e.Id != "OffsetsNotCommitted")
        {
            throw keeper.NotCommitted(e);
        }
        catch (TimeoutException)
        {
            throw keeper.NotCommitted(new EngineException(
                "KafkaToolTimeout",
                EngineErrorKind.OutcomeUnknown,
                _request.Group,
                $"the commit in pod {_session.Pod.Name} did not end within {CommitLimit.TotalSeconds:0} seconds.",
                "Get-KafkaConsumerGroup shows where the group is."));
        }
    }

    private void Stop()
    {
        if (!_stopped)
        {
            _stopped = true;
            _unwanted.Cancel();
            _input.Feed(_setup.Keeper?.LastWords() ?? default);
            _input.End();
        }
    }

    private async Task AbandonAsync()
    {
        Stop();
        await Task.WhenAny(_run, Task.Delay(Parting, CancellationToken.None));
        await _abandoned.CancelAsync();
        await _run.ContinueWith(static run => run.Exception, TaskScheduler.Default);
    }

    private EngineException Stuck() => new(
        "KafkaUnreachable",
        EngineErrorKind.Connection,
        _request.Topic,
        $"The reader of {_request.Topic} in pod {_session.Pod.Name} neither got a record nor gave up in time"
            + (ConsumerFailureReader.Unreachable(_errors.Text) is { } line ? $": {line}" : "."),
        "See whether the brokers are ready, and whether the address that they advertise can be reached from that pod.");

    [GeneratedRegex(@"^Processed a total of (\d+) messages\r?$", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Total();
}
