using KafkaK8s.Session;

namespace KafkaK8s.Commands;

/// <summary>Which partitions a record from the pipeline, or the command line, means.</summary>
/// <param name="Choice">In which cluster.</param>
/// <param name="Topics">Names and patterns of topics; null for all.</param>
/// <param name="Partitions">Numbers; null for all of the topics'.</param>
/// <param name="Replicas">Where they are to be, or null where that isn't said here.</param>
internal sealed record PartitionRequest(SessionDefaults Choice, string[]? Topics, int[]? Partitions, int[]? Replicas);
