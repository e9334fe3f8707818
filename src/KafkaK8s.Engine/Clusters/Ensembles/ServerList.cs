using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using KafkaK8s.Engine.Manifests;

namespace KafkaK8s.Engine.Clusters.Ensembles;

/// <summary>
/// The list of an ensemble's servers as a pod is told it. ZooKeeper reads it once, when it starts, so a pod has the list that it was
/// created with whatever its StatefulSet says by now.
/// </summary>
/// <param name="Where">Where the image takes it from: <c>ZK_REPLICAS</c>, <c>ZOO_SERVERS</c>, <c>ZOOKEEPER_SERVERS</c> or <c>--servers</c>.</param>
/// <param name="Ids">The numbers of the servers on it.</param>
/// <param name="Written">The list as it is written there: the servers, or their number.</param>
internal sealed partial record ServerList(string Where, IReadOnlyList<int> Ids, string Written)
{
    private const string CountVariable = "ZK_REPLICAS";
    private const string ServersVariable = "ZOO_SERVERS";
    private const string ConfluentVariable = "ZOOKEEPER_SERVERS";
    private const string Argument = "--servers";

    /// <summary>How many servers are on it; null where they are not numbered 1 to n, as the pods of a StatefulSet would be.</summary>
    public int? Size => Ids.Count > 0 && Ids.Order().SequenceEqual(Enumerable.Range(1, Ids.Count)) ? Ids.Count : null;

    /// <summary>Reads the list; null where the pod has none that can be understood.</summary>
    /// <param name="podSpec">A pod's spec, or a template's.</param>
    public static ServerList? Read(JsonNode? podSpec) => Find(podSpec)?.List;

    /// <summary>The name of the container that has the list; null where none has.</summary>
    public static string? Container(JsonNode? podSpec) => (string?)Find(podSpec)?.Container["name"];

    /// <summary>What has to be merged into a pod template's spec to put another number of servers on its list.</summary>
    /// <param name="podSpec">The template's spec.</param>
    /// <param name="set">The StatefulSet's name: servers are its pods.</param>
    /// <param name="members">How many.</param>
    /// <exception cref="EngineException"><c>ServerListNotUnderstood</c>: the list can't be read, or doesn't name the pods.</exception>
    public static JsonObject Resize(JsonNode? podSpec, string set, int members)
    {
        var (container, list) = Find(podSpec) is { List.Size: not null } found ? found : throw NotUnderstood(set);
        var patch = new JsonObject { ["name"] = (string?)container["name"] };
        switch (list.Where)
        {
            case CountVariable:
                patch["env"] = Variable(CountVariable, Text(members));
                break;
            case ServersVariable:
                var servers = Servers(Value(container, ServersVariable)!).ToDictionary(server => server.Id, server => server.Entry);
                patch["env"] = Variable(ServersVariable, string.Join(' ', Enumerable.Range(1, members).Select(id => servers.GetValueOrDefault(id) ?? Server(servers[1], set, id))));
                break;
            case ConfluentVariable:
                var entries = Value(container, ConfluentVariable)!.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
                patch["env"] = Variable(ConfluentVariable, string.Join(';', Enumerable.Range(1, members).Select(id => entries.ElementAtOrDefault(id - 1) ?? Pod(entries[0], set, id))));
                break;
            default:
                var field = Words(container, "command").Any(word => CountArgument().IsMatch(word)) ? "command" : "args";
                patch[field] = new JsonArray([.. Words(container, field).Select(word => (JsonNode)CountArgument().Replace(word, $"{Argument}={Text(members)}"))]);
                break;
        }

        return new JsonObject { ["containers"] = new JsonArray(patch) };
    }

    private static (JsonObject Container, ServerList List)? Find(JsonNode? podSpec)
    {
        foreach (var container in (podSpec?["containers"] as JsonArray ?? []).OfType<JsonObject>())
        {
            if (Value(container, CountVariable) is { } count)
            {
                return int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var servers) ? (container, Counted(CountVariable, servers, count)) : null;
            }

            if (Value(container, ServersVariable) is { } text)
            {
                return (container, new ServerList(ServersVariable, [.. Servers(text).Select(server => server.Id)], text));
            }

            if (Value(container, ConfluentVariable) is { } entries)
            {
                return (container, Counted(ConfluentVariable, entries.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Length, entries));
            }

            var argument = Words(container, "command").Concat(Words(container, "args")).Select(word => CountArgument().Match(word)).FirstOrDefault(match => match.Success);
            if (argument is not null && int.TryParse(argument.Groups["count"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                return (container, Counted(Argument, number, argument.Groups["count"].Value));
            }
        }

        return null;
    }

    private static ServerList Counted(string where, int count, string written) => new(where, [.. Enumerable.Range(1, count)], written);

    private static IEnumerable<(int Id, string Entry)> Servers(string text) =>
        from entry in text.Split((char[])[' ', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries)
        let match = ServerEntry().Match(entry)
        where match.Success
        select (int.Parse(match.Groups["id"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture), entry);

    private static string Server(string first, string set, int id) => Pod(ServerEntry().Replace(first, $"server.{Text(id)}="), set, id);

    private static string Pod(string first, string set, int id)
    {
        var pod = $"{set}-{Text(id - 1)}";
        return first.Contains($"{set}-0", StringComparison.Ordinal) ? first.Replace($"{set}-0", pod, StringComparison.Ordinal) : throw NotUnderstood(set);
    }

    private static JsonArray Variable(string name, string value) => [new JsonObject { ["name"] = name, ["value"] = value }];

    private static string? Value(JsonObject container, string variable) =>
        (container["env"] as JsonArray ?? []).Where(entry => MergeKeys.Value(entry, "name") == variable).Select(entry => (string?)entry?["value"]).FirstOrDefault();

    private static IEnumerable<string> Words(JsonObject container, string field) => (container[field] as JsonArray ?? []).Select(word => (string?)word ?? "");

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static EngineException NotUnderstood(string set) => new(
        "ServerListNotUnderstood",
        EngineErrorKind.NotSupported,
        set,
        $"The list of servers in the StatefulSet {set} can't be read, or does not name the set's pods by number.",
        $"It is found in {CountVariable}, {ServersVariable}, {ConfluentVariable} or {Argument}. Change it by an override, together with the number of replicas.");

    [GeneratedRegex(@"^server\.(?<id>\d{1,9})=")]
    private static partial Regex ServerEntry();

    [GeneratedRegex(@"--servers[= ](?<count>\d{1,9})\b")]
    private static partial Regex CountArgument();
}
