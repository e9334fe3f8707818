using System.Text.RegularExpressions;

namespace KafkaK8s.Engine.Kafka.Tools;

/// <summary>A line of <c>kafka-topics --list</c>.</summary>
/// <param name="Name">The topic.</param>
/// <param name="IsMarkedForDeletion">Whether it waits to be deleted.</param>
internal readonly record struct ListedTopic(string Name, bool IsMarkedForDeletion);

/// <summary>
/// Reads <c>kafka-topics --list</c>: a name a line. Through ZooKeeper a topic that waits to be deleted says so behind its name;
/// through the brokers an empty cluster is one empty line.
/// </summary>
internal static partial class TopicListReader
{
    /// <summary>The topics, in ordinal order of their names.</summary>
    /// <exception cref="EngineException">A line is not a topic.</exception>
    public static IReadOnlyList<ListedTopic> Read(IEnumerable<string> lines) =>
        [.. lines.Where(line => line.Length > 0).Select(ReadLine).OrderBy(topic => topic.Name, StringComparer.Ordinal)];

    private static ListedTopic ReadLine(string line) =>
        Topic().Match(line) is { Success: true } match
            ? new ListedTopic(match.Groups["name"].Value, match.Groups["marked"].Success)
            : throw UnreadableOutput.Of("kafka-topics", line);

    [GeneratedRegex(@"^(?<name>[a-zA-Z0-9._-]{1,249})(?<marked> - marked for deletion)?$", RegexOptions.CultureInvariant)]
    private static partial Regex Topic();
}
