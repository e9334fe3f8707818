using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace KafkaK8s.Engine.Kafka.Tools;

/// <summary>Reads what Kafka keeps in ZooKeeper's nodes: one line of JSON each.</summary>
internal static partial class ZookeeperNodeReader
{
    private const string Tool = "zookeeper-shell";

    /// <summary>The ids of a list, <c>[0, 1, 2]</c>.</summary>
    public static IReadOnlyList<int> Ids(string list)
    {
        if (!list.StartsWith('[') || !list.EndsWith(']'))
        {
            throw UnreadableOutput.Of(Tool, list);
        }

        return [.. list[1..^1].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(id => Invariant.TryNumber(id, out int number) ? number : throw UnreadableOutput.Of(Tool, list))];
    }

    /// <summary>The cluster's id: <c>{"version":"1","id":"..."}</c>.</summary>
    public static string ClusterId(string node) => Text(Parse(node)["id"]) ?? throw UnreadableOutput.Of(Tool, node);

    /// <summary>The controller's id: <c>{"version":1,"brokerid":0,...}</c>; null for -1, which is a controller that is going.</summary>
    public static int? ControllerId(string node) => Number(Parse(node)["brokerid"]) switch
    {
        >= 0 and var id => id,
        -1 => null,
        _ => throw UnreadableOutput.Of(Tool, node),
    };

    /// <summary>A broker's registration: since 0.9 with <c>endpoints</c>, <c>["PLAINTEXT://host:9092"]</c>.</summary>
    public static RegisteredBroker Broker(int id, string node)
    {
        var registration = Parse(node);
        var endpoints = registration["endpoints"] as JsonArray ?? throw UnreadableOutput.Of(Tool, node);
        return new RegisteredBroker(id, [.. endpoints.Select(endpoint => Listener(Text(endpoint) ?? "", node))], Text(registration["rack"]));
    }

    private static AdvertisedListener Listener(string endpoint, string node) =>
        Endpoint().Match(endpoint) is { Success: true } match && Invariant.TryNumber(match.Groups["port"].ValueSpan, out int port)
            ? new AdvertisedListener(match.Groups["name"].Value, match.Groups["host"].Value, port)
            : throw UnreadableOutput.Of(Tool, node);

    private static JsonObject Parse(string node)
    {
        try
        {
            return JsonNode.Parse(node) as JsonObject ?? throw UnreadableOutput.Of(Tool, node);
        }
        catch (JsonException)
        {
            throw UnreadableOutput.Of(Tool, node);
        }
    }

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static int? Number(JsonNode? node) => node is JsonValue value && value.TryGetValue<int>(out var number) ? number : null;

    [GeneratedRegex(@"^(?<name>[^:/]+)://\[?(?<host>[^\[\]/]*?)\]?:(?<port>\d+)$", RegexOptions.CultureInvariant)]
    private static partial Regex Endpoint();
}
