using System.Globalization;
using KafkaK8s.Engine.Kubernetes;

namespace KafkaK8s.Engine.Clusters;

/// <summary>
/// Waits until a cluster is ready: all its parts together, woken by a watch and, in case the watch is deaf, every other second. It says
/// what it waits for, and gives up at once on what can't heal by itself.
/// </summary>
/// <param name="connection">Where.</param>
public sealed class ClusterWait(KubernetesConnection connection)
{
    private const int MostReasonsShown = 3;
    private const int MostFailuresInARow = 5;

    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(2);

    // How long an old refusal is given to be repeated; controllers try again in ever longer intervals.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(20);

    private readonly ClusterInspection _inspection = new(connection);

    /// <summary>Waits until the parts of a cluster that are there are ready.</summary>
    /// <param name="cluster">Which.</param>
    /// <param name="parts">Which parts of it.</param>
    /// <param name="timeout">How long at most.</param>
    /// <param name="after">The deployment that is waited for, where there was one: what it created can't have old troubles.</param>
    /// <param name="cancellation">Ends the waiting at once; the cluster goes on starting.</param>
    /// <returns>The cluster, ready.</returns>
    /// <exception cref="EngineException">
    /// <c>ClusterNotFound</c>; <c>ClusterNotReady</c> when the time is up; <c>ImageNameInvalid</c>, <c>ImageNeverPulled</c>, <c>ImageNotFound</c>,
    /// <c>StorageClassNotFound</c>, <c>QuotaExceeded</c> or <c>PodCreationRefused</c> at once. These have the pods' reasons, last events and log lines.
    /// </exception>
    public async Task<ClusterState> UntilReadyAsync(
        ClusterIdentity cluster, ClusterParts parts, TimeSpan timeout, DeploymentResult? after, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        using var watching = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var changed = new SemaphoreSlim(0, 1);
        Task[] watches =
        [
            WatchAsync(new ResourceQuery("v1", "Pod", cluster.Namespace), changed, watching.Token),
            WatchAsync(new ResourceQuery("apps/v1", "StatefulSet", cluster.Namespace), changed, watching.Token),
        ];
        try
        {
            return await WaitAsync(cluster, parts, timeout, after, changed, cancellation);
        }
        finally
        {
            await watching.CancelAsync();
            await Task.WhenAll(watches);
            connection.Observer.Progress(new OperationProgress(Activity(cluster), "", null, Completed: true));
        }
    }

    private async Task<ClusterState> WaitAsync(
        ClusterIdentity cluster, ClusterParts parts, TimeSpan timeout, DeploymentResult? after, SemaphoreSlim changed, CancellationToken cancellation)
    {
        var started = TimeProvider.System.GetTimestamp();
        var diagnosis = new ClusterDiagnosis(connection);
        EventHistory? history = null;
        var failuresLeft = 0;
        while (true)
        {
            var snapshot = await LookAsync(cluster, failuresLeft, cancellation);
            var elapsed = TimeProvider.System.GetElapsedTime(started);
            failuresLeft = snapshot is null ? failuresLeft - 1 : MostFailuresInARow;
            if (snapshot is not null)
            {
                var state = snapshot.Exists ? snapshot.Read(connection.ContextName) : throw _inspection.NotFound(cluster);
                if (state.Pods(parts).All(pod => pod.IsReady))
                {
                    return state;
                }

                Report(cluster, state, parts);
                history ??= new EventHistory(snapshot, after);
                if (await diagnosis.FindAsync(snapshot, parts, told => history.IsCurrent(told, elapsed > Grace), cancellation) is { } obstacle)
                {
                    throw await ErrorAsync(obstacle.Id, EngineErrorKind.Unavailable, snapshot, state, parts, $"can't become ready. {obstacle.Message}", obstacle.Advice, cancellation);
                }

                if (elapsed >= timeout)
                {
                    throw await ErrorAsync(
                        "ClusterNotReady",
                        EngineErrorKind.Timeout,
                        snapshot,
                        state,
                        parts,
                        string.Create(CultureInfo.InvariantCulture, $"was not ready within {timeout.TotalSeconds:0.#} seconds."),
                        "It goes on starting: Wait-KafkaCluster waits on, Get-KafkaCluster shows how far it is.",
                        cancellation);
                }
            }

            var pause = timeout - elapsed is var left && left > TimeSpan.Zero && left < PollInterval ? left : PollInterval;
            await changed.WaitAsync(pause, cancellation);
        }
    }

