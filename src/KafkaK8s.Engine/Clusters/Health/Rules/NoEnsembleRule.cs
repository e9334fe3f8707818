namespace KafkaK8s.Engine.Clusters.Health.Rules;

/// <summary>Brokers that register with the cluster's own ensemble have one. One that is elsewhere is somebody else's to look at.</summary>
internal sealed class NoEnsembleRule : HealthRule
{
    /// <inheritdoc/>
    public override string Id => "NoEnsemble";

    /// <inheritdoc/>
    public override HealthParts Vouches => HealthParts.Ensemble;

    /// <inheritdoc/>
    public override IEnumerable<HealthFinding> Check(ClusterObservation seen)
    {
        var ensemble = seen.State.Identity.ZookeeperSet;
        if (seen.State is { Zookeeper: null, Brokers: { IsKraft: false, ZookeeperConnect: { } connect } } && Servers(connect).Any(host => IsOf(seen.State.Identity, host)))
        {
            yield return Finding(
                HealthSeverity.Critical,
                ensemble,
                "The ensemble that the brokers register with is not there: Kafka can change neither leaders nor topics, and a broker that restarts doesn't come back.",
                $"the brokers connect to {connect}, and there is no StatefulSet {ensemble} of an ensemble in {seen.State.Identity.Namespace}",
                "Make the ensemble. Its members come back on their claims, with their data; without claims it would be a new one, which the brokers refuse.",
                seen.Line("New-KafkaZookeeper"));
        }
    }

    private static IEnumerable<string> Servers(string connect) =>
        connect.Split('/')[0].Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(server => server.Split(':')[0]);

    // By its service, or by a pod's name under one of its services.
    private static bool IsOf(ClusterIdentity cluster, string host) => (AdvertisedAddresses.Local(host, cluster.Namespace) ?? host).Split('.') switch
    {
        [var service] => service == cluster.ZookeeperSet || service == $"{cluster.ZookeeperSet}-headless",
        [var pod, var service] => pod.StartsWith($"{cluster.ZookeeperSet}-", StringComparison.Ordinal) && service == $"{cluster.ZookeeperSet}-headless",
        _ => false,
    };
}
