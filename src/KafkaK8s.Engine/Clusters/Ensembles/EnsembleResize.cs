using System.Globalization;
using System.Text.Json.Nodes;
using KafkaK8s.Engine.Clusters.Changes;
using KafkaK8s.Engine.Kubernetes;

namespace KafkaK8s.Engine.Clusters.Ensembles;

/// <summary>Makes the steps of a plan from the stages of a change of size.</summary>
/// <param name="sets">The cluster's StatefulSets.</param>
/// <param name="rolling">Restarts members.</param>
/// <param name="patch">Changes the ensemble's StatefulSet.</param>
/// <param name="set">The ensemble's StatefulSet as it is.</param>
/// <param name="topology">The ensemble as it is, its members asked.</param>
internal sealed class EnsembleResize(LiveSets sets, EnsembleRolling rolling, SetPatch patch, LiveSet set, EnsembleTopology topology)
{
    private int _replicas = topology.Replicas;
    private int _listSize = topology.ListSize ?? 0;
    private HashSet<string> _claims = [];

    /// <summary>
    /// Looks for claims that newcomers would find. In an ensemble of three or more a newcomer counts only once it has followed the leader, whatever it
    /// brought along. The second member counts from the start, and what it brought might win.
    /// </summary>
    /// <exception cref="EngineException"><c>ClaimLeftBehind</c>.</exception>
    public async Task LookForClaimsAsync(IReadOnlyList<EnsembleStage> stages, CancellationToken cancellation)
    {
        var newcomers = stages.SelectMany(stage => stage.Moves.OfType<EnsembleMove.Join>().Select(join => (stage.To, join.Id))).ToList();
        if (newcomers.Count == 0 || EnsembleReading.Claim(set.Set, 1) is null)
        {
            return;
        }

        try
        {
            var claims = await sets.Connection.Resources.ListAsync(new ResourceQuery("v1", "PersistentVolumeClaim", sets.Cluster.Namespace), cancellation);
            _claims = [.. claims.Select(claim => (string)claim["metadata"]!["name"]!)];
        }
        catch (EngineException denied) when (denied.Kind == EngineErrorKind.PermissionDenied)
        {
            return;
        }

        if (newcomers.Where(newcomer => newcomer.To == 2).Select(newcomer => EnsembleReading.Claim(set.Set, newcomer.Id)!).FirstOrDefault(_claims.Contains) is { } claim
            && topology.Members.All(member => member.Id < 2 || member.Uid is null))
        {
            throw new EngineException(
                "ClaimLeftBehind",
                EngineErrorKind.Conflict,
                claim,
                $"The claim {claim} is left from an earlier member. A second member counts from the start, and what it finds there might take the place of what the first one has.",
                $"See that nobody needs it, and delete it: kubectl delete pvc {claim}.");
        }
    }

    /// <summary>The work of a stage.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="isFirst">Whether it begins from what the members do now.</param>
    public IEnumerable<ChangeWork> Work(EnsembleStage stage, bool isFirst)
    {
        var restarts = stage.Moves.OfType<EnsembleMove.Restart>().Select(move => Member(move.Id)).ToList();
        foreach (var move in stage.Moves)
        {
            switch (move)
            {
                case EnsembleMove.Resize resize:
                    yield return Resize(stage, resize);
                    break;
                case EnsembleMove.Join join:
                    yield return Join(stage, join.Id);
                    break;
                case EnsembleMove.HandOver handOver:
                    yield return HandOver(handOver.Id);
                    break;
                case EnsembleMove.Leave leave:
                    yield return Leave(leave.Id);
                    break;
                case EnsembleMove.Restart when restarts.Count > 0:
                    foreach (var member in isFirst ? EnsembleRolling.Order(restarts) : restarts)
                    {
                        yield return Restart(stage, member, isFirst);
                    }

                    restarts.Clear();
                    break;
                default:
                    break;
            }
        }
    }

