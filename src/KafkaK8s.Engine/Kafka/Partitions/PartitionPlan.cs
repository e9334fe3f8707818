namespace KafkaK8s.Engine.Kafka;

/// <summary>
/// Where partitions' replicas are to be, planned so that as little as possible moves. The same question always gets the same plan.
/// Replicas that stay keep their order, so that leaders stay where they can; new ones go where the fewest are, and where one of them
/// takes the preferred leader's place, to the broker that leads the fewest. Plans count replicas, not bytes, and know nothing of racks.
/// </summary>
/// <param name="Partitions">All partitions that were planned for, those that stay as they are included, by topic and partition.</param>
public sealed record PartitionPlan(IReadOnlyList<PartitionMove> Partitions)
{
    /// <summary>The partitions that change.</summary>
    public IReadOnlyList<PartitionMove> Changes { get; } = [.. Partitions.Where(partition => partition.IsChange)];

    /// <summary>Where all of them are to be in the end.</summary>
    public IReadOnlyList<PartitionAssignment> Target { get; } = [.. Partitions.Select(partition => partition.Target)];

    /// <summary>How many replicas are copied.</summary>
    public int CopyCount { get; } = Partitions.Sum(partition => partition.Adding.Count);

    /// <summary>All replicas on the given brokers: those elsewhere are moved there, the others stay.</summary>
    /// <param name="partitions">The partitions as they are.</param>
    /// <param name="brokers">The brokers.</param>
    /// <param name="others">The cluster's other partitions, which decide where the former leave the choice.</param>
    /// <exception cref="EngineException"><c>TooFewBrokers</c>: a partition has more replicas than that.</exception>
    public static PartitionPlan OntoBrokers(
        IEnumerable<PartitionDescription> partitions, IReadOnlyCollection<int> brokers, IEnumerable<PartitionDescription>? others = null) =>
        new ReplicaPlacement(partitions, brokers, broker => !brokers.Contains(broker), factor: null, others ?? []).Plan();

    /// <summary>No replica on some brokers: theirs are moved to the other ones.</summary>
    /// <param name="partitions">The partitions as they are.</param>
    /// <param name="leaving">The brokers that are to hold none of them.</param>
    /// <param name="brokers">The brokers that can take replicas, those that are to hold none among them or not.</param>
    /// <param name="others">The cluster's other partitions, which decide where the former leave the choice.</param>
    /// <exception cref="EngineException"><c>TooFewBrokers</c>: without them a partition would have more replicas than brokers.</exception>
    public static PartitionPlan OffBrokers(
        IEnumerable<PartitionDescription> partitions,
        IReadOnlyCollection<int> leaving,
        IEnumerable<int> brokers,
        IEnumerable<PartitionDescription>? others = null) =>
        new ReplicaPlacement(partitions, brokers.Except(leaving), leaving.Contains, factor: null, others ?? []).Plan();

    /// <summary>
    /// Another number of replicas for each partition. Where there are to be fewer, the leader's stays, then those in sync, then those on
    /// the brokers that hold the fewest.
    /// </summary>
    /// <param name="partitions">The partitions as they are.</param>
    /// <param name="factor">How many replicas each is to have.</param>
    /// <param name="brokers">The brokers that can take replicas.</param>
    /// <param name="others">The cluster's other partitions, which decide where the former leave the choice.</param>
    /// <exception cref="EngineException"><c>InvalidReplicationFactor</c>, <c>TooFewBrokers</c>.</exception>
    public static PartitionPlan WithReplicationFactor(
        IEnumerable<PartitionDescription> partitions, int factor, IEnumerable<int> brokers, IEnumerable<PartitionDescription>? others = null) =>
        factor > 0
            ? new ReplicaPlacement(partitions, brokers, static _ => false, factor, others ?? []).Plan()
            : throw new EngineException(
                "InvalidReplicationFactor", EngineErrorKind.InvalidArgument, null, $"No partition can have {factor} replicas.", "A partition has at least one replica.");

    /// <summary>
    /// All replicas on the given brokers, spread evenly: no broker holds two more than another, and new ones take their share. Preferred
    /// leaders are spread too, by their order alone where that is enough.
    /// </summary>
    /// <param name="partitions">The partitions as they are.</param>
    /// <param name="brokers">The brokers.</param>
    /// <exception cref="EngineException"><c>TooFewBrokers</c>: a partition has more replicas than that.</exception>
    public static PartitionPlan Rebalance(IEnumerable<PartitionDescription> partitions, IReadOnlyCollection<int> brokers)
    {
        var placement = new ReplicaPlacement(partitions, brokers, broker => !brokers.Contains(broker), factor: null, []);
        placement.SpreadReplicas();
        placement.SpreadLeaders();
        return placement.Plan();
    }

    /// <summary>Partitions as they will be when what runs now has ended: what a plan is to begin from.</summary>
    /// <param name="partitions">The partitions as they are.</param>
    /// <param name="running">The reassignments that run.</param>
    public static IReadOnlyList<PartitionDescription> Settled(IEnumerable<PartitionDescription> partitions, IEnumerable<PartitionReassignment> running)
    {
        var targets = running.ToDictionary(reassignment => reassignment.Target.Name, reassignment => reassignment.Target.Replicas);
        return
        [
            .. partitions.Select(partition =>
                targets.TryGetValue(new TopicPartition(partition.Topic, partition.Partition), out var replicas) ? partition with { Replicas = replicas } : partition),
        ];
    }
}

/// <summary>Where the replicas of a partition are, and where they are to be.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Partition">The partition.</param>
/// <param name="From">The broker ids that hold a replica, the preferred leader first.</param>
/// <param name="To">The broker ids that are to hold one, the preferred leader first.</param>
public sealed record PartitionMove(string Topic, int Partition, IReadOnlyList<int> From, IReadOnlyList<int> To)
{
    /// <summary>Where they are to be.</summary>
    public PartitionAssignment Target => new(Topic, Partition, To);

    /// <summary>The brokers that get a replica: what is copied.</summary>
    public IReadOnlyList<int> Adding { get; } = [.. To.Except(From)];

    /// <summary>The brokers that lose theirs.</summary>
    public IReadOnlyList<int> Removing { get; } = [.. From.Except(To)];

    /// <summary>Whether anything changes, if only the order.</summary>
    public bool IsChange { get; } = !From.SequenceEqual(To);
}
