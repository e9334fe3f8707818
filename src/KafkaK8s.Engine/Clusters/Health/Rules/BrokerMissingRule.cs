namespace KafkaK8s.Engine.Clusters.Health.Rules;

/// <summary>A broker whose pod runs is registered with the cluster.</summary>
internal sealed class BrokerMissingRule : HealthRule
{
    /// <inheritdoc/>
    public override string Id => "BrokerMissing";

    /// <inheritdoc/>
    public override HealthParts Needs => HealthParts.Brokers;

    /// <inheritdoc/>
    public override IEnumerable<HealthFinding> Check(ClusterObservation seen)
    {
        if (seen.Registry is not { } registry)
        {
            return [];
        }

        // Without ZooKeeper ids may start anywhere; then the address tells whose the registration is.
        var registered = registry.Brokers
            .SelectMany(broker => broker.Listeners.Select(listener => AdvertisedAddresses.PodOf(seen.Snapshot, listener.Host)))
            .ToHashSet();
        return from pod in seen.State.Brokers?.Members ?? []
               where pod.Status != PodReading.Absent && !registered.Contains(pod.Name) && registry.Brokers.All(broker => broker.Id != pod.Ordinal)
               select Finding(
                   HealthSeverity.Critical,
                   pod.Name,
                   "The broker's pod is there, and Kafka doesn't know the broker: it serves nobody.",
                   $"registered: {(registry.Brokers.Count == 0 ? "nobody" : string.Join(", ", registry.Brokers.Select(broker => broker.Id)))}; the pod is {pod.Reason ?? "ready"}",
                   "Its log says why it doesn't join; restart it when it says nothing.",
                   seen.Line($"Restart-KafkaBroker {pod.Name}"));
    }
}
