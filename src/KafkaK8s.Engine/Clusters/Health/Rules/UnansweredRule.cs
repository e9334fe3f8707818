namespace KafkaK8s.Engine.Clusters.Health.Rules;

/// <summary>What could not be asked: it may be well or not, and nobody knows.</summary>
internal sealed class UnansweredRule : HealthRule
{
    // Who doesn't know these doesn't know whether the cluster works, whatever the reason. The other parts are about what comes next.
    private const HealthParts Vital = HealthParts.Brokers | HealthParts.Topics | HealthParts.Ensemble;

    /// <inheritdoc/>
    public override string Id => "Unanswered";

    /// <inheritdoc/>
    public override HealthParts Vouches => (HealthParts)~0;

    /// <inheritdoc/>
    public override IEnumerable<HealthFinding> Check(ClusterObservation seen) =>
        from failure in seen.Unanswered.GroupBy(unanswered => unanswered.Failure.Message)
        let first = failure.First().Failure
        select Finding(
            failure.Any(IsCritical) ? HealthSeverity.Critical : HealthSeverity.Warning,
            seen.State.Identity.Name,
            $"Could not ask: {string.Join(", ", failure.Select(unanswered => unanswered.Question))}. What the rules about it would find is not known.",
            first.Message,
            first.Advice ?? "Try again when that is mended.",
            seen.Line("Get-KafkaHealth"));

    private static bool IsCritical(UnansweredQuestion unanswered) =>
        IsVital(unanswered.Part)
        || unanswered.Failure.Kind is not (EngineErrorKind.PermissionDenied or EngineErrorKind.NotSupported or EngineErrorKind.NotFound);

    // Where addresses lead is asked with the brokers in hand: it is no question about the brokers themselves.
    private static bool IsVital(HealthParts part) => part != HealthParts.Addresses && (part & Vital) != HealthParts.None;
}
