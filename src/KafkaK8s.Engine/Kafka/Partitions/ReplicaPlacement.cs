namespace KafkaK8s.Engine.Kafka;

/// <summary>
/// A plan in the making: first what stays, then what has to go somewhere, and, where that is asked for, what moves so that all brokers
/// hold the same. Every choice falls to the lowest id in the end, so that a plan can be repeated.
/// </summary>
internal sealed class ReplicaPlacement
{
    private readonly int[] _brokers;
    private readonly List<Row> _rows;
    private readonly Dictionary<int, int> _replicas = [];
    private readonly Dictionary<int, int> _leaders = [];
    private readonly Dictionary<(string Topic, int Broker), int> _ofTopic = [];
    private readonly Dictionary<int, int> _ofOthers;

    /// <summary>Places replicas on brokers.</summary>
    /// <param name="partitions">The partitions as they are.</param>
    /// <param name="brokers">The brokers that can take replicas.</param>
    /// <param name="isLeaving">Whether a broker is to lose its replicas.</param>
    /// <param name="factor">How many replicas each partition is to have; null for as many as it has.</param>
    /// <param name="others">The cluster's other partitions.</param>
    public ReplicaPlacement(
        IEnumerable<PartitionDescription> partitions,
        IEnumerable<int> brokers,
        Func<int, bool> isLeaving,
        int? factor,
        IEnumerable<PartitionDescription> others)
    {
        _brokers = [.. brokers.Distinct().Order()];
        _ofOthers = others.SelectMany(partition => partition.Replicas).GroupBy(broker => broker).ToDictionary(group => group.Key, group => group.Count());
        _rows =
        [
            .. partitions.OrderBy(partition => partition.Topic, StringComparer.Ordinal).ThenBy(partition => partition.Partition)
                .Select(partition => new Row(partition, [.. partition.Replicas.Where(broker => !isLeaving(broker))])),
        ];
        foreach (var row in _rows)
        {
            Count(row);
        }

        foreach (var row in _rows)
        {
            Shrink(row, factor ?? row.Partition.Replicas.Count);
        }

        foreach (var row in _rows)
        {
            Fill(row, factor ?? row.Partition.Replicas.Count);
        }
    }

    /// <summary>The plan as it is now.</summary>
    public PartitionPlan Plan() =>
        new([.. _rows.Select(row => new PartitionMove(row.Partition.Topic, row.Partition.Partition, row.Partition.Replicas, [.. row.Replicas]))]);

    /// <summary>Moves replicas from the brokers that hold the most to those that hold the fewest, until no two differ by more than one.</summary>
    public void SpreadReplicas()
    {
        while (_brokers.Length > 1)
        {
            var most = _brokers.MaxBy(broker => Of(_replicas, broker));
            var fewest = _brokers.MinBy(broker => Of(_replicas, broker));
            if (Of(_replicas, most) - Of(_replicas, fewest) <= 1)
            {
                return;
            }

            // There is such a row: the one broker is in more rows than the other.
            var leadsTooMuch = Of(_leaders, most) - Of(_leaders, fewest) > 1;
            var row = _rows.Where(row => row.Replicas.Contains(most) && !row.Replicas.Contains(fewest))
                .OrderBy(row => Copies(row, most, fewest))
                .ThenBy(row => row.Replicas[0] == most == leadsTooMuch ? 0 : 1)
                .ThenByDescending(row => OfTopic(row, most) - OfTopic(row, fewest))
                .First();
            Replace(row, most, fewest);
        }
    }

    /// <summary>Lets another replica go first, until preferred leaders are spread as evenly as the replicas allow.</summary>
    public void SpreadLeaders()
    {
        while (_brokers.OrderByDescending(broker => Of(_leaders, broker)).Select(PathToFewerLeaders).FirstOrDefault(path => path is not null) is { } path)
        {
            foreach (var (row, leader) in path)
            {
                _leaders[row.Replicas[0]]--;
                row.Replicas.Remove(leader);
                row.Replicas.Insert(0, leader);
                _leaders[leader] = Of(_leaders, leader) + 1;
            }
        }
    }

    private void Count(Row row)
    {
        foreach (var broker in row.Replicas)
        {
            Add(row, broker, 1);
        }

        if (row.KeepsLeader)
        {
            _leaders[row.Replicas[0]] = Of(_leaders, row.Replicas[0]) + 1;
        }
    }

