using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;

namespace KafkaK8s.Sandbox.Api;

/// <summary>What goes wrong with a request.</summary>
internal enum FaultKind
{
    /// <summary>It is answered with a refusal instead of being carried out.</summary>
    Answer,

    /// <summary>It is carried out after a while.</summary>
    Delay,

    /// <summary>The connection is dropped, and nothing is carried out.</summary>
    DropBefore,

    /// <summary>The connection is dropped after the request was carried out, before a word of the answer.</summary>
    DropAfter,

    /// <summary>It is carried out, and the connection is dropped in the middle of the answer.</summary>
    Truncate,

    /// <summary>It is never answered; the client has to give up.</summary>
    Hang,
}

/// <summary>A fault, and which requests it strikes.</summary>
/// <param name="Kind">What goes wrong.</param>
internal sealed record Fault(FaultKind Kind)
{
    private int _remaining = int.MaxValue;
    private int _struck;

    /// <summary>The method that it strikes; null for any.</summary>
    public string? Method { get; init; }

    /// <summary>What the path, query included, must contain; null for any.</summary>
    public string? Path { get; init; }

    /// <summary>How many requests it strikes; then it is over.</summary>
    public int Times
    {
        get => _remaining;
        init => _remaining = value;
    }

    /// <summary>How many requests it has struck.</summary>
    public int Struck => _struck;

    /// <summary>What it answers, for <see cref="FaultKind.Answer"/>.</summary>
    public ApiException? Refusal { get; init; }

    /// <summary>How long it delays, on the sandbox's clock, for <see cref="FaultKind.Delay"/>.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>403, as if the user weren't allowed to.</summary>
    public static Fault Forbidden() => new(FaultKind.Answer) { Refusal = new ApiException(403, "Forbidden", "forbidden: refused on request", []) };

    /// <summary>429 with a Retry-After header.</summary>
    public static Fault TooManyRequests(int retryAfterSeconds) => new(FaultKind.Answer)
    {
        Refusal = new ApiException(429, "TooManyRequests", "the server has received too many requests and has asked us to try again later", [])
        {
            RetryAfter = retryAfterSeconds,
        },
    };

    /// <summary>503, as a server that is starting or stopping.</summary>
    public static Fault Unavailable() => new(FaultKind.Answer)
    {
        Refusal = new ApiException(503, "ServiceUnavailable", "the server is currently unable to handle the request", []),
    };

    internal bool Strikes(HttpRequest request)
    {
        if ((Method is not null && Method != request.Method)
            || (Path is not null && !(request.Path.Value + request.QueryString.Value).Contains(Path, StringComparison.Ordinal)))
        {
            return false;
        }

        if (Interlocked.Decrement(ref _remaining) < 0)
        {
            return false;
        }

        Interlocked.Increment(ref _struck);
        return true;
    }
}

/// <summary>The faults that a sandbox has been asked for.</summary>
internal sealed class Faults(ObjectStore store)
{
    private readonly ConcurrentDictionary<Fault, bool> _faults = new(ReferenceEqualityComparer.Instance);

    /// <summary>Asks for a fault; it strikes until its times are over or it is removed.</summary>
    public Fault Add(Fault fault)
    {
        _faults[fault] = true;
        return fault;
    }

    /// <summary>Ends a fault.</summary>
    public void Remove(Fault fault) => _faults.TryRemove(fault, out _);

    /// <summary>Ends all faults.</summary>
    public void Clear() => _faults.Clear();

    /// <summary>Expires every watch that runs, with 410; what came before can't be watched from any more.</summary>
    public void ExpireWatches() => store.ExpireHistory();

    /// <summary>Carries a request out as far as the faults let it.</summary>
    internal async Task ServeAsync(HttpContext context, Func<HttpContext, Task> serve)
    {
        var fault = _faults.Keys.FirstOrDefault(candidate => candidate.Strikes(context.Request));
        switch (fault?.Kind)
        {
            case null:
                await serve(context);
                break;
            case FaultKind.Answer:
                throw fault.Refusal!;
            case FaultKind.Delay:
                await store.Clock.DelayAsync(fault.Delay, context.RequestAborted);
                await serve(context);
                break;
            case FaultKind.DropBefore:
                context.Abort();
                break;
            case FaultKind.Hang:
                await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
                break;
            default:
                await ServeAndDropAsync(context, serve, fault.Kind == FaultKind.Truncate);
                break;
        }
    }

    private static async Task ServeAndDropAsync(HttpContext context, Func<HttpContext, Task> serve, bool sendHalf)
    {
        var connection = context.Response.Body;
        using var answer = new MemoryStream();
        context.Response.Body = answer;
        await serve(context);
        context.Response.Body = connection;
        if (sendHalf)
        {
            context.Response.ContentLength = answer.Length;
            await connection.WriteAsync(answer.GetBuffer().AsMemory(0, (int)answer.Length / 2), context.RequestAborted);
            await connection.FlushAsync(context.RequestAborted);
        }

        context.Abort();
    }
}
