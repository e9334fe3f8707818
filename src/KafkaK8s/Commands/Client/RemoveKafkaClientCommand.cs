using System.Management.Automation;
using KafkaK8s.Engine.Clusters;

namespace KafkaK8s.Commands;

/// <summary>Removes the test client of a Kafka cluster.</summary>
/// <remarks>
/// <para>The module then asks Kafka from one of the brokers.</para>
/// <para>Where no namespace is chosen it works in <c>default</c>: it never looks around for something to remove.</para>
/// </remarks>
/// <example>
/// <summary>Remove the test client</summary>
/// <code>Remove-KafkaClient -Namespace the-project</code>
/// <para>Returns when the pod is gone.</para>
/// </example>
/// <example>
/// <summary>In every cluster of a namespace</summary>
/// <code>Get-KafkaCluster -Namespace the-project | Remove-KafkaClient -NoWait</code>
/// <para>Doesn't wait until the pods are gone.</para>
/// </example>
[Cmdlet(VerbsCommon.Remove, "KafkaClient", SupportsShouldProcess = true)]
public sealed class RemoveKafkaClientCommand : RemovalCmdlet
{
    private protected override string What => "the test client of";

    private protected override RemovalOptions GetOptions() => new(ClusterParts.Client, Timeout: Patience);
}
