using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using KafkaK8s.Sandbox.Api;
using KafkaK8s.Sandbox.Controllers;
using Microsoft.AspNetCore.Http;

namespace KafkaK8s.Sandbox.Pods;

/// <summary>The execs and port-forwards that are open, so that they can be cut.</summary>
internal sealed class PodSessions
{
    private readonly ConcurrentDictionary<PodSession, ObjectKey> _open = new();

    /// <summary>How many are open to a pod.</summary>
    public int Count(string ns, string name) => _open.Values.Count(key => key == new ObjectKey(ns, name));

    /// <summary>Completes when none is open to a pod.</summary>
    public async Task WhenNoneAsync(string ns, string name)
    {
        foreach (var (session, _) in _open.Where(entry => entry.Value == new ObjectKey(ns, name)))
        {
            await session.Ended;
        }
    }

    /// <summary>Cuts all that are open to a pod in the middle of whatever they do, as a broken network would.</summary>
    public void Cut(string ns, string name)
    {
        foreach (var (session, _) in _open.Where(entry => entry.Value == new ObjectKey(ns, name)))
        {
            session.Cut();
        }
    }

    /// <summary>Opens one.</summary>
    public PodSession Begin(JsonObject pod, HttpContext context)
    {
        var session = new PodSession(context, ended => _open.TryRemove(ended, out _));
        _open[session] = ObjectKey.Of(pod);
        return session;
    }
}

/// <summary>An open exec or port-forward.</summary>
internal sealed class PodSession(HttpContext context, Action<PodSession> ended) : IDisposable
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);

    /// <summary>Completes when it has ended.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Cancelled when it is cut, or the client has gone.</summary>
    public CancellationToken Token => _ending.Token;

    /// <summary>Cuts it.</summary>
    public void Cut()
    {
        context.Abort();
        _ending.Cancel();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        ended(this);
        _ended.TrySetResult();
        _ending.Dispose();
    }
}
