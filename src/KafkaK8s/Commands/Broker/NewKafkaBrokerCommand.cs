using System.Collections;
using System.Management.Automation;
using KafkaK8s.Binding;
using KafkaK8s.Engine.Clusters;

namespace KafkaK8s.Commands;

/// <summary>Creates the brokers of a Kafka cluster, or makes those that are there what is asked for.</summary>
/// <remarks>
/// <para>Applies the brokers' services, their StatefulSet and their disruption budget, and waits until every broker is ready. The ensemble must be
/// there: the brokers register with it.</para>
/// <para>What isn't given stays as the live brokers have it, else as the preset does. Running it twice changes nothing and says so. Brokers that
/// were made by hand with the article's files are taken over in place.</para>
/// <para>Brokers join when there are to be more of them. Fewer than there are is refused before anything is changed, with <c>-WhatIf</c> as well: they would go with their
/// replicas. <c>Set-KafkaBroker -Replicas -Drain</c> moves those first.</para>
/// <para><c>-WhatIf</c> asks the server by a dry run, and shows every field that would change.</para>
/// </remarks>
/// <example>
/// <summary>The second step of the article</summary>
/// <code>New-KafkaNamespace the-project | New-KafkaZookeeper | New-KafkaBroker</code>
/// <para>Three brokers on the ensemble of the step before.</para>
/// </example>
/// <example>
/// <summary>Five brokers with settings of their own</summary>
/// <code>New-KafkaBroker -Namespace streaming -Replicas 5 -StorageSize 500Gi -Configuration @{ 'min.insync.replicas' = 2; 'auto.create.topics.enable' = $false }</code>
/// <para>Settings have Kafka's own names.</para>
/// </example>
/// <example>
/// <summary>What would change</summary>
/// <code>New-KafkaBroker -Namespace streaming -HeapOptions '-Xmx4G -Xms4G' -WhatIf</code>
/// <para>Shows the field with its old and its new value.</para>
/// </example>
[Cmdlet(VerbsCommon.New, "KafkaBroker", SupportsShouldProcess = true)]
[OutputType(typeof(KafkaCluster))]
public sealed class NewKafkaBrokerCommand : PartDeploymentCmdlet
{
    /// <summary>How many brokers. Three when not given.</summary>
    [Parameter]
    public int? Replicas { get; set; }

    /// <summary>The image that the brokers run.</summary>
    [Parameter]
    public string? Image { get; set; }

    /// <summary>The size of each broker's claim, such as <c>100Gi</c>.</summary>
    [Parameter]
    public string? StorageSize { get; set; }

    /// <summary>The storage class of the claims; the preset's, else the cluster's default, when not given.</summary>
    [Parameter]
    public string? StorageClass { get; set; }

    /// <summary>The JVM options of each broker's heap, such as <c>-Xmx4G -Xms4G</c>.</summary>
    [Parameter]
    public string? HeapOptions { get; set; }

    /// <summary>Broker settings by Kafka's names, such as <c>min.insync.replicas</c>.</summary>
    [Parameter]
    public IDictionary? Configuration { get; set; }

    /// <summary>Fields to merge into the StatefulSet, last.</summary>
    [Parameter]
    public IDictionary? Override { get; set; }

    private protected override ClusterParts GetParts() => ClusterParts.Brokers;

    private protected override ClusterSpecification Specify(ClusterIdentity cluster, ClusterPreset preset) => new(
        cluster,
        preset,
        IncludeNamespace: false,
        Zookeeper: null,
        new BrokerSpecification(
            Replicas, Image, StorageSize, StorageClass, HeapOptions, KafkaSettings.ReadGiven(Configuration), OverrideReading.Read(Override)),
        Client: null);
}
