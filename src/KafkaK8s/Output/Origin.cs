namespace KafkaK8s.Output;

/// <summary>Where an object was found: what the next cmdlet in a pipeline needs to find it again.</summary>
internal sealed record Origin(string Context, string? KubeConfig, string Namespace, string Cluster);
