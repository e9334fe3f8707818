namespace KafkaK8s.Engine.Clusters.Health.Rules;

/// <summary>What could not be asked: it may be well or not, and nobody knows.</summary>
internal sealed class UnansweredRule : HealthRule
{
    /// <inheritdoc/>
    public override string Id => "Unanswered";

    /// <inheritdoc/>
    public override IEnumerable<HealthFinding> Check(ClusterObservation seen) =>
        from failure in seen.Unanswered.GroupBy(unanswered => unanswered.Failure.Message)
        let first = failure.First().Failure
        select Finding(
            first.Kind is EngineErrorKind.PermissionDenied or EngineErrorKind.NotSupported or EngineErrorKind.NotFound ? HealthSeverity.Warning : HealthSeverity.Critical,
            seen.State.Identity.Name,
            $"Could not ask: {string.Join(", ", failure.Select(unanswered => unanswered.Question))}. What the rules about it would find is not known.",
            first.Message,
            first.Advice ?? "Try again when that is mended.",
            seen.Line("Get-KafkaHealth"));
}
