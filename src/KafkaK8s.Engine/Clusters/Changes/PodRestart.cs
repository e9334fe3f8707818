using System.Globalization;
using System.Text.Json.Nodes;
using KafkaK8s.Engine.Kubernetes;

namespace KafkaK8s.Engine.Clusters.Changes;

/// <summary>What a restart of a pod looks at besides the pod itself.</summary>
/// <param name="IsWanted">
/// Whether a pod is still to be restarted. One that was replaced meanwhile — by a drain, by an earlier run — may be as wanted already.
/// </param>
/// <param name="HeldByAsync">What keeps the pod from being taken down now; nothing when it may.</param>
/// <param name="MissingAsync">What the pod's successor is still lacking once it is ready; nothing when all is back.</param>
/// <param name="Held">The error when the time is up before the pod could be taken down.</param>
/// <param name="Lacking">The error when the time is up before all was back.</param>
internal sealed record RestartRules(
    Func<LiveSet, JsonObject, bool> IsWanted,
    Func<LiveSet, JsonObject, CancellationToken, Task<IReadOnlyList<StepBlocker>>> HeldByAsync,
    Func<LiveSet, CancellationToken, Task<IReadOnlyList<StepBlocker>>> MissingAsync,
    Func<IReadOnlyList<StepBlocker>, EngineException> Held,
    Func<IReadOnlyList<StepBlocker>, EngineException> Lacking)
{
    /// <summary>Whether a pod is back, as far as it can be for now. Ready, unless something else is said.</summary>
    public Func<LiveSet, JsonObject, bool> IsBack { get; init; } = static (_, pod) => PodReading.IsReady(pod);
}

/// <summary>Restarts one pod of a StatefulSet: waits until it may go, deletes it, and waits until its successor is ready and has all that it lacks.</summary>
internal sealed class PodRestart(LiveSets sets, ClusterParts part)
{
    /// <summary>Restarts a pod. Begun again after an interruption, it goes on where that one was.</summary>
    public async Task RunAsync(StepRun run, string member, RestartRules rules, CancellationToken cancellation)
    {
        var taken = await TakeDownAsync(run, member, rules, cancellation);
        await AwaitAsync(run, member, taken, rules, cancellation);
    }

    /// <summary>Waits until a member is ready and has all that it lacks.</summary>
    /// <param name="run">The step.</param>
    /// <param name="member">The pod's name.</param>
    /// <param name="formerUid">The uid of the pod that was taken down; null where any pod will do.</param>
    /// <param name="rules">What it has to have.</param>
    /// <param name="cancellation">Ends the waiting at once.</param>
    public async Task AwaitAsync(StepRun run, string member, string? formerUid, RestartRules rules, CancellationToken cancellation)
    {
        LiveSet? seen = null;
        var before = run.WasHeld ? run.Elapsed : TimeSpan.Zero;
        await run.UntilAsync(
            async stop =>
            {
                seen = await sets.ReadAsync(part, stop);
                var pod = seen.Snapshot.Find(member);
                if (pod is not null && Uid(pod) != formerUid && !PodReading.IsTerminating(pod) && rules.IsBack(seen, pod))
                {
                    return true;
                }

                run.Report($"{member}: {(pod is not null && Uid(pod) == formerUid ? "terminating" : seen.WhyNotReady(member))}");
                if ((pod is null || Uid(pod) != formerUid) && await ObstacleAsync(seen, member, run, stop) is { } obstacle)
                {
                    throw new StepStoppedException(await NotReadyAsync(
                        obstacle.Id, EngineErrorKind.Unavailable, seen, member, $"can't become ready. {obstacle.Message}", obstacle.Advice, stop));
                }

                return false;
            },
            async stop => await NotReadyAsync(
                "PodNotReady",
                EngineErrorKind.Timeout,
                seen!,
                member,
                string.Create(CultureInfo.InvariantCulture, $"was not ready within {run.Timeout.TotalSeconds:0.#} seconds{Before(before)}."),
                "It goes on starting by itself.",
                stop),
            cancellation);

        IReadOnlyList<StepBlocker> missing = [];
        await run.UntilAsync(
            async stop =>
            {
                missing = await rules.MissingAsync(await sets.ReadAsync(part, stop), stop);
                await run.HoldAsync(missing);
                return missing.Count == 0;
            },
            _ => Task.FromResult(rules.Lacking(missing)),
            cancellation);
    }

