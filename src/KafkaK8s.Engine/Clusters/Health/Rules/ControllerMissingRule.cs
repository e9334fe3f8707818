namespace KafkaK8s.Engine.Clusters.Health.Rules;

/// <summary>One of the brokers is the controller; without one nobody makes leaders or topics.</summary>
internal sealed class ControllerMissingRule : HealthRule
{
    /// <inheritdoc/>
    public override string Id => "ControllerMissing";

    /// <inheritdoc/>
    public override HealthParts Needs => HealthParts.Brokers;

    /// <inheritdoc/>
    public override IEnumerable<HealthFinding> Check(ClusterObservation seen)
    {
        if (seen.Registry is { ControllerId: null, Brokers.Count: > 0 } registry)
        {
            yield return Finding(
                HealthSeverity.Critical,
                seen.State.Identity.BrokerSet,
                "No broker is the controller: nobody chooses leaders, and topics can't be made or changed.",
                $"registered: {string.Join(", ", registry.Brokers.Select(broker => broker.Id))}; controller: nobody",
                "It is chosen within seconds; when it isn't, a broker that restarts starts the choice again.",
                seen.Line($"Restart-KafkaBroker -Id {registry.Brokers[0].Id}"));
        }
    }
}
