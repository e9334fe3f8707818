using System.Globalization;

namespace KafkaK8s.Engine.Kafka.Tools;

/// <summary>Numbers as Kafka's programs write and read them, whatever the user's culture is.</summary>
internal static class Invariant
{
    /// <summary>A number as text.</summary>
    public static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Reads a number; false for anything else, blanks and signs other than a leading minus included.</summary>
    public static bool TryNumber(ReadOnlySpan<char> text, out int number) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);

    /// <summary>Reads a large number.</summary>
    public static bool TryNumber(ReadOnlySpan<char> text, out long number) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);
}
