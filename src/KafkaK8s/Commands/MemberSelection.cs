using System.Management.Automation;
using KafkaK8s.Diagnostics;
using KafkaK8s.Engine.Clusters;
using KafkaK8s.Engine.Kubernetes;

namespace KafkaK8s.Commands;

/// <summary>Writes the members of a cluster that names and wildcards mean.</summary>
internal static class MemberSelection
{
    public static async Task WriteAsync<T>(
        ClusterCmdlet cmdlet,
        CommandPipeline pipeline,
        string[]? names,
        Func<KubernetesConnection, ClusterState, Task<IReadOnlyList<T>>> membersOf,
        CancellationToken cancellation)
        where T : KafkaMember
    {
        using var connection = await cmdlet.ConnectAsync(pipeline, cancellation);
        var state = await cmdlet.FindClusterAsync(connection, cancellation);
        var members = await membersOf(connection, state);
        foreach (var member in await NameSelection.SelectAsync(pipeline, names, members, member => member.Name, name => NotFound(name, state)))
        {
            await pipeline.WriteObjectAsync(member);
        }
    }

    private static ErrorRecord NotFound(string name, ClusterState state) => KafkaErrors.Create(
        "MemberNotFound",
        ErrorCategory.ObjectNotFound,
        name,
        $"The Kafka cluster {state.Identity} has no member \"{name}\".",
        "Names are those of the pods, such as kafka-0 or kafka-zookeeper-0.");
}
