using System.Globalization;
using System.Text.Json.Nodes;

namespace KafkaK8s.Sandbox.Api.Selectors;

/// <summary>Which labels an object must have.</summary>
internal sealed class LabelSelector
{
    private readonly IReadOnlyList<LabelRequirement> _requirements;

    private LabelSelector(IReadOnlyList<LabelRequirement> requirements) => _requirements = requirements;

    /// <summary>Selects everything.</summary>
    public static LabelSelector Everything { get; } = new([]);

    /// <summary>The selector of a query: <c>a=b,c!=d,e in (f,g),h,!i</c>.</summary>
    /// <exception cref="ApiException">400: it can't be parsed.</exception>
    public static LabelSelector Parse(string? text) =>
        string.IsNullOrEmpty(text) ? Everything : new LabelSelector(new LabelSelectorParser(text).Parse());

    /// <summary>The selector of an object: <c>matchLabels</c> and <c>matchExpressions</c>.</summary>
    public static LabelSelector Of(JsonNode? selector)
    {
        var labels = (selector.At("matchLabels") as JsonObject ?? [])
            .Select(label => new LabelRequirement(label.Key, "In", [label.Value!.GetValue<string>()]));
        var expressions = selector.ObjectsAt("matchExpressions").Select(expression => new LabelRequirement(
            expression.TextAt("key") ?? "",
            expression.TextAt("operator") ?? "",
            [.. (expression["values"] as JsonArray ?? []).Select(value => value!.GetValue<string>())]));
        return new LabelSelector([.. labels, .. expressions]);
    }

    /// <summary>Whether an object satisfies a selector. An empty selector selects everything, none selects nothing.</summary>
    public static bool Selects(JsonNode? selector, JsonObject item) => selector is JsonObject && Of(selector).Matches(item.At("metadata", "labels"));

    /// <summary>Whether labels have every pair of a plain selector, as services have it.</summary>
    public static bool Contains(JsonNode? labels, JsonNode? pairs) =>
        (pairs as JsonObject ?? []).All(pair => labels.TextAt(pair.Key) is { } value && value == pair.Value?.GetValue<string>());

    /// <summary>The selector of a service: labels that must all be there. A service without one selects nothing.</summary>
    public static LabelSelector? OfLabels(JsonNode? labels) =>
        labels is JsonObject { Count: > 0 } ? Of(new JsonObject { ["matchLabels"] = labels.DeepClone() }) : null;

    /// <summary>Whether labels satisfy it.</summary>
    public bool Matches(JsonNode? labels) => _requirements.All(requirement => requirement.Matches(labels as JsonObject));

    /// <summary>The selector as a query.</summary>
    public override string ToString() => string.Join(',', _requirements.OrderBy(requirement => requirement.Key, StringComparer.Ordinal));
}

/// <summary>What one label must be.</summary>
/// <param name="Key">The label.</param>
/// <param name="Operator">In, NotIn, Exists, DoesNotExist, Gt or Lt.</param>
/// <param name="Values">What it is held against.</param>
internal sealed record LabelRequirement(string Key, string Operator, IReadOnlyList<string> Values)
{
    public bool Matches(JsonObject? labels)
    {
        var value = labels.TextAt(Key);
        return Operator switch
        {
            "In" => value is not null && Values.Contains(value),
            "NotIn" => value is null || !Values.Contains(value),
            "Exists" => value is not null,
            "DoesNotExist" => value is null,
            "Gt" => Number(value) > Number(Values[0]),
            "Lt" => Number(value) < Number(Values[0]),
            _ => false,
        };
    }

    /// <inheritdoc />
    public override string ToString() => Operator switch
    {
        "In" when Values.Count == 1 => $"{Key}={Values[0]}",
        "In" => $"{Key} in ({string.Join(',', Values)})",
        "NotIn" when Values.Count == 1 => $"{Key}!={Values[0]}",
        "NotIn" => $"{Key} notin ({string.Join(',', Values)})",
        "DoesNotExist" => $"!{Key}",
        "Exists" => Key,
        _ => $"{Key}{(Operator == "Gt" ? '>' : '<')}{Values[0]}",
    };

    private static long? Number(string? text) => long.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : null;
}
