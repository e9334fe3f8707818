using System.Collections;
using System.Management.Automation;
using KafkaK8s.Binding;
using KafkaK8s.Diagnostics;
using KafkaK8s.Engine.Clusters.Changes;
using KafkaK8s.Engine.Kubernetes;

namespace KafkaK8s.Commands;

/// <summary>Changes the brokers of a running Kafka cluster: how many, what they run, their settings, their resources and the size of their claims.</summary>
/// <remarks>
/// <para>Only what is given changes; everything else stays as the live brokers have it, whoever made them. The server is asked first, so that what it refuses
/// changes nothing. <c>-WhatIf</c> returns the plan as objects, step by step with reasons; without it exactly that plan is carried out, and <c>-PassThru</c> returns each step
/// with how long it took. Stopped at any point, the same command again finds out what is left and does only that.</para>
/// <para>Brokers that don't run what is wanted are restarted as by <c>Restart-KafkaBroker</c>: one at a time, none while a partition would fall below its minimum of in-sync
/// replicas. Those that already run it are left alone. A StatefulSet that restarts its pods by itself (<c>RollingUpdate</c>) is told not to (<c>OnDelete</c>), because Kubernetes doesn't look at
/// replicas.</para>
/// <para>More brokers: they join, and hold nothing until <c>-Rebalance</c> gives them their share. Fewer: refused while a broker that would leave holds any replica, internal topics
/// included; <c>-Drain</c> moves them to the others first. There are never fewer brokers than the largest number of replicas of a partition. The brokers with the highest ids go, one at a time. Their claims are
/// named and stay with the data, unless <c>-IncludeData</c> is given: then it asks before anything is done; in a script use <c>-Confirm:$false</c>.</para>
/// <para>Claims grow where their storage class allows it, and never shrink. Where the file system in them grows only when a pod starts, the error names the restart. The StatefulSet's own claim template can't be changed: a broker that joins later gets a claim of the first size.</para>
/// </remarks>
/// <example>
/// <summary>Two more brokers, with their share of the replicas</summary>
/// <code>Set-KafkaBroker -Namespace the-project -Replicas 5 -Rebalance</code>
/// <para>Waits until they have registered, then spreads all replicas evenly.</para>
/// </example>
/// <example>
/// <summary>What going back to three would take</summary>
/// <code>Set-KafkaBroker -Replicas 3 -Drain -Throttle 50MB -WhatIf</code>
/// <para>Every partition that would move, with its bytes, then the brokers that would go and the claims that would stay.</para>
/// </example>
/// <example>
/// <summary>A setting, and how long each restart took</summary>
/// <code>Set-KafkaBroker -Configuration @{ 'num.io.threads' = 16; 'log.retention.bytes' = $null } -PassThru</code>
/// <para>Sets one, takes another away, and restarts the brokers one at a time.</para>
/// </example>
/// <example>
/// <summary>Finish what was begun</summary>
/// <code>Set-KafkaBroker</code>
/// <para>Restarts the brokers that run an older template than their StatefulSet has, if there are any.</para>
/// </example>
[Cmdlet(VerbsCommon.Set, "KafkaBroker", SupportsShouldProcess = true)]
[OutputType(typeof(KafkaChange), typeof(KafkaChangeBlocker))]
public sealed class SetKafkaBrokerCommand : ChangeCmdlet
{
    /// <summary>How many brokers.</summary>
    [Parameter]
    public int? Replicas { get; set; }

    /// <summary>The image that the brokers run.</summary>
    [Parameter]
    public string? Image { get; set; }

    /// <summary>The JVM options of each broker's heap, such as <c>-Xmx4G -Xms4G</c>.</summary>
    [Parameter]
    public string? HeapOptions { get; set; }

    /// <summary>Broker settings by Kafka's names, such as <c>min.insync.replicas</c>; <c>$null</c> takes one away.</summary>
    [Parameter]
    public IDictionary? Configuration { get; set; }

    /// <summary>What each broker's container is sure to get, such as <c>@{ cpu = '500m'; memory = '2Gi' }</c>; <c>$null</c> takes one away.</summary>
    [Parameter]
    public IDictionary? Requests { get; set; }

    /// <summary>The most that each broker's container gets, such as <c>@{ memory = '4Gi' }</c>; <c>$null</c> takes one away.</summary>
    [Parameter]
    public IDictionary? Limits { get; set; }

    /// <summary>The size of each broker's claim, such as <c>200Gi</c>; at least what it has.</summary>
    [Parameter]
    public string? StorageSize { get; set; }

    /// <summary>Fields to merge into the StatefulSet, last, as <c>kubectl patch</c> would: lists by their keys, <c>$null</c> takes a field away.</summary>
    [Parameter]
    public IDictionary? Override { get; set; }

    /// <summary>Spreads all replicas evenly over the brokers, those that join included.</summary>
    [Parameter]
    public SwitchParameter Rebalance { get; set; }

    /// <summary>Moves the replicas of brokers that leave to the others first.</summary>
    [Parameter]
    public SwitchParameter Drain { get; set; }

    /// <summary>How many bytes a second each broker may send and receive for moved replicas, such as <c>50MB</c>. No limit when not given.</summary>
    [Parameter]
    [ValidateRange(1, long.MaxValue)]
    public long? Throttle { get; set; }

    /// <summary>Deletes the claims of brokers that leave, and with them the data. Needs <c>-Replicas</c>.</summary>
    [Parameter]
    public SwitchParameter IncludeData { get; set; }

    /// <summary>Doesn't wait for replicas when brokers are restarted. The order stays, and each broker is ready before the next one goes down. Replicas of brokers that leave are looked at all the same.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override async Task<ChangePlan> PlanAsync(
        CommandPipeline pipeline, KubernetesConnection connection, CancellationToken cancellation)
    {
        if (IncludeData && Replicas is null)
        {
            throw new TerminatingException(KafkaErrors.Create(
                "ReplicasMissing",
                ErrorCategory.InvalidArgument,
                ClusterName,
                "-IncludeData deletes the claims of brokers that leave, and -Replicas does not say how many stay. Nothing was changed.",
                "Give -Replicas too."));
        }

        var change = new BrokerChange(
            Replicas,
            Image,
            HeapOptions,
            KafkaSettings.ReadChanges(Configuration),
            OverrideReading.ReadResources(Requests, Limits),
            StorageSize,
            OverrideReading.Read(Override),
            Rebalance,
            Drain,
            Throttle,
            IncludeData);
        var state = await FindClusterAsync(connection, cancellation);
        return await new BrokerChanges(connection).PlanAsync(state.Identity, change, Force, cancellation);
    }
}
