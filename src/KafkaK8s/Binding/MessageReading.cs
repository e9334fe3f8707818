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
    /// <param name="value">Text, a number, or an object with <c>Value</c> and perhaps <c>Key</c>, such as a received message.</param>
    /// <param name="key">The key that goes with it, or null for the object's own.</param>
    /// <exception cref="TerminatingException">It can't be sent as text.</exception>
    public static OutgoingRecord Read(object? value, string? key)
    {
        var bare = value is PSObject wrapped ? wrapped.BaseObject : value;
        if (bare is KafkaMessage message)
        {
            var headers = message.Headers.Select(header => new RecordHeader(header.Key, header.Value)).ToList();
            return Checked(key ?? message.Key, message.Value, headers.Count == 0 ? null : headers);
        }

        return TryText(bare, out var text) ? Checked(key, text, null)
            : Member(value, bare, "Value") is { } found && TryText(found.Value, out var inner)
                ? Checked(key ?? (Member(value, bare, "Key") is { } own && TryText(own.Value, out var ownKey) ? ownKey : null), inner, null)
                : throw NotText(bare!);
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

    private static TerminatingException NotText(object value) => new(KafkaErrors.Create(
        "MessageNotText",
        ErrorCategory.InvalidType,
        value.GetType().Name,
        $"A {value.GetType().Name} has no text that could be sent. Nothing was sent.",
        "Turn it into text first, such as with ConvertTo-Json -Compress, or give it a property Value."));

    private readonly record struct Found(object? Value);
}
