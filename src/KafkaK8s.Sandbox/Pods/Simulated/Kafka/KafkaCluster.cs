using System.Buffers.Text;

namespace KafkaK8s.Sandbox.Pods.Simulated.Kafka;

/// <summary>A Kafka cluster: the brokers that live, the topics, and who leads and has what.</summary>
internal sealed partial class KafkaCluster
{
    private readonly SimulatedWorld _world;
    private readonly Lock _gate = new();
    private readonly SortedDictionary<int, KafkaBroker> _brokers = [];
    private readonly SortedDictionary<string, KafkaTopic> _topics = new(StringComparer.Ordinal);
    private KafkaBroker? _controller;
    private TaskCompletionSource _changed = NewSignal();

    public KafkaCluster(SimulatedWorld world)
    {
        _world = world;
        Groups = new GroupRegistry(this);
    }

    /// <summary>22 characters of base64url.</summary>
    public string Id { get; } = NewId();

    /// <summary>The consumer groups.</summary>
    public GroupRegistry Groups { get; }

    /// <summary>The settings of brokers that were changed while they run.</summary>
    public DynamicBrokerSettings BrokerSettings { get; } = new();

    /// <summary>How often its metadata changed.</summary>
    public long Changes { get; private set; }

    /// <summary>Completes with the next change of metadata or records.</summary>
    public Task Changed
    {
        get
        {
            lock (_gate)
            {
                return _changed.Task;
            }
        }
    }

    /// <summary>The brokers that are registered.</summary>
    public IReadOnlyList<KafkaBroker> Brokers
    {
        get
        {
            lock (_gate)
            {
                return [.. _brokers.Values];
            }
        }
    }

    /// <summary>The broker that is the controller: the first that registered, and when it goes, one of the others. Null while there is none.</summary>
    public KafkaBroker? Controller
    {
        get
        {
            lock (_gate)
            {
                return _controller;
            }
        }
    }

    /// <summary>Registers a broker: it gets its leaders and catches up.</summary>
    public void Register(KafkaBroker broker)
    {
        lock (_gate)
        {
            if (_brokers.GetValueOrDefault(broker.Id) is { } former)
            {
                Remove(former);
            }

            _brokers[broker.Id] = broker;
            _controller ??= broker;
            foreach (var partition in Partitions().Where(partition => partition.Replicas.Contains(broker.Id)))
            {
                partition.Join(broker, _brokers);
            }

            FinishReassignments();
            FinishDeletions();
            Signal();
        }
    }

    /// <summary>Removes a broker: its partitions get other leaders, where there are any.</summary>
    public void Unregister(KafkaBroker broker)
    {
        lock (_gate)
        {
            if (_brokers.GetValueOrDefault(broker.Id) != broker)
            {
                return;
            }

            Remove(broker);
            Signal();
        }
    }

    /// <summary>The names of all topics, sorted; those that are being deleted too.</summary>
    public IReadOnlyList<TopicDescription> Describe()
    {
        lock (_gate)
        {
            FinishReassignments();
            return [.. _topics.Values.Select(TopicDescription.Of)];
        }
    }

    /// <summary>Creates a topic whose replicas are spread over the brokers.</summary>
    /// <exception cref="KafkaErrorException">It can't be.</exception>
    public void CreateTopic(string name, int partitions, int replicationFactor, IReadOnlyDictionary<string, string> configuration, bool byBroker)
    {
        lock (_gate)
        {
            // A broker of 3.9 looks at the name first, the tool of 1.1 at the numbers.
            if (byBroker && _topics.ContainsKey(name))
            {
                throw Exists(name);
            }

            CreateTopic(name, ReplicaAssignment.Spread(PlacementOrder(byBroker), partitions, replicationFactor, _world.Random), configuration, byBroker);
        }
    }

    /// <summary>Creates a topic with the replicas that someone chose.</summary>
    /// <exception cref="KafkaErrorException">It can't be.</exception>
    public void CreateTopic(string name, IReadOnlyList<IReadOnlyList<int>> assignment, IReadOnlyDictionary<string, string> configuration, bool byBroker)
    {
        lock (_gate)
        {
            TopicNames.Check(name, oldWords: !byBroker);
            if (_topics.ContainsKey(name))
            {
                throw Exists(name);
            }

            var collisions = TopicNames.HasCollisionCharacters(name) ? _topics.Keys.Where(other => TopicNames.Collide(name, other)).ToList() : [];
            if (collisions.Count > 0)
            {
                throw new KafkaErrorException("InvalidTopicException", $"Topic '{name}' collides with existing topics: {string.Join(", ", collisions)}");
            }

            if (assignment.Select(replicas => replicas.Count).Distinct().Count() != 1)
            {
                throw new KafkaErrorException("InvalidReplicaAssignmentException", "All partitions should have the same number of replicas");
            }

            if (assignment.FirstOrDefault(replicas => replicas.Distinct().Count() != replicas.Count) is { } doubled)
            {
                throw new KafkaErrorException("InvalidReplicaAssignmentException", $"Duplicate replica assignment found: {string.Join(",", doubled)}");
            }

            TopicSettings.Check(configuration, old: !byBroker);
            var topic = new KafkaTopic(name, NewId(), assignment, configuration);
            _topics[name] = topic;
            topic.Partitions.ForEach(partition => partition.Start(_brokers.ContainsKey));
            Signal();
        }
    }

