using System.Collections;
using System.Management.Automation;
using KafkaK8s.Binding;
using KafkaK8s.Diagnostics;
using KafkaK8s.Engine.Kafka;
using KafkaK8s.Output;
using KafkaK8s.Session;

namespace KafkaK8s.Commands;

/// <summary>Creates topics.</summary>
/// <remarks>
/// <para>Partitions and replicas that are not given are the brokers' defaults, <c>num.partitions</c> and <c>default.replication.factor</c>. Kafka before 2.4 has no such defaults
/// for a topic that is created by name: there it is one of each.</para>
/// <para>A topic that exists is an error and stays as it is. When several are created, one that is refused does not stop the others. All that come down the
/// pipeline are created in one call to the cluster.</para>
/// <para>A replica assignment is checked before anything is created: Kafka 1.1 takes brokers that there are not, and says nothing.</para>
/// </remarks>
/// <example>
/// <summary>The article's topic</summary>
/// <code>New-KafkaTopic test -Partitions 1 -ReplicationFactor 1</code>
/// <para>Creates the topic <c>test</c> and returns it.</para>
/// </example>
/// <example>
/// <summary>A topic that keeps the last value of each key</summary>
/// <code>New-KafkaTopic customers -Partitions 12 -ReplicationFactor 3 -Config @{ 'cleanup.policy' = 'compact'; 'min.insync.replicas' = 2 }</code>
/// <para>Settings have Kafka's own names; an unknown one is refused.</para>
/// </example>
/// <example>
/// <summary>Topics from a file</summary>
/// <code>Import-Csv topics.csv | New-KafkaTopic</code>
/// <para>The file has the columns Name, Partitions, ReplicationFactor and Configuration; the last one holds text such as <c>retention.ms=60000;cleanup.policy=compact</c>. An empty column is as good as none.</para>
/// </example>
/// <example>
/// <summary>Say which brokers hold it</summary>
/// <code>New-KafkaTopic pinned -ReplicaAssignment @{ 0 = 0, 1; 1 = 1, 2 }</code>
/// <para>Two partitions of two replicas each; the first broker of each is its preferred leader.</para>
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
    private readonly List<Pending> _asked = [];

    /// <summary>The names of the topics.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    /// <summary>How many partitions each gets.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("PartitionCount")]
    [PartitionCountTransformation]
    public int? Partitions { get; set; }

    /// <summary>How many replicas each partition gets; at most as many as there are brokers.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [PartitionCountTransformation]
    public int? ReplicationFactor { get; set; }

    /// <summary>Settings that differ from the brokers' defaults, by Kafka's names, such as <c>retention.ms</c>: a hashtable, or text such as <c>retention.ms=60000;cleanup.policy=compact</c>.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("Config")]
    [SettingsTransformation]
    public IDictionary? Configuration { get; set; }

    /// <summary>
    /// The ids of the brokers that hold each partition, the preferred leader first, instead of <c>-Partitions</c> and <c>-ReplicationFactor</c>: <c>@{ 0 = 1, 2; 1 = 2, 0 }</c>, or
    /// <c>'1:2,2:0'</c> as Kafka writes it.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public object? ReplicaAssignment { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        Choose();
        try
        {
            var settings = KafkaSettings.Read(Configuration);
            _asked.AddRange(Name.Select(name => new Pending(Choice, Creation(name, settings))));
        }
        catch (TerminatingException refused)
        {
            WriteError(refused.Error);
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        foreach (var cluster in _asked.GroupBy(asked => asked.Choice, asked => asked.Topic))
        {
            Run((pipeline, cancellation) => CreateAsync(pipeline, cluster.Key, [.. cluster], cancellation));
        }
    }

    private TopicCreation Creation(string name, IReadOnlyDictionary<string, string> settings)
    {
        var assignment = ReplicaAssignmentReading.Read(name, ReplicaAssignment);
        return assignment is null || (Partitions is null && ReplicationFactor is null)
            ? new TopicCreation(name, Partitions, ReplicationFactor, settings) { ReplicaAssignment = assignment }
            : throw new TerminatingException(KafkaErrors.Create(
                "InvalidReplicaAssignment",
                ErrorCategory.InvalidArgument,
                name,
                $"The replica assignment of {name} says how many partitions and replicas there are: neither -Partitions nor -ReplicationFactor goes with it. Nothing was created.",
                "Leave one of them out."));
    }

    private async Task CreateAsync(
        CommandPipeline pipeline, SessionDefaults choice, IReadOnlyList<TopicCreation> topics, CancellationToken cancellation)
    {
        using var session = await OpenKafkaAsync(pipeline, choice, cancellation);
        var wanted = new List<TopicCreation>();
        foreach (var topic in topics)
        {
            if (await pipeline.ShouldProcessAsync(session.Describe(topic.Name), "Create topic"))
            {
                wanted.Add(topic);
            }
        }

        if (wanted.Count == 0)
        {
            return;
        }

        var outcomes = await session.Topics.CreateAsync(wanted, cancellation);
        await TopicOutcomes.WriteErrorsAsync(pipeline, outcomes);
        var created = outcomes.Where(outcome => outcome.Error is null).Select(outcome => outcome.Name).ToList();
        foreach (var topic in created.Count == 0 ? [] : await session.Topics.DescribeAsync(created, cancellation))
        {
            await pipeline.WriteObjectAsync(topic.ToOutput(session.Origin));
        }
    }

    // A class: a list of structures that hold the engine's types would load the engine together with this cmdlet's type.
    private sealed class Pending(SessionDefaults choice, TopicCreation topic)
    {
        public SessionDefaults Choice { get; } = choice;

        public TopicCreation Topic { get; } = topic;
    }
}
