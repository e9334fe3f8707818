using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace KafkaK8s.Engine.Kubernetes;

/// <summary>
/// What every call of a connection goes through, WebSocket upgrades included: credentials, a time limit, one line for the
/// observer, and the retry policy.
/// </summary>
internal sealed class ApiPipeline(ClusterAccess access, IOperationObserver observer, TimeProvider time) : HttpMessageHandler
{
    /// <summary>Set on a request whose answer is short: its body is then read under the same time limit and retry policy.</summary>
    public static readonly HttpRequestOptionsKey<bool> ReadsBody = new("KafkaK8s.ReadsBody");

    /// <summary>Set on a request that may be made twice.</summary>
    public static readonly HttpRequestOptionsKey<bool> IsIdempotent = new("KafkaK8s.IsIdempotent");

    /// <summary>How long a server that has answered before may take for an answer.</summary>
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(60);

    /// <summary>How long a server may take for the first answer; then it counts as unreachable.</summary>
    private static readonly TimeSpan FirstAnswerTimeout = TimeSpan.FromSeconds(9);

    private static readonly string UserAgent = $"KafkaK8s/{typeof(ApiPipeline).Assembly.GetName().Version?.ToString(3)}";

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Prepare(request);
        var isIdempotent = request.Options.TryGetValue(IsIdempotent, out var declared) ? declared : request.Method == HttpMethod.Get && !IsUpgrade(request);
        for (var attempt = 1; ; attempt++)
        {
            TimeSpan pause;
            try
            {
                var response = await AttemptAsync(request, cancellationToken);
                if (RetryPolicy.PauseAfter(attempt, isIdempotent, response, time.GetUtcNow()) is not { } asked)
                {
                    return response;
                }

                response.Dispose();
                pause = asked;
            }
            catch (Exception exception) when (TransportErrors.IsLoss(exception) && RetryPolicy.PauseAfterLoss(attempt, isIdempotent) is not null)
            {
                pause = RetryPolicy.PauseAfterLoss(attempt, isIdempotent)!.Value;
            }

            await Task.Delay(pause, time, cancellationToken);
        }
    }

    private static bool IsUpgrade(HttpRequestMessage request) => request.Headers.Upgrade.Count > 0;

    private void Prepare(HttpRequestMessage request)
    {
        request.Headers.UserAgent.Clear();
        request.Headers.UserAgent.ParseAdd(UserAgent);
        if (access.TlsServerName is { } name)
        {
            // The handler takes the name for TLS from here, for what it sends and for what it verifies.
            request.Headers.Host = name;
        }

        foreach (var (header, value) in access.Impersonation)
        {
            request.Headers.TryAddWithoutValidation(header, value);
        }
    }

    private async Task<HttpResponseMessage> AttemptAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        var credential = await access.Credentials.GetAsync(cancellation);
        var response = await TracedAsync(request, credential, cancellation);
        if (response.StatusCode != HttpStatusCode.Unauthorized || !access.Credentials.Refused(credential))
        {
            return response;
        }

        response.Dispose();
        return await TracedAsync(request, await access.Credentials.GetAsync(cancellation), cancellation);
    }

    private async Task<HttpResponseMessage> TracedAsync(HttpRequestMessage request, Credential credential, CancellationToken cancellation)
    {
        var watch = Stopwatch.StartNew();
        try
        {
            var response = await LimitedAsync(request, credential, cancellation);
            observer.RemoteCall($"{Describe(request)} {((int)response.StatusCode).ToString(CultureInfo.InvariantCulture)}", watch.Elapsed);
            return response;
        }
        catch (Exception exception)
        {
            observer.RemoteCall($"{Describe(request)} {(cancellation.IsCancellationRequested ? "stopped" : TransportErrors.Reason(exception))}", watch.Elapsed);
            throw;
        }
    }

    private async Task<HttpResponseMessage> LimitedAsync(HttpRequestMessage request, Credential credential, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(access.HasAnswered || request.Method != HttpMethod.Get ? AnswerTimeout : FirstAnswerTimeout);
        request.Headers.Authorization = credential.Authorization;
        var response = await access.TransportFor(credential).SendAsync(request, limit.Token);
        access.HasAnswered = true;
        if (request.Options.TryGetValue(ReadsBody, out var reads) && reads)
        {
            await BufferAsync(response, limit.Token);
        }

        return response;
    }

    private static async Task BufferAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        try
        {
            var buffered = new ByteArrayContent(await response.Content.ReadAsByteArrayAsync(cancellation));
            foreach (var (name, values) in response.Content.Headers)
            {
                buffered.Headers.TryAddWithoutValidation(name, values);
            }

            response.Content.Dispose();
            response.Content = buffered;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    /// <summary>The request in one line. An exec's arguments stay out of it: they may be anything.</summary>
    private static string Describe(HttpRequestMessage request) =>
        $"{request.Method} {(IsUpgrade(request) ? request.RequestUri!.AbsolutePath : request.RequestUri!.PathAndQuery)}";
}
