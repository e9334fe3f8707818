using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Text;
using System.Text.Json.Nodes;
using KafkaK8s.Sandbox.Api;

namespace KafkaK8s.Sandbox.Pods;

/// <summary>What a probe found.</summary>
internal enum ProbeOutcome
{
    Success,
    Failure,

    /// <summary>It couldn't be carried out; that counts as nothing.</summary>
    Unknown,
}

/// <summary>A startup, readiness or liveness probe.</summary>
/// <param name="spec">The probe's spec.</param>
/// <param name="container">The spec of its container, for the names of ports.</param>
/// <param name="address">The pod's address, for messages.</param>
internal sealed class Probe(JsonObject spec, JsonObject container, string address)
{
    private const int MostOutput = 10_240;

    public TimeSpan InitialDelay => Seconds("initialDelaySeconds", 0);

    public TimeSpan Period => Seconds("periodSeconds", 10);

    public TimeSpan Timeout => Seconds("timeoutSeconds", 1);

    public int SuccessThreshold => (int)(spec.NumberAt("successThreshold") ?? 1);

    public int FailureThreshold => (int)(spec.NumberAt("failureThreshold") ?? 3);

    /// <summary>How long the program gets when this probe has it stopped; null for the pod's grace period.</summary>
    public TimeSpan? Grace => spec.NumberAt("terminationGracePeriodSeconds") is { } seconds ? TimeSpan.FromSeconds(seconds) : null;

    /// <summary>Carries it out once.</summary>
    /// <param name="running">The container.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<(ProbeOutcome Outcome, string Output)> RunAsync(IContainer running, CancellationToken cancellation)
    {
        // By the wall's clock, however fast the cluster's runs: what answers is code on this machine, which may be busy.
        using var timeout = new CancellationTokenSource(Timeout);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
        try
        {
            return spec switch
            {
                _ when spec["exec"] is JsonObject exec => await ExecAsync(running, exec, both.Token),
                _ when spec["tcpSocket"] is JsonObject socket => await ConnectAsync(running, socket, both.Token),
                _ when spec["httpGet"] is JsonObject request => await GetAsync(running, request, both.Token),
                _ => (ProbeOutcome.Unknown, "missing probe handler"),
            };
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            return (ProbeOutcome.Failure, TimeoutMessage());
        }
        catch (InvalidOperationException) when (running.Completion.IsCompleted)
        {
            // It ended in the moment it was asked.
            return (ProbeOutcome.Unknown, "rpc error: code = Unknown desc = failed to exec in container: cannot exec in a stopped container");
        }
        catch (ProgramNotFoundException missing)
        {
            return (ProbeOutcome.Unknown, $"rpc error: code = Unknown desc = failed to exec in container: {OciMessages.ExecFailed(missing.Message)}");
        }
    }

    private static async Task<(ProbeOutcome, string)> ExecAsync(IContainer running, JsonObject exec, CancellationToken cancellation)
    {
        var command = (exec["command"] as JsonArray ?? []).Select(argument => argument?.GetValue<string>() ?? "").ToList();
        using var output = new MemoryStream();
        var shared = Stream.Synchronized(output);
        var exitCode = await running.ExecAsync(new ContainerExec(command, null, shared, shared), cancellation);
        var text = Encoding.UTF8.GetString(output.ToArray().AsSpan(0, (int)Math.Min(output.Length, MostOutput)));
        return (exitCode == 0 ? ProbeOutcome.Success : ProbeOutcome.Failure, text);
    }

    private async Task<(ProbeOutcome, string)> ConnectAsync(IContainer running, JsonObject socket, CancellationToken cancellation)
    {
        if (Port(socket) is not { } port)
        {
            return (ProbeOutcome.Unknown, $"couldn't find port: {socket["port"]}");
        }

        try
        {
            await using var connection = await running.ConnectAsync(port, cancellation);
            return (ProbeOutcome.Success, "");
        }
        catch (IOException)
        {
            return (ProbeOutcome.Failure, $"dial tcp {address}:{port}: connect: connection refused");
        }
    }

    private async Task<(ProbeOutcome, string)> GetAsync(IContainer running, JsonObject request, CancellationToken cancellation)
    {
        if (Port(request) is not { } port)
        {
            return (ProbeOutcome.Unknown, $"couldn't find port: {request["port"]}");
        }

        var scheme = (request.TextAt("scheme") ?? "HTTP").ToLowerInvariant();
        var url = new Uri($"{scheme}://{request.TextAt("host") ?? address}:{port}/{request.TextAt("path")?.TrimStart('/')}");
        using var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, token) => await running.ConnectAsync(port, token),
            UseProxy = false,

            // A kubelet doesn't verify the certificates of what it probes.
            SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, _, _, _) => true },
        };
        using var client = new HttpClient(handler);
        using var message = new HttpRequestMessage(HttpMethod.Get, url);
        message.Headers.TryAddWithoutValidation("User-Agent", "kube-probe/1.36");
        foreach (var header in request.ObjectsAt("httpHeaders"))
        {
            message.Headers.TryAddWithoutValidation(header.TextAt("name")!, header.TextAt("value"));
        }

        try
        {
            using var response = await client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellation);
            return response.StatusCode is >= HttpStatusCode.OK and < HttpStatusCode.BadRequest
                ? (ProbeOutcome.Success, "")
                : (ProbeOutcome.Failure, $"HTTP probe failed with statuscode: {(int)response.StatusCode}");
        }
        catch (HttpRequestException)
        {
            return (ProbeOutcome.Failure, $"Get \"{url}\": dial tcp {address}:{port}: connect: connection refused");
        }
    }

    private string TimeoutMessage()
    {
        var seconds = ((int)Timeout.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        if (spec["exec"] is JsonObject exec)
        {
            var command = string.Join(' ', (exec["command"] as JsonArray ?? []).Select(argument => argument?.GetValue<string>()));
            return $"command timed out: \"{command}\" timed out after {seconds}s";
        }

        return spec["tcpSocket"] is JsonObject socket
            ? $"dial tcp {address}:{Port(socket)}: i/o timeout"
            : $"Get \"http://{address}:{Port(spec["httpGet"] as JsonObject ?? [])}\": context deadline exceeded";
    }

    private int? Port(JsonObject handler) => handler.TextAt("port") is { } name
        ? (int?)container.ObjectsAt("ports").FirstOrDefault(port => port.TextAt("name") == name).NumberAt("containerPort")
        : (int?)handler.NumberAt("port");

    private TimeSpan Seconds(string field, long otherwise) => TimeSpan.FromSeconds(spec.NumberAt(field) ?? otherwise);
}
