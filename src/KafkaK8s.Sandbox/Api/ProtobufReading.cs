using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;

namespace KafkaK8s.Sandbox.Api;

/// <summary>
/// Reads the protobuf bodies that kubectl sends when it makes something from its command line's words (<c>create namespace</c>,
/// <c>create configmap</c>, <c>auth can-i</c>…); everything from files comes as JSON.
/// </summary>
/// <remarks>The numbers are those of the API's own message definitions.</remarks>
internal static class ProtobufReading
{
    /// <summary>The content type.</summary>
    public const string ContentType = "application/vnd.kubernetes.protobuf";

    // Every body starts with this, then comes an envelope that names the message's type.
    private static readonly byte[] Magic = "k8s\0"u8.ToArray();

    private static readonly Message Metadata = new(
        (1, "name", Text), (2, "generateName", Text), (3, "namespace", Text), (5, "uid", Text), (6, "resourceVersion", Text),
        (11, "labels", Entries(Text)), (12, "annotations", Entries(Text)));

    private static readonly Message ResourceAttributes = new(
        (1, "namespace", Text), (2, "verb", Text), (3, "group", Text), (4, "version", Text), (5, "resource", Text), (6, "subresource", Text), (7, "name", Text));

    private static readonly Message DeleteOptions = new(
        (1, "gracePeriodSeconds", Number), (2, "preconditions", In(new Message((1, "uid", Text), (2, "resourceVersion", Text)))), (4, "propagationPolicy", Text));

    private static readonly Message QuotaSpec = new((1, "hard", Entries(Amount)));

    private static readonly Dictionary<string, Message> Messages = new()
    {
        ["Namespace"] = new((1, "metadata", In(Metadata))),
        ["ServiceAccount"] = new((1, "metadata", In(Metadata))),
        ["ConfigMap"] = new((1, "metadata", In(Metadata)), (2, "data", Entries(Text)), (3, "binaryData", Entries(Bytes))),
        ["Secret"] = new((1, "metadata", In(Metadata)), (2, "data", Entries(Bytes)), (3, "type", Text), (4, "stringData", Entries(Text))),
        ["ResourceQuota"] = new((1, "metadata", In(Metadata)), (2, "spec", In(QuotaSpec))),
        ["Eviction"] = new((1, "metadata", In(Metadata)), (2, "deleteOptions", In(DeleteOptions))),
        ["DeleteOptions"] = DeleteOptions,
        ["SelfSubjectAccessReview"] = new((2, "spec", In(new Message((1, "resourceAttributes", In(ResourceAttributes)))))),
    };

    private delegate void FieldReader(JsonObject target, string name, object value);

    /// <summary>A body as JSON.</summary>
    /// <exception cref="ApiException">415: a kind that is only read from JSON. 400: it is no such body.</exception>
    public static JsonObject Parse(ReadOnlyMemory<byte> body)
    {
        if (!body.Span.StartsWith(Magic))
        {
            throw ApiException.BadRequest("provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]");
        }

        var envelope = Fields(body[Magic.Length..]).ToLookup(field => field.Number, field => field.Value);
        var type = Fields((ReadOnlyMemory<byte>)envelope[1].Single()).ToDictionary(field => field.Number, field => Decode(field.Value));
        var kind = type.GetValueOrDefault(2, "");
        if (!Messages.TryGetValue(kind, out var message))
        {
            throw new ApiException(415, "UnsupportedMediaType", $"the sandbox reads a {kind} only as JSON", []);
        }

        var item = message.Read((ReadOnlyMemory<byte>)envelope[2].Single());
        item["apiVersion"] = type.GetValueOrDefault(1, "");
        item["kind"] = kind;
        return item;
    }

    private static void Text(JsonObject target, string name, object value)
    {
        if (Decode(value) is { Length: > 0 } text)
        {
            target[name] = text;
        }
    }

    private static void Number(JsonObject target, string name, object value) => target[name] = (long)(ulong)value;

    private static void Bytes(JsonObject target, string name, object value) => target[name] = Convert.ToBase64String(((ReadOnlyMemory<byte>)value).Span);

    // A quantity is a message with its text in it.
    private static void Amount(JsonObject target, string name, object value) =>
        target[name] = Decode(Fields((ReadOnlyMemory<byte>)value).Single(field => field.Number == 1).Value);

    private static FieldReader In(Message message) => (target, name, value) => target[name] = message.Read((ReadOnlyMemory<byte>)value);

    private static FieldReader Entries(FieldReader readValue) => (target, name, value) =>
    {
        var entry = Fields((ReadOnlyMemory<byte>)value).ToDictionary(field => field.Number, field => field.Value);
        var key = entry.TryGetValue(1, out var given) ? Decode(given) : "";
        target.Child(name)[key] = "";
        if (entry.TryGetValue(2, out var content))
        {
            readValue(target.Child(name), key, content);
        }
    };

    private static string Decode(object value) => Encoding.UTF8.GetString(((ReadOnlyMemory<byte>)value).Span);

    private static IEnumerable<(int Number, object Value)> Fields(ReadOnlyMemory<byte> message)
    {
        var at = 0;
        while (at < message.Length)
        {
            var tag = Varint(message, ref at);
            object value;
            switch (tag & 7)
            {
                case 0:
                    value = Varint(message, ref at);
                    break;
                case 1:
                    value = BinaryPrimitives.ReadUInt64LittleEndian(Slice(message, ref at, 8).Span);
                    break;
                case 2:
                    value = Slice(message, ref at, (int)Math.Min(Varint(message, ref at), int.MaxValue));
                    break;
                case 5:
                    value = (ulong)BinaryPrimitives.ReadUInt32LittleEndian(Slice(message, ref at, 4).Span);
                    break;
                default:
                    throw Malformed();
            }

            yield return ((int)(tag >> 3), value);
        }
    }

    private static ulong Varint(ReadOnlyMemory<byte> message, ref int at)
    {
        var result = 0UL;
        for (var shift = 0; shift < 64 && at < message.Length; shift += 7)
        {
            var next = message.Span[at++];
            result |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return result;
            }
        }

        throw Malformed();
    }

    private static ReadOnlyMemory<byte> Slice(ReadOnlyMemory<byte> message, ref int at, int length)
    {
        if (length < 0 || length > message.Length - at)
        {
            throw Malformed();
        }

        at += length;
        return message.Slice(at - length, length);
    }

    private static ApiException Malformed() => ApiException.BadRequest("proto: illegal wireType or unexpected EOF");

    private sealed class Message(params (int Number, string Name, FieldReader Read)[] fields)
    {
        public JsonObject Read(ReadOnlyMemory<byte> bytes)
        {
            var read = new JsonObject();
            foreach (var (number, value) in Fields(bytes))
            {
                foreach (var field in fields.Where(field => field.Number == number))
                {
                    field.Read(read, field.Name, value);
                }
            }

            return read;
        }
    }
}
