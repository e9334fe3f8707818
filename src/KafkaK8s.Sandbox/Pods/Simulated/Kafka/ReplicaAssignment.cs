namespace KafkaK8s.Sandbox.Pods.Simulated.Kafka;

/// <summary>Where a topic's replicas go: the algorithm of AdminUtils.assignReplicasToBrokers, without racks.</summary>
internal static class ReplicaAssignment
{
    /// <summary>Spreads a new topic over the brokers from a random start.</summary>
    /// <exception cref="KafkaErrorException">The counts aren't possible.</exception>
    public static List<IReadOnlyList<int>> Spread(IReadOnlyList<int> brokers, int partitions, int replicationFactor, Random random)
    {
        Check(brokers, partitions, replicationFactor);
        return Spread(brokers, partitions, replicationFactor, random.Next(brokers.Count), random.Next(brokers.Count), firstPartition: 0);
    }

    /// <summary>Continues a topic's placement for partitions that are added.</summary>
    public static List<IReadOnlyList<int>> Continue(IReadOnlyList<int> brokers, IReadOnlyList<int> firstPartitionReplicas, int existing, int added)
    {
        Check(brokers, added, firstPartitionReplicas.Count);
        var start = Math.Max(0, brokers.ToList().FindIndex(broker => broker >= firstPartitionReplicas[0]));
        return Spread(brokers, added, firstPartitionReplicas.Count, start, start, existing);
    }

    private static void Check(IReadOnlyList<int> brokers, int partitions, int replicationFactor)
    {
        if (partitions <= 0)
        {
            throw new KafkaErrorException("InvalidPartitionsException", "Number of partitions must be larger than 0.");
        }

        if (replicationFactor <= 0)
        {
            throw new KafkaErrorException("InvalidReplicationFactorException", "Replication factor must be larger than 0.");
        }

        if (replicationFactor > brokers.Count)
        {
            throw new KafkaErrorException("InvalidReplicationFactorException", $"Replication factor: {replicationFactor} larger than available brokers: {brokers.Count}.");
        }
    }

    private static List<IReadOnlyList<int>> Spread(IReadOnlyList<int> brokers, int partitions, int replicationFactor, int start, int firstShift, int firstPartition)
    {
        var assignment = new List<IReadOnlyList<int>>(partitions);
        var shift = firstShift;
        for (var partition = firstPartition; partition < firstPartition + partitions; partition++)
        {
            if (partition > 0 && partition % brokers.Count == 0)
            {
                shift++;
            }

            var first = (partition + start) % brokers.Count;
            var replicas = new List<int> { brokers[first] };
            for (var replica = 0; replica < replicationFactor - 1; replica++)
            {
                replicas.Add(brokers[(first + 1 + ((shift + replica) % (brokers.Count - 1))) % brokers.Count]);
            }

            assignment.Add(replicas);
        }

        return assignment;
    }
}
