using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace KafkaK8s.Engine.Kubernetes;

/// <summary>Makes the handler that carries all calls to one cluster, requests and WebSockets alike.</summary>
internal static class ClusterTransport
{
    /// <summary>How long opening a connection may take, TLS included.</summary>
    public static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(8);

    /// <summary>Makes a handler for a cluster as the kubeconfig describes it.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="clientCertificate">The certificate to show, its intermediates after it; empty for none.</param>
    public static SocketsHttpHandler Create(KubeCluster cluster, X509Certificate2Collection clientCertificate)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.GZip,
            ConnectTimeout = ConnectTimeout,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(90),
            ConnectCallback = ConnectAsync,
            MaxConnectionsPerServer = 64,
        };
        if (cluster.ProxyUrl is { } proxy)
        {
            handler.Proxy = Proxy(proxy, cluster);
        }

        if (clientCertificate.Count > 0)
        {
            handler.SslOptions.ClientCertificateContext = SslStreamCertificateContext.Create(
                clientCertificate[0], [.. clientCertificate.Skip(1)], offline: true);
        }

        if (cluster.SkipTlsVerify)
        {
#pragma warning disable CA5359 // The kubeconfig says insecure-skip-tls-verify.
            handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
        }
        else if (ConfigurationFiles.Authorities(cluster) is { } authorities)
        {
            handler.SslOptions.CertificateChainPolicy = TrustOnly(authorities);
        }

        return handler;
    }

    /// <summary>
    /// Trusts the kubeconfig's authorities and no others, as kubectl does. A policy leaves the check of the server's name to the
    /// platform; a validation callback that looks at the chain alone would silently drop it.
    /// </summary>
    private static X509ChainPolicy TrustOnly(X509Certificate2Collection authorities)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(authorities);
        return policy;
    }

    private static WebProxy Proxy(string url, KubeCluster cluster)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https" or "socks5"))
        {
            throw new EngineException(
                "KubeConfigMalformed",
                EngineErrorKind.InvalidData,
                cluster.Name,
                $"The proxy-url of cluster \"{cluster.Name}\" in {cluster.Source} is not a URL of http, https or socks5.");
        }

        var proxy = new WebProxy(address);
        if (address.UserInfo.Split(':', 2) is [{ Length: > 0 } user, var password])
        {
            proxy.Credentials = new NetworkCredential(Uri.UnescapeDataString(user), Uri.UnescapeDataString(password));
        }

        return proxy;
    }

    /// <summary>
    /// Connects with TCP keep-alive, so that a watch or an exec notices within a minute that its peer is gone. 0.0.0.0, which some
    /// local clusters write into kubeconfigs, means this machine.
    /// </summary>
    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 30);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 10);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
            var endPoint = context.DnsEndPoint.Host is "0.0.0.0" or "[::]" or "::"
                ? new DnsEndPoint("localhost", context.DnsEndPoint.Port)
                : context.DnsEndPoint;
            await socket.ConnectAsync(endPoint, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
