namespace KafkaK8s.Sandbox.Pods.Simulated.Kafka;

/// <content>How partitions get to other brokers and to their preferred leaders.</content>
internal sealed partial class KafkaCluster
{
    public const string LeaderRate = "leader.replication.throttled.rate";
    public const string FollowerRate = "follower.replication.throttled.rate";
    public const string LeaderReplicas = "leader.replication.throttled.replicas";
    public const string FollowerReplicas = "follower.replication.throttled.replicas";

    // Without a throttle it is done as soon as a broker has asked its new leader.
    private static readonly TimeSpan CopyTime = TimeSpan.FromSeconds(0.2);

    /// <summary>The partitions that move now, by topic and number.</summary>
    public IReadOnlyList<(string Topic, int Index, KafkaReassignment Move)> Reassignments
    {
        get
        {
            lock (_gate)
            {
                FinishReassignments();
                return [.. Partitions().Where(partition => partition.Reassignment is not null).Select(partition => (partition.Topic.Name, partition.Index, partition.Reassignment!))];
            }
        }
    }

    /// <summary>Starts to move partitions that there are to brokers that there are.</summary>
    public void Reassign(IEnumerable<(string Topic, int Index, IReadOnlyList<int> Replicas)> target)
    {
        lock (_gate)
        {
            var now = _world.Clock.GetUtcNow();
            foreach (var (topic, index, replicas) in target)
            {
                var partition = _topics[topic].Partitions[index];
                // Who gets a replica of a move that runs doesn't have it yet.
                var present = partition.Replicas.Except(partition.Reassignment?.Adding ?? []).ToList();
                var adding = replicas.Except(present).ToList();
                var move = new KafkaReassignment(replicas, adding, [.. present.Except(replicas)], now, now + TimeToCopy(partition, adding.Count));
                partition.Replicas = [.. replicas, .. move.Removing];
                partition.Reassignment = move;
            }

            FinishReassignments();
            Signal();
        }
    }

    /// <summary>Lets the preferred leader of a partition lead. False when it can't: it isn't in sync.</summary>
    public bool ElectPreferred(string topic, int index)
    {
        lock (_gate)
        {
            FinishReassignments();
            var partition = _topics[topic].Partitions[index];
            var preferred = partition.Replicas[0];
            if (!partition.InSync.Contains(preferred) || !_brokers.ContainsKey(preferred))
            {
                return false;
            }

            partition.Leader = preferred;
            Signal();
            return true;
        }
    }

    /// <summary>What a broker has on its disk: the replicas, and how large they are.</summary>
    public IReadOnlyList<(string Topic, int Index, long Bytes)> Sizes(KafkaBroker broker)
    {
        lock (_gate)
        {
            FinishReassignments();
            return [.. Partitions().Where(partition => partition.Replicas.Contains(broker.Id)).Select(partition => (partition.Topic.Name, partition.Index, Size(partition, broker)))];
        }
    }

    private long Size(KafkaPartition partition, KafkaBroker broker)
    {
        if (partition.Reassignment is not { } move || !move.Adding.Contains(broker.Id) || move.Due <= move.Started)
        {
            return broker.Storage.Log(partition).Size;
        }

        var share = (_world.Clock.GetUtcNow() - move.Started) / (move.Due - move.Started);
        return (long)(Math.Clamp(share, 0, 1) * LeaderSize(partition));
    }

    private long LeaderSize(KafkaPartition partition) =>
        partition.HasLeader && _brokers.TryGetValue(partition.Leader!.Value, out var leader) ? leader.Storage.Log(partition).Size : 0;

    private TimeSpan TimeToCopy(KafkaPartition partition, int copies) =>
        copies == 0 ? TimeSpan.Zero
        : partition.HasLeader && BrokerSettings.Of(partition.Leader!.Value).TryGetValue(LeaderRate, out var text) && long.TryParse(text, out var rate) && rate > 0
            ? CopyTime + TimeSpan.FromSeconds((double)LeaderSize(partition) * copies / rate)
            : CopyTime;

    private void FinishReassignments()
    {
        var now = _world.Clock.GetUtcNow();
        foreach (var partition in Partitions().Where(partition => partition.Reassignment is { } move
            && move.Due <= now && partition.HasLeader && move.Target.All(_brokers.ContainsKey)).ToList())
        {
            Finish(partition, partition.Reassignment!);
        }
    }

    private void Finish(KafkaPartition partition, KafkaReassignment move)
    {
        var leader = _brokers[partition.Leader!.Value].Storage.Log(partition);
        foreach (var added in move.Target.Except(partition.InSync).ToList())
        {
            _brokers[added].Storage.Log(partition).CatchUp(leader);
            partition.InSync.Add(added);
        }

        partition.InSync.RemoveAll(broker => !move.Target.Contains(broker));
        partition.Replicas = move.Target;
        partition.Reassignment = null;
        if (!partition.InSync.Contains(partition.Leader.Value))
        {
            partition.Leader = partition.Replicas.First(partition.InSync.Contains);
        }

        foreach (var removed in move.Removing)
        {
            _brokers.GetValueOrDefault(removed)?.Storage.Delete(partition);
        }

        Signal();
    }
}
