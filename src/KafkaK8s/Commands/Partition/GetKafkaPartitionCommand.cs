using System.Management.Automation;
using KafkaK8s.Engine.Kafka;
using KafkaK8s.Output;
using KafkaK8s.Session;

namespace KafkaK8s.Commands;

/// <summary>Gets partitions: who leads them, who should, where their replicas are, which of those are in sync, and how large they are.</summary>
/// <remarks>
/// <para>A topic or a partition that doesn't exist is an error; a wildcard that matches nothing is silence. Kafka's internal topics are included. However
/// many topics come down the pipeline, the cluster is asked once.</para>
/// <para>Where a topic leaves <c>min.insync.replicas</c> to the brokers, Kafka before 2.3 tells only what is set for all of them while they run; else it is what they were started
/// with, as far as that is known, else Kafka's default.</para>
/// </remarks>
/// <example>
/// <summary>All partitions of some topics</summary>
/// <code>Get-KafkaPartition orders*</code>
/// <para>A row a partition.</para>
/// </example>
/// <example>
/// <summary>What isn't well</summary>
/// <code>Get-KafkaPartition | Where-Object Status -ne Healthy | Format-Table Topic, Partition, Leader, Replicas, InSyncReplicas, Status</code>
/// <para>Partitions without a leader, with replicas out of sync, or led by another than the preferred leader.</para>
/// </example>
/// <example>
/// <summary>The largest partitions</summary>
/// <code>Get-KafkaTopic | Get-KafkaPartition -IncludeSize | Sort-Object Size -Descending | Select-Object -First 10</code>
/// <para>By the bytes that one replica takes; <c>SizeByBroker</c> has each replica's.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "KafkaPartition")]
[OutputType(typeof(KafkaPartition))]
public sealed class GetKafkaPartitionCommand : PartitionsCmdlet
{
    /// <summary>Asks the brokers how large each replica is, too.</summary>
    [Parameter]
    public SwitchParameter IncludeSize { get; set; }

    private protected override async Task ProcessAsync(
        CommandPipeline pipeline, SessionDefaults choice, IReadOnlyList<PartitionRequest> requests, Consent consent, CancellationToken cancellation)
    {
        using var session = await OpenKafkaAsync(pipeline, choice, cancellation);
        var topics = await session.Topics.DescribeInFullAsync(null, cancellation);
        var selected = await PartitionSelection.SelectAsync(pipeline, session, topics, requests);
        var sizes = IncludeSize && selected.Count > 0 ? ReplicaSizes.Of(await session.Partitions.SizesAsync(null, cancellation)) : null;
        foreach (var found in selected)
        {
            await pipeline.WriteObjectAsync(found.Partition.ToOutput(found.Topic, session.Origin, sizes));
        }
    }
}