    private void Shrink(Row row, int factor)
    {
        while (row.Replicas.Count > factor)
        {
            var broker = row.Replicas
                .OrderBy(broker => broker == row.Partition.Leader)
                .ThenBy(broker => row.Partition.InSyncReplicas.Contains(broker))
                .ThenBy(broker => broker == row.Replicas[0])
                .ThenByDescending(broker => Of(_replicas, broker))
                .ThenByDescending(broker => broker)
                .First();
            var leads = broker == row.Replicas[0] && row.KeepsLeader;
            row.Replicas.Remove(broker);
            Add(row, broker, -1);
            if (leads)
            {
                _leaders[broker]--;
                _leaders[row.Replicas[0]] = Of(_leaders, row.Replicas[0]) + 1;
                row.KeepsLeader = true;
            }
        }
    }

    private void Fill(Row row, int factor)
    {
        var added = new List<int>();
        while (row.Replicas.Count + added.Count < factor)
        {
            var free = _brokers.Where(broker => !row.Replicas.Contains(broker) && !added.Contains(broker)).ToList();
            if (free.Count == 0)
            {
                throw TooFew(row, factor);
            }

            var broker = free
                .OrderBy(broker => Of(_replicas, broker))
                .ThenBy(broker => OfTopic(row, broker))
                .ThenBy(broker => row.KeepsLeader ? 0 : Of(_leaders, broker))
                .ThenBy(broker => Of(_ofOthers, broker))
                .ThenBy(broker => broker)
                .First();
            added.Add(broker);
            Add(row, broker, 1);
        }

        if (row.KeepsLeader)
        {
            row.Replicas.AddRange(added);
            return;
        }

        // The preferred leader goes: the next one in line stays where the others lead as much, and records are copied before any of them leads.
        var first = row.Replicas.Take(1).Concat(added).OrderBy(broker => Of(_leaders, broker)).First();
        row.Replicas.Remove(first);
        added.Remove(first);
        row.Replicas = [first, .. row.Replicas, .. added];
        row.KeepsLeader = true;
        _leaders[first] = Of(_leaders, first) + 1;
    }

    private void Replace(Row row, int old, int replacement)
    {
        var place = row.Replicas.IndexOf(old);
        row.Replicas[place] = replacement;
        Add(row, old, -1);
        Add(row, replacement, 1);
        if (place == 0)
        {
            _leaders[old]--;
            _leaders[replacement] = Of(_leaders, replacement) + 1;
        }
    }

    // What a broker leads too much, another one can lead that leads fewer: at once, or by way of brokers between them.
    private List<(Row Row, int Leader)>? PathToFewerLeaders(int start)
    {
        var from = new Dictionary<int, (Row Row, int Broker)>();
        var queue = new Queue<int>([start]);
        while (queue.TryDequeue(out var broker))
        {
            if (Of(_leaders, start) - Of(_leaders, broker) > 1)
            {
                var path = new List<(Row, int)>();
                for (var at = broker; at != start; at = from[at].Broker)
                {
                    path.Add((from[at].Row, at));
                }

                return path;
            }

            foreach (var row in _rows.Where(row => row.Replicas[0] == broker))
            {
                foreach (var next in row.Replicas.Skip(1).Where(next => next != start && _brokers.Contains(next) && !from.ContainsKey(next)))
                {
                    from[next] = (row, broker);
                    queue.Enqueue(next);
                }
            }
        }

        return null;
    }

    private static int Copies(Row row, int old, int replacement) =>
        (row.Partition.Replicas.Contains(old) ? 1 : 0) - (row.Partition.Replicas.Contains(replacement) ? 1 : 0);

    private void Add(Row row, int broker, int count)
    {
        _replicas[broker] = Of(_replicas, broker) + count;
        _ofTopic[(row.Partition.Topic, broker)] = OfTopic(row, broker) + count;
    }

    private int OfTopic(Row row, int broker) => _ofTopic.GetValueOrDefault((row.Partition.Topic, broker));

    private static int Of(Dictionary<int, int> counts, int broker) => counts.GetValueOrDefault(broker);

    private EngineException TooFew(Row row, int factor) => new(
        "TooFewBrokers",
        EngineErrorKind.Unavailable,
        new TopicPartition(row.Partition.Topic, row.Partition.Partition).ToString(),
        $"The {factor} replicas of {row.Partition.Topic}-{row.Partition.Partition} need {factor} brokers, and there are {_brokers.Length} to choose from ({string.Join(", ", _brokers)}).",
        "Add brokers, or give the partition fewer replicas first.");

    private sealed class Row(PartitionDescription partition, List<int> replicas)
    {
        public PartitionDescription Partition { get; } = partition;

        public List<int> Replicas { get; set; } = replicas;

        public bool KeepsLeader { get; set; } = replicas.Count > 0 && replicas[0] == partition.Replicas[0];
    }
}
