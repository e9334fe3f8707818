using System.Management.Automation;
using KafkaK8s.Completers;
using KafkaK8s.Output;

namespace KafkaK8s.Commands;

/// <summary>Gets topics with their partitions: leader, replicas and in-sync replicas of each.</summary>
/// <remarks>
/// <para>Kafka's own tools are asked, in the cluster's test client where there is one, else in a ready broker.</para>
/// <para>A name that doesn't exist is an error; a wildcard that matches nothing is silence. Kafka's internal topics are included.</para>
/// </remarks>
/// <example>
/// <summary>All topics</summary>
/// <code>Get-KafkaTopic</code>
/// <para>Lists the topics of the cluster <c>kafka</c>.</para>
/// </example>
/// <example>
/// <summary>Topics that are not fully replicated</summary>
/// <code>Get-KafkaTopic | Where-Object UnderReplicatedPartitionCount -gt 0</code>
/// <para>Topics with a partition that has a replica out of sync, such as while a broker is down.</para>
/// </example>
/// <example>
/// <summary>The partitions of some topics</summary>
/// <code>(Get-KafkaTopic orders-*).Partitions</code>
/// <para>A row a partition, with leader, replicas and in-sync replicas.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "KafkaTopic")]
[OutputType(typeof(KafkaTopic))]
public sealed class GetKafkaTopicCommand : KafkaCmdlet
{
    /// <summary>The topics to get, by name; wildcards are allowed. All of them when not given.</summary>
    [Parameter(Position = 0)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(TopicCompleter))]
    public string[]? Name { get; set; }

    private protected override async Task ProcessAsync(CommandPipeline pipeline, CancellationToken cancellation)
    {
        using var session = await OpenKafkaAsync(pipeline, cancellation);
        foreach (var topic in await TopicSelection.DescribeAsync(pipeline, session, Name, cancellation))
        {
            await pipeline.WriteObjectAsync(topic.ToOutput(session.Origin));
        }
    }
}
