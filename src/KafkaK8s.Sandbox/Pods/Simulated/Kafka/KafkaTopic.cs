namespace KafkaK8s.Sandbox.Pods.Simulated.Kafka;

/// <summary>A topic as the cluster's metadata have it.</summary>
internal sealed class KafkaTopic
{
    public KafkaTopic(string name, string id, IEnumerable<IReadOnlyList<int>> assignment, IReadOnlyDictionary<string, string> configuration)
    {
        Name = name;
        Id = id;
        Configuration = new(configuration.ToDictionary(), StringComparer.Ordinal);
        Partitions = [.. assignment.Select((replicas, index) => new KafkaPartition(this, index, replicas))];
    }

    public string Name { get; }

    /// <summary>22 characters of base64url.</summary>
    public string Id { get; }

    /// <summary>Its own settings, without the defaults.</summary>
    public SortedDictionary<string, string> Configuration { get; }

    public List<KafkaPartition> Partitions { get; }

    /// <summary>Deletion was asked for, and can't end while a replica's broker is away.</summary>
    public bool IsMarkedForDeletion { get; set; }

    public bool IsInternal => Name is "__consumer_offsets" or "__transaction_state";

    /// <summary>Whether the brokers tell of it: not before any partition had a leader, and not while it is deleted.</summary>
    public bool IsPublished => !IsMarkedForDeletion && Partitions.Exists(partition => partition.Leader is not null);
}

/// <summary>A partition's place and state.</summary>
internal sealed class KafkaPartition(KafkaTopic topic, int index, IReadOnlyList<int> replicas)
{
    /// <summary>The leader of a partition that has none at the moment.</summary>
    public const int NoLeader = -1;

    public KafkaTopic Topic => topic;

    public int Index => index;

    /// <summary>Broker ids, the preferred leader first. While it moves, first those where it goes to, then those that it leaves.</summary>
    public IReadOnlyList<int> Replicas { get; set; } = replicas;

    /// <summary>Where it moves to now, or null.</summary>
    public KafkaReassignment? Reassignment { get; set; }

    /// <summary>Brokers that have all records, in the order in which they came.</summary>
    public List<int> InSync { get; } = [];

    /// <summary>The leader's id, <see cref="NoLeader"/>, or null when it never had one.</summary>
    public int? Leader { get; set; }

    public bool HasLeader => Leader >= 0;

    /// <summary>Its first brokers begin, those of its replicas that live.</summary>
    public void Start(Func<int, bool> isAlive)
    {
        InSync.AddRange(Replicas.Where(isAlive));
        Leader = InSync.Count > 0 ? InSync[0] : null;
    }

    /// <summary>A broker with one of its replicas came.</summary>
    public void Join(KafkaBroker broker, IReadOnlyDictionary<int, KafkaBroker> brokers)
    {
        if (Leader is not { } leader)
        {
            Start(brokers.ContainsKey);
        }
        else if (HasLeader && !InSync.Contains(broker.Id))
        {
            broker.Storage.Log(this).CatchUp(brokers[leader].Storage.Log(this));
            InSync.Add(broker.Id);
        }
        else if (!HasLeader && InSync.Contains(broker.Id))
        {
            Leader = broker.Id;
            InSync.RemoveAll(replica => !brokers.ContainsKey(replica));
        }
    }

    /// <summary>A broker that was in sync went. The last one stays in sync, for only it has everything.</summary>
    public void Leave(int broker)
    {
        if (InSync.Count == 1)
        {
            Leader = NoLeader;
            return;
        }

        InSync.Remove(broker);
        if (Leader == broker)
        {
            Leader = Replicas.First(InSync.Contains);
        }
    }

    public override string ToString() => $"{topic.Name}-{index}";
}

/// <summary>A partition's move to other brokers.</summary>
/// <param name="Target">Where it goes to, the preferred leader first.</param>
/// <param name="Adding">Those of them that it wasn't on.</param>
/// <param name="Removing">Those that it leaves.</param>
/// <param name="Started">When it began.</param>
/// <param name="Due">When all records are copied, if all brokers are there.</param>
internal sealed record KafkaReassignment(
    IReadOnlyList<int> Target, IReadOnlyList<int> Adding, IReadOnlyList<int> Removing, DateTimeOffset Started, DateTimeOffset Due);
