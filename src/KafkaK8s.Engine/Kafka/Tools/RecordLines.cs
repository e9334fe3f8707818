using System.Text;

namespace KafkaK8s.Engine.Kafka.Tools;

/// <summary>Writes records as the console producer reads them, one a line, and refuses what would not arrive as it was.</summary>
internal static class RecordLines
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Refuses the first record that can't be carried; when it returns, all of them can.</summary>
    /// <exception cref="EngineException">The record, by its number and key, and why.</exception>
    public static void Validate(IReadOnlyList<OutgoingRecord> records, ToolDialect dialect, Version version)
    {
        for (var index = 0; index < records.Count; index++)
        {
            var record = records[index];
            if ((record.Value is null || record.Headers is { Count: > 0 }) && !dialect.CanSendHeadersAndNull)
            {
                throw new EngineException(
                    "RecordNotSupported",
                    EngineErrorKind.NotSupported,
                    record.Key,
                    $"Record {index + 1} of {records.Count} {(record.Value is null ? "has no value (a tombstone)" : "has headers")}, which the console producer of Kafka {version} can't send (3.2 and later can). Nothing was sent.",
                    "Use a client pod with a newer image: its programs work with older brokers, too.");
            }

            foreach (var (part, text) in Parts(record))
            {
                if (Problem(text) is { } problem)
                {
                    throw new EngineException(
                        "RecordNotCarried",
                        EngineErrorKind.InvalidArgument,
                        record.Key,
                        $"The {part} of record {index + 1} of {records.Count} {problem}. Nothing was sent.",
                        "Encode it, as JSON or Base64 for instance, or send it without.");
                }
            }
        }
    }

    /// <summary>The texts of a record that separators must not occur in.</summary>
    public static IEnumerable<string> Texts(OutgoingRecord record) => Parts(record).Select(part => part.Text);

    /// <summary>The records as the producer's input, with the line behind them that <see cref="WholeLines"/> takes off.</summary>
    public static MemoryStream Write(IReadOnlyList<OutgoingRecord> records, Separators separators)
    {
        var bytes = new MemoryStream();
        using var writer = new StreamWriter(bytes, Strict, leaveOpen: true);
        foreach (var record in records)
        {
            if (record.Headers is { Count: > 0 } headers)
            {
                writer.Write(string.Join(separators.Header, headers.Select(header => header.Key + separators.HeaderValue + (header.Value ?? separators.Null))));
                writer.Write(separators.HeadersEnd);
            }

            if (record.Key is { } key)
            {
                writer.Write(key);
                writer.Write(separators.Key);
            }

            writer.Write(record.Value ?? separators.Null);
            writer.Write('\n');
        }

        writer.Write('\n');
        writer.Flush();
        bytes.Position = 0;
        return bytes;
    }

    /// <summary>How many bytes a text takes in a record, or null for null: how the producer names a record that was refused.</summary>
    public static int? Size(string? text) => text is null ? null : Strict.GetByteCount(text);

    private static IEnumerable<(string Part, string Text)> Parts(OutgoingRecord record)
    {
        if (record.Key is { } key)
        {
            yield return ("key", key);
        }

        if (record.Value is { } value)
        {
            yield return ("value", value);
        }

        foreach (var header in record.Headers ?? [])
        {
            yield return ("header name", header.Key);
            yield return ("header value", header.Value ?? "");
        }
    }

    private static string? Problem(string text)
    {
        if (text.AsSpan().IndexOfAny('\n', '\r') >= 0)
        {
            return "contains a line break, which ends a record for the console producer";
        }

        try
        {
            Strict.GetByteCount(text);
            return null;
        }
        catch (EncoderFallbackException)
        {
            return "contains half of a surrogate pair, which no UTF-8 text can hold";
        }
    }
}
