using System.Text;
using KafkaK8s.Sandbox.Pods.Simulated.Kafka;

namespace KafkaK8s.Sandbox.Pods.Simulated.Programs;

/// <summary>The console producer's line reader: makes a record of a line by its properties.</summary>
internal sealed class RecordParser
{
    private readonly SandboxClock _clock;
    private readonly bool _isOld;
    private readonly bool _ignoreError;
    private readonly byte[]? _headersDelimiter;
    private readonly byte[] _headersSeparator;
    private readonly byte[] _headersKeySeparator;
    private readonly byte[]? _keySeparator;
    private readonly byte[]? _nullMarker;

    public RecordParser(IReadOnlyDictionary<string, string> properties, SandboxClock clock, bool isOld)
    {
        _clock = clock;
        _isOld = isOld;
        _ignoreError = IsTrue("ignore.error");
        _keySeparator = IsTrue("parse.key") ? Bytes("key.separator", "\t") : null;
        _headersDelimiter = !isOld && IsTrue("parse.headers") ? Bytes("headers.delimiter", "\t") : null;
        _headersSeparator = Bytes("headers.separator", ",");
        _headersKeySeparator = Bytes("headers.key.separator", ":");
        _nullMarker = !isOld && properties.ContainsKey("null.marker") ? Bytes("null.marker", "") : null;

        bool IsTrue(string name) => properties.GetValueOrDefault(name, "").Trim().Equals("true", StringComparison.OrdinalIgnoreCase);
        byte[] Bytes(string name, string otherwise) => Encoding.UTF8.GetBytes(properties.GetValueOrDefault(name, otherwise));
    }

    /// <summary>Makes a record.</summary>
    /// <param name="line">The line.</param>
    /// <param name="number">Its number, from 1.</param>
    /// <exception cref="ToolFailureException">A separator is missing.</exception>
    public StoredRecord Parse(byte[] line, int number)
    {
        var rest = line.AsMemory();
        var headers = _headersDelimiter is null ? [] : Headers(Take(ref rest, _headersDelimiter, "headers delimiter", number, line), number);
        var key = _keySeparator is null ? null : Take(ref rest, _keySeparator, "key separator", number, line);
        return new(Value(key), Value(rest), headers, _clock.GetUtcNow());
    }

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);

    private byte[]? Value(ReadOnlyMemory<byte>? bytes) =>
        bytes is not { } present || (_nullMarker is not null && present.Span.SequenceEqual(_nullMarker)) ? null : present.ToArray();

    private ReadOnlyMemory<byte>? Take(ref Memory<byte> rest, byte[] separator, string what, int number, byte[] line)
    {
        var index = rest.Span.IndexOf(separator);
        if (index < 0)
        {
            return _ignoreError ? null : throw Missing(what, number, line);
        }

        var part = rest[..index];
        rest = rest[(index + separator.Length)..];
        return part;
    }

    private List<KeyValuePair<string, byte[]?>> Headers(ReadOnlyMemory<byte>? part, int number)
    {
        var headers = new List<KeyValuePair<string, byte[]?>>();
        var rest = part ?? ReadOnlyMemory<byte>.Empty;
        while (rest.Length > 0)
        {
            var end = rest.Span.IndexOf(_headersSeparator);
            var pair = end < 0 ? rest : rest[..end];
            var equals = pair.Span.IndexOf(_headersKeySeparator);
            if (equals < 0 && !_ignoreError)
            {
                throw new ToolFailureException(
                    "org.apache.kafka.common.KafkaException", $"No header key separator found in pair '{Text(pair)}' on line number {number}", NewFrames);
            }

            headers.Add(equals < 0 ? new(Text(pair), null) : new(Text(pair[..equals]), Value(pair[(equals + _headersKeySeparator.Length)..])));
            rest = end < 0 ? ReadOnlyMemory<byte>.Empty : rest[(end + _headersSeparator.Length)..];
        }

        return headers;
    }

    private static readonly string[] NewFrames =
    [
        "kafka.tools.ConsoleProducer$LineMessageReader.kafka$tools$ConsoleProducer$LineMessageReader$$parse(ConsoleProducer.scala:438)",
        "kafka.tools.ConsoleProducer$LineMessageReader$$anon$3.hasNext(ConsoleProducer.scala:408)",
        "kafka.tools.ConsoleProducer$.loopReader(ConsoleProducer.scala:91)",
        "kafka.tools.ConsoleProducer$.main(ConsoleProducer.scala:100)",
        "kafka.tools.ConsoleProducer.main(ConsoleProducer.scala)",
    ];

    private ToolFailureException Missing(string what, int number, byte[] line) => _isOld
        ? new("kafka.common.KafkaException", $"No key found on line {number}: {Text(line)}",
        [
            "kafka.tools.ConsoleProducer$LineMessageReader.readMessage(ConsoleProducer.scala:318)",
            "kafka.tools.ConsoleProducer$.main(ConsoleProducer.scala:59)",
            "kafka.tools.ConsoleProducer.main(ConsoleProducer.scala)",
        ])
        : new("org.apache.kafka.common.KafkaException", $"No {what} found on line number {number}: '{Text(line)}'", NewFrames);
}
