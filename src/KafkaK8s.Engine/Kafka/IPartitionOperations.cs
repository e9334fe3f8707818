namespace KafkaK8s.Engine.Kafka;

/// <summary>Where partitions' replicas are, and where they are moved to.</summary>
public interface IPartitionOperations
{
    /// <summary>The reassignments that run now, by topic and partition.</summary>
    /// <param name="cancellation">Ends the question at once.</param>
    /// <exception cref="EngineException">The cluster could not be asked, or its answer not be understood.</exception>
    Task<IReadOnlyList<PartitionReassignment>> ReassignmentsAsync(CancellationToken cancellation);

    /// <summary>Starts to move replicas, and returns as soon as the cluster has taken the order. <see cref="VerifyAsync"/> tells how it goes.</summary>
    /// <param name="target">Which partitions, and where their replicas are to be. The partitions exist.</param>
    /// <param name="throttle">How many bytes a second each broker may send and receive for it; null for no limit. It stays until <see cref="VerifyAsync"/> finds everything complete.</param>
    /// <param name="cancellation">Ends the operation; what was already sent may have happened.</param>
    /// <exception cref="EngineException">
    /// <c>ReassignmentRunning</c>: another one runs, and nothing was started. <c>BrokerNotFound</c>, <c>InvalidReplicas</c>, among others.
    /// </exception>
    Task ReassignAsync(IReadOnlyList<PartitionAssignment> target, long? throttle, CancellationToken cancellation);

    /// <summary>Gives reassignments that run another throttle.</summary>
    /// <param name="running">What runs, and where its replicas are to be.</param>
    /// <param name="throttle">How many bytes a second each broker may send and receive for it from now on.</param>
    /// <param name="cancellation">Ends the operation; what was already sent may have happened.</param>
    /// <returns>False where the release can't: before 2.6. Nothing was changed then.</returns>
    /// <exception cref="EngineException">It could not be done.</exception>
    Task<bool> ThrottleAsync(IReadOnlyList<PartitionAssignment> running, long throttle, CancellationToken cancellation);

    /// <summary>
    /// Tells how far a reassignment is, one answer a partition, by topic and partition. Where all of it is complete and nothing else is
    /// being reassigned, the throttles are taken off the brokers and the topics, and that is checked.
    /// </summary>
    /// <param name="target">What was started.</param>
    /// <param name="cancellation">Ends the operation; what was already sent may have happened.</param>
    /// <exception cref="EngineException"><c>ThrottleNotRemoved</c>: all is complete, and a throttle is still there.</exception>
    Task<IReadOnlyList<ReassignmentStatus>> VerifyAsync(IReadOnlyList<PartitionAssignment> target, CancellationToken cancellation);

    /// <summary>What the brokers that are up have on their disks.</summary>
    /// <param name="brokers">Which brokers; null for all that are up. One that is not up is left out of the answer.</param>
    /// <param name="cancellation">Ends the question at once.</param>
    /// <exception cref="EngineException">The cluster could not be asked, or its answer not be understood.</exception>
    Task<IReadOnlyList<BrokerReplicas>> SizesAsync(IReadOnlyCollection<int>? brokers, CancellationToken cancellation);

    /// <summary>
    /// Lets the preferred leaders lead, and waits until they do. One answer a partition, by topic and partition; one that cannot be
    /// done does not stop the others. Where the preferred leader leads already, nothing is changed.
    /// </summary>
    /// <param name="partitions">Which partitions; null for all.</param>
    /// <param name="cancellation">Ends the operation; what was already sent may have happened.</param>
    /// <exception cref="EngineException">Nothing could be asked of the cluster. What concerns one partition is in its outcome.</exception>
    Task<IReadOnlyList<PartitionOutcome>> ElectPreferredAsync(IReadOnlyCollection<TopicPartition>? partitions, CancellationToken cancellation);
}

/// <summary>A partition's name.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Partition">The number, from 0.</param>
public sealed record TopicPartition(string Topic, int Partition)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Topic}-{Partition}";
}

/// <summary>Where the replicas of a partition are to be.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Partition">The partition.</param>
/// <param name="Replicas">The broker ids, the preferred leader first.</param>
public sealed record PartitionAssignment(string Topic, int Partition, IReadOnlyList<int> Replicas)
{
    /// <summary>The partition's name.</summary>
    public TopicPartition Name => new(Topic, Partition);
}

/// <summary>A partition whose replicas are on the move.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Partition">The partition.</param>
/// <param name="Replicas">All brokers that hold or get a replica now: where they are to be in the end, then those that will lose theirs.</param>
/// <param name="Adding">The brokers that get one. Before 2.6 the cluster can't tell: those of the target that are not in sync yet.</param>
/// <param name="Removing">The brokers that lose theirs in the end.</param>
public sealed record PartitionReassignment(
    string Topic, int Partition, IReadOnlyList<int> Replicas, IReadOnlyList<int> Adding, IReadOnlyList<int> Removing)
{
    /// <summary>Where the replicas are to be in the end.</summary>
    public PartitionAssignment Target => new(Topic, Partition, [.. Replicas.Except(Removing)]);
}

/// <summary>How far a partition's reassignment is.</summary>
public enum ReassignmentState
{
    /// <summary>The replicas are where they were to be.</summary>
    Complete,

    /// <summary>Records are still being copied.</summary>
    InProgress,

    /// <summary>Nothing moves, and the replicas are not where they were to be.</summary>
    Failed,
}

/// <summary>How far a partition's reassignment is.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Partition">The partition.</param>
/// <param name="State">How far.</param>
/// <param name="Words">What the cluster said, for whoever wants to know why.</param>
public sealed record ReassignmentStatus(string Topic, int Partition, ReassignmentState State, string Words);

/// <summary>What a broker has on its disks.</summary>
/// <param name="Broker">The broker's id.</param>
/// <param name="Replicas">Its replicas, by topic and partition; those that move from one of its disks to another count where they come from.</param>
public sealed record BrokerReplicas(int Broker, IReadOnlyList<ReplicaSize> Replicas);

/// <summary>How large a replica is.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Partition">The partition.</param>
/// <param name="Bytes">The bytes of its log on the broker's disk.</param>
/// <param name="Lag">How many records it is behind the leader's high watermark.</param>
public sealed record ReplicaSize(string Topic, int Partition, long Bytes, long Lag);

/// <summary>What became of one partition in a call about several.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Partition">The partition.</param>
/// <param name="IsChanged">Whether something was changed; false where all was as wanted already, or nothing could be done.</param>
/// <param name="Error">Why it was not done, or null when it was.</param>
public sealed record PartitionOutcome(string Topic, int Partition, bool IsChanged, EngineException? Error);
