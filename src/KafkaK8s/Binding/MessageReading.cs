using System.Collections;
using System.Globalization;
using System.Management.Automation;
using KafkaK8s.Diagnostics;
using KafkaK8s.Engine.Kafka;

namespace KafkaK8s.Binding;

/// <summary>Reads what is to be sent. Text and numbers are sent as they are; what has no text of its own is refused rather than sent as its type's name.</summary>
internal static class MessageReading
{
    /// <summary>Makes a record.</summary>
    /// <param name="value">Text, a number, or an object with <c>Value</c>, and perhaps <c>Key</c> and <c>Headers</c>, such as a received message.</param>
    /// <param name="key">The key that goes with it, or null for the object's own.</param>
    /// <param name="headers">The headers that go with it, or null for the object's own.</param>
    /// <exception cref="TerminatingException">It can't be sent as text.</exception>
    public static OutgoingRecord Read(object? value, object? key, object? headers)
    {
        var bare = value is PSObject wrapped ? wrapped.BaseObject : value;
        if (TryText(bare, out var text))
        {
            return Checked(Text(key, "key"), text, Headers(headers));
        }

        return Member(value, bare, "Value") is { } inner
            ? Checked(
                Text(key ?? Member(value, bare, "Key")?.Value, "key"),
                Text(inner.Value, "value"),
                Headers(headers ?? Member(value, bare, "Headers")?.Value))
            : throw NotText(bare!, "record");
    }

    private static string? Text(object? value, string part) => TryText(value, out var text) ? text : throw NotText(value!, part);

    private static List<RecordHeader>? Headers(object? headers)
    {
        var bare = headers is PSObject wrapped ? wrapped.BaseObject : headers;
        List<RecordHeader>? read = bare switch
        {
            null or "" => null,
            IDictionary table => [.. table.Cast<DictionaryEntry>().Select(entry => new RecordHeader(Text(entry.Key, "header's name")!, Text(entry.Value, $"header {entry.Key}")))],
            IEnumerable<KafkaHeader> list => [.. list.Select(header => new RecordHeader(header.Key, header.Value))],
            PSCustomObject => [.. PSObject.AsPSObject(headers).Properties.Select(property => new RecordHeader(property.Name, Text(property.Value, $"header {property.Name}")))],
            _ => throw NotText(bare, "list of headers"),
        };
        return read is { Count: > 0 } ? read : null;
    }

    private static OutgoingRecord Checked(string? key, string? value, IReadOnlyList<RecordHeader>? headers)
        => key is null && value is null
            ? throw new TerminatingException(KafkaErrors.Create(
                "MessageIsNull",
                ErrorCategory.InvalidArgument,
                null,
                "A record with neither key nor value can't be sent. Nothing was sent.",
                "Send an empty text ('') for an empty value; $null is a tombstone and needs a key."))
            : new OutgoingRecord(key, value, headers);

    private static bool TryText(object? value, out string? text)
    {
        var bare = value is PSObject wrapped ? wrapped.BaseObject : value;
        text = bare switch
        {
            string plain => plain,
            char single => single.ToString(),
            bool flag => flag ? "true" : "false",
            DateTime time => time.ToString("O", CultureInfo.InvariantCulture),
            DateTimeOffset time => time.ToString("O", CultureInfo.InvariantCulture),
            Enum name => name.ToString(),
            IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
            _ => null,
        };
        return bare is null || text is not null;
    }

    // Boxed so that a member that is there and null differs from one that isn't there.
    private static Found? Member(object? value, object? bare, string name) => bare is IDictionary table
        ? table.Contains(name) ? new Found(table[name]) : null
        : PSObject.AsPSObject(value).Properties[name] is { } property ? new Found(property.Value) : null;

    private static TerminatingException NotText(object value, string part)
    {
        var type = (value is PSObject wrapped ? wrapped.BaseObject : value).GetType().Name;
        return new(KafkaErrors.Create(
            "MessageNotText",
            ErrorCategory.InvalidType,
            type,
            $"A {type} has no text that could be sent as a {part}. Nothing was sent.",
            part == "list of headers"
                ? "Give the headers as a hashtable: -Headers @{ name = 'value' }."
                : "Turn it into text first, such as with ConvertTo-Json -Compress, or give it a property Value."));
    }

    private readonly record struct Found(object? Value);
}
