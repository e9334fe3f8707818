using KafkaK8s.Sandbox.Pods.Simulated.Kafka;

namespace KafkaK8s.Sandbox.Pods.Simulated.Programs;

/// <summary>kafka-console-consumer of both generations.</summary>
internal sealed class ConsoleConsumer(ProgramCall call, ConsumerOptions options, BootstrapServers servers)
{
    private static readonly TimeSpan Forever = TimeSpan.FromDays(1000);

    private static readonly string[] OldTimeoutFrames =
    [
        "kafka.consumer.NewShinyConsumer.receive(BaseConsumer.scala:98)",
        "kafka.tools.ConsoleConsumer$.process(ConsoleConsumer.scala:129)",
        "kafka.tools.ConsoleConsumer$.run(ConsoleConsumer.scala:84)",
        "kafka.tools.ConsoleConsumer$.main(ConsoleConsumer.scala:54)",
        "kafka.tools.ConsoleConsumer.main(ConsoleConsumer.scala)",
    ];

    private readonly ProgramConsole _console = call.Console;
    private readonly bool _isOld = call.Pod.Image.HasOldTools;
    private readonly RecordFormatter _formatter = new(options.Properties, call.Pod.Image.HasOldTools);
    private int _count;

    private string Logger => _isOld ? "kafka.tools.ConsoleConsumer$" : "org.apache.kafka.tools.consumer.ConsoleConsumer";

    private bool IsDone => _count >= options.MaximumMessages;

    /// <summary>Runs the program.</summary>
    public static async Task<int> RunAsync(ProgramCall call, CancellationToken cancellation)
    {
        var isOld = call.Pod.Image.HasOldTools;
        ConsumerOptions options;
        try
        {
            options = ConsumerOptions.Parse(call.Arguments, isOld);
        }
        catch (Exception exception) when (exception is ToolOptionException or UsageErrorException)
        {
            return UsageErrorException.Print(call.Console, exception.Message, ConsumerOptions.Known(isOld));
        }

        if (options.IsVersionAsked)
        {
            call.Console.Output.WriteLine(call.Pod.Image.Version);
            return 0;
        }

        var (servers, complaint) = BootstrapServers.Parse(call, options.Servers, isOld);
        if (servers is not null)
        {
            return await new ConsoleConsumer(call, options, servers).RunAsync(cancellation);
        }

        call.Console.Log(
            "ERROR",
            "Unknown error when running consumer: ",
            isOld ? "kafka.tools.ConsoleConsumer$" : "org.apache.kafka.tools.consumer.ConsoleConsumer",
            ClientTraces.Consumer(complaint!, isOld));
        return 1;
    }

    private async Task<int> RunAsync(CancellationToken cancellation)
    {
        var started = call.Pod.Clock.GetTimestamp();
        try
        {
            if (!IsDone && !await ConsumeAsync(started, cancellation))
            {
                Report(_isOld
                    ? JavaTrace.Format("kafka.consumer.ConsumerTimeoutException", OldTimeoutFrames)
                    : "org.apache.kafka.common.errors.TimeoutException");
            }
        }
        catch (KafkaErrorException exception)
        {
            Report(exception.Description);
        }

        _console.Error.WriteLine($"Processed a total of {_count} messages");
        return 0;
    }

    private void Report(string trace) => _console.Log("ERROR", "Error processing message, terminating consumer process: ", Logger, trace);

    /// <summary>Reads until it has enough; false when no record came in time.</summary>
    private async Task<bool> ConsumeAsync(long started, CancellationToken cancellation)
    {
        // 1.1 doesn't count the time until it is connected and has its partitions.
        var patience = _isOld ? Forever : options.Timeout ?? Forever;
        var name = $"Consumer clientId={(_isOld ? "consumer-1" : "console-consumer")}, groupId={options.Group}";
        var connection = new ClientConnection(call, servers, name);
        if (await connection.ConnectAsync(patience, cancellation) is not { Cluster: { } cluster } broker)
        {
            return false;
        }

        if (options.Topic is { } topic && !await connection.FindTopicAsync(cluster, topic, options.Timeout ?? Forever, cancellation))
        {
            return false;
        }

        IPartitionSource source;
        if (options.Partition is { } partition)
        {
            source = new OnePartition(cluster, options.Topic!, partition, options.Start);
        }
        else
        {
            var member = await GroupMembership.JoinAsync(call, options, broker, patience - call.Pod.Clock.GetElapsedTime(started), cancellation);
            if (member is null)
            {
                return false;
            }

            source = member;
        }

        using (source)
        {
            return await ReadAsync(cluster, source, _isOld ? call.Pod.Clock.GetTimestamp() : started, cancellation);
        }
    }

    private async Task<bool> ReadAsync(KafkaCluster cluster, IPartitionSource source, long waitingSince, CancellationToken cancellation)
    {
        var clock = call.Pod.Clock;
        using var buffer = new MemoryStream();
        while (true)
        {
            var changed = cluster.Changed;
            var before = _count;
            foreach (var (partition, offset, record) in source.Read(options.MaximumMessages - _count ?? int.MaxValue))
            {
                _formatter.Write(buffer, partition, offset, record);
                _count++;
            }

            if (buffer.Length > 0)
            {
                await _console.WriteAsync(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), cancellation);
                buffer.SetLength(0);
            }

            if (IsDone)
            {
                return true;
            }

            if (_count > before)
            {
                waitingSince = clock.GetTimestamp();
                continue;
            }

            var left = options.Timeout - clock.GetElapsedTime(waitingSince) ?? Forever;
            if (left <= TimeSpan.Zero)
            {
                return false;
            }

            await _console.FlushAsync(cancellation);
            using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            await Task.WhenAny(changed, DelayAsync(left, waiting.Token));
            await waiting.CancelAsync();
            cancellation.ThrowIfCancellationRequested();
        }
    }

    private Task DelayAsync(TimeSpan span, CancellationToken cancellation) =>
        span >= Forever ? Task.Delay(Timeout.InfiniteTimeSpan, cancellation) : call.Pod.Clock.DelayAsync(span, cancellation);
}
