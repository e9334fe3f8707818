namespace KafkaK8s.Engine.Kafka.Tools;

/// <summary>What the console consumer is to print.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Partition">The partition to read without joining a group, or null to read all of them as the member of a group.</param>
/// <param name="Group">The group to join to read all partitions; null when it is one partition.</param>
/// <param name="FromBeginning">From the first record that is still there, instead of from now on.</param>
/// <param name="MaxCount">After how many records to end.</param>
/// <param name="Timeout">How long the program waits for a record.</param>
internal sealed record Reading(string Topic, int? Partition, string? Group, bool FromBeginning, int? MaxCount, TimeSpan? Timeout);
