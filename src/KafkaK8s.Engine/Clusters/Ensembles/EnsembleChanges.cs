using System.Globalization;
using System.Text.Json.Nodes;
using KafkaK8s.Engine.Clusters.Changes;
using KafkaK8s.Engine.Kubernetes;
using KafkaK8s.Engine.Manifests;

namespace KafkaK8s.Engine.Clusters.Ensembles;

/// <summary>
/// Plans changes of a cluster's ensemble from what it is now: its StatefulSet, its pods, and what the members say of themselves. Planning changes
/// nothing. An ensemble whose replicas, list and members do not agree is mended by the same plan.
/// </summary>
/// <param name="connection">Where.</param>
public sealed class EnsembleChanges(KubernetesConnection connection)
{
    /// <summary>
    /// Plans a restart. Where an earlier restart of the same members was interrupted, only those that it didn't come to are restarted, and those that it
    /// did are waited for.
    /// </summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="members">The pods' names; null for all members.</param>
    /// <param name="force">Whether nothing but pods is waited for: who is ready counts as serving, and need not have caught up.</param>
    /// <param name="cancellation">Ends it at once.</param>
    /// <exception cref="EngineException">
    /// <c>ClusterNotFound</c>, <c>NoEnsemble</c>, <c>EnsembleSplit</c>, <c>EnsembleInconsistent</c>, <c>EnsembleDataWouldBeLost</c>, <c>EnsembleMayNotSay</c>.
    /// </exception>
    public async Task<ChangePlan> PlanRestartAsync(
        ClusterIdentity cluster, IReadOnlyCollection<string>? members, bool force, CancellationToken cancellation)
    {
        var (sets, rolling, set, topology) = await LookAsync(cluster, force, cancellation);
        EnsembleStaging.RefuseSplit(topology);
        RefuseUnsafeList(topology);
        RefuseUnasked(topology, force);
        var request = RestartRequest.Find(set, members, force);
        var chosen = request.Targets.Select(member => member.Ordinal + 1).ToHashSet();
        RefuseToEmpty(topology, chosen);

        var work = new List<ChangeWork>();
        if (set.RestartsByItself && set.Members.Any(member => member.Pod is not null && set.IsOutdated(member.Pod)))
        {
            work.Add(await StopRollingByItselfAsync(new SetPatch(sets, ClusterParts.Zookeeper), set, cancellation));
        }

        var restarts = EnsembleRolling.Order(topology.Members.Where(member => chosen.Contains(member.Id)));
        var awaited = force || (restarts.All(member => member.IsDown) && request.Restarted.Count == 0) ? [] : rolling.AwaitOthers(topology, chosen).ToList();
        var note = request.Begin(connection).ToList();
        ChangeWork Restart(EnsembleMember member) => rolling.Restart(
            member,
            new MemberRestart(
                request.Reason,
                member.IsDown ? "restart first" : "restart",
                IsNext: true,
                MayPause: (topology.ListSize ?? topology.Replicas) <= 2,
                (_, pod) => request.IsWanted(pod)));

        // Whoever serves nobody may be what the others wait for, so it doesn't wait for them.
        List<ChangeWork> inOrder = restarts.Any(member => member.IsDown)
            ? [.. note, .. restarts.Where(member => member.IsDown).Select(Restart), .. awaited]
            : [.. awaited, .. note];
        work.AddRange(request.End([.. inOrder, .. restarts.Where(member => !member.IsDown).Select(Restart)], connection));
        return new ChangePlan(cluster, work, [.. request.Warnings, .. Warnings(topology, topology.ListSize ?? topology.Replicas, [], work.Count > 0)]);
    }

