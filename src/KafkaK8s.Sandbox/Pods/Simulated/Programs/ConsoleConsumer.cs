using System.Globalization;
using KafkaK8s.Sandbox.Pods.Simulated.Kafka;

namespace KafkaK8s.Sandbox.Pods.Simulated.Programs;

/// <summary>kafka-console-consumer of both generations.</summary>
internal sealed class ConsoleConsumer(ProgramCall call, ConsumerOptions options, BootstrapServers servers)
{
    private static readonly TimeSpan Forever = TimeSpan.FromDays(1000);
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromMilliseconds(int.MaxValue);

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
            call.Console.Output.WriteLine(call.Pod.Image.ToldVersion);
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
        try
        {
            if (!IsDone && !await ConsumeAsync(cancellation))
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
    private async Task<bool> ConsumeAsync(CancellationToken cancellation)
    {
        var timeout = options.Timeout ?? Forever;

        // 1.1 doesn't count the time until it is connected and has its partitions.
        var patience = _isOld ? Forever : timeout;
        var name = $"Consumer clientId={(_isOld ? "consumer-1" : "console-consumer")}, groupId={options.Group}";
        var connection = new ClientConnection(call, servers, name);
        if (await connection.ConnectAsync(patience, cancellation) is not { Cluster: { } cluster } broker)
        {
            return false;
        }

        if (options.Topic is { } topic && !await connection.FindTopicAsync(cluster, topic, timeout, cancellation))
        {
            return false;
        }

        if (options.Partition is { } partition)
        {
            using var source = new OnePartition(cluster, options.Topic!, partition, options.Start, options.RefusesMissingOffset ? OutOfRange(broker) : null);
            return await ReadAsync(cluster, source, timeout, cancellation);
        }

        using var membership = await GroupMembership.JoinAsync(call, options, broker, patience, cancellation);
        return membership is not null && await ReadAsync(cluster, membership, _isOld ? timeout : timeout - membership.JoinTime, cancellation);
    }

    private Func<long, Exception> OutOfRange(KafkaBroker leader) => offset => new KafkaErrorException(
        "org.apache.kafka.clients.consumer.OffsetOutOfRangeException",
        _isOld
            ? $"Offsets out of range with no configured reset policy for partitions: {{{options.Topic}-{options.Partition}={offset}}}"
            : string.Create(CultureInfo.InvariantCulture, $"Fetch position FetchPosition{{offset={offset}, offsetEpoch=Optional.empty, currentLeader=LeaderAndEpoch{{leader=Optional[{leader.AdvertisedHost}:{leader.AdvertisedPort} (id: {leader.Id} rack: null)], epoch=0}}}} is out of range for partition {options.Topic}-{options.Partition}"));

    /// <summary>Reads until it has enough; false when its patience for the next record ended.</summary>
    private async Task<bool> ReadAsync(KafkaCluster cluster, IPartitionSource source, TimeSpan patience, CancellationToken cancellation)
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
                patience = options.Timeout ?? Forever;
                continue;
            }

            if (patience <= TimeSpan.Zero)
            {
                return false;
            }

            await _console.FlushAsync(cancellation);
            var started = clock.GetTimestamp();
            using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            var patienceEnds = DelayAsync(patience, waiting.Token);
            var first = await Task.WhenAny(changed, patienceEnds);
            await waiting.CancelAsync();
            cancellation.ThrowIfCancellationRequested();
            patience = first == patienceEnds ? TimeSpan.Zero : patience - clock.GetElapsedTime(started);
        }
    }

    // A wait without an end is longer than any timeout that the tool takes, and than a timer can count.
    private Task DelayAsync(TimeSpan span, CancellationToken cancellation) =>
        span > LongestTimeout ? Task.Delay(Timeout.InfiniteTimeSpan, cancellation) : call.Pod.Clock.DelayAsync(span, cancellation);
}
