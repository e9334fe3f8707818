using System.Globalization;
using KafkaK8s.Sandbox.Pods.Simulated.Kafka;

namespace KafkaK8s.Sandbox.Pods.Simulated.Programs;

/// <summary>What both generations of kafka-topics read and print alike.</summary>
internal static class TopicsOutput
{
    public const string CollisionWarning =
        "WARNING: Due to limitations in metric names, topics with a period ('.') or underscore ('_') could collide. To avoid issues it is best to use either, but not both.";

    /// <summary>The line of a partition.</summary>
    public static string Row(string topic, PartitionDescription partition, string? leader) => string.Create(
        CultureInfo.InvariantCulture,
        $"\tTopic: {topic}\tPartition: {partition.Index}\tLeader: {leader ?? "none"}\tReplicas: {string.Join(',', partition.Replicas)}\tIsr: {string.Join(',', partition.InSync)}");

    /// <summary>Reads <c>0:1,1:2</c>: the replicas of each partition.</summary>
    /// <exception cref="ToolFailureException">It has another form.</exception>
    public static IReadOnlyList<IReadOnlyList<int>> ParseAssignment(string text) =>
        [.. text.Split(',').Select(partition => (IReadOnlyList<int>)[.. partition.Split(':').Select(Broker)])];

    /// <summary>Reads <c>--config name=value</c> options.</summary>
    /// <exception cref="ToolFailureException">One has another form.</exception>
    public static IReadOnlyDictionary<string, string> ParseConfiguration(IReadOnlyList<string> options, IReadOnlyList<string> frames)
    {
        var pairs = options.Select(option => option.Split('=', 2, StringSplitOptions.TrimEntries)).ToList();
        return pairs.TrueForAll(pair => pair.Length == 2)
            ? pairs.GroupBy(pair => pair[0], StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Last()[1], StringComparer.Ordinal)
            : throw ToolFailureException.IllegalArgument(
                "requirement failed: Invalid topic config: all configs to be added must be in the format \"key=val\".", frames);
    }

    private static int Broker(string text) => int.TryParse(text.Trim(), CultureInfo.InvariantCulture, out var id)
        ? id
        : throw new ToolFailureException("java.lang.NumberFormatException", $"For input string: \"{text}\"", []);
}
