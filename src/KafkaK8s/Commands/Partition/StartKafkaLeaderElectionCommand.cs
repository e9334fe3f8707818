using System.Management.Automation;
using KafkaK8s.Diagnostics;
using KafkaK8s.Output;
using KafkaK8s.Session;

namespace KafkaK8s.Commands;

/// <summary>Lets the preferred leaders of partitions lead, and returns when they do.</summary>
/// <remarks>
/// <para>After a broker was away, others lead its partitions, and do all the work for them. The brokers set that right by themselves every five minutes, unless
/// <c>auto.leader.rebalance.enable</c> is false; this does it now. No record is moved, and where the preferred leader leads already nothing happens.</para>
/// <para>Where a preferred leader isn't in sync it can't lead: that partition is an error of its own, and the others are done.</para>
/// </remarks>
/// <example>
/// <summary>All of them</summary>
/// <code>Start-KafkaLeaderElection</code>
/// <para>After a rolling restart, when every broker is in sync again.</para>
/// </example>
/// <example>
/// <summary>See what would change</summary>
/// <code>Start-KafkaLeaderElection orders* -WhatIf</code>
/// <para>A line a partition that another than its preferred leader leads.</para>
/// </example>
/// <example>
/// <summary>What was found</summary>
/// <code>Get-KafkaPartition | Where-Object IsLedByPreferred -eq $false | Start-KafkaLeaderElection -PassThru</code>
/// <para>Returns the partitions as they are afterwards.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Start, "KafkaLeaderElection", SupportsShouldProcess = true)]
[OutputType(typeof(KafkaPartition))]
public sealed class StartKafkaLeaderElectionCommand : PartitionsCmdlet
{
    /// <summary>Returns the partitions that have another leader now.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override async Task ProcessAsync(
        CommandPipeline pipeline, SessionDefaults choice, IReadOnlyList<PartitionRequest> requests, Consent consent, CancellationToken cancellation)
    {
        using var session = await OpenKafkaAsync(pipeline, choice, cancellation);
        var topics = await session.Topics.DescribeAsync(null, cancellation);
        var wanted = new List<PartitionSelection.Selected>();
        foreach (var found in await PartitionSelection.SelectStayingAsync(pipeline, session, topics, requests))
        {
            var partition = found.Partition;
            if (partition.Leader != partition.Replicas[0]
                && await pipeline.ShouldProcessAsync(session.Describe(found.Name.ToString()), $"Elect the preferred leader, broker {partition.Replicas[0]}, instead of {partition.Leader?.ToString(null, null) ?? "none"}"))
            {
                wanted.Add(found);
            }
        }

        if (wanted.Count == 0)
        {
            return;
        }

        var outcomes = await session.Partitions.ElectPreferredAsync([.. wanted.Select(found => found.Name)], cancellation);
        foreach (var refused in outcomes.Where(outcome => outcome.Error is not null))
        {
            await pipeline.WriteErrorAsync(KafkaErrors.ToErrorRecord(refused.Error!, $"{refused.Topic}-{refused.Partition}"));
        }

        if (PassThru && outcomes.Any(outcome => outcome.IsChanged))
        {
            var changed = outcomes.Where(outcome => outcome.IsChanged).Select(outcome => (outcome.Topic, outcome.Partition)).ToHashSet();
            foreach (var topic in await session.Topics.DescribeAsync([.. changed.Select(name => name.Topic).Distinct()], cancellation))
            {
                foreach (var partition in topic.Partitions.Where(partition => changed.Contains((partition.Topic, partition.Partition))))
                {
                    await pipeline.WriteObjectAsync(partition.ToOutput(topic, session.Origin));
                }
            }
        }
    }
}