    /// <summary>Adds partitions to a topic.</summary>
    /// <exception cref="KafkaErrorException">It can't be.</exception>
    public void AddPartitions(string name, int total, IReadOnlyList<IReadOnlyList<int>>? assignment, bool byBroker)
    {
        lock (_gate)
        {
            var topic = Topic(name);
            var current = topic.Partitions.Count;
            if (total <= current)
            {
                throw new KafkaErrorException("InvalidPartitionsException", !byBroker
                    ? $"The number of partitions for a topic can only be increased. Topic {name} currently has {current} partitions, {total} would not be an increase."
                    : total == current ? $"Topic already has {current} partitions."
                    : $"Topic currently has {current} partitions, which is higher than the requested {total}.");
            }

            var added = assignment ?? ReplicaAssignment.Continue([.. _brokers.Keys], topic.Partitions[0].Replicas, current, total - current);
            foreach (var replicas in added)
            {
                var partition = new KafkaPartition(topic, topic.Partitions.Count, replicas);
                topic.Partitions.Add(partition);
                partition.Start(_brokers.ContainsKey);
            }

            Signal();
        }
    }

    /// <summary>Deletes a topic; as long as a broker with a replica is away it is only marked. False when it was marked before.</summary>
    public bool DeleteTopic(string name)
    {
        lock (_gate)
        {
            var topic = Topic(name);
            if (topic.IsMarkedForDeletion)
            {
                return false;
            }

            topic.IsMarkedForDeletion = true;
            FinishDeletions();
            Signal();
            return true;
        }
    }

    /// <summary>Changes a topic's own settings; a null removes one.</summary>
    public void ConfigureTopic(string name, IEnumerable<KeyValuePair<string, string?>> changes)
    {
        lock (_gate)
        {
            var configuration = Topic(name).Configuration;
            foreach (var (setting, value) in changes)
            {
                configuration.Change(setting, value);
            }

            Signal();
        }
    }

    /// <summary>Appends records to a partition, all of them or none.</summary>
    /// <param name="topicName">The topic.</param>
    /// <param name="index">The partition.</param>
    /// <param name="records">A batch.</param>
    /// <param name="allInSync">Whether the producer waits for all in-sync replicas.</param>
    /// <returns>What a broker answers.</returns>
    public AppendResult Append(string topicName, int index, IReadOnlyList<StoredRecord> records, bool allInSync)
    {
        lock (_gate)
        {
            if (!_topics.TryGetValue(topicName, out var topic) || index >= topic.Partitions.Count)
            {
                return AppendResult.UnknownTopicOrPartition;
            }

            var partition = topic.Partitions[index];
            if (LeaderOf(partition) is not { } leader)
            {
                return AppendResult.NoLeader;
            }

            if (records.Any(record => RecordSize.OfBatch(record) > MaximumBatch(topic, leader)))
            {
                return AppendResult.TooLarge;
            }

            if (allInSync && partition.InSync.Count < RequiredInSync(topic, leader, partition))
            {
                return AppendResult.NotEnoughReplicas;
            }

            if (Setting(topic, "cleanup.policy", leader).Contains("compact", StringComparison.Ordinal) && records.Any(record => record.Key is null))
            {
                return AppendResult.KeyMissing;
            }

            foreach (var log in partition.InSync.Select(replica => _brokers[replica].Storage.Log(partition)))
            {
                foreach (var record in records)
                {
                    log.Append(record);
                }
            }

            Signal();
            return AppendResult.Appended;
        }
    }

    /// <summary>The records of a partition from an offset on, at most a number of them; empty when there are none or no leader.</summary>
    public IReadOnlyList<(long Offset, StoredRecord Record)> Read(string topicName, int index, long offset, int most)
    {
        lock (_gate)
        {
            if (LeaderLog(topicName, index) is not { } log)
            {
                return [];
            }

            var first = Math.Max(offset, log.StartOffset);
            var count = (int)Math.Clamp(log.EndOffset - first, 0, most);
            return [.. Enumerable.Range(0, count).Select(step => (first + step, log[first + step]))];
        }
    }

    /// <summary>The first and the next offset of a partition; null when it has no leader to ask.</summary>
    public (long Start, long End)? Offsets(string topicName, int index)
    {
        lock (_gate)
        {
            return LeaderLog(topicName, index) is { } log ? (log.StartOffset, log.EndOffset) : null;
        }
    }

    /// <summary>Creates a topic that someone only used, if the brokers are set so. False when it isn't there afterwards.</summary>
    public bool CreateOnUse(string name)
    {
        lock (_gate)
        {
            if (_topics.ContainsKey(name))
            {
                return true;
            }

            var broker = _brokers.Values.FirstOrDefault();
            if (broker is null || !broker.Settings.Flag("auto.create.topics.enable", otherwise: true))
            {
                return false;
            }

            return TryCreate(name, broker.Settings.Number("num.partitions", 1), broker.Settings.Number("default.replication.factor", 1), new Dictionary<string, string>());
        }
    }

