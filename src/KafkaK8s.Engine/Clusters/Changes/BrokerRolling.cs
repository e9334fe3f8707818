using System.Globalization;
using System.Text.Json.Nodes;

namespace KafkaK8s.Engine.Clusters.Changes;

/// <summary>
/// Restarts brokers one at a time: those that aren't ready first, the active controller last; before each no partition may fall below its minimum of
/// in-sync replicas by it, after each it is ready and back in every in-sync replica set that it belongs to.
/// </summary>
/// <param name="sets">The cluster's StatefulSets.</param>
/// <param name="look">Kafka's replicas.</param>
/// <param name="force">Whether replicas are not waited for. The order, and that each is ready before the next, stay.</param>
internal sealed class BrokerRolling(LiveSets sets, ReplicaLook look, bool force)
{
    private const int MostNamed = 5;

    private readonly PodRestart _restart = new(sets, ClusterParts.Brokers);

    /// <summary>
    /// The work that restarts brokers: those that are down, which may be what helps; then the waiting for any other that is down; then those that are up.
    /// </summary>
    /// <param name="set">The brokers as they are.</param>
    /// <param name="view">Their replicas as they are, or null where nobody can be asked.</param>
    /// <param name="controller">The active controller, or null where it is not known.</param>
    /// <param name="targets">The brokers to restart, by ordinal, each with the reason.</param>
    /// <param name="restarted">Brokers that an earlier run has restarted, and may not have seen come back.</param>
    /// <param name="leaving">Brokers that are not there any more when it comes to this.</param>
    /// <param name="isWanted">Whether a pod is still to be restarted when its turn comes.</param>
    public IEnumerable<ChangeWork> Restart(
        LiveSet set,
        ReplicaView? view,
        int? controller,
        IReadOnlyDictionary<int, string> targets,
        IReadOnlyCollection<int> restarted,
        IReadOnlyCollection<int> leaving,
        Func<LiveSet, JsonObject, bool> isWanted)
    {
        var (down, up) = (targets.Where(target => !IsUp(set, target.Key)).ToList(), targets.Where(target => IsUp(set, target.Key)).ToList());
        return
        [
            .. Restart(set, view, controller, down, isWanted),
            .. up.Count > 0 || down.Count == 0 ? AwaitOthers(set, view, restarted, [.. targets.Keys, .. leaving]) : [],
            .. Restart(set, view, controller, up, isWanted),
        ];
    }

    private static bool IsUp(LiveSet set, int ordinal) => set.WhyNotReady(set.Member(ordinal)) is null;

    private IEnumerable<ChangeWork> Restart(
        LiveSet set, ReplicaView? view, int? controller, IEnumerable<KeyValuePair<int, string>> targets, Func<LiveSet, JsonObject, bool> isWanted)
    {
        foreach (var (ordinal, reason) in targets.OrderBy(target => target.Key == controller).ThenBy(target => target.Key))
        {
            var member = set.Member(ordinal);
            var step = new ChangeStep(
                ChangeAction.RestartPod, member, null, null, reason + Place(set, ordinal, controller), force ? null : BlockedBy(set, view, ordinal));
            yield return new ChangeWork(step, (run, cancellation) => _restart.RunAsync(run, member, Rules(ordinal, isWanted), cancellation));
        }
    }

    // Brokers that are down and are not to be restarted: before they are back, no other is taken down. One that was restarted is back when it has caught up.
    private IEnumerable<ChangeWork> AwaitOthers(LiveSet set, ReplicaView? view, IReadOnlyCollection<int> restarted, IReadOnlyCollection<int> seenTo)
    {
        if (force)
        {
            yield break;
        }

        foreach (var (ordinal, member, _) in set.Members.Where(member => member.Ordinal < set.Replicas && !seenTo.Contains(member.Ordinal)))
        {
            var lacking = restarted.Contains(ordinal) ? view?.Lacking(ordinal) ?? [] : [];
            var reason = set.WhyNotReady(member) is { } why ? $"it is not ready ({why})" : lacking.Count > 0 ? $"it has not caught up since it was restarted ({List(lacking)})" : null;
            if (reason is not null)
            {
                yield return new ChangeWork(
                    new ChangeStep(ChangeAction.AwaitPod, member, null, null, $"{reason}, and no second broker is taken down meanwhile", "what keeps it from becoming ready"),
                    (run, cancellation) => _restart.AwaitAsync(run, member, null, Rules(ordinal, static (_, _) => false), cancellation));
            }
        }
    }

