using System.Text.RegularExpressions;

namespace KafkaK8s.Engine.Clusters.Health.Rules;

/// <summary>A broker's disk belongs to this broker of this cluster: <c>meta.properties</c> says so, and a broker that finds otherwise says why it doesn't start.</summary>
internal sealed partial class IdentityMismatchRule : HealthRule
{
    /// <inheritdoc/>
    public override string Id => "IdentityMismatch";

    /// <inheritdoc/>
    public override HealthParts Needs => HealthParts.LastWords | HealthParts.DiskIdentity | HealthParts.Brokers;

    /// <inheritdoc/>
    public override IEnumerable<HealthFinding> Check(ClusterObservation seen) =>
        Complaints(seen).Concat(Disks(seen)).DistinctBy(finding => finding.Subject);

    private IEnumerable<HealthFinding> Complaints(ClusterObservation seen) =>
        from broker in seen.State.Brokers?.Members ?? []
        where !broker.IsReady
        let complaint = seen.LastWords?.GetValueOrDefault(broker.Name)?.Select(line => Complaint().Match(line)).LastOrDefault(match => match.Success)
        where complaint is not null
        select Mismatch(seen, broker.Name, complaint.Value);

    private IEnumerable<HealthFinding> Disks(ClusterObservation seen) =>
        from disk in seen.Disks ?? []
        let clusterDiffers = disk.ClusterId is not null && seen.Registry?.ClusterId is { } cluster && cluster != disk.ClusterId
        let brokerDiffers = disk.BrokerId is { } id && id != disk.Ordinal && seen.State.Brokers?.IsKraft != true
        where clusterDiffers || brokerDiffers
        select Mismatch(
            seen,
            disk.Pod,
            clusterDiffers
                ? $"meta.properties says cluster.id={disk.ClusterId}, the cluster's id is {seen.Registry!.ClusterId}"
                : $"meta.properties says broker.id={disk.BrokerId}, the pod's number is {disk.Ordinal}");

    private HealthFinding Mismatch(ClusterObservation seen, string pod, string evidence) => Finding(
        HealthSeverity.Critical,
        pod,
        "The broker's disk belongs to another cluster or another broker. It doesn't start, or won't when it starts the next time.",
        evidence,
        "Find out which of the two is right before anything is removed. An ensemble that lost its data makes a new cluster id; then the brokers' data has no cluster any more.",
        seen.Line($"Get-KafkaLog {pod}"));

    [GeneratedRegex(@"(?:\S*InconsistentClusterIdException|\S*InconsistentBrokerIdException|Configured (?:broker|node)\.id \d+ doesn't match).*$", RegexOptions.CultureInvariant)]
    private static partial Regex Complaint();
}
