using System.Text.Json.Nodes;
using System.Threading.Channels;
using KafkaK8s.Sandbox.Api;

namespace KafkaK8s.Sandbox.Controllers;

/// <summary>
/// Brings objects closer to what they ask for, one at a time: whenever something changes that an object depends on, it is looked
/// at anew as a whole. What fails is tried again later, ever later.
/// </summary>
internal abstract class Controller(ObjectStore store)
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LastRetry = TimeSpan.FromMinutes(1);

    private readonly Channel<ObjectKey> _queue = Channel.CreateUnbounded<ObjectKey>();
    private readonly HashSet<ObjectKey> _waiting = [];
    private readonly Dictionary<ObjectKey, TimeSpan> _retries = [];

    /// <summary>The cluster's state.</summary>
    protected ObjectStore Store { get; } = store;

    /// <summary>The kinds whose changes matter.</summary>
    protected abstract IReadOnlyList<ResourceKind> Watched { get; }

    /// <summary>Works until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task[] tasks = [.. Watched.Select(kind => FollowAsync(kind, ending.Token)), WorkAsync(ending.Token)];
        try
        {
            await await Task.WhenAny(tasks);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
        }
        finally
        {
            await ending.CancelAsync();
            await Task.WhenAll(tasks).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }

    /// <summary>Which objects have to be looked at when this one changes.</summary>
    protected abstract IEnumerable<ObjectKey> Affected(ResourceKind kind, JsonObject item);

    /// <summary>Looks at an object, which may be gone, and does what is next.</summary>
    /// <exception cref="ApiException">Something was refused; it will be tried again.</exception>
    protected abstract void Reconcile(ObjectKey key, CancellationToken cancellation);

    /// <summary>Looks at an object again after a while.</summary>
    protected void ReconcileAfter(ObjectKey key, TimeSpan delay, CancellationToken cancellation) =>
        _ = EnqueueLaterAsync(key, delay, cancellation);

    private async Task FollowAsync(ResourceKind kind, CancellationToken cancellation)
    {
        while (true)
        {
            var (items, version) = Store.Snapshot(kind);
            foreach (var key in items.SelectMany(item => Affected(kind, item)))
            {
                Enqueue(key);
            }

            try
            {
                await foreach (var change in Store.WatchAsync(kind, null, version, cancellation))
                {
                    var affected = Affected(kind, change.Object);
                    foreach (var key in change.Previous is null ? affected : affected.Union(Affected(kind, change.Previous)))
                    {
                        Enqueue(key);
                    }
                }
            }
            catch (ApiException expired) when (expired.Code == 410)
            {
                // What was missed is in the next snapshot.
            }
        }
    }

    private async Task WorkAsync(CancellationToken cancellation)
    {
        await foreach (var key in _queue.Reader.ReadAllAsync(cancellation))
        {
            lock (_waiting)
            {
                _waiting.Remove(key);
            }

            try
            {
                Reconcile(key, cancellation);
                _retries.Remove(key);
            }
            catch (ApiException)
            {
                var delay = _retries.GetValueOrDefault(key, FirstRetry);
                _retries[key] = delay * 2 < LastRetry ? delay * 2 : LastRetry;
                ReconcileAfter(key, delay, cancellation);
            }
        }
    }

    private async Task EnqueueLaterAsync(ObjectKey key, TimeSpan delay, CancellationToken cancellation)
    {
        await Store.Clock.DelayAsync(delay, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!cancellation.IsCancellationRequested)
        {
            Enqueue(key);
        }
    }

    private void Enqueue(ObjectKey key)
    {
        lock (_waiting)
        {
            if (_waiting.Add(key))
            {
                _queue.Writer.TryWrite(key);
            }
        }
    }
}
