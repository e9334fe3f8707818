using System.Globalization;
using System.Text.RegularExpressions;

namespace KafkaK8s.Engine.Manifests;

/// <summary>
/// A Kubernetes quantity such as <c>1Gi</c> or <c>500m</c>. Two spellings of the same amount are equal: the server rewrites
/// <c>1024Mi</c> to <c>1Gi</c>, which is no change.
/// </summary>
/// <param name="Value">The amount in the base unit: bytes, cores.</param>
public readonly partial record struct Quantity(decimal Value)
{
    private const string BinarySuffixes = "KMGTPE";
    private const string DecimalSuffixes = "kMGTPE";

    /// <summary>Reads a quantity by the grammar of Kubernetes' <c>resource.Quantity</c>.</summary>
    /// <param name="text">The text, such as <c>1.5Gi</c>, <c>2e3</c> or <c>100m</c>.</param>
    /// <param name="quantity">What it says.</param>
    /// <returns>False where it is none, or is larger than Kubernetes can hold.</returns>
    public static bool TryParse(string? text, out Quantity quantity)
    {
        quantity = default;
        var match = Grammar().Match(text ?? "");
        if (!match.Success || !decimal.TryParse(match.Groups["number"].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        try
        {
            quantity = new Quantity(number * Factor(match.Groups["suffix"].Value));
            return Math.Abs(quantity.Value) <= long.MaxValue;
        }
        catch (OverflowException)
        {
            return false;
        }
    }

    private static decimal Factor(string suffix) => suffix switch
    {
        "" => 1m,
        "n" => 0.000_000_001m,
        "u" => 0.000_001m,
        "m" => 0.001m,
        [var unit, 'i'] => Power(1024m, BinarySuffixes.IndexOf(unit, StringComparison.Ordinal) + 1),
        ['e' or 'E', _, ..] => Exponent(int.Parse(suffix.AsSpan(1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture)),
        _ => Power(1000m, DecimalSuffixes.IndexOf(suffix, StringComparison.Ordinal) + 1),
    };

    private static decimal Exponent(int exponent) => exponent < 0 ? 1m / Power(10m, -exponent) : Power(10m, exponent);

    private static decimal Power(decimal factor, int exponent) => Enumerable.Repeat(factor, exponent).Aggregate(1m, (product, next) => product * next);

    [GeneratedRegex(@"^(?<number>[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+))(?<suffix>[KMGTPE]i|[numkMGTPE]|[eE][+-]?[0-9]{1,2})?\z", RegexOptions.ExplicitCapture)]
    private static partial Regex Grammar();
}
