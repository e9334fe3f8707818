using KafkaK8s.Sandbox.Pods.Simulated.Kafka;

namespace KafkaK8s.Sandbox.Pods.Simulated.Programs;

/// <summary>kafka-console-producer of both generations.</summary>
internal sealed class ConsoleProducer(ProgramCall call, ProducerOptions options, BootstrapServers servers)
{
    private const string ClientName = "Producer clientId=console-producer";
    private const string CallbackLogger = "org.apache.kafka.clients.producer.internals.ErrorLoggingCallback";

    private static readonly string[] SyncFrames =
    [
        "org.apache.kafka.clients.producer.internals.FutureRecordMetadata.valueOrError(FutureRecordMetadata.java:97)",
        "org.apache.kafka.clients.producer.internals.FutureRecordMetadata.get(FutureRecordMetadata.java:65)",
        "org.apache.kafka.clients.producer.internals.FutureRecordMetadata.get(FutureRecordMetadata.java:30)",
        "kafka.tools.ConsoleProducer$.send(ConsoleProducer.scala:116)",
        "kafka.tools.ConsoleProducer$.loopReader(ConsoleProducer.scala:91)",
        "kafka.tools.ConsoleProducer$.main(ConsoleProducer.scala:100)",
        "kafka.tools.ConsoleProducer.main(ConsoleProducer.scala)",
    ];

    private readonly ProgramConsole _console = call.Console;
    private readonly bool _isOld = call.Pod.Image.HasOldTools;
    private readonly ClientConnection _connection = new(call, servers, ClientName);
    private RecordAccumulator? _accumulator;

    /// <summary>Runs the program.</summary>
    public static async Task<int> RunAsync(ProgramCall call, CancellationToken cancellation)
    {
        var isOld = call.Pod.Image.HasOldTools;
        ProducerOptions options;
        try
        {
            options = ProducerOptions.Parse(call.Arguments, isOld);
        }
        catch (ToolOptionException exception) when (isOld)
        {
            call.Console.Error.WriteLine(exception.Message);
            return 1;
        }
        catch (Exception exception) when (exception is ToolOptionException or UsageErrorException)
        {
            return UsageErrorException.Print(call.Console, exception.Message, ProducerOptions.Known(isOld));
        }

        if (options.IsVersionAsked)
        {
            call.Console.Output.WriteLine(call.Pod.Image.ToldVersion);
            return 0;
        }

        var (servers, complaint) = BootstrapServers.Parse(call, options.Servers, isOld);
        if (servers is null)
        {
            call.Console.Error.WriteLine(ClientTraces.Producer(complaint!, isOld));
            return 1;
        }

        return await new ConsoleProducer(call, options, servers).RunAsync(cancellation);
    }

    private async Task<int> RunAsync(CancellationToken cancellation)
    {
        var lines = new LineReader(_console.Input);
        var parser = new RecordParser(options.Properties, call.Pod.Clock, _isOld);
        try
        {
            for (var number = 1; await NextAsync(lines, cancellation) is { } line; number++)
            {
                await SendAsync(parser.Parse(line, number), cancellation);
            }
        }
        catch (ToolFailureException exception)
        {
            // What was read before is still sent: the producer is closed on the way out.
            await FlushAsync(cancellation);
            _console.Error.WriteLine(exception.Trace);
            return 1;
        }
        catch (SyncFailureException exception)
        {
            _console.Error.WriteLine(JavaTrace.Format($"java.util.concurrent.ExecutionException: {exception.Message}", SyncFrames));
            _console.Error.WriteLine($"Caused by: {exception.Message}");
            return 1;
        }

        await FlushAsync(cancellation);
        return 0;
    }

    /// <summary>The next line, after a prompt where the version has one. What lingers is sent when no line comes in time.</summary>
    private async Task<byte[]?> NextAsync(LineReader lines, CancellationToken cancellation)
    {
        if (_isOld)
        {
            await _console.Output.WriteAsync('>');
        }

        await _console.FlushAsync(cancellation);
        var reading = lines.ReadAsync(cancellation);
        if (_accumulator?.IsEmpty == false)
        {
            using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            await Task.WhenAny(reading, call.Pod.Clock.DelayAsync(options.Linger, waiting.Token));
            await waiting.CancelAsync();
            if (!reading.IsCompleted)
            {
                await FlushAsync(cancellation);
            }
        }

        return await reading;
    }

    private async Task SendAsync(StoredRecord record, CancellationToken cancellation)
    {
        if (await PrepareAsync(record, cancellation) is not { } accumulator)
        {
            return;
        }

        if (RecordSize.UpperBound(record) is var size && size > options.MaximumRequestSize)
        {
            Report(record, "org.apache.kafka.common.errors.RecordTooLargeException: " + (_isOld
                ? $"The message is {size} bytes when serialized which is larger than the maximum request size you have configured with the max.request.size configuration."
                : $"The message is {size} bytes when serialized which is larger than {options.MaximumRequestSize}, which is the value of the max.request.size configuration."));
            return;
        }

        accumulator.Add(record);
        if (options.IsSync || accumulator.IsFull)
        {
            await FlushAsync(cancellation);
        }
    }

    /// <summary>Finds the cluster and the topic; null, and the record reported, when that took too long.</summary>
    private async Task<RecordAccumulator?> PrepareAsync(StoredRecord record, CancellationToken cancellation)
    {
        if (_accumulator is not null)
        {
            return _accumulator;
        }

        var broker = await _connection.ConnectAsync(options.MaximumBlock, cancellation);
        try
        {
            if (broker is not null && await _connection.FindTopicAsync(broker.Cluster!, options.Topic, options.MaximumBlock, cancellation))
            {
                return _accumulator = new RecordAccumulator(call, options, broker.Cluster!);
            }


            var patience = options.MaximumBlock.TotalMilliseconds;
            Report(record, "org.apache.kafka.common.errors.TimeoutException: " + (_isOld
                ? $"Failed to update metadata after {patience} ms."
                : $"Topic {options.Topic} not present in metadata after {patience} ms."));
        }
        catch (KafkaErrorException exception)
        {
            Report(record, exception.Description);
        }

        return null;
    }

    private async Task FlushAsync(CancellationToken cancellation)
    {
        if (_accumulator is null)
        {
            return;
        }

        foreach (var (record, error) in await _accumulator.FlushAsync(cancellation))
        {
            if (options.IsSync && !_isOld)
            {
                throw new SyncFailureException(error);
            }

            Report(record, error);
        }

        await _console.FlushAsync(cancellation);
    }

    private void Report(StoredRecord record, string error)
    {
        if (options.IsSync && !_isOld)
        {
            throw new SyncFailureException(error);
        }

        _console.Log(
            "ERROR",
            $"Error when sending message to topic {options.Topic} with key: {Size(record.Key)}, value: {Size(record.Value)} with error:",
            CallbackLogger,
            error);
    }

    private static string Size(byte[]? bytes) => bytes is null ? "null" : $"{bytes.Length} bytes";

    // The record that a synchronous send waited for was refused.
    private sealed class SyncFailureException(string error) : Exception(error);
}
