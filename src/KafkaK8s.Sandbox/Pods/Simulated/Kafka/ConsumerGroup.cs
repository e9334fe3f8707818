using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace KafkaK8s.Sandbox.Pods.Simulated.Kafka;

/// <summary>A consumer group: who is in it, and how far it is.</summary>
internal sealed class ConsumerGroup(string id)
{
    /// <summary>Where the brokers keep offsets.</summary>
    public const string OffsetsTopic = "__consumer_offsets";

    public string Id => id;

    /// <summary>Held while a member reads and commits.</summary>
    public Lock Gate { get; } = new();

    /// <summary>Committed offsets by topic and partition.</summary>
    public ConcurrentDictionary<(string Topic, int Partition), long> Offsets { get; } = new();

    /// <summary>The consumers that are in it now, by member id.</summary>
    public ImmutableSortedDictionary<string, GroupMember> Members { get; set; } = ImmutableSortedDictionary.Create<string, GroupMember>(StringComparer.Ordinal);

    /// <summary>Which of a topic's partitions a member has, by the range assignor. All members are taken to read the same topics.</summary>
    public IReadOnlyList<int> AssignedTo(string memberId, int partitions)
    {
        var members = Members.Keys.ToList();
        var position = members.IndexOf(memberId);
        if (position < 0)
        {
            return [];
        }

        var (share, extra) = Math.DivRem(partitions, members.Count);
        var first = (position * share) + Math.Min(position, extra);
        return [.. Enumerable.Range(first, share + (position < extra ? 1 : 0))];
    }

    /// <summary>The partition of the offsets topic that a group belongs to.</summary>
    public static int OffsetsPartition(string id, int partitions)
    {
        unchecked
        {
            var hash = (int)id.Aggregate(0u, (sum, character) => (sum * 31) + character);
            return (hash == int.MinValue ? 0 : Math.Abs(hash)) % partitions;
        }
    }
}

/// <summary>A consumer in a group.</summary>
internal sealed record GroupMember(string Id, string ClientId, string Host)
{
    /// <summary>What it reads at the moment.</summary>
    public IReadOnlyList<(string Topic, int Partition)> Partitions { get; set; } = [];
}
