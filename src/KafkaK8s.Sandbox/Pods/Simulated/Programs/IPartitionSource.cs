using KafkaK8s.Sandbox.Pods.Simulated.Kafka;

namespace KafkaK8s.Sandbox.Pods.Simulated.Programs;

/// <summary>Where a consumer's records come from: one partition, or its share of a group's.</summary>
internal interface IPartitionSource : IDisposable
{
    /// <summary>The next records, at most a number of them; the position moves on.</summary>
    IReadOnlyList<(int Partition, long Offset, StoredRecord Record)> Read(int most);
}
