using KafkaK8s.Engine.Kafka;

namespace KafkaK8s.Engine.Tests.Kafka.Partitions;

/// <summary>What holds for every plan, on clusters of all kinds, and what the plans of a few say.</summary>
public sealed class PartitionPlanTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 60)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Draining_moves_what_is_on_the_brokers_and_nothing_else(int seed)
    {
        var cluster = RandomCluster.Make(seed);
        var leaving = cluster.Brokers.Take(cluster.Brokers.Count - cluster.LargestFactor).Take(2).ToList();

        var plan = PartitionPlan.OffBrokers(cluster.Partitions, leaving, cluster.Brokers);

        AssertSound(plan, cluster, cluster.Brokers.Except(leaving), sameFactor: true);
        Assert.Equal(cluster.Partitions.Sum(partition => partition.Replicas.Count(leaving.Contains)), plan.CopyCount);
        Assert.All(plan.Partitions, move => Assert.Equal(move.From.Where(broker => !leaving.Contains(broker)).Order(), move.From.Intersect(move.To).Order()));
        Assert.All(plan.Partitions, AssertKeepsOrder);
        Assert.All(plan.Partitions.Where(move => !leaving.Contains(move.From[0])), move => Assert.Equal(move.From[0], move.To[0]));
        Assert.All(plan.Partitions.Where(move => !move.From.Any(leaving.Contains)), move => Assert.False(move.IsChange));
        AssertRepeatable(plan, () => PartitionPlan.OffBrokers(Shuffled(cluster, seed), leaving, cluster.Brokers.Reverse()));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_rebalance_leaves_no_broker_two_more_than_another_whatever_it_begins_with(int seed)
    {
        var cluster = RandomCluster.Make(seed);
        // Some of the brokers go, and new ones come.
        var brokers = cluster.Brokers.Skip(seed % 2).Concat([100, 101]).ToList();

        var plan = PartitionPlan.Rebalance(cluster.Partitions, brokers);

        AssertSound(plan, cluster, brokers, sameFactor: true);
        var replicas = brokers.Select(broker => plan.Partitions.Count(move => move.To.Contains(broker))).ToList();
        Assert.InRange(replicas.Max() - replicas.Min(), 0, 1);
        AssertRepeatable(plan, () => PartitionPlan.Rebalance(Shuffled(cluster, seed), [.. brokers.AsEnumerable().Reverse()]));
        Assert.Empty(PartitionPlan.Rebalance(After(cluster, plan), brokers).Changes);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_rebalance_over_the_same_brokers_copies_no_more_than_it_has_to(int seed)
    {
        var cluster = RandomCluster.Make(seed);

        var plan = PartitionPlan.Rebalance(cluster.Partitions, cluster.Brokers);

        var counts = cluster.Brokers.Select(broker => cluster.Partitions.Count(partition => partition.Replicas.Contains(broker))).ToList();
        var (floor, ceiling) = (counts.Sum() / counts.Count, (counts.Sum() + counts.Count - 1) / counts.Count);
        Assert.Equal(Math.Max(counts.Sum(count => Math.Max(0, count - ceiling)), counts.Sum(count => Math.Max(0, floor - count))), plan.CopyCount);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_rebalance_spreads_the_preferred_leaders_of_partitions_that_are_everywhere(int seed)
    {
        var random = new Random(seed);
        var brokers = Enumerable.Range(0, random.Next(2, 7)).ToList();
        var partitions = Enumerable.Range(0, random.Next(1, 40)).Select(number => Partition("t", number, [.. brokers.OrderBy(_ => random.Next())])).ToList();

        var plan = PartitionPlan.Rebalance(partitions, brokers);

        var leaders = brokers.Select(broker => plan.Partitions.Count(move => move.To[0] == broker)).ToList();
        Assert.InRange(leaders.Max() - leaders.Min(), 0, 1);
        Assert.Equal(0, plan.CopyCount);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Onto_given_brokers_nothing_moves_that_is_there_already(int seed)
    {
        var cluster = RandomCluster.Make(seed);
        var brokers = cluster.Brokers.Skip(1).Take(cluster.LargestFactor).Concat([50]).ToList();

        var plan = PartitionPlan.OntoBrokers(cluster.Partitions, brokers);

        AssertSound(plan, cluster, brokers, sameFactor: true);
        Assert.Equal(cluster.Partitions.Sum(partition => partition.Replicas.Count(broker => !brokers.Contains(broker))), plan.CopyCount);
        Assert.All(plan.Partitions, AssertKeepsOrder);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Another_replication_factor_copies_what_is_missing_and_never_drops_the_leader(int seed)
    {
        var cluster = RandomCluster.Make(seed);
        var factor = 1 + (seed % cluster.Brokers.Count);

        var plan = PartitionPlan.WithReplicationFactor(cluster.Partitions, factor, cluster.Brokers);

        AssertSound(plan, cluster, cluster.Brokers, sameFactor: false);
        Assert.All(plan.Partitions, move => Assert.Equal(factor, move.To.Count));
        Assert.Equal(cluster.Partitions.Sum(partition => Math.Max(0, factor - partition.Replicas.Count)), plan.CopyCount);
        Assert.All(plan.Partitions, AssertKeepsOrder);
        Assert.All(
            plan.Partitions.Zip(cluster.Partitions.OrderBy(partition => partition.Topic, StringComparer.Ordinal).ThenBy(partition => partition.Partition)),
            pair => Assert.True(pair.Second.Leader is not { } leader || pair.First.To.Contains(leader)));
    }

    [Fact]
    public void The_last_replica_in_sync_is_not_the_one_that_goes()
    {
        var partition = new PartitionDescription("t", 0, Leader: null, [0, 1, 2], InSyncReplicas: [2]);

        var plan = PartitionPlan.WithReplicationFactor([partition], 1, [0, 1, 2]);

        Assert.Equal([2], plan.Partitions[0].To);
    }

    [Fact]
    public void A_drained_leader_is_followed_by_a_replica_that_has_the_records_unless_it_leads_more_than_others()
    {
        var plan = PartitionPlan.OffBrokers([Partition("a", 0, [2, 0]), Partition("a", 1, [2, 0]), Partition("a", 2, [1, 2])], [2], [0, 1, 2, 3]);

        Assert.Equal(["0,3", "3,0", "1,0"], plan.Partitions.Select(move => string.Join(',', move.To)));
    }

    [Fact]
    public void What_runs_already_counts_as_done()
    {
        var running = new PartitionReassignment("a", 0, [0, 1, 2], [1], [2]);

        var settled = PartitionPlan.Settled([Partition("a", 0, [0, 1, 2]), Partition("a", 1, [2, 0])], [running]);

        Assert.Equal([[0, 1], [2, 0]], settled.Select(partition => partition.Replicas));
        Assert.Equal(["a-1"], PartitionPlan.OffBrokers(settled, [2], [0, 1, 2]).Changes.Select(move => move.Target.Name.ToString()));
    }

    [Fact]
    public void Other_topics_decide_where_the_partitions_themselves_do_not()
    {
        var others = new[] { Partition("b", 0, [0, 1]), Partition("b", 1, [0, 2]), Partition("b", 2, [1, 0]) };

        var plan = PartitionPlan.OffBrokers([Partition("a", 0, [3])], [3], [0, 1, 2, 3], others);

        Assert.Equal([2], plan.Partitions[0].To);
    }

    [Fact]
    public void Too_few_brokers_are_an_error_that_names_the_partition()
    {
        var error = Assert.Throws<EngineException>(() => PartitionPlan.OffBrokers([Partition("a", 0, [0]), Partition("a", 1, [0, 1, 2])], [2], [0, 1, 2]));

        Assert.Equal(("TooFewBrokers", EngineErrorKind.Unavailable, "a-1"), (error.Id, error.Kind, error.Target));
        Assert.Contains("3 replicas", error.Message, StringComparison.Ordinal);
        Assert.Equal("InvalidReplicationFactor", Assert.Throws<EngineException>(() => PartitionPlan.WithReplicationFactor([], 0, [0])).Id);
    }

    private static PartitionDescription Partition(string topic, int number, IReadOnlyList<int> replicas) => new(topic, number, replicas[0], replicas, replicas);

    private static void AssertSound(PartitionPlan plan, RandomCluster cluster, IEnumerable<int> brokers, bool sameFactor)
    {
        var allowed = brokers.ToHashSet();
        Assert.Equal(
            cluster.Partitions.Select(partition => $"{partition.Topic}-{partition.Partition}").Order(), plan.Partitions.Select(move => move.Target.Name.ToString()).Order());
        Assert.All(plan.Partitions, move =>
        {
            Assert.Equal(move.To.Count, move.To.Distinct().Count());
            Assert.Subset(allowed, move.To.ToHashSet());
            Assert.True(!sameFactor || move.To.Count == move.From.Count);
        });
    }

    private static void AssertKeepsOrder(PartitionMove move) => Assert.Equal(move.From.Intersect(move.To), move.To.Intersect(move.From));

    private static void AssertRepeatable(PartitionPlan plan, Func<PartitionPlan> again) =>
        Assert.Equal(plan.Partitions.Select(move => string.Join(',', move.To)), again().Partitions.Select(move => string.Join(',', move.To)));

    private static List<PartitionDescription> Shuffled(RandomCluster cluster, int seed)
    {
        var random = new Random(seed);
        return [.. cluster.Partitions.OrderBy(_ => random.Next())];
    }

    private static IEnumerable<PartitionDescription> After(RandomCluster cluster, PartitionPlan plan)
    {
        var to = plan.Partitions.ToDictionary(move => move.Target.Name, move => move.To);
        return cluster.Partitions.Select(partition => partition with { Replicas = to[new TopicPartition(partition.Topic, partition.Partition)] });
    }

    /// <summary>A cluster as chance made it: topics of any size, replicas anywhere, some out of sync, some without a leader.</summary>
    private sealed record RandomCluster(IReadOnlyList<int> Brokers, IReadOnlyList<PartitionDescription> Partitions)
    {
        public int LargestFactor => Partitions.Max(partition => partition.Replicas.Count);

        public static RandomCluster Make(int seed)
        {
            var random = new Random(seed);
            var brokers = Enumerable.Range(0, random.Next(2, 9)).Select(number => number * (1 + (seed % 3))).ToList();
            var partitions = new List<PartitionDescription>();
            foreach (var topic in Enumerable.Range(0, random.Next(1, 6)))
            {
                var factor = random.Next(1, Math.Min(4, brokers.Count - 1) + 1);
                foreach (var number in Enumerable.Range(0, random.Next(1, 25)))
                {
                    // Low ids are the likelier ones: clusters that grew are uneven.
                    var replicas = brokers.OrderBy(broker => random.NextDouble() * (1 + broker)).Take(factor).ToList();
                    var inSync = replicas.Where(_ => random.Next(5) > 0).ToList();
                    partitions.Add(new PartitionDescription($"topic-{topic}", number, inSync.Count > 0 ? inSync[random.Next(inSync.Count)] : null, replicas, inSync));
                }
            }

            return new RandomCluster(brokers, partitions);
        }
    }
}
