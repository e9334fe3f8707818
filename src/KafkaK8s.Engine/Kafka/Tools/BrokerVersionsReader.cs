using System.Text.RegularExpressions;

namespace KafkaK8s.Engine.Kafka.Tools;

/// <summary>Reads the brokers from <c>kafka-broker-api-versions</c>: a line each, with what it understands indented below.</summary>
internal static partial class BrokerVersionsReader
{
    /// <summary>The brokers, by id.</summary>
    /// <exception cref="EngineException">A line that can't be understood.</exception>
    public static IReadOnlyList<RegisteredBroker> Read(IEnumerable<string> lines) =>
        [.. lines.Where(line => line.Length > 0 && line != ")" && !char.IsWhiteSpace(line[0])).Select(ReadLine).OrderBy(broker => broker.Id)];

    private static RegisteredBroker ReadLine(string line) =>
        Broker().Match(line) is { Success: true } match
        && Invariant.TryNumber(match.Groups["id"].ValueSpan, out int id) && Invariant.TryNumber(match.Groups["port"].ValueSpan, out int port)
            ? new RegisteredBroker(
                id,
                [new AdvertisedListener("", match.Groups["host"].Value.Trim('[', ']'), port)],
                match.Groups["rack"].Value is "null" ? null : match.Groups["rack"].Value)
            : throw UnreadableOutput.Of("kafka-broker-api-versions", line);

    [GeneratedRegex(@"^(?<host>\S+):(?<port>\d+) \(id: (?<id>\d+) rack: (?<rack>.+?)(?: isFenced: (?:true|false))?\) -> (?:\(|ERROR: .*)$", RegexOptions.CultureInvariant)]
    private static partial Regex Broker();
}
