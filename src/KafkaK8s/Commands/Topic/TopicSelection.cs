using System.Management.Automation;
using KafkaK8s.Diagnostics;
using KafkaK8s.Engine.Kafka;

namespace KafkaK8s.Commands;

/// <summary>Finds the topics that names and wildcards mean.</summary>
internal static class TopicSelection
{
    /// <summary>Describes them, in one question to the cluster.</summary>
    public static async Task<IReadOnlyList<TopicDescription>> DescribeAsync(
        CommandPipeline pipeline, KafkaSession session, string[]? names, CancellationToken cancellation)
    {
        var literals = names is { Length: > 0 } && !names.Any(NameSelection.IsPattern) ? names : null;
        var topics = await session.Topics.DescribeAsync(literals, cancellation);
        return await NameSelection.SelectAsync(pipeline, names, topics, topic => topic.Name, name => NotFound(name, session));
    }

    /// <summary>Their names only. A wildcard never means one of Kafka's internal topics here: this is for what changes them.</summary>
    public static async Task<IReadOnlyList<string>> ListAsync(
        CommandPipeline pipeline, KafkaSession session, string[] names, CancellationToken cancellation)
    {
        var topics = await session.Topics.ListAsync(cancellation);
        var selected = await NameSelection.SelectAsync(pipeline, names, topics, topic => topic, name => NotFound(name, session));
        return [.. selected.Where(topic => names.Contains(topic) || !topic.StartsWith("__", StringComparison.Ordinal))];
    }

    private static ErrorRecord NotFound(string name, KafkaSession session) => KafkaErrors.Create(
        "TopicNotFound",
        ErrorCategory.ObjectNotFound,
        name,
        $"There is no topic \"{name}\" in the cluster {session.Origin.Namespace}/{session.Origin.Cluster}.",
        "Get-KafkaTopic lists what is there; names are case-sensitive.");
}
