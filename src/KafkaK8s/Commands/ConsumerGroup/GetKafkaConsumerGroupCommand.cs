using System.Management.Automation;
using KafkaK8s.Completers;
using KafkaK8s.Output;

namespace KafkaK8s.Commands;

/// <summary>Gets consumer groups: their state, their members, and how far they have read each partition.</summary>
/// <remarks>
/// <para>The lag of a partition is the number of records that the group has yet to read; <c>TotalLag</c> is their sum. A partition of
/// which nothing is committed has neither offset nor lag.</para>
/// <para>A name that doesn't exist is an error; a wildcard that matches nothing is silence. However many groups there are, the cluster is asked
/// once or twice.</para>
/// </remarks>
/// <example>
/// <summary>All groups</summary>
/// <code>Get-KafkaConsumerGroup</code>
/// <para>A row a group, with its state, members and total lag.</para>
/// </example>
/// <example>
/// <summary>Who is behind, and where</summary>
/// <code>(Get-KafkaConsumerGroup billing).Offsets | Where-Object Lag -gt 1000</code>
/// <para>A row a partition. <c>Members</c> has a row a member.</para>
/// </example>
/// <example>
/// <summary>Write down where all groups are</summary>
/// <code>(Get-KafkaConsumerGroup).Offsets | Export-Csv offsets.csv</code>
/// <para><c>Import-Csv offsets.csv | Reset-KafkaConsumerGroup</c> puts each group back there.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "KafkaConsumerGroup")]
[OutputType(typeof(KafkaConsumerGroup))]
public sealed class GetKafkaConsumerGroupCommand : KafkaCmdlet
{
    /// <summary>The groups to get, by name; wildcards are allowed. All of them when not given.</summary>
    [Parameter(Position = 0)]
    [Alias("Group")]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ConsumerGroupCompleter))]
    [ValidateNotNullOrEmpty]
    public string[]? Name { get; set; }

    private protected override async Task ProcessAsync(CommandPipeline pipeline, CancellationToken cancellation)
    {
        using var session = await OpenKafkaAsync(pipeline, cancellation);
        foreach (var group in await ConsumerGroupSelection.DescribeAsync(pipeline, session, Name, cancellation))
        {
            await pipeline.WriteObjectAsync(group.ToOutput(session.Origin));
        }
    }
}
