using System.Text;
using System.Text.RegularExpressions;

namespace KafkaK8s.Engine.Kafka.Tools;

/// <summary>
/// Reads what <c>kafka-console-consumer</c> prints, as it comes, in pieces of any size. The fields are the timestamp, from 2.7 on
/// the partition, the offset and the headers, then the key and the value.
/// </summary>
internal sealed partial class RecordReader
{
    private const string NoHeaders = "NO_HEADERS";

    // Kafka's own word for none.
    private const long NoTimestamp = -1;

    private static readonly long Earliest = DateTimeOffset.MinValue.ToUnixTimeMilliseconds();
    private static readonly long Latest = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    private readonly string _topic;
    private readonly int? _partition;
    private readonly bool _hasPosition;
    private readonly Separators _separators;
    private readonly byte[] _recordEnd;
    private readonly byte[] _fieldEnd;
    private readonly ArrayBuffer _buffer = new();

    /// <summary>Creates a reader.</summary>
    /// <param name="topic">The topic that is read.</param>
    /// <param name="partition">The partition that is read, when it is only one.</param>
    /// <param name="hasPosition">Whether partition, offset and headers are printed.</param>
    /// <param name="separators">What stands between.</param>
    public RecordReader(string topic, int? partition, bool hasPosition, Separators separators)
    {
        _topic = topic;
        _partition = partition;
        _hasPosition = hasPosition;
        _separators = separators;
        _recordEnd = Encoding.UTF8.GetBytes(separators.Record);
        _fieldEnd = Encoding.UTF8.GetBytes(separators.Key);
    }

    /// <summary>Whether a record contained bytes that are not UTF-8, which are replacement characters now.</summary>
    public bool HasReplaced { get; private set; }

    /// <summary>Whether a record's timestamp is beyond all dates, so that it comes without: Kafka takes any number for one.</summary>
    public bool HasLostTimestamp { get; private set; }

    /// <summary>What has come of a record that isn't complete yet.</summary>
    public string Rest => Encoding.UTF8.GetString(_buffer.Unread);

    /// <summary>Takes the next piece, and gives back the records that it completes.</summary>
    /// <exception cref="EngineException">It isn't a record.</exception>
    public IReadOnlyList<ReceivedRecord> Add(ReadOnlySpan<byte> piece)
    {
        _buffer.Append(piece);
        var records = new List<ReceivedRecord>();
        while (_buffer.IndexOf(_recordEnd) is var end and >= 0)
        {
            records.Add(ReadRecord(_buffer.Unread[..end]));
            _buffer.Skip(end + _recordEnd.Length);
        }

        return records;
    }

    private ReceivedRecord ReadRecord(ReadOnlySpan<byte> bytes)
    {
        var fields = Fields(bytes);
        if (fields.Count != (_hasPosition ? 6 : 3) || !TryTimestamp(fields[0], out var timestamp))
        {
            throw Unreadable(bytes);
        }

        if (!_hasPosition)
        {
            return new ReceivedRecord(_topic, fields[1] == "null" ? null : fields[1], fields[2], timestamp, _partition, null, null);
        }

        return TryNumber(fields[1], "Partition:", out var partition) && TryNumber(fields[2], "Offset:", out var offset)
            ? new ReceivedRecord(_topic, OrNull(fields[4]), OrNull(fields[5]), timestamp, (int)partition, offset, Headers(fields[3], bytes))
            : throw Unreadable(bytes);
    }

    private List<string> Fields(ReadOnlySpan<byte> bytes)
    {
        var fields = new List<string>(6);
        while (bytes.IndexOf(_fieldEnd) is var end and >= 0)
        {
            fields.Add(Text(bytes[..end]));
            bytes = bytes[(end + _fieldEnd.Length)..];
        }

        fields.Add(Text(bytes));
        return fields;
    }

    private string Text(ReadOnlySpan<byte> bytes)
    {
        HasReplaced |= !System.Text.Unicode.Utf8.IsValid(bytes);
        return Encoding.UTF8.GetString(bytes);
    }

    private RecordHeader[] Headers(string text, ReadOnlySpan<byte> record)
    {
        if (text == NoHeaders)
        {
            return [];
        }

        var headers = new List<RecordHeader>();
        foreach (var header in text.Split(_separators.Header))
        {
            var colon = header.IndexOf(':', StringComparison.Ordinal);
            headers.Add(colon >= 0 ? new RecordHeader(header[..colon], OrNull(header[(colon + 1)..])) : throw Unreadable(record));
        }

        return [.. headers];
    }

    private string? OrNull(string text) => text == _separators.Null ? null : text;

    private bool TryTimestamp(string text, out DateTimeOffset? timestamp)
    {
        timestamp = null;
        if (Timestamp().Match(text) is not { Success: true } match || !Invariant.TryNumber(match.Groups[1].ValueSpan, out long milliseconds))
        {
            return text == "NO_TIMESTAMP";
        }

        var isDate = milliseconds >= Earliest && milliseconds <= Latest;
        timestamp = isDate && milliseconds != NoTimestamp ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : null;
        HasLostTimestamp |= !isDate;
        return true;
    }

    private static bool TryNumber(string text, string label, out long number)
    {
        number = 0;
        return text.StartsWith(label, StringComparison.Ordinal) && Invariant.TryNumber(text.AsSpan(label.Length), out number);
    }

    private static EngineException Unreadable(ReadOnlySpan<byte> record)
    {
        const int enough = 200;
        var text = Encoding.UTF8.GetString(record);
        return UnreadableOutput.Of("kafka-console-consumer", text.Length > enough ? text[..enough] + "…" : text);
    }

    [GeneratedRegex(@"^(?:CreateTime|LogAppendTime):(-?\d+)$", RegexOptions.CultureInvariant)]
    private static partial Regex Timestamp();

    /// <summary>Bytes that were received and not read yet.</summary>
    private sealed class ArrayBuffer
    {
        private byte[] _bytes = new byte[64 * 1024];
        private int _start;
        private int _end;
        private int _searched;

        public ReadOnlySpan<byte> Unread => _bytes.AsSpan(_start, _end - _start);

        public void Append(ReadOnlySpan<byte> piece)
        {
            if (_end + piece.Length > _bytes.Length)
            {
                MakeRoom(piece.Length);
            }

            piece.CopyTo(_bytes.AsSpan(_end));
            _end += piece.Length;
        }

        // A large record comes in many pieces: what was searched once is not searched again.
        public int IndexOf(ReadOnlySpan<byte> mark)
        {
            var found = Unread[_searched..].IndexOf(mark);
            if (found >= 0)
            {
                return _searched + found;
            }

            _searched = Math.Max(0, Unread.Length - mark.Length + 1);
            return -1;
        }

        public void Skip(int count)
        {
            _start += count;
            _searched = 0;
        }

        private void MakeRoom(int needed)
        {
            var unread = Unread;
            var target = unread.Length + needed > _bytes.Length / 2 ? new byte[Math.Max(_bytes.Length * 2, unread.Length + needed)] : _bytes;
            unread.CopyTo(target);
            (_bytes, _end, _start) = (target, unread.Length, 0);
        }
    }
}
