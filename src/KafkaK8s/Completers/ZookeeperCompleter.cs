using KafkaK8s.Engine;
using KafkaK8s.Engine.Clusters;
using KafkaK8s.Engine.Kubernetes;
using KafkaK8s.Session;

namespace KafkaK8s.Completers;

/// <summary>Completes the members of the Kafka cluster's ensemble by the names of their pods.</summary>
internal sealed class ZookeeperCompleter : NameCompleter
{
    private protected override async Task<IEnumerable<string>> FindAsync(SessionDefaults choice, CancellationToken cancellation)
    {
        using var connection = await KubernetesConnection.OpenAsync(CompletionChoice.Options(choice), OperationObserver.Silent, cancellation);
        var cluster = await new ClusterSearch(connection).FindAsync(choice.Cluster ?? SessionDefaults.UsualCluster, cancellation);
        return (cluster.Zookeeper?.Members ?? []).Select(member => member.Name);
    }
}
