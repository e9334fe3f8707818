using System.Text.Json.Nodes;

namespace KafkaK8s.Engine.Clusters.Changes;

/// <summary>What is to change of a cluster's brokers. Null means: as it is.</summary>
/// <param name="Replicas">How many brokers.</param>
/// <param name="Image">The image.</param>
/// <param name="HeapOptions">The brokers' <c>KAFKA_HEAP_OPTS</c>.</param>
/// <param name="Configuration">Broker settings by their Kafka names; null takes one away, so that the image's or Kafka's default holds.</param>
/// <param name="Resources">The container's <c>resources</c>: <c>requests</c> and <c>limits</c>; null takes one away.</param>
/// <param name="StorageSize">The size of each broker's claim, never less than it has.</param>
/// <param name="Override">Merged into the StatefulSet by Kubernetes' own rules, last.</param>
/// <param name="Rebalance">Whether all brokers get an even share of the replicas, new ones included.</param>
/// <param name="Drain">Whether the replicas of brokers that leave are moved to the others first.</param>
/// <param name="Throttle">How many bytes a second each broker may send and receive for moves; null for no limit.</param>
/// <param name="IncludeData">Whether the claims of brokers that leave are deleted.</param>
public sealed record BrokerChange(
    int? Replicas = null,
    string? Image = null,
    string? HeapOptions = null,
    IReadOnlyDictionary<string, string?>? Configuration = null,
    JsonObject? Resources = null,
    string? StorageSize = null,
    JsonObject? Override = null,
    bool Rebalance = false,
    bool Drain = false,
    long? Throttle = null,
    bool IncludeData = false);
