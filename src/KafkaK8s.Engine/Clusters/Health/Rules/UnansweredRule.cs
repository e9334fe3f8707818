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
    public override IEnumerable<HealthFinding> Check(ClusterObservation seen) => [.. Questions(seen), .. Members(seen)];

    private IEnumerable<HealthFinding> Questions(ClusterObservation seen) =>
        from failure in seen.Unanswered.GroupBy(unanswered => unanswered.Failure.Message)
        let first = failure.First().Failure
        select Finding(
            failure.Any(IsCritical) ? HealthSeverity.Critical : HealthSeverity.Warning,
            seen.State.Identity.Name,
            $"Could not ask: {string.Join(", ", failure.Select(unanswered => unanswered.Question))}. What the rules about it would find is not known.",
            first.Message,
            first.Advice ?? "Try again when that is mended.",
            seen.Line("Get-KafkaHealth"));

    // Members that serve prove that there is a quorum, whoever else is silent. Without any, nobody knows whether the cluster works, whatever the reason.
    private IEnumerable<HealthFinding> Members(ClusterObservation seen) =>
        from member in seen.SilentMembers
        select Finding(
            seen.Modes!.Any(other => other.Mode is not null) ? HealthSeverity.Warning : HealthSeverity.Critical,
            member.Pod,
            "The member counts as ready, and does not say whether it is part of the quorum.",
            $"{member.Pod}: {member.Problem}",
            member.MayNotSay
                ? "Allow the word srvr in 4lw.commands.whitelist; for the image zookeeper that is ZOO_4LW_COMMANDS_WHITELIST, by Set-KafkaZookeeper -Override with -Force."
                : "Ask again; look at its log where it stays silent.",
            seen.Line(member.MayNotSay ? "Get-KafkaZookeeper" : $"Get-KafkaLog {member.Pod}"));

    private static bool IsCritical(UnansweredQuestion unanswered) =>
        IsVital(unanswered.Part)
        || unanswered.Failure.Kind is not (EngineErrorKind.PermissionDenied or EngineErrorKind.NotSupported or EngineErrorKind.NotFound);

    // Where addresses lead is asked with the brokers in hand: it is no question about the brokers themselves.
    private static bool IsVital(HealthParts part) => part != HealthParts.Addresses && (part & Vital) != HealthParts.None;
}
