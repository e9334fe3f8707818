using System.Management.Automation;
using KafkaK8s.Completers;
using KafkaK8s.Engine.Clusters;
using KafkaK8s.Engine.Kubernetes;
using KafkaK8s.Output;

namespace KafkaK8s.Commands;

/// <summary>Gets the Kafka clusters on Kubernetes: ensemble, brokers, test client, and whether they are ready.</summary>
/// <remarks>
/// <para>Clusters are found by the article's names and labels, whoever made them, with this module or by hand.</para>
/// <para>Where a namespace is chosen, by <c>-Namespace</c>, <c>Set-KafkaContext</c> or the kubeconfig's context, it looks there; where nobody chose one, in all of
/// them. A name that doesn't exist is an error; a wildcard that matches nothing is silence.</para>
/// </remarks>
/// <example>
/// <summary>All clusters</summary>
/// <code>Get-KafkaCluster</code>
/// <para>A row a cluster.</para>
/// </example>
/// <example>
/// <summary>Why is it not ready?</summary>
/// <code>Get-KafkaCluster kafka -Namespace the-project | Format-List</code>
/// <para>With the reasons, a line each, and the addresses for clients.</para>
/// </example>
/// <example>
/// <summary>Clusters in trouble, in all namespaces of a context</summary>
/// <code>Get-KafkaCluster -Context prod -Namespace * | Where-Object State -ne Ready</code>
/// <para>Silence means that all are well.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "KafkaCluster")]
[OutputType(typeof(KafkaCluster))]
public sealed class GetKafkaClusterCommand : ClusterCmdlet
{
    /// <summary>The name of the Kafka cluster; wildcards are allowed. All of them when not given.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ClusterCompleter))]
    public override string? Cluster { get; set; }

    /// <summary>The same as <c>-Cluster</c>.</summary>
    [Parameter]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ClusterCompleter))]
    public string? Name
    {
        get => Cluster;
        set => Cluster = value;
    }

    private protected override async Task ProcessAsync(CommandPipeline pipeline, CancellationToken cancellation)
    {
        var namespaces = Choice.Namespace is { } pattern && NameSelection.IsPattern(pattern) ? pattern : null;
        using var connection = await ConnectAsync(pipeline, namespaces is null ? Choice : Choice with { Namespace = null }, cancellation);
        foreach (var cluster in await FindAsync(connection, namespaces, cancellation))
        {
            foreach (var disagreement in cluster.Zookeeper?.Topology.Disagreements() ?? [])
            {
                pipeline.WriteWarning($"{cluster.Identity}: {disagreement}.");
            }

            await pipeline.WriteObjectAsync(cluster.ToOutput(Choice.KubeConfig));
        }
    }

    private async Task<IEnumerable<ClusterState>> FindAsync(KubernetesConnection connection, string? namespaces, CancellationToken cancellation)
    {
        var isLiteral = !string.IsNullOrEmpty(Cluster) && !NameSelection.IsPattern(Cluster);
        if (isLiteral && namespaces is null)
        {
            return [await FindClusterAsync(connection, cancellation)];
        }

        var clusters = namespaces is not null || !connection.NamespaceIsChosen
            ? await new ClusterSearch(connection).ListAsync(cancellation)
            : await new ClusterInspection(connection).ListAsync(connection.Namespace, cancellation);
        return clusters.Where(cluster =>
            (string.IsNullOrEmpty(Cluster) || NameSelection.Matches([Cluster], cluster.Identity.Name))
            && (namespaces is null || NameSelection.Matches([namespaces], cluster.Identity.Namespace)));
    }
}