    /// <summary>Plans what makes an ensemble what is asked for.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="request">What is asked for. Nothing asks for the replicas that the StatefulSet has, which mends an ensemble that does not agree with itself.</param>
    /// <param name="force">Whether nothing but pods is waited for: who is ready counts as serving, and need not have caught up.</param>
    /// <param name="cancellation">Ends it at once.</param>
    /// <exception cref="EngineException">
    /// <c>ClusterNotFound</c>, <c>NoEnsemble</c>, <c>InvalidReplicas</c>, <c>ServerListIsStaged</c>, <c>EnsembleSplit</c>, <c>EnsembleInconsistent</c>,
    /// <c>EnsembleDataWouldBeLost</c>, <c>EnsembleMayNotSay</c>, <c>ServerListNotUnderstood</c>, <c>ClaimLeftBehind</c>, or the server's refusal of the fields.
    /// </exception>
    public async Task<ChangePlan> PlanAsync(ClusterIdentity cluster, EnsembleRequest request, bool force, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        var (sets, rolling, set, topology) = await LookAsync(cluster, force, cancellation);
        var patch = new SetPatch(sets, ClusterParts.Zookeeper);
        var fields = EnsembleFields.Patch(set, request);
        var target = request.Replicas ?? ClusterManifests.OverriddenReplicas(request.Override) ?? topology.Replicas;
        SpecificationRules.CheckMembers(topology.Name, target);
        EnsembleFields.RefuseList(set, fields);
        if (request.StorageSize is not null)
        {
            SpecificationRules.CheckStorageSize(topology.Name, request.StorageSize);
        }

        var stages = EnsembleStaging.Plan(topology, target);
        var changes = await patch.PreviewAsync(set, fields, cancellation);
        if (stages.Count > 0)
        {
            // What the server thinks of the whole of it shows before anything is changed.
            await patch.PreviewAsync(set, PatchUnion.Of(fields, EnsembleFields.Members(set, target, target)), cancellation);
        }

        var resize = new EnsembleResize(sets, rolling, patch, set, topology);
        await resize.LookForClaimsAsync(stages, cancellation);
        var roll = Roll(set, topology, stages, SetPatch.ChangesPods(changes));
        RefuseToEmpty(topology, [.. roll.Select(member => member.Id)]);
        if (stages.Count > 0 || roll.Count > 0)
        {
            RefuseUnasked(topology, force);
        }

        var work = new List<ChangeWork>();
        if (stages.Count > 0 || roll.Count > 0)
        {
            SetPatch.RefuseRolling(set, fields);
        }

        if (set.RestartsByItself && (stages.Count > 0 || roll.Count > 0))
        {
            work.Add(await StopRollingByItselfAsync(patch, set, cancellation));
        }

        if (changes.Count > 0)
        {
            work.Add(patch.Work(set, fields, changes, static _ => "asked for"));
        }

        if (request.StorageSize is { } size)
        {
            work.AddRange(await new ClaimChanges(sets).GrowAsync(set, size, "data", topology.Replicas, cancellation));
        }

        var surroundings = new EnsembleSurroundings(sets, set.Snapshot, target);
        var following = await surroundings.WorkAsync(topology.Replicas, cancellation);
        // A member that serves nobody holds everything else up, and may do so because of what is changed now.
        work.AddRange(Restart(rolling, roll.Where(member => member.IsDown), stages, target));
        if (!force && (stages.Count > 0 || roll.Count > 0))
        {
            work.AddRange(rolling.AwaitOthers(topology, [.. roll.Select(member => member.Id), .. stages.SelectMany(Touched)]));
        }

        work.AddRange(target > topology.Replicas ? following : []);
        work.AddRange(stages.SelectMany((stage, index) => resize.Work(stage, isFirst: index == 0)));
        work.AddRange(Restart(rolling, roll.Where(member => !member.IsDown), stages, target));
        work.AddRange(target > topology.Replicas ? [] : following);
        return new ChangePlan(
            cluster,
            work,
            [
                .. Warnings(topology, target, stages, stages.Count > 0 || roll.Count > 0),
                .. request.StorageSize is not null && target > topology.Replicas
                    ? ["New members get claims of the size that the StatefulSet was made with. The same command again makes those larger too."]
                    : Array.Empty<string>(),
                .. surroundings.Warnings(),
            ]);
    }

    private async Task<(LiveSets Sets, EnsembleRolling Rolling, LiveSet Set, EnsembleTopology Topology)> LookAsync(
        ClusterIdentity cluster, bool force, CancellationToken cancellation)
    {
        var sets = new LiveSets(connection, cluster);
        var rolling = new EnsembleRolling(sets, force);
        var set = await sets.ReadObservedAsync(ClusterParts.Zookeeper, cancellation);
        return (sets, rolling, set, await rolling.LookAsync(set, cancellation));
    }

    // Who is left with an older template once the stages are done: a stage restarts all who have another list.
    private static IReadOnlyList<EnsembleMember> Roll(LiveSet set, EnsembleTopology topology, IReadOnlyList<EnsembleStage> stages, bool changesPods)
    {
        var renewed = stages.SelectMany(Touched).ToHashSet();
        var changesList = stages.Any(stage => stage.Moves.Any(move => move is EnsembleMove.Resize));
        return
        [
            .. topology.Members.Where(member => !renewed.Contains(member.Id)
                && set.Members.FirstOrDefault(pod => pod.Name == member.Pod).Pod is { } pod
                && (stages.Count == 0 || member.ListSize == topology.ListSize)
                && (changesPods || (!changesList && set.IsOutdated(pod)))),
        ];
    }

    private static IEnumerable<ChangeWork> Restart(EnsembleRolling rolling, IEnumerable<EnsembleMember> members, IReadOnlyList<EnsembleStage> stages, int target) =>
        EnsembleRolling.Order(members).Select(member => rolling.Restart(
            member,
            new MemberRestart(
                "it was made from an older template",
                member.IsDown ? "roll first" : "roll",
                IsNext: stages.Count == 0 || member.IsDown,
                MayPause: target <= 2,
                static (now, pod) => now.IsOutdated(pod))));

