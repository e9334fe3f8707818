using System.Text.RegularExpressions;

namespace KafkaK8s.Sandbox.Pods.Simulated.Programs;

/// <summary>The tools' idea of a topic: a regular expression for the whole name, in which a comma means or.</summary>
internal sealed class TopicFilter
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Regex _pattern;

    /// <exception cref="ToolFailureException">It is no regular expression.</exception>
    public TopicFilter(string text)
    {
        var expression = text.Trim().Replace(',', '|').Replace(" ", "", StringComparison.Ordinal).Trim('"', '\'');
        try
        {
            _pattern = new Regex($@"\A(?:{expression})\z", RegexOptions.CultureInvariant, Patience);
        }
        catch (RegexParseException)
        {
            throw new ToolFailureException("java.lang.RuntimeException", $"{expression} is an invalid regex.", []);
        }
    }

    public bool Matches(string topic) => _pattern.IsMatch(topic);
}
