using System.Globalization;
using System.Text.Json.Nodes;
using KafkaK8s.Engine.Clusters.Changes;

namespace KafkaK8s.Engine.Clusters.Ensembles;

/// <summary>
/// Restarts members of an ensemble one at a time: those that serve nobody first, then followers, the leader last; before each all others serve and have caught up,
/// and are a majority without it; after each it has caught up itself.
/// </summary>
/// <param name="sets">The cluster's StatefulSets.</param>
/// <param name="force">
/// Whether nothing is waited for but the pods: who is ready counts as serving, and need not have caught up. The order stays, and no second member is taken
/// down; and where data is lost with its pod, nothing is skipped.
/// </param>
internal sealed class EnsembleRolling(LiveSets sets, bool force)
{
    private readonly PodRestart _restart = new(sets, ClusterParts.Zookeeper);
    private readonly EnsembleInspection _inspection = new(sets.Connection);

    /// <summary>The ensemble as it is now, its members asked.</summary>
    public async Task<EnsembleTopology> LookAsync(CancellationToken cancellation) =>
        await LookAsync(await sets.ReadAsync(ClusterParts.Zookeeper, cancellation), cancellation);

    /// <summary>The ensemble of a set that was read, its members asked.</summary>
    public Task<EnsembleTopology> LookAsync(LiveSet set, CancellationToken cancellation) =>
        _inspection.AskAsync(sets.Cluster.Namespace, EnsembleReading.Read(set.Snapshot)!, cancellation);

    /// <summary>In which order members are restarted, as things are now. Who does not say may lead, and comes after those who don't.</summary>
    public static IReadOnlyList<EnsembleMember> Order(IEnumerable<EnsembleMember> members) =>
        [.. members.OrderBy(member => member.Leads).ThenBy(member => member.IsUnknown).ThenBy(member => member.Serves).ThenBy(member => member.Id)];

    /// <summary>The work that restarts one member.</summary>
    /// <param name="member">The member as it is now.</param>
    /// <param name="restart">How.</param>
    public ChangeWork Restart(EnsembleMember member, MemberRestart restart) =>
        new(
            new ChangeStep(
                ChangeAction.RestartPod,
                member.Pod,
                null,
                null,
                restart.Reason + (restart.IsNext ? Place(member) : ""),
                restart.MayPause ? "another member that is down; nobody serves while this one restarts" : "another member that is in no quorum or has not caught up"),
            (run, cancellation) => _restart.RunAsync(run, member.Pod, Rules(member.Id, restart.MayPause, restart.IsWanted), cancellation))
        {
            Group = restart.Group,
            LetsOthersFirstAsync = async cancellation => MayLead(await LookAsync(cancellation), member.Id),
        };

    /// <summary>The work that waits for members that are down and are not to be restarted.</summary>
    public IEnumerable<ChangeWork> AwaitOthers(EnsembleTopology topology, IReadOnlyCollection<int> restarted)
    {
        // A pod that is not on its own list does not come back by waiting.
        foreach (var member in topology.Members.Where(member => member is { IsDown: true, IsStray: false } && member.Id <= topology.Replicas && !restarted.Contains(member.Id)))
        {
            yield return new ChangeWork(
                new ChangeStep(
                    ChangeAction.AwaitPod,
                    member.Pod,
                    null,
                    null,
                    $"it serves nobody ({member.Why}), and no second member is taken down meanwhile",
                    "what keeps it from joining the quorum"),
                (run, cancellation) => AwaitAsync(run, member.Pod, member.Id, cancellation));
        }
    }

    /// <summary>Restarts a member, as one of several steps.</summary>
    public Task RestartAsync(StepRun run, string pod, int id, bool mayPause, Func<LiveSet, JsonObject, bool> isWanted, CancellationToken cancellation) =>
        _restart.RunAsync(run, pod, Rules(id, mayPause, isWanted), cancellation);

    /// <summary>Waits until a member is there, serves and has caught up.</summary>
    public Task AwaitAsync(StepRun run, string pod, int id, CancellationToken cancellation) =>
        _restart.AwaitAsync(run, pod, null, Rules(id, mayPause: false, static (_, _) => false), cancellation);

    /// <summary>Waits until the others could do without a member, as before a restart.</summary>
    public async Task UntilDispensableAsync(StepRun run, string pod, int id, bool mayPause, CancellationToken cancellation)
    {
        var gate = GateResult.Open;
        await run.UntilAsync(
            async stop =>
            {
                gate = EnsembleGate.TakeDown(await LookAsync(stop), id, mayPause, force);
                await run.HoldAsync(gate.Blockers);
                return gate.Blockers.Count == 0;
            },
            () => Held(pod, "taken away", gate),
            cancellation);
    }

