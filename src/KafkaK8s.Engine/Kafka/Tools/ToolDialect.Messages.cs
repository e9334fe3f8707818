namespace KafkaK8s.Engine.Kafka.Tools;

/// <content>How records are sent and received.</content>
internal abstract partial class ToolDialect
{
    // A caller that takes its time blocks what the program prints, and a member that doesn't ask for more within five minutes is thrown out
    // of its group: it would begin again where it began, or go on behind what it has lost.
    private const string StaysInGroup = "max.poll.interval.ms=2147483647";

    /// <summary>Whether the producer can send headers, and null as a value.</summary>
    public virtual bool CanSendHeadersAndNull => false;

    /// <summary>Whether the consumer can print partition, offset and headers, and tell null from the text <c>null</c>.</summary>
    public virtual bool CanPrintPosition => false;

    /// <summary>Reads records from standard input, one a line, and sends them to a topic, waiting for all in-sync replicas.</summary>
    /// <param name="access">The cluster's addresses.</param>
    /// <param name="topic">A topic that exists.</param>
    /// <param name="separators">What stands between the parts of a record.</param>
    /// <param name="oneByOne">
    /// Whether each record waits for the one before. The program then stops at the first that is refused, and its exit code tells;
    /// otherwise it goes on, and its log tells which were refused.
    /// </param>
    public ToolCommand Produce(KafkaAccess access, string topic, Separators separators, bool oneByOne) => new(
        "kafka-console-producer",
        [
            ProducerConnection, access.BootstrapServers,
            "--topic", topic,
            "--request-required-acks", "all",
            // The tool's own 1.5 seconds make a slow broker look like a lost record.
            "--request-timeout-ms", "15000",
            "--max-block-ms", "20000",
            // How long it collects records before it sends them, not how long it waits: each record would take a second one by one.
            "--timeout", "0",
            .. Flag("--sync", oneByOne),
            .. Properties(
                ReaderProperty,
                [
                    "parse.key=true", "key.separator=" + separators.Key,
                    // A line without a separator is a record without a key; otherwise the tool would stop at it.
                    "ignore.error=true",
                    .. CanSendHeadersAndNull
                        ? new[]
                        {
                            "parse.headers=true", "headers.delimiter=" + separators.HeadersEnd, "headers.separator=" + separators.Header,
                            "headers.key.separator=" + separators.HeaderValue, "null.marker=" + separators.Null,
                        }
                        : [],
                ]),
        ]) { IsChange = true };

    /// <summary>Prints records of a topic.</summary>
    /// <param name="access">The cluster's addresses.</param>
    /// <param name="reading">What to read.</param>
    /// <param name="separators">What stands between the parts of a record, and between records.</param>
    public ToolCommand Consume(KafkaAccess access, Reading reading, Separators separators) => new(
        "kafka-console-consumer",
        [
            "--bootstrap-server", access.BootstrapServers,
            "--topic", reading.Topic,
            .. reading.Place switch
            {
                ReadingPlace.Partition place => new[] { "--partition", Invariant.Text(place.Number), "--offset", place.Start },
                ReadingPlace.Group place => ["--group", place.Name, .. Flag("--from-beginning", place.FromBeginning)],
                _ => throw new ArgumentOutOfRangeException(nameof(reading)),
            },
            .. Option("--max-messages", reading.MaxCount),
            .. reading.Timeout is { } timeout ? new[] { "--timeout-ms", Invariant.Text((long)timeout.TotalMilliseconds) } : [],
            .. Properties(ConsumerProperty, reading.Place switch
            {
                // What is behind the last record or no longer there is an error then, and nothing is skipped in silence.
                ReadingPlace.Partition => ["enable.auto.commit=false", "auto.offset.reset=none"],
                // The program commits at its end in any case; in between it would commit what nobody has got yet. It commits what it has
                // fetched, of which it prints no more than it was asked for: so it fetches one by one.
                ReadingPlace.Group { Commits: true } => ["enable.auto.commit=true", "auto.commit.interval.ms=2147483647", "max.poll.records=1", StaysInGroup],
                _ => ["enable.auto.commit=false", StaysInGroup],
            }),
            .. Properties(
                FormatterProperty,
                [
                    "print.timestamp=true", "print.key=true", "key.separator=" + separators.Key, "line.separator=" + separators.Record,
                    .. CanPrintPosition
                        ? new[]
                        {
                            "print.partition=true", "print.offset=true", "print.headers=true",
                            "headers.separator=" + separators.Header, "null.literal=" + separators.Null,
                        }
                        : [],
                ]),
        ]);

    /// <summary>How the producer reaches the brokers.</summary>
    protected virtual string ProducerConnection => "--bootstrap-server";

    /// <summary>How the producer's line reader is configured.</summary>
    protected virtual string ReaderProperty => "--property";

    /// <summary>How the consumer's printer is configured.</summary>
    protected virtual string FormatterProperty => "--property";

    /// <summary>How the consumer is configured.</summary>
    protected virtual string ConsumerProperty => "--consumer-property";

    private static IEnumerable<string> Properties(string option, IEnumerable<string> properties) =>
        properties.SelectMany(property => new[] { option, property });
}
