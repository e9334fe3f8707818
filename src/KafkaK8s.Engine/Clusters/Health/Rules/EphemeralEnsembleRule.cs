namespace KafkaK8s.Engine.Clusters.Health.Rules;

/// <summary>Brokers that keep their data, on an ensemble that forgets its own: when all members go, the brokers refuse the new, empty cluster.</summary>
internal sealed class EphemeralEnsembleRule : HealthRule
{
    /// <inheritdoc/>
    public override string Id => "EphemeralEnsemble";

    /// <inheritdoc/>
    public override IEnumerable<HealthFinding> Check(ClusterObservation seen)
    {
        var (zookeeper, brokers) = (seen.Snapshot.ZookeeperSet, seen.Snapshot.BrokerSet);
        if (zookeeper is not null && brokers is not null && StatefulSetTakeover.Claims(zookeeper["spec"]).Count == 0 && StatefulSetTakeover.Claims(brokers["spec"]).Count > 0)
        {
            yield return Finding(
                HealthSeverity.Warning,
                seen.State.Identity.ZookeeperSet,
                "ZooKeeper keeps its data in the pods, the brokers keep theirs in claims. When all members restart at once, the topics are forgotten and the brokers' data belongs to a cluster that is gone.",
                $"{seen.State.Identity.ZookeeperSet} has no volumeClaimTemplates, {seen.State.Identity.BrokerSet} has",
                "Restart members one at a time only. Claims can't be added to a StatefulSet: plan a new cluster whose ensemble has them.",
                seen.Line("Restart-KafkaZookeeper"));
        }
    }
}
