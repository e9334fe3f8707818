namespace KafkaK8s.Engine.Kafka;

/// <summary>Consumer groups: who reads what, and how far.</summary>
public interface IConsumerGroupOperations
{
    /// <summary>The names of all groups, in ordinal order.</summary>
    /// <param name="cancellation">Ends the question at once.</param>
    Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellation);

    /// <summary>
    /// Describes groups with their members and offsets, in ordinal order of their names; in one or two calls however many they are,
    /// and one more before 2.3, where all of them can't be asked about without their names.
    /// </summary>
    /// <param name="names">Exact names; null for all groups. A name that doesn't exist is left out of the answer.</param>
    /// <param name="cancellation">Ends the question at once.</param>
    Task<IReadOnlyList<ConsumerGroupDescription>> DescribeAsync(IReadOnlyCollection<string>? names, CancellationToken cancellation);

    /// <summary>Moves a group's offsets, or tells where they would be moved. The group must have no active members.</summary>
    /// <param name="reset">Which offsets, and where to.</param>
    /// <param name="dryRun">Only tells.</param>
    /// <param name="cancellation">Ends the operation; what was already sent may have happened.</param>
    /// <exception cref="EngineException">
    /// <c>GroupActive</c>, which names the members; <c>GroupNotFound</c> for all topics of a group that has none; <c>TopicNotFound</c>,
    /// <c>PartitionNotFound</c>, among others.
    /// </exception>
    Task<IReadOnlyList<OffsetMove>> ResetAsync(OffsetReset reset, bool dryRun, CancellationToken cancellation);

    /// <summary>Deletes groups without active members, with their offsets. One answer a group, in the order asked; <c>GroupActive</c> names the members.</summary>
    /// <param name="names">Exact names.</param>
    /// <param name="cancellation">Ends the operation; what was already sent may have happened.</param>
    Task<IReadOnlyList<GroupOutcome>> DeleteAsync(IReadOnlyList<string> names, CancellationToken cancellation);
}

/// <summary>A consumer group.</summary>
/// <param name="Name">The name.</param>
/// <param name="State">As Kafka calls it: <c>Stable</c>, <c>Empty</c>, <c>PreparingRebalance</c>, <c>CompletingRebalance</c>, <c>Dead</c>, <c>Assigning</c>, <c>Reconciling</c>.</param>
/// <param name="CoordinatorId">The broker that coordinates it.</param>
/// <param name="Strategy">How partitions are assigned, or null without members.</param>
/// <param name="Members">Its active members.</param>
/// <param name="Offsets">What it has committed or reads now, by topic and partition.</param>
public sealed record ConsumerGroupDescription(
    string Name, string State, int CoordinatorId, string? Strategy, IReadOnlyList<ConsumerGroupMember> Members, IReadOnlyList<ConsumerGroupOffset> Offsets);

/// <summary>A member of a consumer group.</summary>
/// <param name="Id">The id that the coordinator gave it.</param>
/// <param name="Host">Where it connects from, without the slash that Kafka prints.</param>
/// <param name="ClientId">The name that it gives itself.</param>
/// <param name="PartitionCount">How many partitions it reads.</param>
public sealed record ConsumerGroupMember(string Id, string Host, string ClientId, int PartitionCount);

/// <summary>How far a group has read a partition.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Partition">The partition.</param>
/// <param name="CurrentOffset">The next record to read, or null when nothing is committed.</param>
/// <param name="LogEndOffset">The offset behind the last record, or null when the partition has no leader.</param>
/// <param name="Lag">How many records are left to read, or null when it can't be told.</param>
/// <param name="MemberId">The member that reads it, or null.</param>
public sealed record ConsumerGroupOffset(string Topic, int Partition, long? CurrentOffset, long? LogEndOffset, long? Lag, string? MemberId);

/// <summary>Which offsets of a group to move, and where to.</summary>
public abstract record OffsetReset
{
    private OffsetReset(string group) => Group = group;

    /// <summary>The group; one that doesn't exist yet is made when topics are named.</summary>
    public string Group { get; }

    /// <summary>All to the same place.</summary>
    /// <param name="Name">The group.</param>
    /// <param name="Topics">The topics with their partitions, an empty list meaning all of them; null for all topics that the group has read.</param>
    /// <param name="Position">Where to.</param>
    public sealed record ToPosition(string Name, IReadOnlyDictionary<string, IReadOnlyList<int>>? Topics, OffsetPosition Position) : OffsetReset(Name);

    /// <summary>Each partition to an offset of its own, such as one that was written down before. One beyond either end means that end, with a warning.</summary>
    /// <param name="Name">The group.</param>
    /// <param name="Offsets">The offsets, at most one a partition.</param>
    public sealed record ToOffsets(string Name, IReadOnlyDictionary<TopicPartition, long> Offsets) : OffsetReset(Name);
}

/// <summary>A place in a partition.</summary>
public abstract record OffsetPosition
{
    private OffsetPosition()
    {
    }

    /// <summary>Before the first record that is still there.</summary>
    public sealed record Earliest : OffsetPosition;

    /// <summary>Behind the last record.</summary>
    public sealed record Latest : OffsetPosition;

    /// <summary>Before the first record of a time or later.</summary>
    /// <param name="Time">The time.</param>
    public sealed record At(DateTimeOffset Time) : OffsetPosition;

    /// <summary>An offset; one beyond either end means that end.</summary>
    /// <param name="Offset">The offset.</param>
    public sealed record Exactly(long Offset) : OffsetPosition;

    /// <summary>So many records on, or back.</summary>
    /// <param name="Count">How many; negative goes back.</param>
    public sealed record ShiftedBy(long Count) : OffsetPosition;
}

/// <summary>An offset that was moved, or would be.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Partition">The partition.</param>
/// <param name="From">Where it was, or null when nothing was committed.</param>
/// <param name="To">Where it is now.</param>
public sealed record OffsetMove(string Topic, int Partition, long? From, long To);

/// <summary>What became of one group in a call about several.</summary>
/// <param name="Name">The group.</param>
/// <param name="Error">Why it was not done, or null when it was.</param>
public sealed record GroupOutcome(string Name, EngineException? Error);
