using System.Management.Automation;
using KafkaK8s.Completers;
using KafkaK8s.Output;
using KafkaK8s.Session;

namespace KafkaK8s.Commands;

/// <summary>Gets topics with their partitions: leader, replicas and in-sync replicas of each.</summary>
/// <remarks>
/// <para>The cluster is asked once, however many topics there are.</para>
/// <para>A name that doesn't exist is an error; a wildcard that matches nothing is silence. Kafka's internal topics, such as <c>__consumer_offsets</c>, are there
/// when they are named, or with <c>-IncludeInternal</c>.</para>
/// <para><c>-UnderReplicated</c>, <c>-Unavailable</c> and <c>-UnderMinIsr</c> leave the topics that have such a partition, and nothing when all is well; several of them leave
/// those to which any applies. <c>MinInSyncReplicas</c> is null where a topic doesn't set it and Kafka before 2.3 isn't asked further: with <c>-UnderMinIsr</c> it is
/// taken from what is set for all brokers while they run, else from what they were started with.</para>
/// </remarks>
/// <example>
/// <summary>All topics</summary>
/// <code>Get-KafkaTopic</code>
/// <para>Lists the topics of the cluster <c>kafka</c>, without Kafka's own.</para>
/// </example>
/// <example>
/// <summary>What isn't well</summary>
/// <code>Get-KafkaTopic -UnderReplicated -Unavailable -IncludeInternal</code>
/// <para>Topics with a partition that has a replica out of sync, or no leader. Nothing when all is well.</para>
/// </example>
/// <example>
/// <summary>The partitions of some topics</summary>
/// <code>(Get-KafkaTopic orders-*).Partitions</code>
/// <para>A row a partition, with leader, replicas and in-sync replicas.</para>
/// </example>
/// <example>
/// <summary>Where producers with acks=all are refused</summary>
/// <code>Get-KafkaTopic -UnderMinIsr | Format-Table Name, MinInSyncReplicas, UnderMinIsrPartitionCount</code>
/// <para>Topics with a partition that has fewer replicas in sync than <c>min.insync.replicas</c> asks for.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "KafkaTopic", DefaultParameterSetName = ByName)]
[OutputType(typeof(KafkaTopic))]
public sealed class GetKafkaTopicCommand : TopicsCmdlet
{
    private const string ByName = "ByName";
    private const string ByObject = "ByObject";

    /// <summary>The topics to get, by name; wildcards are allowed. All of them when not given.</summary>
    [Parameter(Position = 0, ParameterSetName = ByName)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(TopicCompleter))]
    [ValidateNotNullOrEmpty]
    public string[]? Name { get; set; }

    /// <summary>Names, topics or other objects that say which topic they mean; a cluster means all of its topics.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = ByObject)]
    public PSObject? InputObject { get; set; }

    /// <summary>Only topics with a partition that has a replica out of sync.</summary>
    [Parameter]
    public SwitchParameter UnderReplicated { get; set; }

    /// <summary>Only topics with a partition that has no leader, so that nobody can write to it or read from it.</summary>
    [Parameter]
    public SwitchParameter Unavailable { get; set; }

    /// <summary>Only topics with a partition that has fewer replicas in sync than <c>min.insync.replicas</c>, or no leader.</summary>
    [Parameter]
    public SwitchParameter UnderMinIsr { get; set; }

    /// <summary>Kafka's internal topics, too.</summary>
    [Parameter]
    public SwitchParameter IncludeInternal { get; set; }

    private protected override string[]? NamedTopics => InputObject is { } value ? NameOf(value) : Name is { Length: > 0 } ? Name : null;

    private protected override async Task ProcessAsync(CommandPipeline pipeline, SessionDefaults choice, string[]? names, CancellationToken cancellation)
    {
        using var session = await OpenKafkaAsync(pipeline, choice, cancellation);
        foreach (var topic in await TopicSelection.DescribeAsync(pipeline, session, names, inFull: UnderMinIsr, cancellation))
        {
            var output = topic.ToOutput(session.Origin);
            if (IsWanted(output, names))
            {
                await pipeline.WriteObjectAsync(output);
            }
        }
    }

    private bool IsWanted(KafkaTopic topic, string[]? names)
        => (!topic.IsInternal || IncludeInternal || names?.Contains(topic.Name) == true)
            && ((!UnderReplicated && !Unavailable && !UnderMinIsr)
                || (UnderReplicated && topic.UnderReplicatedPartitionCount > 0)
                || (Unavailable && topic.OfflinePartitionCount > 0)
                || (UnderMinIsr && topic.UnderMinIsrPartitionCount > 0));
}
