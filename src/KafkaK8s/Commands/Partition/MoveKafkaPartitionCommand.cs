using System.Management.Automation;
using KafkaK8s.Binding;
using KafkaK8s.Completers;
using KafkaK8s.Engine.Kafka;
using KafkaK8s.Output;
using KafkaK8s.Session;

namespace KafkaK8s.Commands;

/// <summary>Moves partitions to other brokers, or gives them another number of replicas, copying as little as possible.</summary>
/// <remarks>
/// <para>The plan is made from where partitions are now, with what moves already counted as done. Replicas that may stay do, in their order, so that leaders stay where
/// they can; new ones go to the brokers that hold the fewest. <c>-WhatIf</c> returns the plan as objects and changes nothing.</para>
/// <para>It waits until all is copied, checks that every partition is where it was to be, and takes the throttle off again. It can be stopped at any time: the
/// cluster goes on moving, and the same command again picks up what runs, moves what is left, and removes the throttle. With <c>-NoWait</c> the throttle stays on
/// until the same command is run without it.</para>
/// <para>Topics that wait to be deleted are left as they are, with a warning; one that is named is an error.</para>
/// <para>Another reassignment that runs is an error, <c>ReassignmentRunning</c>, and stays as it is. Plans count replicas, not bytes, and don't know racks.</para>
/// </remarks>
/// <example>
/// <summary>Empty a broker before it goes</summary>
/// <code>Move-KafkaPartition -FromBroker 2 -Throttle 50MB</code>
/// <para>Moves all that broker 2 holds, internal topics included, with at most 50 MB a second.</para>
/// </example>
/// <example>
/// <summary>See the plan, with what it copies</summary>
/// <code>Move-KafkaPartition orders* -Broker 0, 1, 3 -WhatIf | Format-Table Topic, Partition, From, To, Bytes</code>
/// <para>Replicas on brokers 0, 1 and 3 stay; only those elsewhere are moved.</para>
/// </example>
/// <example>
/// <summary>Let new brokers take their share</summary>
/// <code>Move-KafkaPartition -Broker 0, 1, 2, 3 -Rebalance</code>
/// <para>Afterwards no broker holds two replicas more than another.</para>
/// </example>
/// <example>
/// <summary>More replicas</summary>
/// <code>Move-KafkaPartition payments -ReplicationFactor 3</code>
/// <para>Adds replicas where the fewest are.</para>
/// </example>
/// <example>
/// <summary>One partition to where one wants it, and all of them back</summary>
/// <code>$moves = Move-KafkaPartition orders -Partition 0 -Replicas 2, 0 -PassThru; $moves | Select-Object Topic, Partition, @{ n = 'Replicas'; e = 'From' } | Move-KafkaPartition</code>
/// <para>The first broker is the preferred leader. Rows with Topic, Partition and Replicas, such as those of a CSV file that <c>Get-KafkaPartition | Export-Csv</c> wrote, move each partition to its own place.</para>
/// </example>
[Cmdlet(VerbsCommon.Move, "KafkaPartition", SupportsShouldProcess = true, DefaultParameterSetName = ToReplicas)]
[OutputType(typeof(KafkaPartitionMove))]
public sealed class MoveKafkaPartitionCommand : PartitionsCmdlet
{
    private const string ToBroker = "Broker";
    private const string OffBroker = "FromBroker";
    private const string ToFactor = "ReplicationFactor";
    private const string ToReplicas = "Replicas";

    /// <summary>The ids of the brokers that are to hold all of the replicas.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ToBroker)]
    [NumberListTransformation("id of a broker")]
    [ValidateNotNullOrEmpty]
    [ValidateRange(0, int.MaxValue)]
    [ArgumentCompleter(typeof(BrokerIdCompleter))]
    public int[] Broker { get; set; } = [];

    /// <summary>Spreads the replicas evenly over the brokers, so that new ones take their share, and their preferred leaders too.</summary>
    [Parameter(ParameterSetName = ToBroker)]
    public SwitchParameter Rebalance { get; set; }

    /// <summary>The ids of the brokers that are to hold none of the replicas.</summary>
    [Parameter(Mandatory = true, ParameterSetName = OffBroker)]
    [NumberListTransformation("id of a broker")]
    [ValidateNotNullOrEmpty]
    [ValidateRange(0, int.MaxValue)]
    [ArgumentCompleter(typeof(BrokerIdCompleter))]
    public int[] FromBroker { get; set; } = [];

    /// <summary>How many replicas each partition is to have.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ToFactor)]
    [ValidateRange(1, short.MaxValue)]
    public int ReplicationFactor { get; set; }

