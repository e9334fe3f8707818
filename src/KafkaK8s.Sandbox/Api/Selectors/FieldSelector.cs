using System.Text.Json.Nodes;

namespace KafkaK8s.Sandbox.Api.Selectors;

/// <summary>Which values some fields must have. Each kind has a few that can be selected by.</summary>
internal sealed class FieldSelector
{
    private static readonly Dictionary<ResourceKind, string[]> Selectable = new()
    {
        [ResourceKind.Pods] =
        [
            "spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "spec.hostNetwork", "status.phase",
            "status.podIP", "status.podIPs", "status.nominatedNodeName",
        ],
        [ResourceKind.Events] =
        [
            "involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid", "involvedObject.apiVersion",
            "involvedObject.resourceVersion", "involvedObject.fieldPath", "reason", "reportingComponent", "source", "type",
        ],
        [ResourceKind.Namespaces] = ["status.phase", "name"],
        [ResourceKind.Nodes] = ["spec.unschedulable"],
        [ResourceKind.Secrets] = ["type"],
        [ResourceKind.Services] = ["spec.clusterIP", "spec.type"],
    };

    private readonly List<(string Field, string Value, bool IsEqual)> _requirements;

    private FieldSelector(List<(string, string, bool)> requirements) => _requirements = requirements;

    /// <exception cref="ApiException">400: it can't be parsed, or a field can't be selected by.</exception>
    public static FieldSelector Parse(ResourceKind kind, string? text)
    {
        var requirements = new List<(string, string, bool)>();
        foreach (var part in (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var (field, value, isEqual) = Split(text!, part);
            if (field is not ("metadata.name" or "metadata.namespace") && Selectable.GetValueOrDefault(kind)?.Contains(field) != true)
            {
                throw ApiException.BadRequest(
                    kind.Group.Length == 0
                        ? $"field label not supported: {field}"
                        : $"\"{field}\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\"");
            }

            requirements.Add((field, value, isEqual));
        }

        return new FieldSelector(requirements);
    }

    public bool Matches(JsonObject item) => _requirements.All(requirement => (Read(item, requirement.Field) == requirement.Value) == requirement.IsEqual);

    private static (string Field, string Value, bool IsEqual) Split(string text, string part)
    {
        foreach (var (symbol, isEqual) in new[] { ("!=", false), ("==", true), ("=", true) })
        {
            var at = part.IndexOf(symbol, StringComparison.Ordinal);
            if (at >= 0)
            {
                return (part[..at].Trim(), part[(at + symbol.Length)..].Trim(), isEqual);
            }
        }

        throw ApiException.BadRequest($"invalid selector: '{text}'; can't understand '{part}'");
    }

    private static string Read(JsonObject item, string field) => field switch
    {
        "source" => item.TextAt("source", "component") ?? item.TextAt("reportingComponent") ?? "",
        "name" => item.Name(),
        "spec.unschedulable" or "spec.hostNetwork" => item.At(field.Split('.'))?.ToJsonString() ?? "false",
        _ => item.At(field.Split('.'))?.ToString() ?? "",
    };
}
