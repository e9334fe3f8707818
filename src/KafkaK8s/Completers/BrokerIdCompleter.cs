using System.Globalization;
using KafkaK8s.Engine;
using KafkaK8s.Engine.Clusters;
using KafkaK8s.Engine.Kubernetes;
using KafkaK8s.Session;

namespace KafkaK8s.Completers;

/// <summary>Completes the brokers of the Kafka cluster by their ids, which are their pods' ordinals.</summary>
internal sealed class BrokerIdCompleter : NameCompleter
{
    private protected override async Task<IEnumerable<string>> FindAsync(SessionDefaults choice, CancellationToken cancellation)
    {
        using var connection = await KubernetesConnection.OpenAsync(CompletionChoice.Options(choice), OperationObserver.Silent, cancellation);
        var cluster = await new ClusterSearch(connection).FindAsync(choice.Cluster ?? SessionDefaults.UsualCluster, cancellation);
        return (cluster.Brokers?.Members ?? []).Where(member => member.Ordinal is not null).Select(member => member.Ordinal!.Value.ToString(CultureInfo.InvariantCulture));
    }
}
