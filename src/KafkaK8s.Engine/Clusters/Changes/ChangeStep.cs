using System.Globalization;

namespace KafkaK8s.Engine.Clusters.Changes;

/// <summary>One line of a plan.</summary>
/// <param name="Action">What is done.</param>
/// <param name="Target">To what: <c>StatefulSet kafka: spec.replicas</c>, <c>kafka-1</c>, <c>orders-3</c>.</param>
/// <param name="From">What it is now, or null where there is nothing to say.</param>
/// <param name="To">What it becomes, or null where there is nothing to say.</param>
/// <param name="Reason">Why.</param>
/// <param name="BlockedBy">What could hold it, or null where nothing is known.</param>
/// <param name="Bytes">How much data moves, or null where none does or it isn't known.</param>
public sealed record ChangeStep(
    ChangeAction Action,
    string Target,
    string? From,
    string? To,
    string Reason,
    string? BlockedBy = null,
    long? Bytes = null)
{
    /// <summary>The place in the plan, from 1; the plan gives it.</summary>
    public int Number { get; internal init; }

    /// <summary>The step in a few words: <c>restart kafka-1</c>.</summary>
    public override string ToString() => Action switch
    {
        ChangeAction.ChangeField => $"change {Target}{Values()}",
        ChangeAction.RestartPod => $"restart {Target}",
        ChangeAction.AwaitPod => $"wait for {Target}",
        ChangeAction.AddMember => $"add {Target}",
        ChangeAction.MoveLeadership => $"take the lead from {Target}, if it has it",
        ChangeAction.RemoveMember => $"remove {Target}",
        ChangeAction.MovePartition => $"move {Target}{Values()}{(Bytes is { } bytes ? string.Create(CultureInfo.InvariantCulture, $" ({bytes} bytes)") : "")}",
        ChangeAction.GrowClaim => $"grow {Target}{Values()}",
        ChangeAction.KeepClaim => $"keep {Target}",
        ChangeAction.DeleteClaim => $"delete {Target}",
        _ => $"{Action} {Target}",
    };

    private string Values() => (From, To) switch
    {
        (null, null) => "",
        (null, _) => $" to {To}",
        (_, null) => $" from {From} to nothing",
        _ => $" from {From} to {To}",
    };
}
