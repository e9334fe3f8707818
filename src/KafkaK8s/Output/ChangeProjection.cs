using KafkaK8s.Engine.Clusters.Changes;

namespace KafkaK8s.Output;

/// <summary>Makes the module's objects from what the engine says of changes.</summary>
internal static class ChangeProjection
{
    public static KafkaChange ToOutput(this ChangeStep step, Origin origin) => ToOutput(step, "Planned", null, origin);

    public static KafkaChange ToOutput(this StepResult result, Origin origin) =>
        ToOutput(result.Step, result.Status.ToString(), result.Duration, origin);

    public static IEnumerable<KafkaChangeBlocker> ToOutput(this StepHold hold) => hold.Blockers.Select(blocker => new KafkaChangeBlocker
    {
        Step = hold.Step.Number,
        Target = hold.Step.Target,
        Subject = blocker.Subject,
        InSyncReplicas = blocker.InSyncReplicas,
        MinInSyncReplicas = blocker.MinInSyncReplicas,
        Replicas = blocker.Replicas,
        Rule = blocker.Rule,
    });

    private static KafkaChange ToOutput(ChangeStep step, string status, TimeSpan? duration, Origin origin) => new()
    {
        Number = step.Number,
        Action = step.Action.ToString(),
        Target = step.Target,
        From = step.From,
        To = step.To,
        Reason = step.Reason,
        BlockedBy = step.BlockedBy,
        Bytes = step.Bytes,
        Status = status,
        Duration = duration,
        Cluster = origin.Cluster,
        Namespace = origin.Namespace,
        Context = origin.Context,
        KubeConfig = origin.KubeConfig,
    };
}
