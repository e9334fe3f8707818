using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using KafkaK8s.Sandbox.Api;

namespace KafkaK8s.Sandbox.Tests.Api;

/// <summary>The sandbox answers each recorded request as the real Kubernetes did.</summary>
public sealed partial class RecordedAnswersTests(RecordedSession session) : IClassFixture<RecordedSession>
{
    // What is only an example in the recording, or belongs to the machine that it was made on.
    private static readonly HashSet<string> Examples =
    [
        "uid", "resourceVersion", "creationTimestamp", "deletionTimestamp", "time", "clusterIP", "clusterIPs", "continue", "storageVersionHash",
        "serverAddressByClientCIDRs", "description", "gitCommit", "goVersion", "compiler", "platform",
    ];

    // Answers with all that a whole Kubernetes serves: what the sandbox serves of it must be the same.
    private static readonly HashSet<string> WiderThanSandbox = ["apis", "core-resources", "apps-resources", "policy-resources", "storage-resources", "openapi-v3-index", "api-aggregated", "version"];

    public static TheoryData<string> Names => RecordedSession.Exchanges.Count == 0
        ? ["(no recording)"]
        : [.. RecordedSession.Exchanges.Select(exchange => exchange.TextAt("name")!)];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_answer_is_the_recorded_one(string name)
    {
        Assert.SkipWhen(RecordedSession.Exchanges.Count == 0, "the recorded transcripts (../shared/kubernetes/transcripts) aren't here");
        var recorded = RecordedSession.Exchanges.Single(exchange => exchange.TextAt("name") == name)["response"]!;
        var answer = session.Answer(name);

        Assert.Equal((int)recorded.NumberAt("status")!, answer.Status);
        var differences = Compare(name, recorded, answer);
        Assert.True(differences.Count == 0, string.Join('\n', differences));
    }

    private List<string> Compare(string name, JsonNode recorded, ApiAnswer answer)
    {
        var differences = new List<string>();
        if (recorded["lines"] is JsonArray lines)
        {
            // The closing bookmark comes only when the cluster has moved on meanwhile.
            if (IsClosingBookmark(lines[^1]))
            {
                lines.RemoveAt(lines.Count - 1);
            }

            var own = answer.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)).ToArray();
            Compare("", Normal(session.Expected(lines)), Normal(new JsonArray(own)), isSubset: false, differences);
            return differences;
        }

        // Nobody stores a review, so nobody owns its fields.
        if (name == "self-subject-access-review")
        {
            (recorded["body"]!["metadata"] as JsonObject)?.Remove("managedFields");
        }

        // These were among the rows, but their objects were not recorded.
        if (name == "pods-table-trouble")
        {
            recorded["body"]!["rows"]!.AsArray().RemoveAll(row => row!["cells"]![0]!.ToString() is "kafka-zookeeper-1" or "kafka-zookeeper-2");
        }

        if (recorded["body"] is JsonObject body)
        {
            Compare("", Normal(session.Expected(body)), Normal(answer.Body), WiderThanSandbox.Contains(name), differences);
        }

        return differences;
    }

    private static bool IsClosingBookmark(JsonNode? line) =>
        line.TextAt("type") == "BOOKMARK" && line.At("object", "metadata", "annotations") is null;

    private static void Compare(string path, JsonNode? expected, JsonNode? actual, bool isSubset, List<string> differences)
    {
        switch (expected, actual)
        {
            case (JsonObject theirs, JsonObject ours):
                foreach (var name in theirs.Select(field => field.Key).Union(ours.Select(field => field.Key)))
                {
                    if (!isSubset || ours.ContainsKey(name))
                    {
                        Compare($"{path}.{name}", theirs[name], ours[name], isSubset, differences);
                    }
                }

                break;
            case (JsonArray theirs, JsonArray ours) when isSubset && ours.All(item => Identity(item) is not null):
                foreach (var item in ours)
                {
                    Compare($"{path}[{Identity(item)}]", theirs.FirstOrDefault(other => Identity(other) == Identity(item)), item, isSubset, differences);
                }

                break;
            case (JsonArray theirs, JsonArray ours):
                for (var i = 0; i < Math.Max(theirs.Count, ours.Count); i++)
                {
                    Compare($"{path}[{i}]", theirs.ElementAtOrDefault(i), ours.ElementAtOrDefault(i), isSubset, differences);
                }

                break;
            default:
                if (!JsonNode.DeepEquals(expected, actual))
                {
                    differences.Add($"{path}: expected {Short(expected)}, was {Short(actual)}");
                }

                break;
        }
    }

    private static string? Identity(JsonNode? item) =>
        item.TextAt("name") ?? item.TextAt("resource") ?? item.TextAt("subresource") ?? item.TextAt("version") ?? (item is JsonObject ? item.TextAt("metadata", "name") ?? "" : null);

    private static JsonNode? Normal(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject map:
                var result = new JsonObject();
                foreach (var (name, value) in map)
                {
                    // The build that was recorded projects one more certificate into every pod.
                    if (!Examples.Contains(name) && !name.StartsWith("k:{\"uid\"", StringComparison.Ordinal))
                    {
                        result[name] = name switch
                        {
                            "managedFields" => InOrder((JsonArray)value!),
                            "generation" when map.TextAt("name")?.StartsWith("kafka-zookeeper-headless-", StringComparison.Ordinal) == true => null,
                            _ => Normal(value),
                        };
                    }
                }

                return result;
            case JsonArray list:
                return new JsonArray([.. list.Where(item => item.TextAt("configMap", "name") != "openshift-service-ca.crt").Select(Normal)]);
            case JsonValue value when value.TryGetValue<string>(out var text):
                // The difference that follows a refused pod update shows Go's own types.
                var end = text.IndexOf("\n@@", StringComparison.Ordinal);
                return Generated().Replace(end < 0 ? text : text[..end], "$1");
            default:
                return node?.DeepClone();
        }
    }

    // They are kept by time, which the recording and the sandbox don't share.
    private static JsonArray InOrder(JsonArray managers) => new(
    [
        .. managers.OrderBy(one => $"{one.TextAt("operation")} {one.TextAt("manager")} {one.TextAt("subresource")}", StringComparer.Ordinal).Select(Normal),
    ]);

    private static string Short(JsonNode? node) => node.ToText() is { Length: > 300 } text ? text[..300] + "…" : node.ToText();

    // Suffixes of generated names, hashes of documents, ages, and the version before which history is gone.
    [GeneratedRegex(@"(kube-api-access-)[a-z0-9]{5}|\?hash=[0-9A-F]+$|^\d+[smhd](\d+[smh])?$|(\d+[dhm])?\d+[smhd](?= ago)|(?<=too old resource version: 1 \()\d+")]
    private static partial Regex Generated();
}
