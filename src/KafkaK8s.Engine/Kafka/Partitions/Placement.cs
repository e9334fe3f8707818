namespace KafkaK8s.Engine.Kafka;

/// <summary>Where somebody wants replicas to be.</summary>
public abstract record Placement
{
    private Placement()
    {
    }

    /// <summary>On these brokers only.</summary>
    /// <param name="Brokers">The brokers.</param>
    /// <param name="IsSpread">Spread evenly over them, instead of moving only what is elsewhere.</param>
    public sealed record Onto(IReadOnlyList<int> Brokers, bool IsSpread) : Placement;

    /// <summary>Not on these brokers.</summary>
    /// <param name="Brokers">The brokers.</param>
    public sealed record Off(IReadOnlyList<int> Brokers) : Placement;

    /// <summary>So many of each partition.</summary>
    /// <param name="Factor">How many.</param>
    public sealed record Replicated(int Factor) : Placement;

    /// <summary>Exactly there.</summary>
    /// <param name="Replicas">The broker ids of each partition, the preferred leader first.</param>
    public sealed record Exactly(IReadOnlyDictionary<TopicPartition, IReadOnlyList<int>> Replicas) : Placement;
}

/// <summary>A plan, and how much data it copies.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="Sizes">The bytes of one replica of each partition, where they are known.</param>
public sealed record SizedPlan(PartitionPlan Plan, IReadOnlyDictionary<TopicPartition, long> Sizes)
{
    /// <summary>How many bytes a partition's move copies; null where it isn't known.</summary>
    public long? BytesOf(PartitionMove move) => Sizes.TryGetValue(move.Target.Name, out var size) ? size * move.Adding.Count : null;
}

/// <summary>Makes plans from what a cluster is like now, with what moves already counted as done.</summary>
/// <param name="kafka">The cluster.</param>
public sealed class PlacementPlanning(IKafkaOperations kafka)
{
    /// <summary>Plans.</summary>
    /// <param name="placement">Where the replicas are to be.</param>
    /// <param name="partitions">The partitions to plan for, as they are.</param>
    /// <param name="others">The cluster's other partitions.</param>
    /// <param name="cancellation">Ends it at once; nothing is changed by planning.</param>
    /// <exception cref="EngineException"><c>BrokerNotFound</c>, <c>TooFewBrokers</c>, <c>InvalidReplicationFactor</c>, <c>InvalidReplicas</c>.</exception>
    public async Task<SizedPlan> PlanAsync(
        Placement placement, IReadOnlyList<PartitionDescription> partitions, IReadOnlyList<PartitionDescription> others, CancellationToken cancellation)
    {
        var asked = kafka.Partitions.SizesAsync(null, cancellation);
        var running = kafka.Partitions.ReassignmentsAsync(cancellation);
        await Task.WhenAll(asked, running);
        var brokers = await asked;
        var settled = PartitionPlan.Settled(partitions, await running);
        return new SizedPlan(Plan(placement, settled, others, [.. brokers.Select(broker => broker.Broker)]), SizesOf(brokers));
    }

    private static PartitionPlan Plan(
        Placement placement, IReadOnlyList<PartitionDescription> partitions, IReadOnlyList<PartitionDescription> others, int[] up)
    {
        switch (placement)
        {
            case Placement.Onto onto:
                Require(onto.Brokers, up);
                return onto.IsSpread ? PartitionPlan.Rebalance(partitions, onto.Brokers) : PartitionPlan.OntoBrokers(partitions, onto.Brokers, others);
            case Placement.Off off:
                // One that is down is to be left all the more, as long as it ever was one.
                Require(off.Brokers, [.. up, .. partitions.Concat(others).SelectMany(partition => partition.Replicas)]);
                return PartitionPlan.OffBrokers(partitions, off.Brokers, up, others);
            case Placement.Replicated replicated:
                return PartitionPlan.WithReplicationFactor(partitions, replicated.Factor, up, others);
            case Placement.Exactly exactly:
                Require([.. exactly.Replicas.SelectMany(target => target.Value).Distinct()], up);
                return new PartitionPlan(
                [
                    .. partitions.OrderBy(partition => partition.Topic, StringComparer.Ordinal).ThenBy(partition => partition.Partition).Select(partition => new PartitionMove(
                        partition.Topic, partition.Partition, partition.Replicas, Distinct(partition, exactly.Replicas[new TopicPartition(partition.Topic, partition.Partition)]))),
                ]);
            default:
                throw new ArgumentOutOfRangeException(nameof(placement));
        }
    }

    // The leader has all of it; where there is none, the largest replica comes nearest.
    private static Dictionary<TopicPartition, long> SizesOf(IReadOnlyList<BrokerReplicas> brokers) =>
        brokers.SelectMany(broker => broker.Replicas)
            .GroupBy(replica => new TopicPartition(replica.Topic, replica.Partition))
            .ToDictionary(group => group.Key, group => group.Max(replica => replica.Bytes));

    private static IReadOnlyList<int> Distinct(PartitionDescription partition, IReadOnlyList<int> replicas) =>
        replicas.Count > 0 && replicas.Distinct().Count() == replicas.Count
            ? replicas
            : throw new EngineException(
                "InvalidReplicas",
                EngineErrorKind.InvalidArgument,
                $"{partition.Topic}-{partition.Partition}",
                $"The replicas of {partition.Topic}-{partition.Partition} can't be {string.Join(", ", replicas)}: a partition has at least one, and no two on a broker.",
                "Name each broker once, the preferred leader first.");

    private static void Require(IReadOnlyList<int> brokers, IReadOnlyCollection<int> known)
    {
        foreach (var broker in brokers.Where(broker => !known.Contains(broker)))
        {
            throw new EngineException(
                "BrokerNotFound",
                EngineErrorKind.NotFound,
                $"{broker}",
                $"There is no broker {broker}, or it is down; {string.Join(", ", known.Distinct().Order())} are there. Nothing was moved.",
                "Get-KafkaBroker shows the brokers with their ids.");
        }
    }
}
