using System.Net.Security;
using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using YamlDotNet.RepresentationModel;

namespace KafkaK8s.Benchmarks;

/// <summary>The least that running a program in a pod can cost from .NET: one WebSocket, read to its end, nothing understood.</summary>
internal sealed class BareExec : IDisposable
{
    private readonly Uri _server;
    private readonly string _token;
    private readonly X509Certificate2 _authority;
    private readonly HttpMessageInvoker _invoker;

    /// <summary>Takes the server, its authority and the token from a kubeconfig of the sandbox.</summary>
    public BareExec(string kubeConfig)
    {
        var yaml = new YamlStream();
        using (var reader = new StreamReader(kubeConfig))
        {
            yaml.Load(reader);
        }

        var root = yaml.Documents[0].RootNode;
        var cluster = root["clusters"][0]["cluster"];
        _server = new Uri(cluster["server"].ToString());
        _token = root["users"][0]["user"]["token"].ToString();
        _authority = X509Certificate2.CreateFromPem(System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(cluster["certificate-authority-data"].ToString())));
        _invoker = new HttpMessageInvoker(new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    CustomTrustStore = { _authority },
                    RevocationMode = X509RevocationMode.NoCheck,
                },
            },
        });
    }

    /// <summary>Runs a program, and returns how many bytes came back.</summary>
    public async Task<long> RunAsync(string inNamespace, string pod, IEnumerable<string> arguments, CancellationToken cancellation)
    {
        using var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("v5.channel.k8s.io");
        socket.Options.SetRequestHeader("Authorization", "Bearer " + _token);
        var command = string.Join('&', arguments.Select(argument => "command=" + Uri.EscapeDataString(argument)));
        var address = new UriBuilder(_server)
        {
            Scheme = "wss",
            Path = $"/api/v1/namespaces/{inNamespace}/pods/{pod}/exec",
            Query = $"{command}&stdout=true&stderr=true",
        };
        await socket.ConnectAsync(address.Uri, _invoker, cancellation);
        var buffer = new byte[32 * 1024];
        long bytes = 0;
        while (await socket.ReceiveAsync(buffer, cancellation) is { MessageType: not WebSocketMessageType.Close } received)
        {
            bytes += received.Count;
        }

        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellation);
        return bytes;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _invoker.Dispose();
        _authority.Dispose();
    }
}
