using System.Management.Automation;
using KafkaK8s.Completers;

namespace KafkaK8s.Commands;

/// <summary>A cmdlet that works on one Kafka cluster.</summary>
public abstract class ClusterKafkaCmdlet : ConnectedKafkaCmdlet
{
    /// <summary>The name of the Kafka cluster. When not given: the one that <c>Set-KafkaContext</c> chose, else <c>kafka</c>.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ClusterCompleter))]
    public string? Cluster { get; set; }

    private protected override string? NamedCluster => Cluster;
}
