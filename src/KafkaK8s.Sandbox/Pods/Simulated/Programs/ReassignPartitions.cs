using System.Globalization;
using System.Text.Json;
using KafkaK8s.Sandbox.Pods.Simulated.Kafka;

namespace KafkaK8s.Sandbox.Pods.Simulated.Programs;

/// <summary>What kafka-reassign-partitions of both generations does alike.</summary>
internal abstract class ReassignPartitions(ProgramCall call, ReassignmentOptions options, KafkaCluster cluster)
{
    /// <summary>A partition that someone wants to be somewhere.</summary>
    protected sealed record Wish(string Topic, int Index, IReadOnlyList<int> Replicas)
    {
        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Topic}-{Index}");
    }

    protected ReassignmentOptions Options => options;

    protected KafkaCluster Cluster => cluster;

    protected TextWriter Output { get; } = call.Console.Output;

    /// <summary>The assignment in the file that was named.</summary>
    /// <exception cref="UsageErrorException">There is no such file.</exception>
    protected IReadOnlyList<Wish> Wishes() =>
        [.. (options.Read(call) ?? throw new UsageErrorException("The file with the assignment is not there")).Select(wish => new Wish(wish.Topic, wish.Index, wish.Replicas))];

    /// <summary>A partition as it is, or null.</summary>
    protected PartitionDescription? Find(Wish wish) =>
        cluster.Describe().FirstOrDefault(topic => topic.Name == wish.Topic)?.Partitions.FirstOrDefault(partition => partition.Index == wish.Index);

    /// <summary>Prints where partitions are, for whoever wants to go back, and starts to move.</summary>
    protected void Start(IReadOnlyList<Wish> wishes, IEnumerable<(string Topic, PartitionDescription Partition)> shown, string warning)
    {
        Output.WriteLine("Current partition replica assignment\n");
        Output.WriteLine(Json(shown));
        Output.WriteLine("\nSave this to use as the --reassignment-json-file option during rollback");
        if (options.Throttle is { } rate)
        {
            Output.WriteLine(warning);
            Throttle(wishes, rate);
            Output.WriteLine($"The inter-broker throttle limit was set to {rate} B/s");
        }

        cluster.Reassign(wishes.Select(wish => (wish.Topic, wish.Index, wish.Replicas)));
    }

    /// <summary>Takes the throttles off. False when there were none.</summary>
    protected bool RemoveThrottles(IEnumerable<string> topics)
    {
        var changed = false;
        foreach (var broker in cluster.Brokers.Where(broker => cluster.BrokerSettings.Of(broker.Id).Keys.Any(name => name is KafkaCluster.LeaderRate or KafkaCluster.FollowerRate)))
        {
            cluster.BrokerSettings.Change(broker.Id, Nothing(KafkaCluster.LeaderRate, KafkaCluster.FollowerRate));
            changed = true;
        }

        foreach (var topic in cluster.Describe().Where(topic => topics.Contains(topic.Name)
            && topic.Configuration.Keys.Any(name => name is KafkaCluster.LeaderReplicas or KafkaCluster.FollowerReplicas)))
        {
            cluster.ConfigureTopic(topic.Name, Nothing(KafkaCluster.LeaderReplicas, KafkaCluster.FollowerReplicas));
            changed = true;
        }

        return changed;
    }

    // Leaders are throttled where a partition is, followers where it isn't yet.
    private void Throttle(IReadOnlyList<Wish> wishes, string rate)
    {
        foreach (var broker in wishes.SelectMany(wish => wish.Replicas.Union(Find(wish)!.Replicas)).Distinct())
        {
            cluster.BrokerSettings.Change(broker, [new(KafkaCluster.LeaderRate, rate), new(KafkaCluster.FollowerRate, rate)]);
        }

        foreach (var topic in wishes.GroupBy(wish => wish.Topic, StringComparer.Ordinal))
        {
            var moves = topic.Select(wish => (Wish: wish, Present: Present(Find(wish)!))).ToList();
            cluster.ConfigureTopic(topic.Key,
            [
                new(KafkaCluster.LeaderReplicas, string.Join(',', moves.SelectMany(move => move.Present.Select(broker => Replica(move.Wish, broker))))),
                new(KafkaCluster.FollowerReplicas, string.Join(',', moves.SelectMany(move => move.Wish.Replicas.Except(move.Present).Select(broker => Replica(move.Wish, broker))))),
            ]);
        }
    }

    private static List<int> Present(PartitionDescription partition) => [.. partition.Replicas.Except(partition.Reassignment?.Adding ?? [])];

    private static string Replica(Wish wish, int broker) => string.Create(CultureInfo.InvariantCulture, $"{wish.Index}:{broker}");

    private static IEnumerable<KeyValuePair<string, string?>> Nothing(params string[] names) => names.Select(name => KeyValuePair.Create(name, (string?)null));

    private static string Json(IEnumerable<(string Topic, PartitionDescription Partition)> partitions) =>
        """{"version":1,"partitions":["""
        + string.Join(',', partitions.Select(shown => string.Create(
            CultureInfo.InvariantCulture,
            $"{{\"topic\":{JsonSerializer.Serialize(shown.Topic)},\"partition\":{shown.Partition.Index},\"replicas\":[{string.Join(',', shown.Partition.Replicas)}],\"log_dirs\":[{string.Join(',', shown.Partition.Replicas.Select(_ => "\"any\""))}]}}")))
        + "]}";
}
