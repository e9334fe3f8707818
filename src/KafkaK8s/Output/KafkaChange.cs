namespace KafkaK8s;

/// <summary>A step of a change: planned, or carried out.</summary>
public sealed class KafkaChange
{
    /// <summary>The step's place in the plan, from 1.</summary>
    public int Number { get; internal init; }

    /// <summary>
    /// What is done: <c>ChangeField</c>, <c>RestartPod</c>, <c>AwaitPod</c>, <c>AddMember</c>, <c>MoveLeadership</c>, <c>RemoveMember</c>, <c>MovePartition</c>, <c>GrowClaim</c>,
    /// <c>KeepClaim</c> or <c>DeleteClaim</c>.
    /// </summary>
    public string Action { get; internal init; } = "";

    /// <summary>To what: a field of a resource, a pod, a partition, a claim.</summary>
    public string Target { get; internal init; } = "";

    /// <summary>What it is before, or null where there is nothing to say.</summary>
    public string? From { get; internal init; }

    /// <summary>What it becomes, or null where there is nothing to say.</summary>
    public string? To { get; internal init; }

    /// <summary>Why it is done.</summary>
    public string Reason { get; internal init; } = "";

    /// <summary>What could hold it, or null where nothing is known.</summary>
    public string? BlockedBy { get; internal init; }

    /// <summary>How much data moves, or null where none does or it isn't known.</summary>
    public long? Bytes { get; internal init; }

    /// <summary><c>Planned</c>, <c>Done</c>, <c>Skipped</c> where it turned out that nothing was left to do, or <c>Failed</c> for the step at which it stopped.</summary>
    public string Status { get; internal init; } = "";

    /// <summary>How long it took, or null while it is only planned.</summary>
    public TimeSpan? Duration { get; internal init; }

    /// <summary>The name of the Kafka cluster.</summary>
    public string Cluster { get; internal init; } = "";

    /// <summary>The namespace.</summary>
    public string Namespace { get; internal init; } = "";

    /// <summary>The kubeconfig's context that it was reached through.</summary>
    public string? Context { get; internal init; }

    /// <summary>The kubeconfig file, or null where it is the usual one.</summary>
    public string? KubeConfig { get; internal init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Action} {Target}";
}
