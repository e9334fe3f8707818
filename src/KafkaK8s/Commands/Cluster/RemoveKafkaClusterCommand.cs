using System.Management.Automation;
using KafkaK8s.Completers;
using KafkaK8s.Engine.Clusters;

namespace KafkaK8s.Commands;

/// <summary>Removes a Kafka cluster: its test client, its brokers and its ensemble.</summary>
/// <remarks>
/// <para>The brokers go before the ensemble that they need. The namespace stays.</para>
/// <para>The claims stay, and with them the data, unless <c>-IncludeData</c> is given: a cluster that is made again by the same name takes them up. Where data
/// would be lost it asks first; in a script use <c>-Confirm:$false</c>.</para>
/// <para>Where no namespace is chosen it works in <c>default</c>: it never looks around for something to remove.</para>
/// </remarks>
/// <example>
/// <summary>Remove a cluster, keep its data</summary>
/// <code>Remove-KafkaCluster kafka -Namespace the-project</code>
/// <para><c>New-KafkaCluster</c> by the same name finds the data again.</para>
/// </example>
/// <example>
/// <summary>Remove everything, in a script</summary>
/// <code>Get-KafkaCluster -Namespace the-project | Remove-KafkaCluster -IncludeData -Confirm:$false</code>
/// <para>Claims and data go too.</para>
/// </example>
[Cmdlet(VerbsCommon.Remove, "KafkaCluster", SupportsShouldProcess = true)]
public sealed class RemoveKafkaClusterCommand : RemovalCmdlet
{
    /// <summary>The name of the Kafka cluster. When not given: the one that <c>Set-KafkaContext</c> chose, else <c>kafka</c>.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ClusterCompleter))]
    public override string? Cluster { get; set; }

    /// <summary>The same as <c>-Cluster</c>.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(ClusterCompleter))]
    public string? Name
    {
        get => Cluster;
        set => Cluster = value;
    }

    /// <summary>Deletes the claims too, and with them all data.</summary>
    [Parameter]
    public SwitchParameter IncludeData { get; set; }

    private protected override string What => "the Kafka cluster";

    private protected override RemovalOptions GetOptions() => new(ClusterParts.All, IncludeData, Timeout: Patience);
}
