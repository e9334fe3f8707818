using System.Text.RegularExpressions;

namespace KafkaK8s.Engine.Kafka.Tools;

/// <summary>
/// Reads what an election of preferred leaders answers: <c>kafka-leader-election</c> tells what became of each partition,
/// <c>kafka-preferred-replica-election</c> only that the controller was told.
/// </summary>
internal static partial class ElectionReader
{
    /// <summary>What the brokers said of an election.</summary>
    /// <param name="Elected">Partitions that the preferred leader leads since now, or already did.</param>
    /// <param name="Refused">The others, with the reason.</param>
    public sealed record Election(IReadOnlyList<TopicPartition> Elected, IReadOnlyDictionary<TopicPartition, string> Refused);

    /// <summary>What became of each partition.</summary>
    /// <exception cref="EngineException">A line is none of the program's.</exception>
    public static Election Read(IEnumerable<string> lines)
    {
        const string tool = "kafka-leader-election";
        var elected = new List<TopicPartition>();
        var refused = new Dictionary<TopicPartition, string>();
        foreach (var line in lines.Where(line => line.Length > 0 && !Noise().IsMatch(line)))
        {
            if (Elected().Match(line) is { Success: true } several)
            {
                elected.AddRange(several.Groups["partitions"].Value.Split(", ").Select(name => PartitionName.Read(tool, name)));
            }
            else if (Refused().Match(line) is { Success: true } one)
            {
                refused[PartitionName.Read(tool, one.Groups["partition"].Value)] = one.Groups["reason"].Value;
            }
            else
            {
                throw UnreadableOutput.Of(tool, line);
            }
        }

        return new Election(elected, refused);
    }

    /// <summary>Whether it was refused for some partitions, which the program calls a failure of the whole.</summary>
    public static bool HasRefusals(IEnumerable<string> lines) => lines.Any(line => Refused().IsMatch(line));

    /// <summary>Whether the controller was told through ZooKeeper.</summary>
    public static bool IsOrdered(IEnumerable<string> lines) => lines.Any(line => Ordered().IsMatch(line));

    [GeneratedRegex(@"^(?:Successfully completed leader election \(PREFERRED\)|Valid replica already elected) for partitions (?<partitions>.+)$", RegexOptions.CultureInvariant)]
    private static partial Regex Elected();

    [GeneratedRegex(@"^Error completing leader election \(PREFERRED\) for partition: (?<partition>[^:]+): (?:[\w.$]+: )?(?<reason>.+)$", RegexOptions.CultureInvariant)]
    private static partial Regex Refused();

    [GeneratedRegex(@"^Successfully started preferred replica election for partitions ", RegexOptions.CultureInvariant)]
    private static partial Regex Ordered();

    // Option notices of 4.2 and later, and stack traces behind an error.
    [GeneratedRegex(@"^(?:Option --admin\.config|\tat |Caused by: )", RegexOptions.CultureInvariant)]
    private static partial Regex Noise();
}
