using System.Collections;
using System.Management.Automation;
using KafkaK8s.Binding;
using KafkaK8s.Completers;
using KafkaK8s.Diagnostics;
using KafkaK8s.Engine;
using KafkaK8s.Engine.Kafka;
using KafkaK8s.Output;
using KafkaK8s.Session;

namespace KafkaK8s.Commands;

/// <summary>Changes topics: more partitions, another number of replicas, and settings.</summary>
/// <remarks>
/// <para>Only what differs is changed, so that it can be run again; <c>-WhatIf</c> shows from what to what. All topics that come down the pipeline are changed in one call to
/// the cluster, after one or two that see how they are.</para>
/// <para>A topic never gets fewer partitions. More of them change which partition a key goes to.</para>
/// <para>Another replication factor copies or deletes replicas: as few as possible are moved, and the cmdlet waits until it is done. <c>Move-KafkaPartition -ReplicationFactor</c> does the same with a
/// throttle, and shows beforehand which broker gets what.</para>
/// <para>A setting that is removed takes the brokers' value again.</para>
/// <para>A topic that waits to be deleted is left as it is, with a warning; one that is named is an error.</para>
/// </remarks>
/// <example>
/// <summary>More partitions</summary>
/// <code>Set-KafkaTopic orders -Partitions 12</code>
/// <para>Nothing happens when it has twelve.</para>
/// </example>
/// <example>
/// <summary>Set one setting and remove another</summary>
/// <code>Set-KafkaTopic orders -Configuration @{ 'retention.ms' = 86400000; 'segment.bytes' = $null }</code>
/// <para>Both or neither.</para>
/// </example>
/// <example>
/// <summary>Safer records</summary>
/// <code>Set-KafkaTopic orders -ReplicationFactor 3 -Configuration @{ 'min.insync.replicas' = 2 }</code>
/// <para>Waits until every partition has three replicas.</para>
/// </example>
/// <example>
/// <summary>What would change, for many</summary>
/// <code>Get-KafkaTopic tmp-* | Set-KafkaTopic -Configuration @{ 'retention.ms' = 3600000 } -WhatIf</code>
/// <para>A line a topic, from what to what.</para>
/// </example>
[Cmdlet(VerbsCommon.Set, "KafkaTopic", SupportsShouldProcess = true, DefaultParameterSetName = ByName)]
[OutputType(typeof(KafkaTopic))]
public sealed class SetKafkaTopicCommand : TopicsCmdlet
{
    private const string ByName = "ByName";
    private const string ByObject = "ByObject";

    /// <summary>The topics to change, by name; wildcards are allowed, and never mean one of Kafka's internal topics.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ByName)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(TopicCompleter))]
    public string[] Name { get; set; } = [];

    /// <summary>Names, topics as <c>Get-KafkaTopic</c> returns them, or other objects that say which topic they mean.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = ByObject)]
    public PSObject? InputObject { get; set; }

    /// <summary>How many partitions each shall have.</summary>
    [Parameter]
    [Alias("PartitionCount")]
    public int? Partitions { get; set; }

    /// <summary>How many replicas each partition shall have; at most as many as there are brokers.</summary>
    [Parameter]
    [ValidateRange(1, short.MaxValue)]
    public int? ReplicationFactor { get; set; }

    /// <summary>Settings by Kafka's names: a value sets one, <c>$null</c> removes it.</summary>
    [Parameter]
    [Alias("Config")]
    [SettingsTransformation]
    public IDictionary? Configuration { get; set; }

