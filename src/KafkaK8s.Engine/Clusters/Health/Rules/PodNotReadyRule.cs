namespace KafkaK8s.Engine.Clusters.Health.Rules;

/// <summary>Every pod is ready.</summary>
internal sealed class PodNotReadyRule : HealthRule
{
    /// <inheritdoc/>
    public override string Id => "PodNotReady";

    /// <inheritdoc/>
    public override IEnumerable<HealthFinding> Check(ClusterObservation seen) =>
        from pod in seen.State.Pods(ClusterParts.All)
        where !pod.IsReady
        select Finding(
            HealthSeverity.Critical,
            pod.Name,
            "The pod is not ready.",
            pod.Reason ?? pod.Status,
            "Waiting tells what it waits for; its log tells what it does.",
            seen.Line(pod.Status == PodReading.Absent ? "Wait-KafkaCluster" : $"Get-KafkaLog {pod.Name}"));
}
