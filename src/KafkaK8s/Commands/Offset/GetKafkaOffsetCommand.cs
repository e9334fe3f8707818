using System.Management.Automation;
using KafkaK8s.Completers;
using KafkaK8s.Session;

namespace KafkaK8s.Commands;

/// <summary>Gets where the records of topics' partitions begin and end, and where a time is in them.</summary>
/// <remarks>
/// <para>One object a partition. The cluster is asked twice, however many topics there are: for their partitions, and for the offsets.</para>
/// <para>A wildcard, and no name at all, leave Kafka's internal topics out; a name that doesn't exist is an error.</para>
/// <para>A partition without a leader has no offsets that anybody could tell: they are null.</para>
/// <para>With Kafka before 2.3, <c>-At</c> asks as a consumer group would that comes to nothing; where nobody ever consumed, that makes Kafka create its internal topic
/// <c>__consumer_offsets</c>.</para>
/// </remarks>
/// <example>
/// <summary>How much is in a topic</summary>
/// <code>Get-KafkaOffset orders | Measure-Object Count -Sum</code>
/// <para>The number of records of all partitions; an upper bound where compaction or transactions have left gaps.</para>
/// </example>
/// <example>
/// <summary>What came since yesterday</summary>
/// <code>Get-KafkaOffset orders -At (Get-Date).AddDays(-1) | Select-Object Partition, OffsetAt, Latest</code>
/// <para>From <c>OffsetAt</c> on; null where a partition got nothing since then.</para>
/// </example>
/// <example>
/// <summary>Topics that hold nothing</summary>
/// <code>Get-KafkaTopic tmp-* | Get-KafkaOffset | Group-Object Topic | Where-Object { -not ($_.Group | Where-Object Count -gt 0) } | Select-Object Name</code>
/// <para>Topics from the pipeline are asked about all at once.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "KafkaOffset", DefaultParameterSetName = ByName)]
[OutputType(typeof(KafkaOffset))]
public sealed class GetKafkaOffsetCommand : TopicsCmdlet
{
    private const string ByName = "ByName";
    private const string ByObject = "ByObject";

    /// <summary>The topics, by name; wildcards are allowed. All of them when not given.</summary>
    [Parameter(Position = 0, ParameterSetName = ByName)]
    [Alias("Name")]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(TopicCompleter))]
    [ValidateNotNullOrEmpty]
    public string[]? Topic { get; set; }

    /// <summary>Names, topics or other objects that say which topic they mean; a cluster means all of its topics.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = ByObject)]
    public PSObject? InputObject { get; set; }

    /// <summary>A time to find: the offset of the first record of that time or later, in each partition. Local time where it doesn't say.</summary>
    [Parameter]
    public DateTimeOffset? At { get; set; }

    private protected override string[]? NamedTopics => InputObject is { } value ? NameOf(value) : Topic is { Length: > 0 } ? Topic : null;

    private protected override async Task ProcessAsync(CommandPipeline pipeline, SessionDefaults choice, string[]? names, CancellationToken cancellation)
    {
        using var session = await OpenKafkaAsync(pipeline, choice, cancellation);
        var topics = await TopicSelection.DescribeOwnAsync(pipeline, session, names, cancellation);
        foreach (var range in topics.Count == 0 ? [] : await session.Topics.RangesAsync(topics, At, cancellation))
        {
            await pipeline.WriteObjectAsync(new KafkaOffset
            {
                Topic = range.Topic,
                Cluster = session.Origin.Cluster,
                Namespace = session.Origin.Namespace,
                Context = session.Origin.Context,
                KubeConfig = session.Origin.KubeConfig,
                Partition = range.Partition,
                Earliest = range.Earliest,
                Latest = range.Latest,
                At = At,
                OffsetAt = range.At,
            });
        }
    }
}