    // Once there was an answer, a look may fail: a server restarts, a notebook changes its network, and a wait of minutes should not end by that.
    private async Task<ClusterSnapshot?> LookAsync(ClusterIdentity cluster, int failuresLeft, CancellationToken cancellation)
    {
        try
        {
            return await _inspection.SnapshotAsync(cluster, cancellation);
        }
        catch (EngineException exception) when (exception.Kind == EngineErrorKind.Connection && failuresLeft > 0)
        {
            connection.Observer.Progress(new OperationProgress(Activity(cluster), exception.Message));
            return null;
        }
    }

    private void Report(ClusterIdentity cluster, ClusterState state, ClusterParts parts)
    {
        var pods = state.Pods(parts).ToList();
        var waiting = pods.Where(pod => !pod.IsReady).Select(pod => $"{pod.Name}: {pod.Reason}").ToList();
        var more = waiting.Count > MostReasonsShown ? string.Create(CultureInfo.InvariantCulture, $" (and {waiting.Count - MostReasonsShown} more)") : "";
        connection.Observer.Progress(new OperationProgress(
            Activity(cluster), string.Join("; ", waiting.Take(MostReasonsShown)) + more, 100 * (pods.Count - waiting.Count) / pods.Count));
    }

    private async Task<EngineException> ErrorAsync(
        string id, EngineErrorKind kind, ClusterSnapshot snapshot, ClusterState state, ClusterParts parts, string message, string advice, CancellationToken cancellation) => new(
            id,
            kind,
            snapshot.Identity.Name,
            $"The cluster {snapshot.Identity.Name} in {snapshot.Identity.Namespace} {message}{await new ClusterReport(connection).WriteAsync(snapshot, state, parts, cancellation)}",
            advice);

    // A watch only wakes; where it can't be had, the poll does.
    private async Task WatchAsync(ResourceQuery query, SemaphoreSlim changed, CancellationToken cancellation)
    {
        try
        {
            await foreach (var _ in connection.Resources.WatchAsync(query, cancellation))
            {
                Wake(changed);
            }
        }
        catch (EngineException)
        {
        }
        catch (OperationCanceledException)
        {
        }
    }

    private static void Wake(SemaphoreSlim changed)
    {
        try
        {
            changed.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is awake already.
        }
    }

    private static string Activity(ClusterIdentity cluster) => $"Waiting for {cluster.Name} in {cluster.Namespace}";

    /// <summary>Tells events of now from those that were there before the waiting began.</summary>
    private sealed class EventHistory
    {
        private readonly HashSet<(string Id, int Count)> _old;

        public EventHistory(ClusterSnapshot first, DeploymentResult? after)
        {
            var isNew = (after?.Resources ?? []).Where(resource => resource is { Kind: "StatefulSet", Outcome: ResourceOutcome.Created }).Select(resource => resource.Name).ToHashSet();
            _old = first.Sets(ClusterParts.All)
                .Where(set => !isNew.Contains((string?)set["metadata"]?["name"] ?? ""))
                .SelectMany(first.Events.About)
                .Select(told => (told.Id, told.Count))
                .ToHashSet();
        }

        public bool IsCurrent(ClusterEvent told, bool waitedLong) => waitedLong || !_old.Contains((told.Id, told.Count));
    }
}
