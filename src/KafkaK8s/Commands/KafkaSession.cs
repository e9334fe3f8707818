using KafkaK8s.Engine.Kafka;
using KafkaK8s.Engine.Kubernetes;
using KafkaK8s.Output;

namespace KafkaK8s.Commands;

/// <summary>A running Kafka cluster, and the connection that reaches it, for as long as a cmdlet works on one record.</summary>
internal sealed class KafkaSession(KubernetesConnection connection, ClusterKafka kafka, string? kubeConfig) : IDisposable
{
    /// <summary>Topics.</summary>
    public ITopicOperations Topics => kafka.Operations.Topics;

    /// <summary>Records.</summary>
    public IMessageOperations Messages => kafka.Operations.Messages;

    /// <summary>Settings of topics and brokers.</summary>
    public IConfigurationOperations Configuration => kafka.Operations.Configuration;

    /// <summary>Consumer groups.</summary>
    public IConsumerGroupOperations Groups => kafka.Operations.Groups;

    /// <summary>Where partitions' replicas are, and where they are moved to.</summary>
    public IPartitionOperations Partitions => kafka.Operations.Partitions;

    /// <summary>The registered brokers and their controller.</summary>
    public IBrokerOperations Brokers => kafka.Operations.Brokers;

    /// <summary>Carries out plans of where partitions are to be.</summary>
    public ReassignmentRun Reassignment => new(kafka.Operations, connection.Observer);

    /// <summary>Where the objects that it returns come from.</summary>
    public Origin Origin { get; } = new(connection.ContextName, kubeConfig, kafka.Identity.Namespace, kafka.Identity.Name);

    /// <summary>What ShouldProcess calls something in this cluster: <c>test in the-project/kafka</c>.</summary>
    public string Describe(string name) => $"{name} in {kafka.Identity}";

    /// <summary>Plans where partitions are to be.</summary>
    public Task<SizedPlan> PlanAsync(
        Placement placement, IReadOnlyList<PartitionDescription> partitions, IReadOnlyList<PartitionDescription> others, CancellationToken cancellation)
        => new PlacementPlanning(kafka.Operations).PlanAsync(placement, partitions, others, cancellation);

    /// <inheritdoc/>
    public void Dispose() => connection.Dispose();
}
