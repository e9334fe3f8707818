using System.Collections.Concurrent;

namespace KafkaK8s.Sandbox.Pods.Simulated.Kafka;

/// <summary>What a broker has on its disk: the logs of its replicas, and its meta.properties.</summary>
internal sealed class BrokerStorage
{
    private readonly ConcurrentDictionary<(string TopicId, int Partition), PartitionLog> _logs = new();

    /// <summary>The broker id in meta.properties.</summary>
    public int? BrokerId { get; set; }

    /// <summary>The cluster id in meta.properties.</summary>
    public string? ClusterId { get; set; }

    public PartitionLog Log(KafkaPartition partition) => _logs.GetOrAdd((partition.Topic.Id, partition.Index), _ => new PartitionLog());

    public void Delete(KafkaPartition partition) => _logs.TryRemove((partition.Topic.Id, partition.Index), out _);
}
