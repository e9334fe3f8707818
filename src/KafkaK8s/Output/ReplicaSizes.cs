using KafkaK8s.Engine.Kafka;

namespace KafkaK8s.Output;

/// <summary>How large each replica is, by partition and broker.</summary>
internal sealed class ReplicaSizes
{
    private readonly Dictionary<TopicPartition, SortedDictionary<int, long>> _sizes = [];

    private ReplicaSizes()
    {
    }

    /// <summary>From what the brokers say.</summary>
    public static ReplicaSizes Of(IEnumerable<BrokerReplicas> brokers)
    {
        var sizes = new ReplicaSizes();
        foreach (var broker in brokers)
        {
            foreach (var replica in broker.Replicas)
            {
                var name = new TopicPartition(replica.Topic, replica.Partition);
                (sizes._sizes.TryGetValue(name, out var known) ? known : sizes._sizes[name] = [])[broker.Broker] = replica.Bytes;
            }
        }

        return sizes;
    }

    /// <summary>A partition's, by broker; empty where none is known.</summary>
    public IReadOnlyDictionary<int, long> Of(TopicPartition partition) => _sizes.TryGetValue(partition, out var sizes) ? sizes : new Dictionary<int, long>();

    /// <summary>How much of what is copied has been copied, from 0 to 100; null where it can't be told.</summary>
    public int? PercentCopied(PartitionReassignment moving)
    {
        var sizes = Of(moving.Target.Name);
        var whole = sizes.Where(size => !moving.Adding.Contains(size.Key)).Select(size => size.Value).DefaultIfEmpty(0).Max();
        return moving.Adding.Count == 0 ? 100
            : whole == 0 ? null
            : (int)Math.Min(100, 100 * moving.Adding.Sum(broker => Math.Min(whole, sizes.TryGetValue(broker, out var size) ? size : 0)) / (whole * moving.Adding.Count));
    }
}
