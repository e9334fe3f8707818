using System.Collections;
using System.Management.Automation;
using System.Text.Json.Nodes;
using KafkaK8s.Binding;
using KafkaK8s.Completers;
using KafkaK8s.Diagnostics;
using KafkaK8s.Engine.Clusters;

namespace KafkaK8s.Commands;

/// <summary>A cmdlet that specifies a whole Kafka cluster.</summary>
public abstract class WholeClusterCmdlet : ClusterCmdlet
{
    private static readonly string[] PartNames = ["Zookeeper", "Broker", "Client"];

    /// <summary>The name of the Kafka cluster. When not given: the one that <c>Set-KafkaContext</c> chose, else <c>kafka</c>.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
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

    /// <summary>The recipe: <c>Standard</c>, as one would run it today, or <c>Article</c>, the article's manifests field for field. Standard when not given.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public KafkaPreset? Preset { get; set; }

    /// <summary>How many brokers. Three when not given.</summary>
    [Parameter]
    [Alias("BrokerReplicas")]
    public int? Replicas { get; set; }

    /// <summary>How many members the ZooKeeper ensemble has; an odd number. Three when not given.</summary>
    [Parameter]
    public int? ZookeeperReplicas { get; set; }

    /// <summary>The image that the brokers and the test client run.</summary>
    [Parameter]
    public string? Image { get; set; }

    /// <summary>The image that the ensemble's members run.</summary>
    [Parameter]
    public string? ZookeeperImage { get; set; }

    /// <summary>The size of each broker's claim, such as <c>100Gi</c>.</summary>
    [Parameter]
    public string? StorageSize { get; set; }

    /// <summary>The size of the claim of each member of the ensemble, such as <c>10Gi</c>; the article's preset has no such claims.</summary>
    [Parameter]
    public string? ZookeeperStorageSize { get; set; }

    /// <summary>The storage class of all claims; the preset's, else the cluster's default, when not given.</summary>
    [Parameter]
    public string? StorageClass { get; set; }

    /// <summary>The JVM options of each broker's heap, such as <c>-Xmx4G -Xms4G</c>.</summary>
    [Parameter]
    public string? HeapOptions { get; set; }

    /// <summary>Broker settings by Kafka's names, such as <c>min.insync.replicas</c>.</summary>
    [Parameter]
    public IDictionary? Configuration { get; set; }

    /// <summary>Fields to merge into the resources, last: a hashtable with the keys <c>Zookeeper</c>, <c>Broker</c> (their StatefulSets) and <c>Client</c> (its pod).</summary>
    [Parameter]
    public IDictionary? Override { get; set; }

    /// <summary>What the parameters specify.</summary>
    private protected ClusterSpecification Specify(ClusterIdentity cluster)
    {
        var unknown = (Override?.Keys.Cast<object>() ?? []).FirstOrDefault(key => !IsPart(key));
        return unknown is null
            ? new ClusterSpecification(
                cluster,
                EnginePreset.Of(Preset),
                IncludeNamespace: true,
                new ZookeeperSpecification(ZookeeperReplicas, ZookeeperImage, ZookeeperStorageSize, ZookeeperStorageClass, OverrideOf("Zookeeper")),
                new BrokerSpecification(
                    Replicas, Image, StorageSize, StorageClass, HeapOptions, KafkaSettings.ReadGiven(Configuration), OverrideOf("Broker")),
                new ClientSpecification(Image, OverrideOf("Client")))
            : throw new TerminatingException(KafkaErrors.Create(
                "OverrideNotUnderstood",
                ErrorCategory.InvalidArgument,
                unknown.ToString(),
                $"-Override has the key \"{unknown}\", which is no part of a cluster. Nothing was changed.",
                "The keys are Zookeeper, Broker and Client; below them are the fields of the resource."));
    }

    // The article keeps the ensemble's data in the pods, so there is no claim to give a class to.
    private string? ZookeeperStorageClass => Preset == KafkaPreset.Article ? null : StorageClass;

    private static bool IsPart(object key) => PartNames.Contains(key.ToString(), StringComparer.OrdinalIgnoreCase);

    private JsonObject? OverrideOf(string part) => Override?.Keys.Cast<object>()
        .Where(key => string.Equals(key.ToString(), part, StringComparison.OrdinalIgnoreCase))
        .Select(key => OverrideReading.Read(part, Override[key]))
        .FirstOrDefault();
}
