using KafkaK8s.Engine;
using KafkaK8s.Engine.Kafka;
using KafkaK8s.Engine.Kubernetes;
using KafkaK8s.Session;

namespace KafkaK8s.Completers;

/// <summary>Completes the consumer groups of the Kafka cluster.</summary>
internal sealed class ConsumerGroupCompleter : NameCompleter
{
    private protected override async Task<IEnumerable<string>> FindAsync(SessionDefaults choice, CancellationToken cancellation)
    {
        using var connection = await KubernetesConnection.OpenAsync(CompletionChoice.Options(choice), OperationObserver.Silent, cancellation);
        var kafka = await ClusterKafka.OpenAsync(connection, choice.Cluster ?? SessionDefaults.UsualCluster, cancellation);
        return await kafka.Operations.Groups.ListAsync(cancellation);
    }
}
