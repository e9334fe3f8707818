using System.Collections;
using System.Management.Automation;
using KafkaK8s.Binding;
using KafkaK8s.Engine.Clusters;

namespace KafkaK8s.Commands;

/// <summary>Creates the ZooKeeper ensemble of a Kafka cluster, or makes the one that is there what is asked for.</summary>
/// <remarks>
/// <para>Applies the ensemble's services, its StatefulSet and its disruption budget, and waits until every member is ready. The number of
/// members and the list of servers always agree.</para>
/// <para>What isn't given stays as the live ensemble has it, else as the preset does. Running it twice changes nothing and says so. An ensemble
/// that was made by hand with the article's files is taken over in place.</para>
/// <para>An ensemble that runs keeps its members: another number of them is refused before anything is changed, with <c>-WhatIf</c> as well.
/// <c>Set-KafkaZookeeper -Replicas</c> gets there by one member at a time.</para>
/// <para><c>-WhatIf</c> asks the server by a dry run, and shows every field that would change.</para>
/// </remarks>
/// <example>
/// <summary>The first step of the article</summary>
/// <code>New-KafkaNamespace the-project | New-KafkaZookeeper</code>
/// <para>Three members, ready when it returns.</para>
/// </example>
/// <example>
/// <summary>A larger ensemble on a storage class of its own</summary>
/// <code>New-KafkaZookeeper -Namespace streaming -Replicas 5 -StorageClass fast -StorageSize 20Gi</code>
/// <para>Each member gets a claim of 20 GiB.</para>
/// </example>
/// <example>
/// <summary>A field that has no parameter</summary>
/// <code>New-KafkaZookeeper -Override @{ spec = @{ template = @{ spec = @{ priorityClassName = 'high' } } } }</code>
/// <para>The hashtable is merged into the StatefulSet as Kubernetes would merge it.</para>
/// </example>
[Cmdlet(VerbsCommon.New, "KafkaZookeeper", SupportsShouldProcess = true)]
[OutputType(typeof(KafkaCluster))]
public sealed class NewKafkaZookeeperCommand : PartDeploymentCmdlet
{
    /// <summary>How many members; an odd number. Three when not given.</summary>
    [Parameter]
    public int? Replicas { get; set; }

    /// <summary>The image that the members run.</summary>
    [Parameter]
    public string? Image { get; set; }

    /// <summary>The size of each member's claim, such as <c>10Gi</c>.</summary>
    [Parameter]
    public string? StorageSize { get; set; }

    /// <summary>The storage class of the claims; the cluster's default when not given.</summary>
    [Parameter]
    public string? StorageClass { get; set; }

    /// <summary>Fields to merge into the StatefulSet, last.</summary>
    [Parameter]
    public IDictionary? Override { get; set; }

    private protected override ClusterParts GetParts() => ClusterParts.Zookeeper;

    private protected override ClusterSpecification Specify(ClusterIdentity cluster, ClusterPreset preset) => new(
        cluster,
        preset,
        IncludeNamespace: false,
        new ZookeeperSpecification(Replicas, Image, StorageSize, StorageClass, OverrideReading.Read(Override)),
        Brokers: null,
        Client: null);
}
