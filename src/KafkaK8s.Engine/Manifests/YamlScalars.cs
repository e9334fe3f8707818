using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace KafkaK8s.Engine.Manifests;

/// <summary>
/// What an unquoted YAML word means. Kubernetes' own reader follows YAML 1.1, where <c>yes</c> and <c>on</c> are booleans and
/// <c>010</c> is eight; others follow 1.2. So a word is read as Kubernetes reads it, and written without quotes only where every reader sees text.
/// </summary>
internal static partial class YamlScalars
{
    private const string Indicators = ",[]{}#&*!|>'\"%@`";

    /// <summary>An unquoted word as JSON.</summary>
    public static JsonNode? Read(string word)
    {
        if (word is "" or "~" or "null" or "Null" or "NULL")
        {
            return null;
        }

        if (True().IsMatch(word) || False().IsMatch(word))
        {
            return JsonValue.Create(True().IsMatch(word));
        }

        if (Integer(word.Replace("_", "", StringComparison.Ordinal)) is { } integer)
        {
            return JsonValue.Create(integer);
        }

        return DecimalFraction().IsMatch(word) && double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? JsonValue.Create(number)
            : JsonValue.Create(word);
    }

    /// <summary>Whether every YAML reader takes the unquoted word for this text.</summary>
    public static bool IsPlainText(string word) =>
        word.Length > 0
        && word.Trim().Length == word.Length
        && !word.Any(c => char.IsControl(c) || char.IsSurrogate(c) || (char.IsSeparator(c) && c != ' ') || c == '\ufeff')
        && !Indicators.Contains(word[0])
        && !(word[0] is '-' or '?' or ':' && (word.Length == 1 || word[1] == ' '))
        && !word.Contains(": ", StringComparison.Ordinal)
        && !word.EndsWith(':')
        && !word.Contains(" #", StringComparison.Ordinal)
        && !LooksLikeSomethingElse().IsMatch(word);

    private static long? Integer(string word)
    {
        var match = Whole().Match(word);
        if (!match.Success)
        {
            return null;
        }

        var digits = match.Groups["digits"].Value;
        var radix = match.Groups["radix"].Value switch { "0x" or "0X" => 16, "0b" or "0B" => 2, "0o" or "0O" or "0" => 8, _ => 10 };
        try
        {
            var magnitude = radix == 10 ? long.Parse(digits, CultureInfo.InvariantCulture) : Convert.ToInt64(digits, radix);
            return match.Groups["sign"].Value == "-" ? -magnitude : magnitude;
        }
        catch (Exception e) when (e is OverflowException or FormatException or ArgumentException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"^(y|Y|yes|Yes|YES|true|True|TRUE|on|On|ON)\z", RegexOptions.ExplicitCapture)]
    private static partial Regex True();

    [GeneratedRegex(@"^(n|N|no|No|NO|false|False|FALSE|off|Off|OFF)\z", RegexOptions.ExplicitCapture)]
    private static partial Regex False();

    [GeneratedRegex(@"^(?<sign>[-+]?)((?<radix>0[xX])(?<digits>[0-9a-fA-F]+)|(?<radix>0[bB])(?<digits>[01]+)|(?<radix>0[oO]?)(?<digits>[0-7]+)|(?<digits>0|[1-9][0-9]*))\z", RegexOptions.ExplicitCapture)]
    private static partial Regex Whole();

    [GeneratedRegex(@"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\z", RegexOptions.ExplicitCapture)]
    private static partial Regex DecimalFraction();

    // Null, booleans, numbers of any notation, sixty-based numbers and times, dates, merge and default keys, document marks.
    [GeneratedRegex(@"^(~|null|true|false|yes|no|on|off|y|n|[-+]?[0-9._][0-9a-fA-FxXoO_.:eE+-]*|[-+]?\.(inf|nan)|=|<<|---.*|\.\.\..*)\z", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex LooksLikeSomethingElse();
}
