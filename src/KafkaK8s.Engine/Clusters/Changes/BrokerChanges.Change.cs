using System.Globalization;
using System.Text.Json.Nodes;
using KafkaK8s.Engine.Kafka;
using KafkaK8s.Engine.Manifests;

namespace KafkaK8s.Engine.Clusters.Changes;

/// <content>Changes of what the brokers are.</content>
public sealed partial class BrokerChanges
{
    private const string UsualClaim = "datadir";

    /// <summary>
    /// Plans a change: claims that grow; replicas that leave, and brokers after them; changed fields; brokers that join; restarts of those that don't run what is
    /// wanted; replicas for those that joined.
    /// </summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="change">What is to change.</param>
    /// <param name="force">Whether replicas are not waited for in restarts.</param>
    /// <param name="cancellation">Ends it at once.</param>
    /// <exception cref="EngineException">
    /// It can't be, or the server refuses it: nothing was changed. <c>BrokerHoldsReplicas</c>, <c>TooFewBrokersLeft</c>, <c>StorageShrinks</c>, <c>StorageNotExpandable</c>,
    /// <c>ControllersAreStatic</c>, <c>ClaimsWouldGo</c>, <c>BrokerDataWouldBeLost</c>, <c>BrokerIdsDiffer</c>, <c>RollsByItself</c>, <c>ResourceInvalid</c>, among others.
    /// </exception>
    public async Task<ChangePlan> PlanAsync(ClusterIdentity cluster, BrokerChange change, bool force, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(change);
        var sets = new LiveSets(connection, cluster);
        var set = await sets.ReadObservedAsync(ClusterParts.Brokers, cancellation);
        var wanted = change.Replicas ?? ClusterManifests.OverriddenReplicas(change.Override) ?? set.Replicas;
        Check(set, change, wanted);
        var (patch, changes) = await PatchAsync(new SetPatch(sets, ClusterParts.Brokers), set, change, wanted, cancellation);
        var targets = Outdated(set, wanted, changes);
        var isShrinking = wanted < set.Replicas;
        var mustAsk = isShrinking || change.Rebalance;

        var look = new ReplicaLook(connection);
        var rolling = new BrokerRolling(sets, look, force);
        var scaling = new BrokerScaling(sets, look, rolling);
        var claims = new ClaimChanges(sets);
        var view = mustAsk || targets.Count > 0 ? await LookAsync(look, set, force && !mustAsk, cancellation) : null;
        RequireKept(set, view, [.. targets.Keys]);
        var work = new List<ChangeWork>();
        if (change.StorageSize is { } size)
        {
            work.AddRange(await claims.GrowAsync(set, size, UsualClaim, Math.Min(wanted, set.Replicas), cancellation));
        }

        if (isShrinking)
        {
            work.AddRange(await DrainAsync(sets, look, set, view, change, wanted, cancellation));
            work.AddRange(Enumerable.Range(wanted, set.Replicas - wanted).Reverse().Select(ordinal => scaling.Remove(set, ordinal)));
        }

        if (isShrinking || change.IncludeData)
        {
            work.AddRange((await claims.LeftBehindAsync(set, wanted, cancellation)).Select(claim => claims.LeaveBehind(claim, change.IncludeData)));
        }

        if (changes.Count > 0)
        {
            work.Add(new SetPatch(sets, ClusterParts.Brokers).Work(set, patch, changes, ReasonOf));
        }

        for (var ordinal = set.Replicas; ordinal < wanted; ordinal++)
        {
            work.Add(scaling.Add(set, ordinal));
        }

        var controller = targets.Count > 1 ? await ControllerAsync(look, set, cancellation) : null;
        var leaving = isShrinking ? Enumerable.Range(wanted, set.Replicas - wanted).ToList() : [];
        work.AddRange(rolling.Restart(set, view, controller, targets, [], leaving, SetPatch.OutdatedAsOf()));
        if (change.Rebalance && !(isShrinking && change.Drain))
        {
            work.AddRange(await RebalanceAsync(sets, look, set, view, change, wanted, cancellation));
        }

        var isFieldChanged = changes.Count > 0 || isShrinking;
        return new ChangePlan(
            cluster, work, [.. isFieldChanged ? SetPatch.Warnings(set) : [], .. targets.Count > 0 ? BrokerRolling.Warnings(view) : []]);
    }

    private void Check(LiveSet set, BrokerChange change, int wanted)
    {
        foreach (var removed in change.Configuration?.Where(setting => setting.Value is null) ?? [])
        {
            BrokerEnvironment.Variable(removed.Key);
        }

        var given = change.Configuration?.Where(setting => setting.Value is not null).ToDictionary(setting => setting.Key, setting => setting.Value!);
        SpecificationRules.Check(
            new ClusterSpecification(
                set.Snapshot.Identity,
                ClusterPreset.Standard,
                IncludeNamespace: false,
                Zookeeper: null,
                new BrokerSpecification(wanted, change.Image, change.StorageSize, HeapOptions: change.HeapOptions, Configuration: given),
                Client: null),
            connection.Observer.Warning);
        if (wanted != set.Replicas && ClusterSnapshot.HasControllers(set.Set))
        {
            throw new EngineException(
                "ControllersAreStatic",
                EngineErrorKind.NotSupported,
                set.Snapshot.Identity.ToString(),
                $"The brokers of {set.Snapshot.Identity} are its controllers too, and the controllers of a quorum can't be scaled by their number. Nothing was changed.",
                "Scale brokers that are no controllers.");
        }

        if (wanted < set.Replicas && !change.IncludeData && (string?)set.Set["spec"]?["persistentVolumeClaimRetentionPolicy"]?["whenScaled"] == "Delete")
        {
            throw new EngineException(
                "ClaimsWouldGo",
                EngineErrorKind.Conflict,
                set.Name,
                $"StatefulSet {set.Name} has its claims deleted when it is scaled down (persistentVolumeClaimRetentionPolicy), and the data in them would be lost. Nothing was changed.",
                "Set whenScaled to Retain with -Override first, or say -IncludeData.");
        }
    }