    // The members that a stage restarts, adds or takes away.
    private static IEnumerable<int> Touched(EnsembleStage stage) => stage.Moves
        .Select(move => move switch
        {
            EnsembleMove.Restart restart => restart.Id,
            EnsembleMove.Join join => join.Id,
            EnsembleMove.Leave leave => leave.Id,
            _ => 0,
        })
        .Where(id => id > 0);

    // A restarted member takes on the template's list, whatever the others have.
    private static void RefuseUnsafeList(EnsembleTopology topology)
    {
        if (topology.ListSize is { } listed
            && topology.Members.FirstOrDefault(member => member.ListSize is { } own && member.Id <= own && !EnsembleQuorum.Overlap(own, listed)) is { } other)
        {
            throw new EngineException(
                "EnsembleInconsistent",
                EngineErrorKind.Conflict,
                topology.Name,
                Invariant($"A member that is restarted takes on a list of {listed} members, and {other.Pod} has one of {other.ListSize}: a majority of the one could elect a leader beside a majority of the other."),
                "Set-KafkaZookeeper brings the ensemble to one list, by one member at a time.");
        }
    }

    // Waiting would not help: who may not say now may not say after a restart either.
    private static void RefuseUnasked(EnsembleTopology topology, bool force)
    {
        if (!force && topology.Members.Where(member => member.Answer is { MayNotSay: true }).Select(member => member.Pod).ToList() is { Count: > 0 } silent)
        {
            throw new EngineException(
                "EnsembleMayNotSay",
                EngineErrorKind.NotSupported,
                topology.Name,
                $"{string.Join(", ", silent)} may not say whether there is a quorum and who leads: the word srvr is not in the configuration's 4lw.commands.whitelist. Nothing was changed.",
                "Allow it there; for the image zookeeper that is ZOO_4LW_COMMANDS_WHITELIST, by Set-KafkaZookeeper -Override with -Force. -Force goes by the pods alone: no member is restarted "
                + "unless all others are ready.");
        }
    }

    private static void RefuseToEmpty(EnsembleTopology topology, HashSet<int> restarted)
    {
        if (topology.IsEphemeral && topology.Members.Count(member => member.Uid is not null) == 1 && restarted.Count > 0 && topology.Members[0].HasRun)
        {
            throw new EngineException(
                "EnsembleDataWouldBeLost",
                EngineErrorKind.Conflict,
                topology.Name,
                $"{topology.Name} has a single member that keeps its data in its pod (emptyDir): with the pod all topics would be lost.",
                "Make a new ensemble with claims, by Remove-KafkaZookeeper and New-KafkaZookeeper, where the data doesn't matter.");
        }
    }

    private static async Task<ChangeWork> StopRollingByItselfAsync(SetPatch patch, LiveSet set, CancellationToken cancellation)
    {
        var onDelete = new JsonObject { ["spec"] = new JsonObject { ["updateStrategy"] = new JsonObject { ["$retainKeys"] = new JsonArray("type"), ["type"] = "OnDelete" } } };
        return patch.Work(
            set,
            onDelete,
            await patch.PreviewAsync(set, onDelete, cancellation),
            static _ => "Kubernetes would restart members by itself, without looking at the quorum");
    }

    private static IEnumerable<string> Warnings(EnsembleTopology topology, int target, IReadOnlyList<EnsembleStage> stages, bool restarts)
    {
        foreach (var disagreement in topology.Disagreements())
        {
            yield return $"The ensemble does not agree with itself: {disagreement}.";
        }

        if (target % 2 == 0 && stages.Count > 0)
        {
            yield return SpecificationRules.EvenMembers(target);
        }

        if (target == 1 && stages.Count > 0)
        {
            yield return "A single member outlives the loss of none: while it is away, Kafka can elect no leaders and change no topics.";
        }

        if (stages.FirstOrDefault(stage => stage.Pauses) is { } pause)
        {
            yield return Invariant($"From {pause.From} to {pause.To} members nobody serves while a member restarts, because two members are a majority only together: brokers wait, and go on afterwards.");
        }
        else if (restarts && stages.Count == 0 && target <= 2)
        {
            yield return "With fewer than three members nobody serves while one restarts: brokers wait, and go on afterwards.";
        }

        if (topology.IsEphemeral && restarts)
        {
            yield return $"{topology.Name} keeps its data in its pods (emptyDir): each restarted member begins empty and gets everything from the leader, before the next one is touched. Were a majority lost meanwhile, all topics would be lost with it.";
        }
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
