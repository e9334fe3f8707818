using KafkaK8s.Engine;
using KafkaK8s.Engine.Clusters;
using KafkaK8s.Engine.Kubernetes;
using KafkaK8s.Session;

namespace KafkaK8s.Completers;

/// <summary>Completes the Kafka clusters of the namespace, or of all namespaces where none is chosen.</summary>
internal sealed class ClusterCompleter : NameCompleter
{
    private protected override async Task<IEnumerable<string>> FindAsync(SessionDefaults choice, CancellationToken cancellation)
    {
        using var connection = await KubernetesConnection.OpenAsync(CompletionChoice.Options(choice), OperationObserver.Silent, cancellation);
        var clusters = await new ClusterInspection(connection).ListAsync(
            connection.NamespaceIsChosen ? connection.Namespace : null, cancellation);
        return clusters.Select(cluster => cluster.Identity.Name).Distinct();
    }
}
