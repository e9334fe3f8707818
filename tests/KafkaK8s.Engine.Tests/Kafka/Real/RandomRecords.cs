using System.Text;
using KafkaK8s.Engine.Kafka;

namespace KafkaK8s.Engine.Tests.Kafka.Real;

/// <summary>Records made of what is likely to be mangled on the way: the same ones for the same seed.</summary>
internal static class RandomRecords
{
    private static readonly string[] Awkward =
    [
        "", "null", "NO_HEADERS", "Partition:0", "Offset:1", "CreateTime:1", "\t", "\t\t", " ", ",", ":", "=", ";", "|", "\"", "'", "\\", "\\n", "\\t", "$HOME", "`x`", "%s", "*", "{}", "~k", "~",
        ">", "\0", "\u0001", "\u007f", "\u0085", "\u2028", "\ufeff", "\ufffd", "\v", "\f", "ä", "ß", "日本", "😀", "𐍈", "e\u0301", "مرحبا", "ab",
    ];

    /// <summary>Makes records, a third of them without a key, some of them long, the last one very long.</summary>
    public static IReadOnlyList<OutgoingRecord> Make(int seed, int count, bool canSendNull)
    {
        var random = new Random(seed);
        return
        [
            .. Enumerable.Range(0, count).Select(number =>
            {
                // The old reader prints the text null for no key, too.
                var key = random.Next(3) == 0 ? null : Text(random, 3) is var text && text == "null" && !canSendNull ? "nil" : text;
                var value = canSendNull && random.Next(20) == 0 ? null : random.Next(60) == 0 ? new string((char)random.Next('a', 'z'), random.Next(300_000)) : $"{Text(random, 12)}{number}";
                return new OutgoingRecord(key, value);
            }),
            // Nearly as much as the oldest broker takes that nobody has told otherwise: 1,000,012 bytes with the record's frame.
            new OutgoingRecord("large", new string('ä', 499_000)),
        ];
    }

    private static string Text(Random random, int most)
    {
        var text = new StringBuilder();
        for (var left = random.Next(most + 1); left > 0; left--)
        {
            text.Append(random.Next(2) == 0 ? Awkward[random.Next(Awkward.Length)] : Character(random));
        }

        return text.ToString();
    }

    // Any character of Unicode but line breaks and halves of pairs.
    private static string Character(Random random)
    {
        while (true)
        {
            var code = random.Next(3) switch { 0 => random.Next(0x80), 1 => random.Next(0x10000), _ => random.Next(0x10000, 0x110000) };
            if (code is not ('\n' or '\r' or (>= 0xd800 and <= 0xdfff)))
            {
                return char.ConvertFromUtf32(code);
            }
        }
    }
}
