namespace KafkaK8s.Engine.Clusters.Health.Rules;

/// <summary>A cluster has brokers; without any there is no Kafka that could be asked, and none that works.</summary>
internal sealed class NoBrokersRule : HealthRule
{
    /// <inheritdoc/>
    public override string Id => "NoBrokers";

    /// <inheritdoc/>
    public override HealthParts Vouches => HealthParts.Brokers | HealthParts.Topics;

    /// <inheritdoc/>
    public override IEnumerable<HealthFinding> Check(ClusterObservation seen)
    {
        var set = seen.State.Identity.BrokerSet;
        if (seen.State.Brokers is null)
        {
            yield return Finding(
                HealthSeverity.Critical,
                set,
                "The cluster has no brokers: nobody can write or read. A cluster that is still being made gets them next.",
                $"there is no StatefulSet {set} of brokers in {seen.State.Identity.Namespace}",
                "Make the brokers. Those that were there before come back on their claims, with their data.",
                seen.Line("New-KafkaBroker"));
        }
        else if (seen.State.Brokers.Replicas == 0)
        {
            yield return Finding(
                HealthSeverity.Critical,
                set,
                "The brokers are scaled down to none: nobody can write or read.",
                "spec.replicas is 0",
                "Ask for as many brokers as there were: they come back on their claims, with their data.",
                seen.Line("Set-KafkaBroker -Replicas '<brokers>'"));
        }
    }
}