    /// <summary>Waits until it is known whether a member leads. By force, one that does not say is taken to lead.</summary>
    public async Task<(EnsembleTopology Topology, bool Leads)> UntilLeadershipIsKnownAsync(StepRun run, string pod, int id, CancellationToken cancellation)
    {
        EnsembleTopology? now = null;
        await run.UntilAsync(
            async stop =>
            {
                now = await LookAsync(stop);
                IReadOnlyList<StepBlocker> doubts = !force && now.Leaders.Count == 0 && MayLead(now, id)
                    ? [new StepBlocker(pod, "it counts as ready, and does not say whether it leads")]
                    : [];
                await run.HoldAsync(doubts);
                return doubts.Count == 0;
            },
            () => new EngineException(
                "RestartBlocked",
                EngineErrorKind.Timeout,
                pod,
                $"{pod} does not say whether it leads, and it must not when it leaves: {now!.Members.First(member => member.Id == id).Why}.",
                "Get-KafkaZookeeper shows what the members say. -Force takes it to lead, and restarts it."),
            cancellation);
        return (now!, MayLead(now!, id));
    }

    private RestartRules Rules(int id, bool mayPause, Func<LiveSet, JsonObject, bool> isWanted)
    {
        var pod = string.Create(CultureInfo.InvariantCulture, $"{sets.Cluster.ZookeeperSet}-{id - 1}");
        var gate = GateResult.Open;
        return new RestartRules(
            isWanted,
            async (set, _, cancellation) =>
            {
                gate = EnsembleGate.TakeDown(await LookAsync(set, cancellation), id, mayPause, force);
                return gate.Blockers;
            },
            async (set, cancellation) =>
            {
                var topology = await LookAsync(set, cancellation);
                return force && !topology.IsEphemeral ? [] : EnsembleGate.Lacking(topology, id);
            },
            blockers => Held(pod, "restarted", ReferenceEquals(blockers, gate.Blockers) ? gate : new GateResult(blockers)),
            blockers => new EngineException(
                "MemberNotInQuorum",
                EngineErrorKind.Timeout,
                pod,
                $"{pod} is up again, and is not back in the ensemble: {string.Join("; ", blockers)}.",
                "Its log says what it tries: Get-KafkaLog. Where it holds data of another ensemble in its claim, it can't join: delete the claim and the pod, and it gets everything from the leader."))
        {
            // The standard preset's probe asks for a quorum, which it may not be able to have before others have had their turn.
            IsBack = (set, live) =>
                PodReading.IsReady(live)
                || (PodReading.IsRunning(live)
                    && EnsembleReading.Read(set.Snapshot) is { } topology
                    && topology.Members.FirstOrDefault(member => member.Id == id) is { } member
                    && !EnsembleQuorum.CanServe(member, topology.Members)),
        };
    }

    private static bool MayLead(EnsembleTopology topology, int id) =>
        topology.Members.FirstOrDefault(member => member.Id == id) is { } now && (now.Leads || (now.IsUnknown && topology.Leaders.Count == 0));

    private static EngineException Held(string pod, string what, GateResult gate) => new(
        gate.QuorumAtRisk ? "QuorumAtRisk" : "RestartBlocked",
        EngineErrorKind.Timeout,
        pod,
        $"{pod} was not {what}{(gate.QuorumAtRisk ? ", because the ensemble would have no quorum" : "")}: {string.Join("; ", gate.Blockers)}.",
        gate.IsAboutData ? "Bring the other members back first. Nothing overrides this: the data would be lost."
            : gate.GivesWayToForce ? "Get-KafkaZookeeper shows what the members say. -Force waits for their pods only."
            : "Bring the other members back first: Get-KafkaZookeeper shows what keeps them. No second member is taken down, by -Force either.");

    private static string Place(EnsembleMember member) =>
        member.Leads ? "; it leads, and the leader comes last"
        : member.IsUnknown ? $"; it does not say whether it leads ({member.Why}), and comes after those that follow"
        : member.Serves ? ""
        : $"; it serves nobody ({member.Why}), and such members come first";
}

/// <summary>How a member is restarted.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Group">Members of the same group may change places, so that whoever leads by then is last.</param>
/// <param name="IsNext">Whether what it does now says when its turn comes.</param>
/// <param name="MayPause">Whether it is meant that nobody serves for a moment.</param>
/// <param name="IsWanted">Whether a pod is still to be restarted when its turn comes.</param>
internal sealed record MemberRestart(string Reason, string Group, bool IsNext, bool MayPause, Func<LiveSet, JsonObject, bool> IsWanted);
