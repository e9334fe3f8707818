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
    public static GateResult TakeDown(EnsembleTopology topology, int id, bool mayPause)
    {
        var member = topology.Members.First(known => known.Id == id);
        if (topology.IsEphemeral && member.HasRun && !EnsembleQuorum.Holds(member, topology.Members))
        {
            return new GateResult(
                [new StepBlocker(member.Pod, "its data is in its pod, and the others have no quorum that could give it back")], QuorumAtRisk: true, IsAboutData: true);
        }

        if (!member.Serves)
        {
            // It is of no use as it is, and taking it down takes nothing away.
            return GateResult.Open;
        }

        var leader = topology.Leaders is [var only] ? only : null;
        var blockers = topology.Members
            .Where(other => other.Id != id && other.Id <= Math.Max(topology.Replicas, topology.ListSize ?? 0))
            .Select(other => Blocker(other, leader, topology, mayPause))
            .OfType<StepBlocker>()
            .ToList();
        var quorumAtRisk = !mayPause && !EnsembleQuorum.Holds(member, topology.Members);
        if (quorumAtRisk && blockers.Count == 0)
        {
            blockers.Add(new StepBlocker(member.Pod, "without it the others would be no majority of their list"));
        }

        return new GateResult(blockers, quorumAtRisk);
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

    private static StepBlocker? Blocker(EnsembleMember other, EnsembleMember? leader, EnsembleTopology topology, bool mayPause) =>
        other.Serves
            ? leader is not null && IsBehind(other, leader) ? Behind(other, leader) : null
            : mayPause && other.IsRunning && !EnsembleQuorum.CanServe(other, topology.Members)
                ? null
                : new StepBlocker(other.Pod, $"it is in no quorum, and no two members are ever down at a time on purpose: {other.Why}");

    private static StepBlocker Behind(EnsembleMember member, EnsembleMember leader) => new(
        member.Pod,
        string.Create(CultureInfo.InvariantCulture, $"it has not caught up with the leader: it knows 0x{member.Answer!.Zxid:x}, {leader.Pod} 0x{leader.Answer!.Zxid:x}"));
}

/// <summary>Whether a member may be taken down.</summary>
/// <param name="Blockers">What forbids it; nothing where it may.</param>
/// <param name="QuorumAtRisk">Whether the others would have no quorum without it.</param>
/// <param name="IsAboutData">Whether data would be lost, which no switch allows.</param>
internal sealed record GateResult(IReadOnlyList<StepBlocker> Blockers, bool QuorumAtRisk = false, bool IsAboutData = false)
{
    /// <summary>It may.</summary>
    public static GateResult Open { get; } = new([]);
}
