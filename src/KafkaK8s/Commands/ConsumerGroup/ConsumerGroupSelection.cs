using System.Management.Automation;
using KafkaK8s.Diagnostics;
using KafkaK8s.Engine.Kafka;

namespace KafkaK8s.Commands;

/// <summary>Finds the consumer groups that names and wildcards mean.</summary>
internal static class ConsumerGroupSelection
{
    /// <summary>Describes them.</summary>
    public static async Task<IReadOnlyList<ConsumerGroupDescription>> DescribeAsync(
        CommandPipeline pipeline, KafkaSession session, string[]? names, CancellationToken cancellation)
    {
        var literals = names is { Length: > 0 } && !names.Any(NameSelection.IsPattern) ? names : null;
        var groups = await session.Groups.DescribeAsync(literals, cancellation);
        return await NameSelection.SelectAsync(pipeline, names, groups, group => group.Name, name => NotFound(name, session));
    }

    /// <summary>Their names only.</summary>
    public static async Task<IReadOnlyList<string>> ListAsync(
        CommandPipeline pipeline, KafkaSession session, string[] names, CancellationToken cancellation)
    {
        var groups = await session.Groups.ListAsync(cancellation);
        return await NameSelection.SelectAsync(pipeline, names, groups, group => group, name => NotFound(name, session));
    }

    private static ErrorRecord NotFound(string name, KafkaSession session) => KafkaErrors.Create(
        "GroupNotFound",
        ErrorCategory.ObjectNotFound,
        name,
        $"There is no consumer group \"{name}\" in the cluster {session.Origin.Namespace}/{session.Origin.Cluster}.",
        "Get-KafkaConsumerGroup lists what is there; names are case-sensitive.");
}