    // The time in which the old pod could not go is none in which the new one could have become ready.
    private static string Before(TimeSpan before) =>
        before < TimeSpan.FromSeconds(1) ? "" : string.Create(CultureInfo.InvariantCulture, $", the first {before.TotalSeconds:0} of which it took until the pod could go");

    /// <summary>Deletes the pod when it may go. Returns the uid of the pod that is going, or null where it doesn't need to.</summary>
    private async Task<string?> TakeDownAsync(StepRun run, string member, RestartRules rules, CancellationToken cancellation)
    {
        string? taken = null;
        IReadOnlyList<StepBlocker> blockers = [];
        await run.UntilAsync(
            async stop =>
            {
                var seen = await sets.ReadAsync(part, stop);
                if (seen.Snapshot.Find(member) is not { } pod || taken is not null && Uid(pod) != taken)
                {
                    return true;
                }

                if (!seen.IsObserved)
                {
                    blockers = [new StepBlocker($"StatefulSet {seen.Name}", "its controller has not taken notice of its last change, so it is not known which pods are outdated")];
                    await run.HoldAsync(blockers);
                    return false;
                }

                if (!rules.IsWanted(seen, pod))
                {
                    run.Skip();
                    return true;
                }

                if (PodReading.IsTerminating(pod))
                {
                    taken = Uid(pod);
                    return true;
                }

                blockers = await rules.HeldByAsync(seen, pod, stop);
                await run.HoldAsync(blockers);
                if (blockers.Count > 0)
                {
                    return false;
                }

                taken = Uid(pod);
                run.Report("deleting the pod");
                return await DeleteAsync(pod, stop);
            },
            _ => Task.FromResult(rules.Held(blockers)),
            cancellation);
        return taken;
    }

    // An answer that was lost is not known to be a deletion: the next look tells.
    private async Task<bool> DeleteAsync(JsonObject pod, CancellationToken cancellation)
    {
        try
        {
            await sets.Connection.Resources.DeleteAsync(
                new ResourceReference("v1", "Pod", sets.Cluster.Namespace, (string)pod["metadata"]!["name"]!), new DeleteOptions(Uid: Uid(pod)), cancellation);
            return true;
        }
        catch (EngineException unsure) when (unsure.Kind == EngineErrorKind.OutcomeUnknown || unsure.Id == "ResourceConflict")
        {
            return false;
        }
    }

    private async Task<Obstacle?> ObstacleAsync(LiveSet seen, string member, StepRun run, CancellationToken cancellation)
    {
        // Other members may have troubles of their own, which are not this step's.
        var own = seen.Snapshot with { Pods = [.. seen.Snapshot.Pods.Where(pod => (string?)pod["metadata"]?["name"] == member)] };
        return await new ClusterDiagnosis(sets.Connection).FindAsync(own, part, _ => run.Elapsed > TimeSpan.FromSeconds(20), cancellation);
    }

    private async Task<EngineException> NotReadyAsync(
        string id, EngineErrorKind kind, LiveSet seen, string member, string message, string advice, CancellationToken cancellation)
    {
        var own = seen.Snapshot with { Pods = [.. seen.Snapshot.Pods.Where(pod => (string?)pod["metadata"]?["name"] == member)] };
        var state = own.Read(sets.Connection.ContextName);
        var narrowed = state with
        {
            Brokers = state.Brokers is { } brokers ? brokers with { Members = [.. brokers.Members.Where(pod => pod.Name == member)] } : null,
            Zookeeper = state.Zookeeper is { } ensemble ? ensemble with { Members = [.. ensemble.Members.Where(pod => pod.Name == member)] } : null,
        };
        var report = await new ClusterReport(sets.Connection).WriteAsync(own, narrowed, part, cancellation);
        return new EngineException(id, kind, member, $"{member} {message}{report}", advice);
    }

    private static string Uid(JsonObject pod) => (string)pod["metadata"]!["uid"]!;
}