    private static async Task<(JsonObject Patch, IReadOnlyList<FieldChange> Changes)> PatchAsync(
        SetPatch patcher, LiveSet set, BrokerChange change, int wanted, CancellationToken cancellation)
    {
        var patch = BrokerPatch.Create(set.Set, change);
        if (wanted > set.Replicas)
        {
            patch = PatchUnion.Of(patch, new JsonObject { ["spec"] = new JsonObject { ["replicas"] = wanted } });
        }

        var changes = await patcher.PreviewAsync(set, patch, cancellation);
        if (Outdated(set, wanted, changes).Count > 0)
        {
            SetPatch.RefuseRolling(set, patch);
        }

        if (set.RestartsByItself && Outdated(set, wanted, changes).Count > 0)
        {
            patch = PatchUnion.Of(patch, OnDelete());
            changes = await patcher.PreviewAsync(set, patch, cancellation);
        }

        return (patch, changes);
    }

    // Those that don't run the template that holds now, or will not when it has changed.
    private static Dictionary<int, string> Outdated(LiveSet set, int wanted, IReadOnlyList<FieldChange> changes)
    {
        var becomesOutdated = SetPatch.ChangesPods(changes);
        return set.Members
            .Where(member => member.Ordinal < Math.Min(wanted, set.Replicas) && member.Pod is not null && (becomesOutdated || set.IsOutdated(member.Pod)))
            .ToDictionary(
                member => member.Ordinal,
                _ => becomesOutdated ? "its template changes" : "it runs an older template than the StatefulSet has");
    }

    private static string ReasonOf(FieldChange change) => change.Path.StartsWith("spec.updateStrategy", StringComparison.Ordinal)
        ? WhyOnDelete
        : "asked for";

    private static async Task<IReadOnlyList<ChangeWork>> DrainAsync(
        LiveSets sets, ReplicaLook look, LiveSet set, ReplicaView? view, BrokerChange change, int wanted, CancellationToken cancellation)
    {
        var present = Present(sets, view);
        var kafka = await look.OpenAsync(set.Snapshot, cancellation);
        var running = change.Drain ? await kafka.Partitions.ReassignmentsAsync(cancellation) : [];
        var settled = PartitionPlan.Settled(present, running);
        BrokerScaling.RequireNoLoss(sets.Cluster, settled, wanted, change.Drain);
        if (!change.Drain)
        {
            return [];
        }

        var leaving = Enumerable.Range(wanted, set.Replicas - wanted).ToList();
        var staying = Enumerable.Range(0, wanted).ToList();
        var plan = change.Rebalance ? PartitionPlan.Rebalance(settled, staying) : PartitionPlan.OffBrokers(settled, leaving, staying);
        return await new ReplicaMoves(sets, look, change.Throttle).WorkAsync(
            kafka, plan, present, running, [.. staying, .. leaving], string.Create(CultureInfo.InvariantCulture, $"brokers from {wanted} on leave"), cancellation);
    }

    private static async Task<IReadOnlyList<ChangeWork>> RebalanceAsync(
        LiveSets sets, ReplicaLook look, LiveSet set, ReplicaView? view, BrokerChange change, int wanted, CancellationToken cancellation)
    {
        var present = Present(sets, view);
        var kafka = await look.OpenAsync(set.Snapshot, cancellation);
        var running = await kafka.Partitions.ReassignmentsAsync(cancellation);
        var plan = PartitionPlan.Rebalance(PartitionPlan.Settled(present, running), [.. Enumerable.Range(0, wanted)]);
        return await new ReplicaMoves(sets, look, change.Throttle).WorkAsync(
            kafka, plan, present, running, [.. Enumerable.Range(0, Math.Min(wanted, set.Replicas))], "each broker gets its share of the replicas", cancellation);
    }

    private static IReadOnlyList<PartitionDescription> Present(LiveSets sets, ReplicaView? view) => view is null
        ? throw new EngineException(
            "KafkaNotAnswering",
            EngineErrorKind.Unavailable,
            sets.Cluster.ToString(),
            $"No broker of {sets.Cluster} is ready, so Kafka can't be asked where replicas are. Nothing was changed.",
            "Get-KafkaBroker says what they wait for.")
        : [.. view.Topics.Where(topic => !topic.IsMarkedForDeletion).SelectMany(topic => topic.Partitions)];
}
