using KafkaK8s.Sandbox.Pods.Simulated.Kafka;

namespace KafkaK8s.Sandbox.Pods.Simulated.Programs;

/// <summary>A consumer's place in its group: its share of the partitions, and the group's offsets.</summary>
internal sealed class GroupMembership : IPartitionSource
{
    private const int MostRecords = 500;

    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    private readonly ConsumerOptions _options;
    private readonly KafkaCluster _cluster;
    private readonly ConsumerGroup _group;
    private readonly GroupMember _member;
    private readonly Func<TopicDescription, bool> _subscription;
    private readonly Dictionary<(string Topic, int Partition), long> _positions = [];

    private GroupMembership(ConsumerOptions options, KafkaCluster cluster, ConsumerGroup group, GroupMember member, Func<TopicDescription, bool> subscription)
    {
        _options = options;
        _cluster = cluster;
        _group = group;
        _member = member;
        _subscription = subscription;
    }

    /// <summary>How long joining took.</summary>
    public TimeSpan JoinTime { get; private init; }

    /// <summary>Joins the group as soon as it has a coordinator; null when that took too long.</summary>
    public static async Task<GroupMembership?> JoinAsync(ProgramCall call, ConsumerOptions options, KafkaBroker broker, TimeSpan patience, CancellationToken cancellation)
    {
        var (clock, cluster) = (call.Pod.Clock, broker.Cluster!);
        var joinTime = TimeSpan.Zero;
        ConsumerGroup? group;
        while ((group = cluster.Groups.Open(options.Group)) is null)
        {
            if (joinTime >= patience)
            {
                return null;
            }

            await call.Console.FlushAsync(cancellation);
            await clock.DelayAsync(RetryInterval, cancellation);
            joinTime += RetryInterval;
        }

        // The coordinator waits a little for others before it starts an empty group.
        if (group.Members.Count == 0)
        {
            var delay = TimeSpan.FromMilliseconds(broker.Settings.Number("group.initial.rebalance.delay.ms", 3000));
            var left = patience - joinTime;
            await clock.DelayAsync(delay < left ? delay : left, cancellation);
            if (delay >= left)
            {
                return null;
            }

            joinTime += delay;
        }

        var client = call.Pod.Image.HasOldTools ? "consumer-1" : "console-consumer";
        var member = new GroupMember($"{client}-{Guid.NewGuid()}", client, $"/{call.Pod.Address}");
        var filter = options.Pattern is { } pattern ? new TopicFilter(pattern) : null;
        var membership = new GroupMembership(
            options, cluster, group, member, topic => filter is null ? topic.Name == options.Topic : !topic.IsInternal && filter.Matches(topic.Name))
        {
            JoinTime = joinTime,
        };
        cluster.Groups.Join(group, member);
        return membership;
    }

    /// <inheritdoc/>
    public IReadOnlyList<(int Partition, long Offset, StoredRecord Record)> Read(int most)
    {
        // A partition changes hands between reads only, so that no record goes to two members.
        lock (_group.Gate)
        {
            return ReadAssigned(most);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _cluster.Groups.Leave(_group, _member);

    private List<(int Partition, long Offset, StoredRecord Record)> ReadAssigned(int most)
    {
        var records = new List<(int, long, StoredRecord)>();
        _member.Partitions = Assigned();
        foreach (var key in _positions.Keys.Except(_member.Partitions).ToList())
        {
            _positions.Remove(key);
        }

        foreach (var (topic, partition) in _member.Partitions)
        {
            if (Position(topic, partition) is not { } position)
            {
                continue;
            }

            var read = _cluster.Read(topic, partition, position, Math.Min(most - records.Count, MostRecords));
            records.AddRange(read.Select(record => (partition, record.Offset, record.Record)));
            _positions[(topic, partition)] = read.Count > 0 ? read[^1].Offset + 1 : position;
        }

        Commit();
        return records;
    }

    private List<(string Topic, int Partition)> Assigned() => [.. _cluster.Describe()
        .Where(topic => topic.IsPublished && _subscription(topic))
        .SelectMany(topic => _group.AssignedTo(_member.Id, topic.Partitions.Count).Select(partition => (topic.Name, partition)))];

    private long? Position(string topic, int partition)
    {
        if (_positions.TryGetValue((topic, partition), out var position))
        {
            return position;
        }

        if (_group.Offsets.TryGetValue((topic, partition), out var committed))
        {
            return committed;
        }

        return _cluster.Offsets(topic, partition) is { } offsets ? _options.Start == ConsumerOptions.Earliest ? offsets.Start : offsets.End : null;
    }

    private void Commit()
    {
        if (_options.CommitsOffsets)
        {
            foreach (var (partition, position) in _positions)
            {
                _group.Offsets[partition] = position;
            }
        }
    }
}
