using System.Text;

namespace KafkaK8s.Sandbox.Pods.Simulated.Kafka;

/// <summary>How many bytes records take on the wire, by the message format since 0.11.</summary>
internal static class RecordSize
{
    private const int BatchOverhead = 61;
    private const int MaximumRecordOverhead = 21;

    /// <summary>What the producer compares with max.request.size: an upper bound.</summary>
    public static int UpperBound(StoredRecord record) => BatchOverhead + MaximumRecordOverhead + Body(record);

    /// <summary>What a batch of one record takes.</summary>
    public static int OfBatch(StoredRecord record)
    {
        // Attributes, timestamp delta and offset delta are a byte each in a batch of one.
        var body = 3 + Body(record);
        return BatchOverhead + VarInt(body) + body;
    }

    private static int Body(StoredRecord record) =>
        Field(record.Key) + Field(record.Value) + VarInt(record.Headers.Count)
        + record.Headers.Sum(header => Field(Encoding.UTF8.GetBytes(header.Key)) + Field(header.Value));

    private static int Field(byte[]? bytes) => bytes is null ? 1 : VarInt(bytes.Length) + bytes.Length;

    // Lengths are zigzag encoded: seven bits of twice the number in a byte.
    private static int VarInt(int number) => number < 1 << 6 ? 1 : number < 1 << 13 ? 2 : number < 1 << 20 ? 3 : number < 1 << 27 ? 4 : 5;
}
