using System.Globalization;

namespace KafkaK8s.Engine.Clusters.Ensembles;

/// <summary>
/// Who an ensemble's members are, by everything that has a say in it: the StatefulSet's replicas, the list of servers in its template, the list that
/// each pod was created with, and what the members say of themselves. In a sound ensemble all of these agree.
/// </summary>
/// <param name="Name">The StatefulSet's name.</param>
/// <param name="Replicas">How many pods the StatefulSet is to have.</param>
/// <param name="ListSize">How many servers are on its template's list; null where that can't be read.</param>
/// <param name="ListedIn">Where the list is: <c>ZK_REPLICAS</c>, <c>ZOO_SERVERS</c>; null where there is none.</param>
/// <param name="IsEphemeral">Whether a member's data is lost with its pod.</param>
/// <param name="Members">The members by number.</param>
public sealed record EnsembleTopology(
    string Name, int Replicas, int? ListSize, string? ListedIn, bool IsEphemeral, IReadOnlyList<EnsembleMember> Members)
{
    /// <summary>What does not agree, a sentence each; empty in a sound ensemble. Members that were not asked have nothing said of their quorum.</summary>
    public IReadOnlyList<string> Disagreements() =>
    [
        .. ListSize is { } listed && listed != Replicas
            ? [Invariant($"{Name} has {Replicas} replicas, and {ListedIn} lists {listed}")]
            : Array.Empty<string>(),
        .. Members.Where(member => member.ListSize is { } own && ListSize is { } listed && own != listed)
            .GroupBy(member => member.ListSize)
            .Select(group => Invariant($"{string.Join(", ", group.Select(member => member.Pod))} started with a list of {group.Key}, and {ListedIn} lists {ListSize} now")),
        .. Leaders is { Count: > 1 } leaders ? [$"{string.Join(" and ", leaders.Select(leader => leader.Pod))} both lead"] : Array.Empty<string>(),
        .. Members.Where(member => member is { IsReady: true, Answer.Mode: null })
            .Select(member => $"{member.Pod} {(member.IsUnknown ? "does not say whether it is in the quorum" : "is in no quorum")}: {member.Answer!.Problem}"),
    ];

    /// <summary>The members that lead; more than one is a split ensemble.</summary>
    internal IReadOnlyList<EnsembleMember> Leaders => [.. Members.Where(member => member.Leads)];

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>One member, or a pod that should be one.</summary>
/// <param name="Pod">The pod's name.</param>
/// <param name="Id">Its number in the ensemble: the pod's ordinal plus one.</param>
/// <param name="Uid">The pod's uid; null while there is no pod.</param>
/// <param name="Revision">The revision of the StatefulSet that it was created from; null while there is no pod.</param>
/// <param name="ListSize">How many servers are on the list that it was created with; null while there is no pod, or where that can't be read.</param>
/// <param name="HasRun">Whether its container ever ran, so that there may be data in the pod.</param>
/// <param name="IsRunning">Whether its container runs.</param>
/// <param name="IsReady">Whether Kubernetes counts it as ready.</param>
/// <param name="Reason">Why it is not ready; null when it is.</param>
/// <param name="Answer">What it says of itself; null where it was not asked.</param>
public sealed record EnsembleMember(
    string Pod, int Id, string? Uid, string? Revision, int? ListSize, bool HasRun, bool IsRunning, bool IsReady, string? Reason, MemberMode? Answer)
{
    /// <summary>Whether it serves clients: it leads, follows or is alone by its configuration.</summary>
    internal bool Serves => Answer?.Mode is not null;

    /// <summary>Whether nobody knows if it serves: Kubernetes counts it as ready, and there was no answer that says.</summary>
    internal bool IsUnknown => IsReady && IsRunning && Answer is { Mode: null, IsOutside: false };

    /// <summary>Whether it serves nobody: it says so itself, or its container doesn't run, or isn't ready and doesn't answer.</summary>
    internal bool IsDown => !Serves && !IsUnknown;

    /// <summary>Whether it is not on its own list of servers, which ZooKeeper refuses to start with.</summary>
    internal bool IsStray => ListSize < Id;

    /// <summary>Whether it leads, or is alone.</summary>
    internal bool Leads => Answer?.Mode is "leader" or "standalone";

    /// <summary>Why it does not serve, in words.</summary>
    internal string Why => IsStray ? "it is not on its own list of servers, and can't start" : Reason ?? Answer?.Problem ?? "it does not say why";
}
