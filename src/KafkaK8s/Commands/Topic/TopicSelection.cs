using System.Management.Automation;
using KafkaK8s.Diagnostics;
using KafkaK8s.Engine.Kafka;

namespace KafkaK8s.Commands;

/// <summary>Finds the topics that names and wildcards mean.</summary>
internal static class TopicSelection
{
    /// <summary>Describes them, in one question to the cluster.</summary>
    /// <param name="pipeline">Takes the errors about names that aren't there.</param>
    /// <param name="session">The cluster.</param>
    /// <param name="names">Names and patterns; null for all topics.</param>
    /// <param name="inFull">With what must be in sync, on every release.</param>
    /// <param name="cancellation">Ends it at once.</param>
    public static async Task<IReadOnlyList<TopicDescription>> DescribeAsync(
        CommandPipeline pipeline, KafkaSession session, string[]? names, bool inFull, CancellationToken cancellation)
    {
        var literals = names is { Length: > 0 } && !names.Any(NameSelection.IsPattern) ? names : null;
        var topics = inFull
            ? await session.Topics.DescribeInFullAsync(literals, cancellation)
            : await session.Topics.DescribeAsync(literals, cancellation);
        return await NameSelection.SelectAsync(pipeline, names, topics, topic => topic.Name, name => NotFound(name, session));
    }

    /// <summary>The same without Kafka's internal topics, unless they are named: a wildcard never means one of them.</summary>
    public static async Task<IReadOnlyList<TopicDescription>> DescribeOwnAsync(
        CommandPipeline pipeline, KafkaSession session, string[]? names, CancellationToken cancellation)
        => [.. (await DescribeAsync(pipeline, session, names, inFull: false, cancellation)).Where(topic => IsOwn(names, topic.Name))];

    /// <summary>Their names only. A wildcard never means one of Kafka's internal topics here: this is for what changes them.</summary>
    public static async Task<IReadOnlyList<string>> ListAsync(
        CommandPipeline pipeline, KafkaSession session, string[] names, CancellationToken cancellation)
    {
        var topics = await session.Topics.ListAsync(cancellation);
        var selected = await NameSelection.SelectAsync(pipeline, names, topics, topic => topic, name => NotFound(name, session));
        return [.. selected.Where(topic => IsOwn(names, topic))];
    }

    /// <summary>The topics without those that wait to be deleted, of which nothing can be changed any more: an error where one is named, else a warning.</summary>
    /// <param name="pipeline">Takes the errors and warnings.</param>
    /// <param name="session">The cluster.</param>
    /// <param name="names">Names and patterns; null for all topics.</param>
    /// <param name="topics">The topics that they mean.</param>
    public static async Task<IReadOnlyList<TopicDescription>> StayingAsync(
        CommandPipeline pipeline, KafkaSession session, string[]? names, IReadOnlyList<TopicDescription> topics)
    {
        foreach (var leaving in topics.Where(topic => topic.IsMarkedForDeletion))
        {
            var what = $"The topic {session.Describe(leaving.Name)} is marked for deletion; it is left as it is.";
            if (names?.Contains(leaving.Name) == true)
            {
                await pipeline.WriteErrorAsync(KafkaErrors.Create(
                    "TopicDeletionPending",
                    ErrorCategory.ResourceBusy,
                    leaving.Name,
                    what,
                    "It goes away when every broker that holds a replica is up, and delete.topic.enable isn't false."));
            }
            else
            {
                pipeline.WriteWarning(what);
            }
        }

        return [.. topics.Where(topic => !topic.IsMarkedForDeletion)];
    }

    /// <summary>The error that a topic isn't there.</summary>
    public static ErrorRecord NotFound(string name, KafkaSession session) => KafkaErrors.Create(
        "TopicNotFound",
        ErrorCategory.ObjectNotFound,
        name,
        $"There is no topic \"{name}\" in the cluster {session.Origin.Namespace}/{session.Origin.Cluster}.",
        "Get-KafkaTopic lists what is there; names are case-sensitive.");

    private static bool IsOwn(string[]? names, string topic) => names?.Contains(topic) == true || !topic.StartsWith("__", StringComparison.Ordinal);
}
