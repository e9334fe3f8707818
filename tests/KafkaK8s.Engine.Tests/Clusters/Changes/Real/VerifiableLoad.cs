using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using KafkaK8s.Engine.Kafka.Tools;
using KafkaK8s.Engine.Kubernetes;

namespace KafkaK8s.Engine.Tests.Clusters.Changes.Real;

/// <summary>
/// Kafka's own verifiable producer and consumer, in the client pod: a numbered record each few milliseconds, written with acks=all and read all the time, each
/// with its place in the log.
/// </summary>
internal sealed class VerifiableLoad : IAsyncDisposable
{
    public const string Topic = "load";
    public const string BulkTopic = "bulk";

    // The file ends with the shell; the program ends with the input.
    private const string Held = "f=$(mktemp) && printf '%s\\n' \"$0\" > \"$f\" && { \"$@\" \"$f\" & p=$!; cat > /dev/null; kill $p; wait $p; rm \"$f\"; }";

    private readonly KubernetesConnection _connection;
    private readonly HeldInput _producing = new();
    private readonly HeldInput _consuming = new();
    private readonly HeldInput _filling = new();
    private readonly ConcurrentDictionary<string, int> _failures = new();
    private readonly StringBuilder _errors = new();
    private readonly Lock _silence = new();
    private long _lastAcknowledged;
    private long _longestSilence;
    private Task<int> _producer = Task.FromResult(0);
    private Task<int> _consumer = Task.FromResult(0);
    private Task<int> _bulk = Task.FromResult(0);

    private VerifiableLoad(KubernetesConnection connection) => _connection = connection;

    /// <summary>The records that the brokers acknowledged, each with where they put it.</summary>
    public ConcurrentDictionary<string, (int Partition, long Offset)> Acknowledged { get; } = new();

    /// <summary>The records that were read, by where they are.</summary>
    public ConcurrentDictionary<(int Partition, long Offset), string> Read { get; } = new();

    /// <summary>What could not be sent, by the error.</summary>
    public IReadOnlyDictionary<string, int> Failures => _failures;

    /// <summary>What both programs wrote to their standard errors, for whoever wants to know why.</summary>
    public string Errors
    {
        get
        {
            lock (_errors)
            {
                return _errors.ToString();
            }
        }
    }

    public static VerifiableLoad Start(KubernetesConnection connection, bool isOld, int perSecond, CancellationToken cancellation)
    {
        var load = new VerifiableLoad(connection);
        var servers = isOld ? "--broker-list" : "--bootstrap-server";
        load._producer = load.RunAsync(
            "retries=2147483647\nenable.idempotence=true\nmax.in.flight.requests.per.connection=1\nrequest.timeout.ms=10000",
            ["kafka-verifiable-producer", servers, "kafka:9092", "--topic", Topic, "--throughput", perSecond.ToString(CultureInfo.InvariantCulture), "--acks", "-1", "--producer.config"],
            load._producing,
            load.Produced,
            cancellation);
        load._consumer = load.RunAsync(
            "request.timeout.ms=40000",
            ["kafka-verifiable-consumer", servers, "kafka:9092", "--topic", Topic, "--group-id", "watchers", "--reset-policy", "earliest", "--verbose", "--consumer.config"],
            load._consuming,
            load.Consumed,
            cancellation);
        return load;
    }

    /// <summary>The longest time without an acknowledgement, by the producer's own clock, since the last time that this was asked.</summary>
    public TimeSpan TakeLongestSilence()
    {
        lock (_silence)
        {
            return TimeSpan.FromMilliseconds((_longestSilence, _longestSilence = 0).Item1);
        }
    }

    /// <summary>Has many more bytes written, so that a broker that was away has something to catch up with.</summary>
    /// <param name="perSecond">Records of 1000 bytes a second.</param>
    /// <param name="cancellation">Ends it.</param>
    public void Fill(int perSecond, CancellationToken cancellation) => _bulk = RunAsync(
        "bootstrap.servers=kafka:9092\nacks=all\nretries=2147483647\nbuffer.memory=67108864",
        [
            "kafka-producer-perf-test", "--topic", BulkTopic, "--num-records", "100000000", "--record-size", "1000",
            "--throughput", perSecond.ToString(CultureInfo.InvariantCulture), "--producer.config",
        ],
        _filling,
        static _ => { },
        cancellation);

    /// <summary>Waits until so many records were acknowledged and read.</summary>
    public async Task UntilFlowingAsync(int records, CancellationToken cancellation)
    {
        while (Acknowledged.Count < records || Read.Count < records)
        {
            if (_producer.IsCompleted || _consumer.IsCompleted)
            {
                Assert.Fail($"The load ended: {Errors}");
            }

            await Task.Delay(100, cancellation);
        }
    }

    /// <summary>Ends the producer, and the consumer when it has read all that was acknowledged, or finds nothing more.</summary>
    public async Task EndAsync(CancellationToken cancellation)
    {
        _filling.End();
        await _bulk;
        _producing.End();
        await _producer;
        for (var (count, since) = (-1, Environment.TickCount64); Acknowledged.Values.Any(place => !Read.ContainsKey(place)) && Environment.TickCount64 - since < 20_000;)
        {
            (count, since) = Read.Count == count ? (count, since) : (Read.Count, Environment.TickCount64);
            await Task.Delay(100, cancellation);
        }

        _consuming.End();
        await _consumer;
    }

    public async ValueTask DisposeAsync()
    {
        _producing.End();
        _consuming.End();
        _filling.End();
        await Task.WhenAll(_producer, _consumer, _bulk).ContinueWith(_ => { }, TaskScheduler.Default);
    }

    private Task<int> RunAsync(string settings, string[] program, HeldInput input, Action<JsonNode> take, CancellationToken cancellation)
    {
        var lines = new LineSplitter((line, _) =>
        {
            if (line.StartsWith('{'))
            {
                take(JsonNode.Parse(line)!);
            }

            return ValueTask.CompletedTask;
        });
        return PodExec.RunAsync(
            _connection,
            new PodTarget("the-project", "kafka-test-client"),
            ["bash", "-c", Held, settings, .. program],
            new ExecStreams(
                input,
                lines.AddAsync,
                (bytes, _) =>
                {
                    lock (_errors)
                    {
                        _errors.Append(Encoding.UTF8.GetString(bytes.Span));
                    }

                    return ValueTask.CompletedTask;
                }),
            cancellation);
    }

    private void Produced(JsonNode told)
    {
        switch ((string?)told["name"])
        {
            case "producer_send_success":
                Hear((long)told["timestamp"]!);
                Assert.True(Acknowledged.TryAdd((string)told["value"]!, ((int)told["partition"]!, (long)told["offset"]!)), $"acknowledged twice: {told}");
                break;
            case "producer_send_error":
                _failures.AddOrUpdate((string?)told["message"] ?? "?", 1, (_, count) => count + 1);
                break;
            default:
                break;
        }
    }

    private void Hear(long milliseconds)
    {
        lock (_silence)
        {
            _longestSilence = _lastAcknowledged == 0 ? 0 : Math.Max(_longestSilence, milliseconds - _lastAcknowledged);
            _lastAcknowledged = milliseconds;
        }
    }

    private void Consumed(JsonNode told)
    {
        if ((string?)told["name"] == "record_data")
        {
            var place = ((int)told["partition"]!, (long)told["offset"]!);
            var value = (string)told["value"]!;

            // The same place again is the group's doing, when it lost its coordinator before it had said how far it was; another value there is not.
            Assert.Equal(value, Read.GetOrAdd(place, value));
        }
    }
}
