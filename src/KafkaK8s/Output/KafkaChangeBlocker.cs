namespace KafkaK8s;

/// <summary>Something that keeps a step of a change waiting.</summary>
public sealed class KafkaChangeBlocker
{
    /// <summary>The step's place in the plan, from 1.</summary>
    public int Step { get; internal init; }

    /// <summary>What waits: the pod that would be restarted.</summary>
    public string Target { get; internal init; } = "";

    /// <summary>What holds it: a partition such as <c>orders-3</c>, or a member.</summary>
    public string Subject { get; internal init; } = "";

    /// <summary>The brokers whose replica is in sync; null where it is about no partition.</summary>
    public IReadOnlyList<int>? InSyncReplicas { get; internal init; }

    /// <summary>How many in-sync replicas there must be; null where it is about no partition.</summary>
    public int? MinInSyncReplicas { get; internal init; }

    /// <summary>The brokers that hold a replica; null where it is about no partition.</summary>
    public IReadOnlyList<int>? Replicas { get; internal init; }

    /// <summary>The rule that forbids to go on.</summary>
    public string Rule { get; internal init; } = "";

    /// <inheritdoc/>
    public override string ToString() => $"{Subject}: {Rule}";
}
