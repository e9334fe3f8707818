using System.Management.Automation;
using KafkaK8s.Completers;
using KafkaK8s.Engine.Clusters;
using KafkaK8s.Engine.Kubernetes;
using KafkaK8s.Session;

namespace KafkaK8s.Commands;

/// <summary>A cmdlet that works on one Kafka cluster.</summary>
public abstract class ClusterCmdlet : NamespacedCmdlet
{
    /// <summary>The name of the Kafka cluster. When not given: the one that <c>Set-KafkaContext</c> chose, else <c>kafka</c>.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ClusterCompleter))]
    public virtual string? Cluster { get; set; }

    private protected override string? NamedCluster => Cluster;

    /// <summary>The name of the Kafka cluster that is meant.</summary>
    private protected string ClusterName => Choice.Cluster ?? SessionDefaults.UsualCluster;

    /// <summary>The cluster in the namespace that is meant, there or not.</summary>
    private protected ClusterIdentity IdentityIn(KubernetesConnection connection) => new(connection.Namespace, ClusterName);

    /// <summary>Finds the cluster that is meant: in the chosen namespace, or, where nobody chose one, wherever the only one of its name is.</summary>
    internal Task<ClusterState> FindClusterAsync(KubernetesConnection connection, CancellationToken cancellation)
        => new ClusterSearch(connection).FindAsync(ClusterName, cancellation);
}
