namespace KafkaK8s.Sandbox.Pods.Simulated.Kafka;

/// <summary>A cluster's consumer groups, and the brokers that coordinate them.</summary>
internal sealed class GroupRegistry(KafkaCluster cluster)
{
    private static readonly Dictionary<string, string> OffsetsConfiguration = new(StringComparer.Ordinal)
    {
        ["compression.type"] = "producer",
        ["cleanup.policy"] = "compact",
        ["segment.bytes"] = "104857600",
    };

    private readonly Lock _gate = new();
    private readonly Dictionary<string, ConsumerGroup> _groups = new(StringComparer.Ordinal);

    /// <summary>The groups there are.</summary>
    public IReadOnlyList<ConsumerGroup> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _groups.Values];
            }
        }
    }

    /// <summary>The group of that id; null when there is none.</summary>
    public ConsumerGroup? Find(string id)
    {
        lock (_gate)
        {
            return _groups.GetValueOrDefault(id);
        }
    }

    /// <summary>A group, made if need be, and with the first one the topic that keeps their offsets. Null while there is no coordinator.</summary>
    public ConsumerGroup? Open(string id)
    {
        if (!cluster.CreateInternal(
                ConsumerGroup.OffsetsTopic,
                settings => (settings.Number("offsets.topic.num.partitions", 50), settings.Number("offsets.topic.replication.factor", 3)),
                OffsetsConfiguration)
            || Coordinator(id) is null)
        {
            return null;
        }

        lock (_gate)
        {
            return _groups.TryGetValue(id, out var group) ? group : _groups[id] = new ConsumerGroup(id);
        }
    }

    /// <summary>Forgets a group.</summary>
    public void Delete(string id)
    {
        lock (_gate)
        {
            _groups.Remove(id);
        }
    }

    /// <summary>A member joins.</summary>
    public void Join(ConsumerGroup group, GroupMember member)
    {
        lock (_gate)
        {
            group.Members = group.Members.Add(member.Id, member);
        }

        cluster.Notify();
    }

    /// <summary>A member leaves.</summary>
    public void Leave(ConsumerGroup group, GroupMember member)
    {
        lock (_gate)
        {
            group.Members = group.Members.Remove(member.Id);
        }

        cluster.Notify();
    }

    /// <summary>The broker that coordinates a group; null while there is none.</summary>
    public KafkaBroker? Coordinator(string id)
    {
        var topic = cluster.Describe().FirstOrDefault(topic => topic.Name == ConsumerGroup.OffsetsTopic);
        var leader = topic?.Partitions[ConsumerGroup.OffsetsPartition(id, topic.Partitions.Count)].Leader;
        return cluster.Brokers.FirstOrDefault(broker => broker.Id == leader);
    }
}
