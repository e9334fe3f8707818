using System.Globalization;
using System.Text.Json.Nodes;

namespace KafkaK8s.Engine.Clusters.Health.Rules;

/// <summary>Which disruption budgets are about a StatefulSet's pods, and what they allow.</summary>
internal static class Budgets
{
    /// <summary>The StatefulSets, each with its budgets.</summary>
    public static IEnumerable<(JsonObject Set, string Name, IReadOnlyList<JsonObject> Of)> BySet(ClusterObservation seen) =>
        seen.Budgets is not { } budgets
            ? []
            : seen.Snapshot.Sets(ClusterParts.All).Select(set => (
                set, (string?)set["metadata"]?["name"] ?? "", (IReadOnlyList<JsonObject>)[.. budgets.Where(budget => Selects(budget, set["spec"]?["template"]?["metadata"]?["labels"] as JsonObject))]));

    /// <summary>How many of a number of pods a budget lets go at the same time.</summary>
    public static int Allows(JsonObject budget, int replicas) =>
        budget["spec"]?["maxUnavailable"] is { } most ? Amount(most, replicas)
        : budget["spec"]?["minAvailable"] is { } least ? replicas - Amount(least, replicas)
        : replicas;

    /// <summary>What a budget asks for, as its file has it.</summary>
    public static string Words(JsonObject budget) =>
        budget["spec"]?["maxUnavailable"] is { } most ? $"maxUnavailable {most}" : $"minAvailable {budget["spec"]?["minAvailable"]}";

    /// <summary>The lines that give a StatefulSet a budget of one.</summary>
    public static string Line(ClusterObservation seen, string set) =>
        $"Export-KafkaManifest ./budget -Namespace {seen.State.Identity.Namespace} -Cluster {seen.State.Identity.Name}; "
        + seen.Line($"Import-KafkaManifest ./budget/{(set == seen.State.Identity.ZookeeperSet ? "150-zookeeper" : "250-kafka")}-disruptionbudget.yml");

    /// <summary>The lines that give a budget another number, in the field that it has. The rest of it goes along, so that nothing of it is taken away.</summary>
    public static string Line(ClusterObservation seen, JsonObject budget, int number)
    {
        var name = (string?)budget["metadata"]?["name"];
        var metadata = new JsonObject { ["name"] = name };
        if (budget["metadata"]?["labels"] is JsonObject labels)
        {
            metadata["labels"] = labels.DeepClone();
        }

        var spec = budget["spec"]!.DeepClone().AsObject();
        spec[spec["maxUnavailable"] is not null ? "maxUnavailable" : "minAvailable"] = number;
        var manifest = new JsonObject { ["apiVersion"] = (string?)budget["apiVersion"] ?? "policy/v1", ["kind"] = "PodDisruptionBudget", ["metadata"] = metadata, ["spec"] = spec };
        return $"Set-Content ./{name}-budget.json '{manifest.ToJsonString()}'; "
            + seen.Line($"Import-KafkaManifest ./{name}-budget.json -Force");
    }

    // Percentages are rounded up, both ways, as the disruption controller does.
    private static int Amount(JsonNode value, int replicas)
    {
        var text = value.ToString();
        return text.EndsWith('%') && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var percent)
            ? (int)Math.Ceiling(replicas * percent / 100m)
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : replicas;
    }

    private static bool Selects(JsonObject budget, JsonObject? labels) =>
        budget["spec"]?["selector"] is JsonObject selector
        && (selector["matchLabels"] as JsonObject ?? []).All(wanted => labels?[wanted.Key]?.ToString() == wanted.Value?.ToString())
        && (selector["matchExpressions"] as JsonArray ?? []).OfType<JsonObject>().All(expression => Holds(expression, labels));

    private static bool Holds(JsonObject expression, JsonObject? labels)
    {
        var value = labels?[(string?)expression["key"] ?? ""]?.ToString();
        var values = (expression["values"] as JsonArray ?? []).Select(candidate => candidate?.ToString()).ToList();
        return (string?)expression["operator"] switch
        {
            "In" => value is not null && values.Contains(value),
            "NotIn" => value is null || !values.Contains(value),
            "Exists" => value is not null,
            "DoesNotExist" => value is null,
            _ => false,
        };
    }
}