    /// <summary>The ids of the brokers that are to hold the partition, the preferred leader first.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ToReplicas)]
    [NumberListTransformation("id of a broker")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(BrokerIdCompleter))]
    public int[] Replicas { get; set; } = [];

    /// <summary>How many bytes a second each broker may send and receive for it, such as <c>50MB</c>. No limit when not given.</summary>
    [Parameter]
    [ValidateRange(1, long.MaxValue)]
    public long? Throttle { get; set; }

    /// <summary>How many seconds it may take; as long as it takes when not given. After that the cluster goes on moving.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue / 1000)]
    public int? Timeout { get; set; }

    /// <summary>Returns when the cluster has begun to move. A throttle stays on until the same command is run without it.</summary>
    [Parameter]
    public SwitchParameter NoWait { get; set; }

    /// <summary>Returns an object for each partition that was moved: from where, to where, and how many bytes.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override int[]? RequestedReplicas => ParameterSetName == ToReplicas ? Replicas : null;

    // Who drains a broker means all of it; who changes how safe records are says which.
    private protected override bool NeedsTopic => ParameterSetName is ToFactor or ToReplicas;

    private protected override async Task ProcessAsync(
        CommandPipeline pipeline, SessionDefaults choice, IReadOnlyList<PartitionRequest> requests, Consent consent, CancellationToken cancellation)
    {
        using var session = await OpenKafkaAsync(pipeline, choice, cancellation);
        var topics = await session.Topics.DescribeAsync(null, cancellation);
        var selected = await PartitionSelection.SelectStayingAsync(pipeline, session, topics, requests);
        if (selected.Count == 0)
        {
            return;
        }

        var names = selected.Select(found => found.Name).ToHashSet();
        var others = topics
            .Where(topic => !topic.IsMarkedForDeletion)
            .SelectMany(topic => topic.Partitions)
            .Where(partition => !names.Contains(new TopicPartition(partition.Topic, partition.Partition)));
        var plan = await session.PlanAsync(Placement(selected), [.. selected.Select(found => found.Partition)], [.. others], cancellation);
        if (consent.IsPreview)
        {
            await ShowAsync(pipeline, session, plan);
        }
        else if (await IsWantedAsync(pipeline, session, plan))
        {
            await MoveAsync(pipeline, session, plan, cancellation);
        }
    }

    private Placement Placement(IReadOnlyList<PartitionSelection.Selected> selected) => ParameterSetName switch
    {
        ToBroker => new Placement.Onto([.. Broker.Distinct()], Rebalance),
        OffBroker => new Placement.Off([.. FromBroker.Distinct()]),
        ToFactor => new Placement.Replicated(ReplicationFactor),
        _ => new Placement.Exactly(selected.ToDictionary(found => found.Name, found => (IReadOnlyList<int>)found.Request.Replicas!)),
    };

    private static async Task ShowAsync(CommandPipeline pipeline, KafkaSession session, SizedPlan plan)
    {
        if (plan.Plan.Changes.Count == 0)
        {
            pipeline.WriteMessage($"{session.Describe("Every partition")} is where it is to be; nothing would be moved.");
        }

        await WriteAsync(pipeline, session, plan, "Planned");
    }

    private static async Task WriteAsync(CommandPipeline pipeline, KafkaSession session, SizedPlan plan, string status)
    {
        foreach (var move in plan.Plan.Changes)
        {
            await pipeline.WriteObjectAsync(move.ToOutput(plan, status, session.Origin));
        }
    }

    // Asked once for all of it.
    private static Task<bool> IsWantedAsync(CommandPipeline pipeline, KafkaSession session, SizedPlan plan)
    {
        const int enough = 20;
        var changes = plan.Plan.Changes;
        var lines = changes.Take(enough).Select(move => $"{Environment.NewLine}  {move.ToOutput(plan, "", session.Origin)}");
        var description = changes.Count == 0
            ? $"{session.Describe("Every partition")} is where it is to be; wait for what still moves, and take a throttle off."
            : $"Move {session.Describe(changes.Count == 1 ? "one partition" : $"{changes.Count} partitions")}, and copy {plan.Plan.CopyCount} replicas:{string.Concat(lines)}"
                + (changes.Count > enough ? $"{Environment.NewLine}  and {changes.Count - enough} more" : "");
        return pipeline.ShouldProcessInWordsAsync(description, description);
    }

    private async Task MoveAsync(CommandPipeline pipeline, KafkaSession session, SizedPlan plan, CancellationToken cancellation)
    {
        var run = session.Reassignment;
        if (!NoWait)
        {
            await run.CompleteAsync(plan.Plan.Target, Throttle, Timeout is { } seconds ? TimeSpan.FromSeconds(seconds) : null, cancellation);
        }
        else if (!await run.StartAsync(plan.Plan.Target, Throttle, cancellation))
        {
            pipeline.WriteWarning("What was started before has to end first: this release moves one lot at a time. Run it again to start the rest.");
        }

        if (PassThru)
        {
            await WriteAsync(pipeline, session, plan, NoWait ? "Started" : "Done");
        }
    }
}
