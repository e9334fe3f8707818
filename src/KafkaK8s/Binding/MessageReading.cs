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
        var bare = Bare(value);
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
        var bare = Bare(headers);
        List<RecordHeader>? read = bare switch
        {
            null or "" => null,
            // By its keys: what else it yields differs by the kind of dictionary.
            IDictionary table => [.. table.Keys.Cast<object>().Select(name => Header(name, table[name]))],
            IEnumerable list and not string => [.. list.Cast<object?>().Select(item => Header(item))],
            PSCustomObject => Headers(PSObject.AsPSObject(headers)),
            _ => [Header(headers)],
        };
        return read is { Count: > 0 } ? read : null;
    }

    // Headers by their names, or, with a Key and a Value and nothing else, one header.
    private static List<RecordHeader> Headers(PSObject named) => named.Properties.Count() == 2 && IsHeader(named, named.BaseObject)
        ? [Header(named)]
        : [.. named.Properties.Select(property => Header(property.Name, property.Value))];

    // What was a header before it went through JSON, a file or a job has a header's properties and no longer its type.
    private static RecordHeader Header(object? item)
    {
        var bare = Bare(item);
        return IsHeader(item, bare)
            ? Header(Member(item, bare, "Key")!.Value.Value, Member(item, bare, "Value")!.Value.Value)
            : throw NotHeaders(bare);
    }

    private static RecordHeader Header(object? name, object? value) => new(Text(name, "header's name") ?? throw NotHeaders(null), Text(value, $"header {name}"));

    private static bool IsHeader(object? item, object? bare) => bare is not null && Member(item, bare, "Key") is not null && Member(item, bare, "Value") is not null;

    private static object? Bare(object? value) => value is PSObject wrapped ? wrapped.BaseObject : value;

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
        var bare = Bare(value);
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
        var type = Bare(value)!.GetType().Name;
        return new(KafkaErrors.Create(
            "MessageNotText",
            ErrorCategory.InvalidType,
            type,
            $"A {type} has no text that could be sent as a {part}. Nothing was sent.",
            "Turn it into text first, such as with ConvertTo-Json -Compress, or give it a property Value."));
    }

    private static TerminatingException NotHeaders(object? value) => new(KafkaErrors.Create(
        "MessageNotText",
        ErrorCategory.InvalidType,
        value?.GetType().Name,
        $"{value switch { null => "An empty name or item", string text => $"The text '{text}'", _ => $"A {value.GetType().Name}" }} can't be read as headers. Nothing was sent.",
        "Give a hashtable, @{ name = 'value' }, or objects with Key and Value. A CSV file doesn't keep headers: send what is left with Select-Object Key, Value."));

    private readonly record struct Found(object? Value);
}