    /// <summary>What one should know of topics that can't do without any of their replicas.</summary>
    public static IEnumerable<string> Warnings(ReplicaView? view)
    {
        var impossible = view?.Impossible ?? [];
        if (impossible.Count == 0)
        {
            yield break;
        }

        var named = impossible.Take(MostNamed).Select(topic => string.Create(
            CultureInfo.InvariantCulture,
            $"{topic.Name} (replicas {topic.Partitions.Min(partition => partition.Replicas.Count)}, minimum {view!.MinimumOf(topic)})"));
        var more = impossible.Count > MostNamed ? string.Create(CultureInfo.InvariantCulture, $" and {impossible.Count - MostNamed} more") : "";
        yield return $"Topics with no more replicas than must be in sync can't be written to, or not be reached at all, while a broker that holds one restarts: {string.Join(", ", named)}{more}.";
    }

    /// <summary>Waits until a broker that joined is ready and has all that it lacks.</summary>
    public Task AwaitAsync(StepRun run, int ordinal, string member, CancellationToken cancellation) =>
        _restart.AwaitAsync(run, member, null, Rules(ordinal, static (_, _) => false), cancellation);

    private RestartRules Rules(int ordinal, Func<LiveSet, JsonObject, bool> isWanted) => new(
        isWanted,
        (set, pod, cancellation) => HeldByAsync(set, pod, ordinal, cancellation),
        (set, cancellation) => MissingAsync(set, ordinal, cancellation),
        blockers => new EngineException(
            "RestartBlocked",
            EngineErrorKind.Timeout,
            sets.Cluster.ToString(),
            $"Broker {Number(ordinal)} may not go down now: {List(blockers)}.",
            blockers.Any(blocker => blocker.InSyncReplicas is not null)
                ? "Bring back the brokers that hold the missing replicas, or lower min.insync.replicas of the topics. -Force restarts without waiting for replicas."
                : "Bring the others back first; -Force doesn't restart a second broker either."),
        blockers => new EngineException(
            "BrokerNotInSync",
            EngineErrorKind.Timeout,
            sets.Cluster.ToString(),
            $"Broker {Number(ordinal)} is up again, and has not caught up yet: {List(blockers)}.",
            "It goes on catching up by itself."));

    // The pods are looked at last: Kafka takes seconds to answer, and a node may have drained another broker meanwhile.
    private async Task<IReadOnlyList<StepBlocker>> HeldByAsync(LiveSet set, JsonObject pod, int ordinal, CancellationToken cancellation)
    {
        var isReady = PodReading.IsReady(pod);
        if (!force || !set.KeepsData)
        {
            var view = await look.LookAgainAsync(set, cancellation);
            IReadOnlyList<StepBlocker> held = [.. force ? [] : view?.Holding(ordinal, isReady) ?? [], .. set.KeepsData ? [] : view?.OnlyOn(ordinal) ?? []];
            if (held.Count > 0)
            {
                return held;
            }

            set = await sets.ReadAsync(ClusterParts.Brokers, cancellation);
        }

        return isReady
            ? [.. set.Members
                .Where(member => member.Ordinal != ordinal && member.Ordinal < set.Replicas)
                .Select(member => (member.Name, Reason: set.WhyNotReady(member.Name)))
                .Where(member => member.Reason is not null)
                .Select(member => new StepBlocker(member.Name, $"it is not ready ({member.Reason}), and no second broker is taken down meanwhile"))]
            : [];
    }

    // What a broker keeps in its pod it fetches again from the others, before the next one loses what it has.
    private async Task<IReadOnlyList<StepBlocker>> MissingAsync(LiveSet set, int ordinal, CancellationToken cancellation) =>
        force && set.KeepsData ? [] : (await look.LookAgainAsync(set, cancellation))?.Lacking(ordinal) ?? [];

    private static string Place(LiveSet set, int ordinal, int? controller) =>
        set.WhyNotReady(set.Member(ordinal)) is { } reason ? $"; it is not ready ({reason}), and such brokers come first"
        : ordinal == controller ? "; it is the active controller, which comes last"
        : "";

    private static string BlockedBy(LiveSet set, ReplicaView? view, int ordinal)
    {
        var holding = view?.Holding(ordinal, set.WhyNotReady(set.Member(ordinal)) is null) ?? [];
        return holding.Count == 0
            ? "partitions that would fall below their minimum of in-sync replicas; none would now"
            : $"partitions that would fall below their minimum of in-sync replicas: {List(holding)}";
    }

    /// <summary>Blockers in words, the first few.</summary>
    public static string List(IReadOnlyList<StepBlocker> blockers) =>
        string.Join("; ", blockers.Take(MostNamed)) + (blockers.Count > MostNamed ? string.Create(CultureInfo.InvariantCulture, $"; and {blockers.Count - MostNamed} more") : "");

    private static string Number(int ordinal) => ordinal.ToString(CultureInfo.InvariantCulture);
}
