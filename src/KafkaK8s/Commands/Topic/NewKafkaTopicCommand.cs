using System.Collections;
using System.Management.Automation;
using KafkaK8s.Binding;
using KafkaK8s.Engine.Kafka;
using KafkaK8s.Output;

namespace KafkaK8s.Commands;

/// <summary>Creates topics.</summary>
/// <remarks>
/// <para>Partitions and replicas that are not given are the brokers' defaults, where the Kafka version has such defaults; the older ones
/// want both said.</para>
/// <para>A topic that exists is an error and stays as it is. When several are created, one that is refused does not stop the others.</para>
/// </remarks>
/// <example>
/// <summary>The article's topic</summary>
/// <code>New-KafkaTopic test -Partitions 1 -ReplicationFactor 1</code>
/// <para>Creates the topic <c>test</c> and returns it.</para>
/// </example>
/// <example>
/// <summary>A topic that keeps the last value of each key</summary>
/// <code>New-KafkaTopic customers -Partitions 12 -ReplicationFactor 3 -Configuration @{ 'cleanup.policy' = 'compact'; 'min.insync.replicas' = 2 }</code>
/// <para>Settings have Kafka's own names; an unknown one is refused.</para>
/// </example>
/// <example>
/// <summary>What would happen</summary>
/// <code>New-KafkaTopic orders, payments -Partitions 6 -ReplicationFactor 3 -WhatIf</code>
/// <para>Creates nothing.</para>
/// </example>
[Cmdlet(VerbsCommon.New, "KafkaTopic", SupportsShouldProcess = true)]
[OutputType(typeof(KafkaTopic))]
public sealed class NewKafkaTopicCommand : KafkaCmdlet
{
    /// <summary>The names of the topics.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    /// <summary>How many partitions each gets.</summary>
    [Parameter]
    [Alias("PartitionCount")]
    public int? Partitions { get; set; }

    /// <summary>How many replicas each partition gets; at most as many as there are brokers.</summary>
    [Parameter]
    public int? ReplicationFactor { get; set; }

    /// <summary>Settings that differ from the brokers' defaults, by Kafka's names, such as <c>retention.ms</c>.</summary>
    [Parameter]
    public IDictionary? Configuration { get; set; }

    private protected override async Task ProcessAsync(CommandPipeline pipeline, CancellationToken cancellation)
    {
        var settings = KafkaSettings.Read(Configuration);
        using var session = await OpenKafkaAsync(pipeline, cancellation);
        var wanted = new List<TopicCreation>();
        foreach (var name in Name)
        {
            if (await pipeline.ShouldProcessAsync(session.Describe(name), "Create topic"))
            {
                wanted.Add(new TopicCreation(name, Partitions, ReplicationFactor, settings));
            }
        }

        if (wanted.Count > 0)
        {
            await CreateAsync(pipeline, session, wanted, cancellation);
        }
    }

    private static async Task CreateAsync(
        CommandPipeline pipeline, KafkaSession session, IReadOnlyList<TopicCreation> wanted, CancellationToken cancellation)
    {
        var outcomes = await session.Topics.CreateAsync(wanted, cancellation);
        await TopicOutcomes.WriteErrorsAsync(pipeline, outcomes);
        var created = outcomes.Where(outcome => outcome.Error is null).Select(outcome => outcome.Name).ToList();
        if (created.Count == 0)
        {
            return;
        }

        foreach (var topic in await session.Topics.DescribeAsync(created, cancellation))
        {
            await pipeline.WriteObjectAsync(topic.ToOutput(session.Origin));
        }
    }
}
