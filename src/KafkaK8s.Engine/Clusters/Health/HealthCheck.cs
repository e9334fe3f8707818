using KafkaK8s.Engine.Clusters.Health.Rules;
using KafkaK8s.Engine.Kubernetes;

namespace KafkaK8s.Engine.Clusters.Health;

/// <summary>Looks at a cluster once, from all sides at the same time, and says what is wrong with it.</summary>
/// <param name="connection">Where.</param>
public sealed class HealthCheck(KubernetesConnection connection)
{
    private static readonly HealthRule[] All =
    [
        new EnsembleQuorumRule(),
        new EphemeralEnsembleRule(),
        new EnsembleListRule(),
        new NoEnsembleRule(),
        new NoBrokersRule(),
        new PodNotReadyRule(),
        new PodRestartingRule(),
        new BrokerMissingRule(),
        new ControllerMissingRule(),
        new IdentityMismatchRule(),
        new LeaderlessPartitionRule(),
        new UnderReplicatedPartitionRule(),
        new TopicMinimumRule(),
        new InternalTopicRule(),
        new AdvertisedAddressRule(),
        new ClaimNearlyFullRule(),
        new JmxPortRule(),
        new TightProbeRule(),
        new BudgetBlocksDrainRule(),
        new BudgetMissingRule(),
        new FloatingImageRule(),
        new UnansweredRule(),
    ];

    /// <summary>The names of all rules.</summary>
    public static IReadOnlyList<string> Rules { get; } = [.. All.Select(rule => rule.Id)];

    /// <summary>What is wrong with a cluster, the worst first; nothing where all is well.</summary>
    /// <param name="cluster">Which.</param>
    /// <param name="isWanted">Which rules to look at, by name; only what they need is asked of the cluster.</param>
    /// <param name="cancellation">Ends it at once.</param>
    /// <exception cref="EngineException"><c>ClusterNotFound</c>. What else can't be asked is a finding.</exception>
    public async Task<IReadOnlyList<HealthFinding>> CheckAsync(ClusterIdentity cluster, Func<string, bool> isWanted, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(isWanted);
        var rules = All.Where(rule => isWanted(rule.Id)).ToList();
        var needs = rules.Aggregate(HealthParts.None, (parts, rule) => parts | rule.Needs);
        var seen = await new ClusterObserver(connection).ObserveAsync(cluster, needs, cancellation);

        // A part that is not there, or gave no answer, leaves its rules without an eye, whichever of them were asked for.
        var told = All.Where(rule => rules.Contains(rule) || (rule.Vouches & needs) != HealthParts.None);
        return [.. told.SelectMany(rule => rule.Check(seen)).OrderByDescending(finding => finding.Severity)];
    }
}
