using System.Net;
using System.Net.Http.Headers;

namespace KafkaK8s.Engine.Kubernetes;

/// <summary>
/// Which calls are made again, and after how long. A refusal that says when to come back is obeyed for every method, because
/// nothing has happened; everything else is repeated only where repeating can't do it twice.
/// </summary>
internal static class RetryPolicy
{
    /// <summary>How often a call is made at most.</summary>
    public const int MaximumAttempts = 5;

    /// <summary>How long one pause may be; a server that asks for more is not waited for.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

    /// <summary>How long to pause before a call that was answered is made again, or null to leave it.</summary>
    /// <param name="attempt">The attempt that was answered, from 1.</param>
    /// <param name="isIdempotent">Whether making the call twice does what making it once does.</param>
    /// <param name="response">The answer.</param>
    /// <param name="now">The time, for an answer that names a date.</param>
    public static TimeSpan? PauseAfter(int attempt, bool isIdempotent, HttpResponseMessage response, DateTimeOffset now)
    {
        var asked = Asked(response.Headers.RetryAfter, now);
        var pause = response.StatusCode switch
        {
            HttpStatusCode.TooManyRequests => asked ?? (isIdempotent ? BackOff(attempt) : null),
            HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout when isIdempotent => asked ?? BackOff(attempt),
            _ => null,
        };
        return attempt < MaximumAttempts && pause <= LongestPause ? pause : null;
    }

    /// <summary>How long to pause before a call whose connection broke is made again, or null to leave it.</summary>
    public static TimeSpan? PauseAfterLoss(int attempt, bool isIdempotent) => isIdempotent && attempt < MaximumAttempts ? BackOff(attempt) : null;

    private static TimeSpan? Asked(RetryConditionHeaderValue? header, DateTimeOffset now) => header switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date > now ? date - now : TimeSpan.Zero,
        _ => null,
    };

    private static TimeSpan BackOff(int attempt) => TimeSpan.FromMilliseconds(100 * Math.Pow(3, attempt - 1));
}
