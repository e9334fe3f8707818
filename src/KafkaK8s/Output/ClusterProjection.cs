using KafkaK8s.Engine.Clusters;
using KafkaK8s.Engine.Clusters.Ensembles;

namespace KafkaK8s.Output;

/// <summary>Makes the module's objects from what the engine says of clusters and namespaces.</summary>
internal static class ClusterProjection
{
    public static KafkaNamespace ToOutput(this NamespaceState state, string context, string? kubeConfig) => new()
    {
        Name = state.Name,
        Status = state.Phase,
        CreatedAt = state.CreatedAt,
        Context = context,
        KubeConfig = kubeConfig,
    };

    public static KafkaCluster ToOutput(this ClusterState state, string? kubeConfig, KafkaPreset? preset = null) => new()
    {
        Name = state.Identity.Name,
        Namespace = state.Identity.Namespace,
        Context = state.Context,
        KubeConfig = kubeConfig,
        Preset = preset,
        State = state.Status.ToString(),
        Reasons = state.Reasons,
        Metadata = state.Brokers is null ? null : state.Brokers.IsKraft ? "KRaft" : "ZooKeeper",
        Zookeeper = state.Zookeeper is { } ensemble ? ToOutput(ensemble) : null,
        Broker = state.Brokers is { } brokers ? ToOutput(brokers) : null,
        Client = state.ToClient(kubeConfig),
        CreatedAt = state.CreatedAt,
    };

    public static IReadOnlyList<KafkaZookeeper> ToZookeepers(this ClusterState state, EnsembleTopology? asked, int? syncedFollowers, string? kubeConfig)
        => [.. (state.Zookeeper?.Members ?? []).Select(
            pod => new KafkaZookeeper(state, pod, asked?.Members.FirstOrDefault(member => member.Pod == pod.Name), syncedFollowers, kubeConfig))];

    public static IReadOnlyList<KafkaBroker> ToBrokers(this ClusterState state, string? kubeConfig)
        => [.. (state.Brokers?.Members ?? []).Select(pod => new KafkaBroker(state, pod, kubeConfig))];

    public static KafkaClient? ToClient(this ClusterState state, string? kubeConfig)
        => state.Client is { } pod ? new KafkaClient(state, pod, kubeConfig) : null;

    private static KafkaEnsemble ToOutput(EnsembleState ensemble) => new()
    {
        Name = ensemble.Name,
        Replicas = ensemble.Replicas,
        ReadyReplicas = ensemble.ReadyReplicas,
        ListSize = ensemble.Topology.ListSize,
        Disagreements = ensemble.Topology.Disagreements(),
        Image = ensemble.Image,
        ConnectString = ensemble.ConnectString,
    };

    private static KafkaBrokerSet ToOutput(BrokerSetState brokers) => new()
    {
        Name = brokers.Name,
        Replicas = brokers.Replicas,
        ReadyReplicas = brokers.ReadyReplicas,
        Image = brokers.Image,
        BootstrapAddress = brokers.BootstrapAddress,
    };
}
