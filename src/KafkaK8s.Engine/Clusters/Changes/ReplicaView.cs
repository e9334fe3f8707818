using System.Globalization;
using KafkaK8s.Engine.Kafka;

namespace KafkaK8s.Engine.Clusters.Changes;

/// <summary>Where all replicas are at one time, and how many of them must be in sync.</summary>
/// <param name="Topics">All topics, internal ones included.</param>
/// <param name="DefaultMinimum">The <c>min.insync.replicas</c> of topics that don't set it.</param>
internal sealed record ReplicaView(IReadOnlyList<TopicDescription> Topics, int DefaultMinimum)
{
    private const string MinimumSetting = "min.insync.replicas";

    private IEnumerable<(PartitionDescription Partition, int Minimum)> Partitions => Topics
        .Where(topic => !topic.IsMarkedForDeletion)
        .SelectMany(topic => topic.Partitions.Select(partition => (partition, MinimumOf(topic))));

    /// <summary>How many replicas of a topic's partitions must be in sync.</summary>
    public int MinimumOf(TopicDescription topic) =>
        topic.Configuration.TryGetValue(MinimumSetting, out var text) && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var minimum)
            ? minimum
            : DefaultMinimum;

    /// <summary>
    /// The partitions for whose sake a broker may not go down: those that could have more replicas in sync than they must, and would fall below
    /// the minimum without it. The rule is Strimzi's (<c>KafkaAvailability</c>): with fewer in sync than the minimum every replica is needed,
    /// with just as many each of those in sync. A partition with no more replicas than the minimum would hold every broker for ever, so it holds none but the one that has
    /// the only replica in sync while others could be: they may be catching up.
    /// </summary>
    /// <param name="broker">The broker.</param>
    /// <param name="isReady">
    /// Whether it is ready. One that is not, and that no partition counts as in sync, can be restarted whatever the others are like: nothing is taken from them.
    /// </param>
    public IReadOnlyList<StepBlocker> Holding(int broker, bool isReady) =>
    [
        .. from entry in Partitions
           let partition = entry.Partition
           let minimum = entry.Minimum
           let inSync = partition.InSyncReplicas
           where (partition.Replicas.Count > minimum || (partition.Replicas.Count > 1 && IsOnlyOn(partition, broker)))
               && ((inSync.Count < minimum && partition.Replicas.Contains(broker) && (isReady || inSync.Contains(broker)))
                   || (inSync.Count == minimum && inSync.Contains(broker)))
           select new StepBlocker(
               Name(partition),
               inSync.Count < minimum
                   ? "it has fewer replicas in sync than it must, and needs every one"
                   : "it has just as many replicas in sync as it must, and this broker's is one of them",
               inSync,
               minimum,
               partition.Replicas),
    ];

    /// <summary>The partitions of which nobody but a broker has a replica in sync: with the broker's data, theirs is gone.</summary>
    public IReadOnlyList<StepBlocker> OnlyOn(int broker) =>
    [
        .. from entry in Partitions
           where IsOnlyOn(entry.Partition, broker)
           select new StepBlocker(
               Name(entry.Partition), "this broker has the only replica in sync, and loses it with its pod", entry.Partition.InSyncReplicas, entry.Minimum, entry.Partition.Replicas),
    ];

    /// <summary>The partitions of which a broker holds a replica that is not in sync yet.</summary>
    public IReadOnlyList<StepBlocker> Lacking(int broker) =>
    [
        .. from entry in Partitions
           where entry.Partition.Replicas.Contains(broker) && !entry.Partition.InSyncReplicas.Contains(broker)
           select new StepBlocker(
               Name(entry.Partition),
               string.Create(CultureInfo.InvariantCulture, $"the replica of broker {broker} is not in sync yet"),
               entry.Partition.InSyncReplicas,
               entry.Minimum,
               entry.Partition.Replicas),
    ];

    /// <summary>The topics that can't do without any of their replicas: as many as must be in sync, or fewer.</summary>
    public IReadOnlyList<TopicDescription> Impossible =>
        [.. Topics.Where(topic => !topic.IsMarkedForDeletion && topic.Partitions.Any(partition => partition.Replicas.Count <= MinimumOf(topic)))];

    private static bool IsOnlyOn(PartitionDescription partition, int broker) => partition.InSyncReplicas is [var only] && only == broker;

    private static string Name(PartitionDescription partition) =>
        string.Create(CultureInfo.InvariantCulture, $"{partition.Topic}-{partition.Partition}");
}
