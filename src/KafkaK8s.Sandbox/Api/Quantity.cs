using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace KafkaK8s.Sandbox.Api;

/// <summary>Amounts as objects write them: <c>500m</c>, <c>1Gi</c>, <c>2</c>.</summary>
internal static partial class Quantity
{
    private static readonly Dictionary<string, decimal> Suffixes = new()
    {
        ["n"] = 1e-9m, ["u"] = 1e-6m, ["m"] = 1e-3m, [""] = 1, ["k"] = 1e3m, ["M"] = 1e6m, ["G"] = 1e9m, ["T"] = 1e12m, ["P"] = 1e15m, ["E"] = 1e18m,
        ["Ki"] = 1L << 10, ["Mi"] = 1L << 20, ["Gi"] = 1L << 30, ["Ti"] = 1L << 40, ["Pi"] = 1L << 50, ["Ei"] = 1L << 60,
    };

    /// <summary>The amount, or null when it is none.</summary>
    public static decimal? Parse(JsonNode? quantity)
    {
        var match = Form().Match(quantity?.ToString() ?? "");
        if (!match.Success || !decimal.TryParse(match.Groups[1].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            return null;
        }

        var suffix = match.Groups[2].Value;
        if (Suffixes.TryGetValue(suffix, out var factor))
        {
            return number * factor;
        }

        return decimal.TryParse(match.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var scientific) ? scientific : null;
    }

    /// <summary>An amount as short as it can be written in whole numbers.</summary>
    public static string Write(decimal amount)
    {
        if (amount != decimal.Truncate(amount))
        {
            return $"{decimal.Ceiling(amount * 1000)}m";
        }

        foreach (var suffix in new[] { "Ei", "Pi", "Ti", "Gi", "Mi", "Ki" })
        {
            if (amount != 0 && amount % Suffixes[suffix] == 0)
            {
                return (amount / Suffixes[suffix]).ToString("0", CultureInfo.InvariantCulture) + suffix;
            }
        }

        return amount.ToString("0", CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"\A([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)\z")]
    private static partial Regex Form();
}