    /// <summary>Creates a topic that the brokers need themselves. False when it isn't there afterwards.</summary>
    public bool CreateInternal(string name, Func<BrokerSettings, (int Partitions, int ReplicationFactor)> size, IReadOnlyDictionary<string, string> configuration)
    {
        lock (_gate)
        {
            if (_topics.ContainsKey(name))
            {
                return true;
            }

            if (_brokers.Values.FirstOrDefault() is not { } broker)
            {
                return false;
            }

            var (partitions, replicationFactor) = size(broker.Settings);
            return TryCreate(name, partitions, replicationFactor, configuration);
        }
    }

    /// <summary>Wakes everyone who waits for a change.</summary>
    public void Notify()
    {
        lock (_gate)
        {
            Signal();
        }
    }

    /// <summary>The value that a topic's setting has on a broker.</summary>
    public static string Setting(IReadOnlyDictionary<string, string> configuration, string name, KafkaBroker broker)
    {
        var setting = TopicSettings.Find(name);
        return configuration.GetValueOrDefault(name)
            ?? (setting.ServerName is null ? null : broker.Setting(setting.ServerName))
            ?? (broker.IsOld ? setting.OldDefault ?? setting.Default : setting.Default);
    }

    private static string Setting(KafkaTopic topic, string name, KafkaBroker broker) => Setting(topic.Configuration, name, broker);

    private static int MaximumBatch(KafkaTopic topic, KafkaBroker leader) =>
        int.TryParse(Setting(topic, "max.message.bytes", leader), out var bytes) ? bytes : int.MaxValue;

    // Since 3.7 a topic never needs more in-sync replicas than it has replicas.
    private static int RequiredInSync(KafkaTopic topic, KafkaBroker leader, KafkaPartition partition)
    {
        var minimum = int.TryParse(Setting(topic, "min.insync.replicas", leader), out var number) ? number : 1;
        return leader.IsOld ? minimum : Math.Min(minimum, partition.Replicas.Count);
    }

    private static KafkaErrorException Exists(string name) => new("TopicExistsException", $"Topic '{name}' already exists.");

    private static string NewId() => Base64Url.EncodeToString(Guid.NewGuid().ToByteArray());

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private KafkaTopic Topic(string name) => _topics.GetValueOrDefault(name)
        ?? throw new KafkaErrorException("UnknownTopicOrPartitionException", "This server does not host this topic-partition.");

    private IEnumerable<KafkaPartition> Partitions() => _topics.Values.SelectMany(topic => topic.Partitions);

    // A broker of 3.9 places by its metadata cache, a hash table that gives 0 first and then the highest; the tool of 1.1 sorts.
    private List<int> PlacementOrder(bool byBroker) =>
        byBroker ? [.. _brokers.Keys.Where(id => id == 0), .. _brokers.Keys.Where(id => id != 0).Reverse()] : [.. _brokers.Keys];

    private bool TryCreate(string name, int partitions, int replicationFactor, IReadOnlyDictionary<string, string> configuration)
    {
        try
        {
            CreateTopic(name, partitions, replicationFactor, configuration, byBroker: !_brokers.Values.First().IsOld);
            return true;
        }
        catch (KafkaErrorException)
        {
            return false;
        }
    }

    private PartitionLog? LeaderLog(string topicName, int index) =>
        _topics.TryGetValue(topicName, out var topic) && index < topic.Partitions.Count
            ? LeaderOf(topic.Partitions[index])?.Storage.Log(topic.Partitions[index])
            : null;

    private void Remove(KafkaBroker broker)
    {
        _brokers.Remove(broker.Id);
        _controller = _controller == broker ? _brokers.Values.FirstOrDefault() : _controller;
        foreach (var partition in Partitions().Where(partition => partition.InSync.Contains(broker.Id)))
        {
            partition.Leave(broker.Id);
        }
    }

    // A killed leader answers nobody, although it is the leader until its session ends.
    private KafkaBroker? LeaderOf(KafkaPartition partition) =>
        partition.HasLeader && _brokers[partition.Leader!.Value] is { IsRunning: true } leader ? leader : null;

    private void FinishDeletions()
    {
        var finished = _topics.Values
            .Where(topic => topic.IsMarkedForDeletion && topic.Partitions.SelectMany(partition => partition.Replicas).All(_brokers.ContainsKey))
            .ToList();
        foreach (var topic in finished)
        {
            _topics.Remove(topic.Name);
            foreach (var partition in topic.Partitions)
            {
                partition.Replicas.ToList().ForEach(replica => _brokers[replica].Storage.Delete(partition));
            }
        }
    }

    private void Signal()
    {
        Changes++;
        var signal = _changed;
        _changed = NewSignal();
        signal.SetResult();
    }
}
