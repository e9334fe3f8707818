using System.Collections;
using System.Management.Automation;
using KafkaK8s.Binding;
using KafkaK8s.Engine.Clusters.Changes;
using KafkaK8s.Engine.Clusters.Ensembles;
using KafkaK8s.Engine.Kubernetes;

namespace KafkaK8s.Commands;

/// <summary>Changes a running ensemble, and mends one that does not agree with itself.</summary>
/// <remarks>
/// <para>The number of members changes one at a time. While members restart, some have the old list of servers and some the new one, and each list elects by itself: from three to five
/// in one step two of them could elect a leader by the old list, and three another one by the new. With one member more or less, any two majorities share a member. In each stage a
/// new member follows the leader before anybody counts on it; everyone who has the old list is restarted, followers first, the leader last; a member that leaves goes when nobody's list has it
/// any more. Before and after each restart the members are asked whether all serve and have caught up; where the quorum would be lost it stops with <c>QuorumAtRisk</c>. Where their configuration doesn't let them answer <c>srvr</c> it refuses with <c>EnsembleMayNotSay</c>, unless
/// <c>-Force</c> is given.</para>
/// <para>What is not given stays. Given nothing, it makes the members what the StatefulSet's replicas say: an ensemble whose replicas, list (<c>ZK_REPLICAS</c>, <c>ZOO_SERVERS</c>) and members do
/// not agree is mended, and members that run an older template are restarted.</para>
/// <para>Data in pods (the article's emptyDir) comes back from the leader after each restart. With one or two members there would be nobody to bring it back, so those sizes are refused there
/// with <c>EnsembleDataWouldBeLost</c>.</para>
/// <para>The brokers' connect string follows where it names members one by one, a disruption budget where it counts pods that must stay. Claims of members that left are kept.</para>
/// <para><c>-WhatIf</c> returns the plan as objects and changes nothing; the server has been asked what it thinks of the fields. Stopped at any point, the same command goes on with the rest.</para>
/// </remarks>
/// <example>
/// <summary>From three members to five</summary>
/// <code>Set-KafkaZookeeper -Namespace the-project -Replicas 5</code>
/// <para>Two stages, in each of which every member that has the shorter list is restarted.</para>
/// </example>
/// <example>
/// <summary>What it would take</summary>
/// <code>Set-KafkaZookeeper -Replicas 5 -WhatIf | Format-Table Number, Action, Target, From, To, Reason</code>
/// <para>Every step in order.</para>
/// </example>
/// <example>
/// <summary>Another image, in a script</summary>
/// <code>Get-KafkaCluster -Namespace the-project | Set-KafkaZookeeper -Image zookeeper:3.9.4 -Timeout 300 -PassThru</code>
/// <para>The members are restarted one at a time. Where the image can't be pulled it stops at the first one.</para>
/// </example>
/// <example>
/// <summary>More memory, and a field that has no parameter</summary>
/// <code>Set-KafkaZookeeper -Requests @{ memory = '1Gi' } -Override @{ spec = @{ template = @{ spec = @{ priorityClassName = 'high' } } } }</code>
/// <para>Both are merged into the StatefulSet as Kubernetes would merge them.</para>
/// </example>
[Cmdlet(VerbsCommon.Set, "KafkaZookeeper", SupportsShouldProcess = true)]
[OutputType(typeof(KafkaChange), typeof(KafkaChangeBlocker))]
public sealed class SetKafkaZookeeperCommand : ChangeCmdlet
{
    /// <summary>How many members; an odd number is better. As many as the StatefulSet has replicas when not given.</summary>
    [Parameter]
    public int? Replicas { get; set; }

    /// <summary>The image that the members run.</summary>
    [Parameter]
    public string? Image { get; set; }

    /// <summary>What each member's container is sure to get, such as <c>@{ cpu = '250m'; memory = '1Gi' }</c>; <c>$null</c> takes one away.</summary>
    [Parameter]
    public IDictionary? Requests { get; set; }

    /// <summary>The most that each member's container gets, such as <c>@{ memory = '1Gi' }</c>; <c>$null</c> takes one away.</summary>
    [Parameter]
    public IDictionary? Limits { get; set; }

    /// <summary>The size of each member's claim, such as <c>10Gi</c>. Claims only grow, and only where their storage class allows it.</summary>
    [Parameter]
    public string? StorageSize { get; set; }

    /// <summary>Fields to merge into the StatefulSet, last.</summary>
    [Parameter]
    public IDictionary? Override { get; set; }

    /// <summary>Waits for the pods only: who is ready counts as a member that serves and has caught up. The order stays; a second member is not taken down, nor data lost.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override async Task<ChangePlan> PlanAsync(CommandPipeline pipeline, KubernetesConnection connection, CancellationToken cancellation)
    {
        var state = await FindClusterAsync(connection, cancellation);
        return await new EnsembleChanges(connection).PlanAsync(
            state.Identity,
            new EnsembleRequest(Replicas, Image, OverrideReading.ReadResources(Requests, Limits), StorageSize, OverrideReading.Read(Override)),
            Force,
            cancellation);
    }
}