    private ChangeWork Restart(EnsembleStage stage, EnsembleMember member, bool isFirst) => rolling.Restart(member, new MemberRestart(
        stage.From == stage.To
            ? Text($"its list of servers is not that of the {stage.To} members that count")
            : Text($"it has to take on the list of {stage.To} member{(stage.To == 1 ? "" : "s")}"),
        Text($"from {stage.From} to {stage.To}"),
        isFirst,
        stage.Pauses,
        (now, pod) => ServerList.Read(pod["spec"])?.Size != stage.To || now.IsOutdated(pod)));

    private ChangeWork Resize(EnsembleStage stage, EnsembleMove.Resize to)
    {
        var from = new EnsembleMove.Resize(_replicas, _listSize);
        (_replicas, _listSize) = (to.Replicas, to.ListSize);
        var steps = new List<ChangeStep>();
        if (from.Replicas != to.Replicas)
        {
            steps.Add(new ChangeStep(
                ChangeAction.ChangeField, $"StatefulSet {set.Name} spec.replicas", Text($"{from.Replicas}"), Text($"{to.Replicas}"), Why(stage), to.Replicas < from.Replicas ? "a member that is in no quorum" : null));
        }

        if (from.ListSize != to.ListSize)
        {
            steps.Add(new ChangeStep(
                ChangeAction.ChangeField, $"StatefulSet {set.Name} {topology.ListedIn}", Text($"{from.ListSize} members"), Text($"{to.ListSize} members"), Why(stage) + Connect()));
        }

        var leaving = stage.To < stage.From && to.Replicas < from.Replicas ? Member(from.Replicas) : null;
        return new ChangeWork(steps, async (run, cancellation) =>
        {
            if (leaving is not null)
            {
                await rolling.UntilDispensableAsync(run, leaving.Pod, leaving.Id, stage.Pauses, cancellation);
            }

            await ApplyAsync(run, from, to, cancellation);
        });
    }

    private ChangeWork Join(EnsembleStage stage, int id)
    {
        var member = Member(id);
        var brings = EnsembleReading.Claim(set.Set, id) is { } claim && _claims.Contains(claim)
            ? $"; what it finds in the claim {claim} gives way to what the leader has"
            : "";
        return new ChangeWork(
            new ChangeStep(
                ChangeAction.AddMember,
                member.Pod,
                null,
                null,
                (stage.To > 2 ? "it follows the leader and has caught up before anybody counts on it" : "it waits for the first member to come back with the longer list") + brings,
                "an image, a claim or a node that it doesn't get"),
            (run, cancellation) => JoinAsync(run, member, cancellation));
    }

    // A pod that is not on its own list is there already where the set was scaled without the list. ZooKeeper refuses to start with that.
    private async Task JoinAsync(StepRun run, EnsembleMember member, CancellationToken cancellation)
    {
        LiveSet? now = null;
        await run.RepeatAsync(async stop => now = await sets.ReadAsync(ClusterParts.Zookeeper, stop), cancellation);
        if (now!.Snapshot.Find(member.Pod) is { } pod && IsStray(pod))
        {
            await rolling.RestartAsync(run, member.Pod, member.Id, mayPause: false, (_, live) => IsStray(live), cancellation);
        }
        else
        {
            await rolling.AwaitAsync(run, member.Pod, member.Id, cancellation);
        }

        bool IsStray(JsonObject live) => !(ServerList.Read(live["spec"])?.Size >= member.Id);
    }

    private ChangeWork HandOver(int id)
    {
        var member = Member(id);
        return new ChangeWork(
            new ChangeStep(
                ChangeAction.MoveLeadership,
                member.Pod,
                null,
                null,
                "it is going to leave, and those with the shorter list would not follow it; where it leads by then, it is restarted",
                "another member that is in no quorum or has not caught up"),
            (run, cancellation) => HandOverAsync(run, member, cancellation));
    }

