using System.Net;
using System.Net.Security;
using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using KafkaK8s.Engine.Kubernetes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace KafkaK8s.Engine.Tests.Kubernetes;

/// <summary>A server that answers as one test wants it: the corner cases that a well-behaved API server doesn't show.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly string _folder = Directory.CreateTempSubdirectory("kafkak8s-").FullName;

    private TestServer(WebApplication application) => _application = application;

    /// <summary>Where it listens.</summary>
    public Uri Address => new(_application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    /// <summary>A folder that goes with the server.</summary>
    public string Folder => _folder;

    /// <summary>Starts one without TLS, or with the certificate given.</summary>
    public static async Task<TestServer> StartAsync(RequestDelegate answer, X509Certificate2? certificate = null, bool asksForClientCertificate = false)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (certificate is not null)
            {
                listen.UseHttps(new HttpsConnectionAdapterOptions
                {
                    ServerCertificate = certificate,
                    ClientCertificateMode = asksForClientCertificate ? ClientCertificateMode.AllowCertificate : ClientCertificateMode.NoCertificate,
                    ClientCertificateValidation = (_, _, _) => true,
                });
            }
        }));
        var application = builder.Build();
        application.UseWebSockets(new WebSocketOptions { KeepAliveInterval = Timeout.InfiniteTimeSpan });
        application.Run(answer);
        await application.StartAsync(TestContext.Current.CancellationToken);
        return new TestServer(application);
    }

    /// <summary>Opens a connection to it. The parts go into the kubeconfig's cluster and user, in YAML's flow style.</summary>
    public KubernetesConnection Open(RecordingObserver? observer = null, string cluster = "", string user = "{ token: abc }")
    {
        var file = Path.Combine(_folder, $"{Guid.NewGuid():N}.yaml");
        File.WriteAllText(file, KubeConfigText(Address, cluster, user));
        return KubernetesConnection.Open(new ConnectionOptions(file), observer ?? new RecordingObserver(), KubeConfigSurroundings.Process);
    }

    /// <summary>A kubeconfig of one context, cluster and user.</summary>
    public static string KubeConfigText(Uri server, string cluster = "", string user = "{ token: abc }") =>
        $$"""
        current-context: test
        contexts: [ { name: test, context: { cluster: test, user: tester, namespace: the-project } } ]
        clusters: [ { name: test, cluster: { server: "{{server.ToString().TrimEnd('/')}}"{{(cluster.Length > 0 ? ", " + cluster : "")}} } } ]
        users: [ { name: tester, user: {{user}} } ]
        """;

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(0);
        await _application.StopAsync(now.Token);
        await _application.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}

/// <summary>Answers that tests give.</summary>
internal static class TestAnswers
{
    public static Task JsonAsync(this HttpContext context, int status, string json)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(json);
    }

    public static Task StatusAsync(this HttpContext context, int code, string reason, string message) => context.JsonAsync(
        code, $$"""{"kind":"Status","apiVersion":"v1","status":"Failure","message":{{System.Text.Json.JsonSerializer.Serialize(message)}},"reason":"{{reason}}","details":{"name":"x","kind":"pods"},"code":{{code}}}""");

    /// <summary>Sends one message on a channel.</summary>
    public static Task SendAsync(this WebSocket socket, byte channel, string text, bool end = true) =>
        socket.SendAsync(new ArraySegment<byte>([channel, .. Encoding.UTF8.GetBytes(text)]), WebSocketMessageType.Binary, end, TestContext.Current.CancellationToken);

    /// <summary>Sends a part of a message as it is.</summary>
    public static Task SendPartAsync(this WebSocket socket, byte[] bytes, bool end) =>
        socket.SendAsync(new ArraySegment<byte>(bytes), WebSocketMessageType.Binary, end, TestContext.Current.CancellationToken);

    public static Task CloseWellAsync(this WebSocket socket) =>
        socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, TestContext.Current.CancellationToken);
}

/// <summary>Keeps what it hears.</summary>
internal sealed class RecordingObserver : IOperationObserver
{
    private readonly List<string> _calls = [];
    private readonly List<string> _warnings = [];

    public IReadOnlyList<string> Calls
    {
        get
        {
            lock (_calls)
            {
                return [.. _calls];
            }
        }
    }

    public IReadOnlyList<string> Warnings
    {
        get
        {
            lock (_calls)
            {
                return [.. _warnings];
            }
        }
    }

    public void RemoteCall(string description, TimeSpan duration)
    {
        lock (_calls)
        {
            _calls.Add(description);
        }
    }

    public void Progress(OperationProgress progress)
    {
    }

    public void Warning(string message)
    {
        lock (_calls)
        {
            _warnings.Add(message);
        }
    }
}
