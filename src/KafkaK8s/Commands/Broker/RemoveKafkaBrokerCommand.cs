using System.Management.Automation;
using KafkaK8s.Engine.Clusters;

namespace KafkaK8s.Commands;

/// <summary>Removes the brokers of a Kafka cluster, all of them.</summary>
/// <remarks>
/// <para>The claims stay, and with them the data, unless <c>-IncludeData</c> is given: a cluster that is made again by the same name takes them up. Where data
/// would be lost it asks first; in a script use <c>-Confirm:$false</c>.</para>
/// <para>Where no namespace is chosen it works in <c>default</c>: it never looks around for something to remove.</para>
/// </remarks>
/// <example>
/// <summary>What would be removed</summary>
/// <code>Remove-KafkaBroker -Namespace the-project -WhatIf</code>
/// <para>Lists the resources that would go and the claims that would stay.</para>
/// </example>
/// <example>
/// <summary>Make the brokers anew on their old data</summary>
/// <code>Remove-KafkaBroker -Namespace the-project; New-KafkaBroker -Namespace the-project</code>
/// <para>The claims were kept, so the topics are still there.</para>
/// </example>
[Cmdlet(VerbsCommon.Remove, "KafkaBroker", SupportsShouldProcess = true)]
public sealed class RemoveKafkaBrokerCommand : RemovalCmdlet
{
    /// <summary>Deletes the claims too, and with them all data.</summary>
    [Parameter]
    public SwitchParameter IncludeData { get; set; }

    private protected override string What => "the brokers of";

    private protected override RemovalOptions GetOptions() => new(ClusterParts.Brokers, IncludeData, Timeout: Patience);
}
