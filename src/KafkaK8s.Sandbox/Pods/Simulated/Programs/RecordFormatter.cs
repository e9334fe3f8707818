using System.Globalization;
using System.Text;
using KafkaK8s.Sandbox.Pods.Simulated.Kafka;

namespace KafkaK8s.Sandbox.Pods.Simulated.Programs;

/// <summary>The console consumer's default formatter: what it prints of a record, and what between.</summary>
internal sealed class RecordFormatter
{
    private readonly bool _timestamp;
    private readonly bool _partition;
    private readonly bool _offset;
    private readonly bool _headers;
    private readonly bool _key;
    private readonly bool _value;
    private readonly byte[] _separator;
    private readonly byte[] _lineSeparator;
    private readonly byte[] _headersSeparator;
    private readonly byte[] _null;

    public RecordFormatter(IReadOnlyDictionary<string, string> properties, bool isOld)
    {
        _timestamp = Flag("print.timestamp");
        _partition = !isOld && Flag("print.partition");
        _offset = !isOld && Flag("print.offset");
        _headers = !isOld && Flag("print.headers");
        _key = Flag("print.key");
        _value = Flag("print.value", otherwise: true);
        _separator = Bytes("key.separator", "\t");
        _lineSeparator = Bytes("line.separator", "\n");
        _headersSeparator = Bytes("headers.separator", ",");
        _null = isOld ? "null"u8.ToArray() : Bytes("null.literal", "null");

        bool Flag(string name, bool otherwise = false) =>
            properties.TryGetValue(name, out var value) ? value.Trim().Equals("true", StringComparison.OrdinalIgnoreCase) : otherwise;
        byte[] Bytes(string name, string otherwise) => Encoding.UTF8.GetBytes(properties.GetValueOrDefault(name, otherwise));
    }

    /// <summary>Writes a record.</summary>
    public void Write(Stream output, int partition, long offset, StoredRecord record)
    {
        var fields = new List<byte[]>();
        if (_timestamp)
        {
            fields.Add(Text($"CreateTime:{record.Timestamp.ToUnixTimeMilliseconds()}"));
        }

        if (_partition)
        {
            fields.Add(Text($"Partition:{partition}"));
        }

        if (_offset)
        {
            fields.Add(Text($"Offset:{offset}"));
        }

        if (_headers)
        {
            fields.Add(Headers(record));
        }

        if (_key)
        {
            fields.Add(record.Key ?? _null);
        }

        if (_value)
        {
            fields.Add(record.Value ?? _null);
        }

        for (var index = 0; index < fields.Count; index++)
        {
            output.Write(fields[index]);
            output.Write(index < fields.Count - 1 ? _separator : _lineSeparator);
        }
    }

    private static byte[] Text(FormattableString text) => Encoding.UTF8.GetBytes(text.ToString(CultureInfo.InvariantCulture));

    private byte[] Headers(StoredRecord record)
    {
        if (record.Headers.Count == 0)
        {
            return "NO_HEADERS"u8.ToArray();
        }

        using var text = new MemoryStream();
        foreach (var (name, value) in record.Headers)
        {
            if (text.Length > 0)
            {
                text.Write(_headersSeparator);
            }

            text.Write(Encoding.UTF8.GetBytes(name));
            text.WriteByte((byte)':');
            text.Write(value ?? _null);
        }

        return text.ToArray();
    }
}