    /// <summary>Returns the topics as they are then.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        if (Partitions is null && ReplicationFactor is null && Configuration is null)
        {
            ThrowTerminatingError(KafkaErrors.Create(
                "NothingToSet", ErrorCategory.InvalidArgument, null, "There is nothing to change about a topic.", "Give -Partitions, -ReplicationFactor or -Configuration."));
        }
    }

    private protected override string[]? NamedTopics => InputObject is { } value ? NameOf(value) ?? throw TopicOutcomes.NoTopicNamed(value) : Name;

    private protected override async Task ProcessAsync(CommandPipeline pipeline, SessionDefaults choice, string[]? names, CancellationToken cancellation)
    {
        using var session = await OpenKafkaAsync(pipeline, choice, cancellation);
        var found = await TopicSelection.DescribeOwnAsync(pipeline, session, names, cancellation);
        var topics = await PossibleAsync(pipeline, session, await TopicSelection.StayingAsync(pipeline, session, names, found));
        var plans = await PlanAsync(pipeline, session, topics, cancellation);
        var wanted = new List<TopicPlan>();
        foreach (var plan in plans)
        {
            if (plan.IsEmpty)
            {
                pipeline.WriteVerbose($"{session.Describe(plan.Name)} is as wanted");
            }
            else if (await pipeline.ShouldProcessAsync(session.Describe(plan.Name), $"Set {plan}"))
            {
                wanted.Add(plan);
            }
        }

        var failed = await ApplyAsync(pipeline, session, wanted, cancellation);
        var shown = plans.Where(plan => !failed.Contains(plan.Name)).Select(plan => plan.Name).ToList();
        foreach (var topic in PassThru && shown.Count > 0 ? await session.Topics.DescribeAsync(shown, cancellation) : [])
        {
            await pipeline.WriteObjectAsync(topic.ToOutput(session.Origin));
        }
    }

    private async Task<IReadOnlyList<TopicDescription>> PossibleAsync(CommandPipeline pipeline, KafkaSession session, IReadOnlyList<TopicDescription> topics)
    {
        var possible = new List<TopicDescription>();
        foreach (var topic in topics)
        {
            if (Partitions is { } partitions && session.Topics.Refusal(topic, partitions) is { } refusal)
            {
                await pipeline.WriteErrorAsync(KafkaErrors.ToErrorRecord(refusal, topic.Name));
            }
            else
            {
                possible.Add(topic);
            }
        }

        return possible;
    }

    // A topic whose settings can't be read is left out: they would be compared with nothing.
    private async Task<IReadOnlyList<TopicPlan>> PlanAsync(
        CommandPipeline pipeline, KafkaSession session, IReadOnlyList<TopicDescription> topics, CancellationToken cancellation)
    {
        var settings = KafkaSettings.ReadChanges(Configuration, removed: null);
        if (settings.Count == 0 || topics.Count == 0)
        {
            return [.. topics.Select(topic => TopicPlan.Of(topic, Partitions, ReplicationFactor, settings, []))];
        }

        var plans = new List<TopicPlan>();
        var readings = await session.Configuration.GetManyAsync([.. topics.Select(topic => ConfigurationTarget.Topic(topic.Name))], all: false, cancellation);
        foreach (var (topic, reading) in topics.Zip(readings))
        {
            if (reading.Error is { } error)
            {
                await pipeline.WriteErrorAsync(KafkaErrors.ToErrorRecord(error, topic.Name));
            }
            else
            {
                plans.Add(TopicPlan.Of(topic, Partitions, ReplicationFactor, settings, reading.Entries));
            }
        }

        return plans;
    }

    private static async Task<HashSet<string>> ApplyAsync(CommandPipeline pipeline, KafkaSession session, List<TopicPlan> plans, CancellationToken cancellation)
    {
        var failed = new HashSet<string>();
        var growing = plans.Where(plan => plan.Partitions is not null).ToDictionary(plan => plan.Name, plan => plan.Partitions!.Value);
        foreach (var outcome in growing.Count == 0 ? [] : await session.Topics.SetPartitionsAsync(growing, cancellation))
        {
            if (outcome.Error is { } error)
            {
                failed.Add(outcome.Name);
                await pipeline.WriteErrorAsync(KafkaErrors.ToErrorRecord(error, outcome.Name));
            }
        }

        foreach (var replicated in plans.Where(plan => plan.ReplicationFactor is not null && !failed.Contains(plan.Name)).GroupBy(plan => plan.ReplicationFactor!.Value, plan => plan.Name).ToList())
        {
            if (await ReplicateAsync(session, [.. replicated], replicated.Key, cancellation) is { } error)
            {
                failed.UnionWith(replicated);
                await pipeline.WriteErrorAsync(KafkaErrors.ToErrorRecord(error, string.Join(", ", replicated)));
            }
        }

        var changes = plans.Where(plan => plan.Settings.Count > 0).Select(plan => new ConfigurationChange(ConfigurationTarget.Topic(plan.Name), plan.Settings)).ToList();
        foreach (var outcome in changes.Count == 0 ? [] : await session.Configuration.SetManyAsync(changes, cancellation))
        {
            if (outcome.Error is { } error)
            {
                failed.Add(outcome.Target.TopicName!);
                await pipeline.WriteErrorAsync(KafkaErrors.ToErrorRecord(error, outcome.Target.TopicName));
            }
        }

        return failed;
    }

    // All of the cluster's partitions are looked at: where there is a choice, the brokers that hold the fewest get the replicas.
    private static async Task<EngineException?> ReplicateAsync(KafkaSession session, HashSet<string> names, int factor, CancellationToken cancellation)
    {
        try
        {
            var topics = await session.Topics.DescribeAsync(null, cancellation);
            var partitions = topics.Where(topic => !topic.IsMarkedForDeletion).SelectMany(topic => topic.Partitions).ToLookup(partition => names.Contains(partition.Topic));
            var plan = await session.PlanAsync(new Placement.Replicated(factor), [.. partitions[true]], [.. partitions[false]], cancellation);
            await session.Reassignment.CompleteAsync(plan.Plan.Target, throttle: null, cancellation);
            return null;
        }
        catch (EngineException e)
        {
            return new EngineException(e.Id, e.Kind, string.Join(", ", names), e.Message, e.Advice, e);
        }
    }
}
