using System.Collections;
using System.Management.Automation;
using KafkaK8s.Binding;
using KafkaK8s.Engine.Clusters;

namespace KafkaK8s.Commands;

/// <summary>Creates the test client of a Kafka cluster: a pod with Kafka's own tools in it.</summary>
/// <remarks>
/// <para>The module asks Kafka from there, so that the brokers are left to their work. A client that is there and differs can't be changed in
/// place: <c>-Force</c> replaces it.</para>
/// <para><c>-WhatIf</c> asks the server by a dry run, and shows every field that would change.</para>
/// </remarks>
/// <example>
/// <summary>The last step of the article</summary>
/// <code>New-KafkaNamespace the-project | New-KafkaZookeeper | New-KafkaBroker | New-KafkaClient</code>
/// <para>From nothing to a cluster that can be asked.</para>
/// </example>
/// <example>
/// <summary>A client with another image</summary>
/// <code>New-KafkaClient -Namespace the-project -Image confluentinc/cp-kafka:7.9.2 -Force</code>
/// <para>Replaces the one that is there.</para>
/// </example>
[Cmdlet(VerbsCommon.New, "KafkaClient", SupportsShouldProcess = true)]
[OutputType(typeof(KafkaCluster))]
public sealed class NewKafkaClientCommand : PartDeploymentCmdlet
{
    /// <summary>The image; the brokers' own when not given.</summary>
    [Parameter]
    public string? Image { get; set; }

    /// <summary>Fields to merge into the pod, last.</summary>
    [Parameter]
    public IDictionary? Override { get; set; }

    private protected override ClusterParts GetParts() => ClusterParts.Client;

    private protected override ClusterSpecification Specify(ClusterIdentity cluster, ClusterPreset preset) => new(
        cluster,
        preset,
        IncludeNamespace: false,
        Zookeeper: null,
        Brokers: null,
        new ClientSpecification(Image, OverrideReading.Read(Override)));
}
