using System.Text;
using System.Text.Json.Nodes;

namespace KafkaK8s.Sandbox.Api.Ownership;

/// <summary>The way to a field, in the steps of <c>fieldsV1</c>.</summary>
internal sealed record FieldPath(IReadOnlyList<string> Steps)
{
    public static FieldPath Root { get; } = new([]);

    /// <summary>The step to a field.</summary>
    public static string Field(string name) => "f:" + name;

    /// <summary>The step to the item of a list that has these keys.</summary>
    public static string Item(JsonObject keys) => "k:" + keys.ToText();

    /// <summary>The step to an item of a set.</summary>
    public static string Value(JsonNode? value) => "v:" + value.ToText();

    public FieldPath Then(string step) => new([.. Steps, step]);

    /// <summary>The path as messages show it: <c>.spec.ports[port=2181,protocol="TCP"].targetPort</c>.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var step in Steps)
        {
            text.Append(step[0] switch
            {
                'k' => $"[{string.Join(',', ((JsonObject)JsonNode.Parse(step[2..])!).Select(key => $"{key.Key}={key.Value.ToText()}"))}]",
                'v' => $"[={step[2..]}]",
                _ => "." + step[2..],
            });
        }

        return text.ToString();
    }
}
