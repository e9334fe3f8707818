using System.Management.Automation;
using KafkaK8s.Engine.Clusters;

namespace KafkaK8s.Commands;

/// <summary>Removes the ZooKeeper ensemble of a Kafka cluster.</summary>
/// <remarks>
/// <para>Refused while brokers still run on it, unless <c>-Force</c> is given.</para>
/// <para>The claims stay, and with them the data, unless <c>-IncludeData</c> is given: a cluster that is made again by the same name takes them up. Where data
/// would be lost it asks first; in a script use <c>-Confirm:$false</c>.</para>
/// <para>Where no namespace is chosen it works in <c>default</c>: it never looks around for something to remove.</para>
/// </remarks>
/// <example>
/// <summary>What would be removed</summary>
/// <code>Remove-KafkaZookeeper -Namespace the-project -WhatIf</code>
/// <para>Lists the resources that would go and the claims that would stay.</para>
/// </example>
/// <example>
/// <summary>The ensemble with its data, in a script</summary>
/// <code>Get-KafkaCluster -Namespace the-project | Remove-KafkaZookeeper -IncludeData -Confirm:$false</code>
/// <para>Returns when it is gone.</para>
/// </example>
[Cmdlet(VerbsCommon.Remove, "KafkaZookeeper", SupportsShouldProcess = true)]
public sealed class RemoveKafkaZookeeperCommand : RemovalCmdlet
{
    /// <summary>Deletes the claims too, and with them all data.</summary>
    [Parameter]
    public SwitchParameter IncludeData { get; set; }

    /// <summary>Removes the ensemble although brokers still run on it.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override string What => "the ZooKeeper ensemble of";

    private protected override RemovalOptions GetOptions() => new(ClusterParts.Zookeeper, IncludeData, Force, Timeout: Patience);
}