    private async Task HandOverAsync(StepRun run, EnsembleMember member, CancellationToken cancellation)
    {
        var (now, leads) = await rolling.UntilLeadershipIsKnownAsync(run, member.Pod, member.Id, cancellation);
        if (!leads || now.Members.First(known => known.Id == member.Id).Uid is not { } uid)
        {
            run.Skip();
            return;
        }

        // It needs a list that it is on itself to come back, which an interrupted change may have shortened already.
        var (shorter, full) = (new EnsembleMove.Resize(now.Replicas, now.ListSize ?? 0), new EnsembleMove.Resize(now.Replicas, member.Id));
        await ApplyAsync(run, shorter, full, cancellation);
        await rolling.RestartAsync(run, member.Pod, member.Id, mayPause: false, (_, pod) => (string?)pod["metadata"]?["uid"] == uid, cancellation);
        await ApplyAsync(run, full, shorter, cancellation);
    }

    private ChangeWork Leave(int id)
    {
        var member = Member(id);
        var steps = new List<ChangeStep> { new(ChangeAction.RemoveMember, member.Pod, null, null, "it is on nobody's list any more") };
        if (EnsembleReading.Claim(set.Set, id) is { } claim)
        {
            steps.Add(new ChangeStep(ChangeAction.KeepClaim, claim, null, null, "Kubernetes keeps the claim of a member that left; there is a copy of the ensemble's data in it"));
        }

        return new ChangeWork(steps, (run, cancellation) => run.UntilAsync(
            async stop =>
            {
                run.Report("waiting until the pod is gone");
                return (await sets.ReadAsync(ClusterParts.Zookeeper, stop)).Snapshot.Find(member.Pod) is null;
            },
            () => new EngineException(
                "MemberStillThere",
                EngineErrorKind.Timeout,
                member.Pod,
                string.Create(CultureInfo.InvariantCulture, $"{member.Pod} was not gone within {run.Timeout.TotalSeconds:0.#} seconds."),
                "See what keeps the pod: a finalizer, or a node that doesn't answer."),
            cancellation));
    }

    // Somebody else may have changed the set since the plan was made; then the plan no longer says what is safe.
    private async Task ApplyAsync(StepRun run, EnsembleMove.Resize from, EnsembleMove.Resize to, CancellationToken cancellation)
    {
        LiveSet? live = null;
        await run.RepeatAsync(async stop => live = await sets.ReadAsync(ClusterParts.Zookeeper, stop), cancellation);
        var now = new EnsembleMove.Resize(live!.Replicas, ServerList.Read(live.Set["spec"]?["template"]?["spec"])?.Size ?? 0);
        if (now == to)
        {
            return;
        }

        if (now != from)
        {
            throw new EngineException(
                "EnsembleChanged",
                EngineErrorKind.Conflict,
                set.Name,
                Text($"Somebody else changed {set.Name} meanwhile: it has {now.Replicas} replicas and a list of {now.ListSize}, and was expected to have {from.Replicas} and {from.ListSize}."),
                "See who it was.");
        }

        await patch.ApplyAsync(run, live, EnsembleFields.Members(live, to.Replicas, to.ListSize), cancellation);
    }

    private EnsembleMember Member(int id) => topology.Members.FirstOrDefault(known => known.Id == id)
        ?? new EnsembleMember(Text($"{set.Name}-{id - 1}"), id, null, null, null, HasRun: false, IsRunning: false, IsReady: false, null, null);

    // Brokers that come in by the service need no change, which is worth knowing.
    private string Connect() =>
        EnsembleSurroundings.ConnectString(set.Snapshot) is { } connect && !connect.Contains($"{set.Name}-0.", StringComparison.Ordinal)
            ? $"; the brokers connect to {connect}, which stays"
            : "";

    private static string Why(EnsembleStage stage) => stage.From == stage.To
        ? Text($"{stage.To} members count, and the StatefulSet has to say so")
        : Text($"from {stage.From} to {stage.To} members: by one, so that no two majorities can miss each other");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
