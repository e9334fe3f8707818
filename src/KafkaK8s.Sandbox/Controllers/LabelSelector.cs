using System.Text.Json.Nodes;
using KafkaK8s.Sandbox.Api;

namespace KafkaK8s.Sandbox.Controllers;

/// <summary>Whether labels satisfy the selectors that objects carry.</summary>
internal static class LabelSelector
{
    /// <summary>Whether an object's labels satisfy a selector with <c>matchLabels</c> and <c>matchExpressions</c>. One without either matches everything, none matches nothing.</summary>
    public static bool Selects(JsonNode? selector, JsonObject item)
    {
        if (selector is not JsonObject)
        {
            return false;
        }

        var labels = item.At("metadata", "labels");
        return Contains(labels, selector.At("matchLabels")) && selector.ObjectsAt("matchExpressions").All(expression => Holds(expression, labels));
    }

    /// <summary>Whether labels have every pair of a plain selector, as services have it.</summary>
    public static bool Contains(JsonNode? labels, JsonNode? pairs) =>
        (pairs as JsonObject ?? []).All(pair => labels.TextAt(pair.Key) is { } value && value == pair.Value?.GetValue<string>());

    private static bool Holds(JsonObject expression, JsonNode? labels)
    {
        var value = labels.TextAt(expression.TextAt("key") ?? "");
        var isListed = value is not null && (expression["values"] as JsonArray ?? []).Any(listed => listed?.GetValue<string>() == value);
        return expression.TextAt("operator") switch
        {
            "In" => isListed,
            "NotIn" => !isListed,
            "Exists" => value is not null,
            "DoesNotExist" => value is null,
            _ => false,
        };
    }
}
