using KafkaK8s.Engine.Kubernetes;

namespace KafkaK8s.Engine.Clusters;

/// <summary>
/// Finds the cluster that somebody means. Where a namespace was chosen it is looked for there and nowhere else; where nobody chose one,
/// the only cluster of that name is meant, in whatever namespace it is.
/// </summary>
/// <param name="connection">Where to look.</param>
public sealed class ClusterSearch(KubernetesConnection connection)
{
    private readonly ClusterInspection _inspection = new(connection);

    /// <summary>Finds a cluster.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellation">Ends the search at once.</param>
    /// <exception cref="EngineException"><c>ClusterNotFound</c>; <c>ClusterAmbiguous</c> where no namespace was chosen and several have one of that name.</exception>
    public async Task<ClusterState> FindAsync(string name, CancellationToken cancellation)
    {
        var here = new ClusterIdentity(connection.Namespace, name);
        if (connection.NamespaceIsChosen)
        {
            return await _inspection.GetAsync(here, cancellation);
        }

        var clusters = await ListAsync(cancellation);
        return clusters.Where(cluster => cluster.Identity.Name == name).ToList() switch
        {
            [] => await _inspection.GetAsync(here, cancellation),
            [var only] => only,
            var several => throw new EngineException(
                "ClusterAmbiguous",
                EngineErrorKind.InvalidArgument,
                name,
                $"There is a Kafka cluster \"{name}\" in several namespaces of context \"{connection.ContextName}\": "
                + $"{string.Join(", ", several.Select(cluster => cluster.Identity.Namespace))}.",
                "Name one with -Namespace, or choose it for the session with Set-KafkaContext -Namespace."),
        };
    }

    /// <summary>The clusters of all namespaces; without permission to look into all of them, those of the one that is worked in.</summary>
    /// <param name="cancellation">Ends the search at once.</param>
    public async Task<IReadOnlyList<ClusterState>> ListAsync(CancellationToken cancellation)
    {
        try
        {
            return await _inspection.ListAsync(null, cancellation);
        }
        catch (EngineException failure) when (failure.Kind == EngineErrorKind.PermissionDenied)
        {
            return await _inspection.ListAsync(connection.Namespace, cancellation);
        }
    }
}
