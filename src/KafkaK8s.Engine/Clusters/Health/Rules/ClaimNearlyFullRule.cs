namespace KafkaK8s.Engine.Clusters.Health.Rules;

/// <summary>Claims have room. A broker whose disk is full stops.</summary>
internal sealed class ClaimNearlyFullRule : HealthRule
{
    private const int Nearly = 85;
    private const int Almost = 95;

    /// <inheritdoc/>
    public override string Id => "ClaimNearlyFull";

    /// <inheritdoc/>
    public override HealthParts Needs => HealthParts.Volumes;

    /// <inheritdoc/>
    public override IEnumerable<HealthFinding> Check(ClusterObservation seen) =>
        from volume in seen.Volumes ?? []
        where volume.UsedPercent >= Nearly
        let isEnsemble = volume.Pod.StartsWith(seen.State.Identity.ZookeeperSet + "-", StringComparison.Ordinal)
        select Finding(
            volume.UsedPercent >= Almost ? HealthSeverity.Critical : HealthSeverity.Warning,
            volume.Claim,
            $"The claim is nearly full. When it is full, {volume.Pod} stops.",
            $"{volume.UsedPercent} % used: {Mebibytes(volume.UsedBytes)} of {Mebibytes(volume.SizeBytes)} MiB",
            isEnsemble ? "Grow the claims, and see that old snapshots are purged." : "Grow the claims, keep less in the largest topics, or move partitions to other brokers.",
            seen.Line($"Set-Kafka{(isEnsemble ? "Zookeeper" : "Broker")} -StorageSize '<size>'"));

    private static decimal Mebibytes(long bytes) => Math.Round(bytes / 1024m / 1024m);
}
