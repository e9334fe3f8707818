using System.Security.Cryptography;

namespace KafkaK8s.Engine.Kafka.Tools;

/// <summary>
/// What stands between the parts of a record on its way through the console tools. The tools have no escapes, so each call has
/// separators of its own that no record contains: a record that others wrote can hold tabs, line breaks and whatever else.
/// </summary>
internal sealed class Separators
{
    private readonly string _nonce;

    private Separators(string nonce) => _nonce = nonce;

    /// <summary>Behind the key.</summary>
    public string Key => Mark('k');

    /// <summary>Behind a record that is received.</summary>
    public string Record => Mark('r');

    /// <summary>Between headers.</summary>
    public string Header => Mark('h');

    /// <summary>Between a header's key and its value, when sending.</summary>
    public string HeaderValue => Mark('v');

    /// <summary>Behind the headers, when sending.</summary>
    public string HeadersEnd => Mark('e');

    /// <summary>Stands for null.</summary>
    public string Null => Mark('n');

    /// <summary>Ends a caller's last words, and stands before what comes of them.</summary>
    public string LastWords => Mark('w');

    /// <summary>Separators that don't occur in any of the texts.</summary>
    public static Separators Outside(IReadOnlyCollection<string> texts)
    {
        while (true)
        {
            var nonce = Convert.ToHexString(RandomNumberGenerator.GetBytes(8));
            if (!texts.Any(text => text.Contains(nonce, StringComparison.Ordinal)))
            {
                return new Separators(nonce);
            }
        }
    }

    // Letters, digits and tildes only: a header separator is a regular expression to the producer, and = would end a property.
    private string Mark(char kind) => $"~{kind}{_nonce}~";
}
