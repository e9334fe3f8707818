using KafkaK8s.Engine.Kafka;

namespace KafkaK8s.Engine.Clusters.Health.Rules;

/// <summary>
/// What a broker tells clients to connect to leads to this broker. An address that only clients elsewhere use may be out of reach from inside, where it is tried:
/// that is critical only where the broker has no other.
/// </summary>
internal sealed class AdvertisedAddressRule : HealthRule
{
    private const string LeadsAstray = "The broker tells clients an address that doesn't lead to it: they find the cluster, and then can't reach this broker.";

    /// <inheritdoc/>
    public override string Id => "AdvertisedAddress";

    /// <inheritdoc/>
    public override HealthParts Needs => HealthParts.Addresses;

    /// <inheritdoc/>
    public override IEnumerable<HealthFinding> Check(ClusterObservation seen) =>
        from broker in seen.Registry?.Brokers ?? []
        let problems = broker.Listeners.Select(listener => (Listener: listener, Problem: Find(seen, broker, listener))).ToList()
        let isOnlyWay = problems.All(listener => listener.Problem is not null)
        from entry in problems
        let problem = entry.Problem
        where problem is not null
        select Finding(
            problem.IsCertain || isOnlyWay ? HealthSeverity.Critical : HealthSeverity.Warning,
            $"{seen.State.Identity.BrokerSet}-{broker.Id}",
            problem.IsCertain || isOnlyWay ? LeadsAstray : problem.Message,
            $"{(entry.Listener.Name.Length > 0 ? entry.Listener.Name + "://" : "")}{entry.Listener.Address} {problem.Evidence}",
            "Advertise the pod's DNS name under the headless service, or an address that leads to this one broker.",
            seen.Line("Set-KafkaBroker -Override @{ spec = @{ template = @{ spec = @{ containers = @(@{ name = 'kafka-broker'; command = @('sh', '-exc', '<the command, with another KAFKA_ADVERTISED_LISTENERS>') }) } } } }"));

    /// <summary>What is wrong with an address.</summary>
    /// <param name="Evidence">What was seen of it, after the address.</param>
    /// <param name="Message">What it means where the broker has other addresses.</param>
    /// <param name="IsCertain">Whether it is wrong for everybody, wherever they are.</param>
    private sealed record AddressProblem(string Evidence, string Message, bool IsCertain);

    private static AddressProblem? Find(ClusterObservation seen, RegisteredBroker broker, AdvertisedListener listener)
    {
        var isKraft = seen.State.Brokers?.IsKraft == true;
        var pod = AdvertisedAddresses.PodOf(seen.Snapshot, listener.Host);
        if (listener.Host.Length == 0)
        {
            return Certain("has no host");
        }

        // Without ZooKeeper a broker's id need not be its pod's number.
        if (pod is not null && !isKraft)
        {
            return seen.State.Brokers?.Members.FirstOrDefault(member => member.Name == pod)?.Ordinal == broker.Id ? null : Certain($"is {pod}");
        }

        if (pod is null && AdvertisedAddresses.IsPodName(seen.Snapshot, listener.Host))
        {
            return Certain("names no pod that is there");
        }

        if (AdvertisedAddresses.IsLoopback(seen.Snapshot, listener.Host))
        {
            return new AddressProblem(
                "is loopback: each client that is told it connects to itself",
                "One of the broker's addresses is loopback: only what runs in the broker's own pod, or behind a port-forward to it, gets to the broker by it.",
                IsCertain: false);
        }

        if (Others(seen, broker, listener) is { Count: > 0 } others)
        {
            return Certain($"is what {string.Join(" and ", others.Select(other => $"{seen.State.Identity.BrokerSet}-{other.Id}"))} {(others.Count == 1 ? "advertises" : "advertise")} too");
        }

        return seen.UnreachableAddresses?.Contains(listener.Address) == true
            ? new AddressProblem(
                "can't be connected to from another pod of the cluster",
                "One of the broker's addresses can't be reached from inside the cluster, where it was tried. Clients elsewhere that it is meant for may reach it all the same; those inside can't use it.",
                IsCertain: false)
            : null;
    }

    private static AddressProblem Certain(string evidence) => new(evidence, LeadsAstray, IsCertain: true);

    // One address leads to one broker at most: for the others it is the wrong one.
    private static List<RegisteredBroker> Others(ClusterObservation seen, RegisteredBroker broker, AdvertisedListener listener) =>
    [
        .. (seen.Registry?.Brokers ?? []).Where(other =>
            other.Id != broker.Id && other.Listeners.Any(theirs => string.Equals(theirs.Address, listener.Address, StringComparison.OrdinalIgnoreCase))),
    ];
}
