<<<<<<< HEAD
=======
using System.Globalization;
>>>>>>> 7158621 (Read and change settings of topics and brokers, and topics' partitions and offsets, many at once)
using KafkaK8s.Engine;
using KafkaK8s.Engine.Clusters;
using KafkaK8s.Engine.Kubernetes;
using KafkaK8s.Session;

namespace KafkaK8s.Completers;

<<<<<<< HEAD
/// <summary>Completes the brokers of the Kafka cluster by the names of their pods.</summary>
=======
/// <summary>Completes the ids of the Kafka cluster's brokers.</summary>
>>>>>>> 7158621 (Read and change settings of topics and brokers, and topics' partitions and offsets, many at once)
internal sealed class BrokerCompleter : NameCompleter
{
    private protected override async Task<IEnumerable<string>> FindAsync(SessionDefaults choice, CancellationToken cancellation)
    {
        using var connection = await KubernetesConnection.OpenAsync(CompletionChoice.Options(choice), OperationObserver.Silent, cancellation);
        var cluster = await new ClusterSearch(connection).FindAsync(choice.Cluster ?? SessionDefaults.UsualCluster, cancellation);
<<<<<<< HEAD
        return (cluster.Brokers?.Members ?? []).Select(member => member.Name);
=======
        return (cluster.Brokers?.Members ?? []).Where(member => member.Ordinal is not null).Select(member => member.Ordinal!.Value.ToString(CultureInfo.InvariantCulture));
>>>>>>> 7158621 (Read and change settings of topics and brokers, and topics' partitions and offsets, many at once)
    }
}
