using KafkaK8s.Engine.Clusters;
using KafkaK8s.Engine.Clusters.Changes;
using KafkaK8s.Engine.Kafka;
using KafkaK8s.Engine.Tests.Manifests;

namespace KafkaK8s.Engine.Tests.Clusters.Changes;

/// <summary>Which broker is which pod.</summary>
public sealed class ReplicaLookTests
{
    [Fact]
    public async Task Brokers_whose_ids_are_not_their_pods_numbers_are_refused()
    {
        await using var practice = await PracticeCluster.StartAsync();
        practice.Put(Specifications.Whole(ClusterPreset.Standard), ready: true);
        var set = await new LiveSets(practice.Connection, PracticeCluster.Kafka).ReadAsync(ClusterParts.Brokers, TestContext.Current.CancellationToken);

        ReplicaLook.RequireOrdinals(set, new BrokerRegistry("id", 0, [Broker(0, "kafka-0.kafka-headless"), Broker(7, "broker-7.example.com")]));
        var error = Assert.Throws<EngineException>(
            () => ReplicaLook.RequireOrdinals(set, new BrokerRegistry("id", 0, [Broker(0, "kafka-0.kafka-headless"), Broker(3, "kafka-1.kafka-headless.the-project.svc")])));

        Assert.Equal(("BrokerIdsDiffer", EngineErrorKind.NotSupported, "the-project/kafka"), (error.Id, error.Kind, error.Target));
        Assert.StartsWith("kafka-1 is broker 3.", error.Message, StringComparison.Ordinal);
    }

    private static RegisteredBroker Broker(int id, string host) => new(id, [new AdvertisedListener("PLAINTEXT", host, 9092)], null);
}
