using System.Globalization;
using KafkaK8s.Engine.Clusters.Changes;

namespace KafkaK8s.Engine.Clusters.Ensembles;

/// <summary>What keeps a member from being taken down, and what it still lacks when it is back. Pure: the members have been asked already.</summary>
internal static class EnsembleGate
{
    /// <summary>What keeps a member from being taken down now.</summary>
    /// <param name="topology">The ensemble, its members asked.</param>
    /// <param name="id">The member.</param>
    /// <param name="mayPause">Whether it is meant that nobody serves for a moment.</param>
    /// <param name="force">
    /// Whether nothing is waited for that only the members themselves could say: a ready pod counts as serving, whether it has caught up or not. A second member
    /// is not taken down by force either.
    /// </param>
    public static GateResult TakeDown(EnsembleTopology topology, int id, bool mayPause, bool force = false)
    {
        var member = topology.Members.First(known => known.Id == id);
        var others = topology.Members.Where(other => other.Id != id && other.Id <= Math.Max(topology.Replicas, topology.ListSize ?? 0)).ToList();
        if (topology.IsEphemeral && member.HasRun && !EnsembleQuorum.Holds(member, topology.Members.Where(known => known.Serves)))
        {
            return new GateResult(
                [
                    new StepBlocker(member.Pod, "its data is in its pod, and the others have no quorum that could give it back"),
                    .. others.Where(other => other.IsUnknown).Select(Unknown),
                ],
                QuorumAtRisk: true,
                IsAboutData: true);
        }

        if (member.IsDown)
        {
            // It is of no use as it is, and taking it down takes nothing away.
            return GateResult.Open;
        }

        // Who does not say holds it up below; here it gets the benefit of the doubt, so that what is said of the quorum is so.
        var holds = mayPause || EnsembleQuorum.Holds(member, topology.Members.Where(known => !known.IsDown));
        var down = others.Where(other => other.IsDown && !IsExpected(other, topology, mayPause, holds)).Select(Down).ToList();
        if (!holds && down.Count == 0)
        {
            down.Add(new StepBlocker(member.Pod, "without it the others would be no majority of their list"));
        }

        return force ? new GateResult(down, !holds) : new GateResult([.. down, .. Doubts(member, others, topology)], !holds, GivesWayToForce: down.Count == 0);
    }

    /// <summary>What a member still lacks once its pod is there.</summary>
    /// <param name="topology">The ensemble, its members asked.</param>
    /// <param name="id">The member.</param>
    public static IReadOnlyList<StepBlocker> Lacking(EnsembleTopology topology, int id)
    {
        var member = topology.Members.FirstOrDefault(known => known.Id == id);
        if (member is null || member.Uid is null)
        {
            return [new StepBlocker(member?.Pod ?? topology.Name, "it is not there")];
        }

        if (member.IsUnknown)
        {
            return [Unknown(member)];
        }

        if (!member.Serves)
        {
            // Until others have their turn it may have nobody to make a quorum with.
            return EnsembleQuorum.CanServe(member, topology.Members) || !member.IsRunning ? [new StepBlocker(member.Pod, $"it is in no quorum: {member.Why}")] : [];
        }

        return topology.Leaders is [var leader] && IsBehind(member, leader) ? [Behind(member, leader)] : [];
    }

    /// <summary>
    /// Whether a follower does not know what the leader knows. In an epoch in which nothing was written yet, a follower still names the last
    /// transaction of the one before.
    /// </summary>
    public static bool IsBehind(EnsembleMember member, EnsembleMember leader) =>
        member.Id != leader.Id
        && member.Answer?.Zxid is { } own
        && leader.Answer?.Zxid is { } last
        && (last & uint.MaxValue) != 0
        && own < last;

    // Who is not on its own list comes back only by what this is a step of, so the others' quorum is what counts. Nor does who has to wait for this one's list.
    private static bool IsExpected(EnsembleMember other, EnsembleTopology topology, bool mayPause, bool holds) =>
        (other.IsStray && holds) || (mayPause && other.IsRunning && !EnsembleQuorum.CanServe(other, topology.Members));

    private static IEnumerable<StepBlocker> Doubts(EnsembleMember member, IReadOnlyList<EnsembleMember> others, EnsembleTopology topology) =>
    [
        .. others.Append(member).Where(known => known.IsUnknown).Select(Unknown),
        .. topology.Leaders is [var leader] ? others.Where(other => IsBehind(other, leader)).Select(other => Behind(other, leader)) : [],
    ];

    private static StepBlocker Down(EnsembleMember other) =>
        new(other.Pod, $"it is in no quorum, and no two members are ever down at a time on purpose: {other.Why}");

    private static StepBlocker Unknown(EnsembleMember member) => new(member.Pod, $"it counts as ready, and does not say whether it serves: {member.Why}");

    private static StepBlocker Behind(EnsembleMember member, EnsembleMember leader) => new(
        member.Pod,
        string.Create(CultureInfo.InvariantCulture, $"it has not caught up with the leader: it knows 0x{member.Answer!.Zxid:x}, {leader.Pod} 0x{leader.Answer!.Zxid:x}"));
}

/// <summary>Whether a member may be taken down.</summary>
/// <param name="Blockers">What forbids it; nothing where it may.</param>
/// <param name="QuorumAtRisk">Whether the others would have no quorum without it.</param>
/// <param name="IsAboutData">Whether data would be lost, which no switch allows.</param>
/// <param name="GivesWayToForce">Whether nothing forbids it but what force does not wait for.</param>
internal sealed record GateResult(IReadOnlyList<StepBlocker> Blockers, bool QuorumAtRisk = false, bool IsAboutData = false, bool GivesWayToForce = false)
{
    /// <summary>It may.</summary>
    public static GateResult Open { get; } = new([]);
}
