using KafkaK8s.Engine.Kafka;

namespace KafkaK8s.Engine.Clusters.Health.Rules;

/// <summary>What a broker tells clients to connect to leads to this broker.</summary>
internal sealed class AdvertisedAddressRule : HealthRule
{
    /// <inheritdoc/>
    public override string Id => "AdvertisedAddress";

    /// <inheritdoc/>
    public override HealthParts Needs => HealthParts.Addresses;

    /// <inheritdoc/>
    public override IEnumerable<HealthFinding> Check(ClusterObservation seen) =>
        from broker in seen.Registry?.Brokers ?? []
        from listener in broker.Listeners
        let why = Problem(seen, broker, listener)
        where why is not null
        select Finding(
            HealthSeverity.Critical,
            $"{seen.State.Identity.BrokerSet}-{broker.Id}",
            "The broker tells clients an address that doesn't lead to it: they find the cluster, and then can't reach this broker.",
            $"{(listener.Name.Length > 0 ? listener.Name + "://" : "")}{listener.Address} {why}",
            "Advertise the pod's DNS name under the headless service, or an address that leads to this one broker.",
            seen.Line("Set-KafkaBroker -Override @{ spec = @{ template = @{ spec = @{ containers = @(@{ name = 'kafka-broker'; command = @('sh', '-exc', '<the command, with another KAFKA_ADVERTISED_LISTENERS>') }) } } } }"));

    private static string? Problem(ClusterObservation seen, RegisteredBroker broker, AdvertisedListener listener)
    {
        if (listener.Host.Length == 0)
        {
            return "has no host";
        }

        if (AdvertisedAddresses.PodOf(seen.Snapshot, listener.Host) is { } pod)
        {
            // Without ZooKeeper a broker's id need not be its pod's number.
            return seen.State.Brokers?.IsKraft == true || seen.State.Brokers?.Members.FirstOrDefault(member => member.Name == pod)?.Ordinal == broker.Id
                ? null
                : $"is {pod}";
        }

        return AdvertisedAddresses.IsPodName(seen.Snapshot, listener.Host) ? "names no pod that is there"
            : seen.UnreachableAddresses?.Contains(listener.Address) == true ? "can't be connected to from another pod of the cluster"
            : null;
    }
}
