using System.Management.Automation;
using KafkaK8s.Output;
using KafkaK8s.Session;

namespace KafkaK8s.Commands;

/// <summary>Gets the partitions that are being moved now, and how far each is.</summary>
/// <remarks>
/// <para>Nothing when nothing moves. Kafka before 2.6 tells only where partitions are moved to; what is added and removed is then found by comparing
/// with where they are.</para>
/// <para>A throttle that <c>Move-KafkaPartition</c> put on stays on until its end has been waited for, even where nothing moves any more.</para>
/// </remarks>
/// <example>
/// <summary>How far it is</summary>
/// <code>Get-KafkaReassignment</code>
/// <para>A row a partition, with how much has been copied.</para>
/// </example>
/// <example>
/// <summary>Whether anything moves onto a broker</summary>
/// <code>Get-KafkaReassignment | Where-Object { 2 -in $_.Adding }</code>
/// <para>What broker 2 still copies.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "KafkaReassignment")]
[OutputType(typeof(KafkaReassignment))]
public sealed class GetKafkaReassignmentCommand : PartitionsCmdlet
{
    private protected override async Task ProcessAsync(
        CommandPipeline pipeline, SessionDefaults choice, IReadOnlyList<PartitionRequest> requests, Consent consent, CancellationToken cancellation)
    {
        using var session = await OpenKafkaAsync(pipeline, choice, cancellation);
        var running = await session.Partitions.ReassignmentsAsync(cancellation);
        if (requests.Any(request => request.Topics is not null))
        {
            var topics = await session.Topics.DescribeAsync(null, cancellation);
            var selected = (await PartitionSelection.SelectAsync(pipeline, session, topics, requests)).Select(found => found.Name).ToHashSet();
            running = [.. running.Where(moving => selected.Contains(moving.Target.Name))];
        }

        if (running.Count == 0)
        {
            return;
        }

        var sizes = ReplicaSizes.Of(await session.Partitions.SizesAsync(null, cancellation));
        foreach (var moving in running)
        {
            await pipeline.WriteObjectAsync(moving.ToOutput(sizes, session.Origin));
        }
    }
}
