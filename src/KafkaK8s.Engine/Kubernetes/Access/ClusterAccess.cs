using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace KafkaK8s.Engine.Kubernetes;

/// <summary>
/// The way into one cluster as one user: credentials and pooled connections. It is shared by all connections of the process to the
/// same kubeconfig content, so that a session's second cmdlet finds the TLS connection open and the plugin's token still good.
/// </summary>
internal sealed class ClusterAccess
{
    private static readonly ConcurrentDictionary<string, Lazy<ClusterAccess>> Known = new(StringComparer.Ordinal);

    private readonly KubeCluster _cluster;
    private readonly ConcurrentDictionary<string, Lazy<HttpMessageInvoker>> _transports = new(StringComparer.Ordinal);

    private ClusterAccess(KubeCluster cluster, KubeUser? user, TimeProvider time)
    {
        _cluster = cluster;
        Server = ServerAddress(cluster);
        Credentials = CredentialsOf(cluster, user, time);
        Impersonation = user?.Impersonation is { } impersonation ? [.. ImpersonationHeaders(impersonation)] : [];
    }

    /// <summary>The server's URL, with a slash at its end.</summary>
    public Uri Server { get; }

    /// <summary>Who the calls are from.</summary>
    public ICredentialSource Credentials { get; }

    /// <summary>The name that the server's certificate must be for when it is not the URL's, or null.</summary>
    public string? TlsServerName => _cluster.TlsServerName;

    /// <summary>The headers that say whom the user acts as.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Impersonation { get; }

    /// <summary>Whether the server has answered before; until then a call gets only seconds.</summary>
    public bool HasAnswered { get; set; }

    /// <summary>Whether the server was found to know only v4 of the exec protocol.</summary>
    public bool LacksExecV5 { get; set; }

    /// <summary>The access for a context; the same one for the same content.</summary>
    public static ClusterAccess For(ResolvedContext context) => Known.GetOrAdd(
        KeyOf(context),
        _ => new Lazy<ClusterAccess>(() => new ClusterAccess(context.Cluster, context.User, TimeProvider.System))).Value;

    /// <summary>The handler for a credential: another client certificate needs other connections.</summary>
    public HttpMessageInvoker TransportFor(Credential credential) => _transports.GetOrAdd(
        credential.ClientCertificate.Count > 0 ? credential.ClientCertificate[0].Thumbprint : "",
        _ => new Lazy<HttpMessageInvoker>(() => new HttpMessageInvoker(ClusterTransport.Create(_cluster, credential.ClientCertificate)))).Value;

    private static Uri ServerAddress(KubeCluster cluster) =>
        Uri.TryCreate(cluster.Server.TrimEnd('/') + "/", UriKind.Absolute, out var server) && server.Scheme is "http" or "https"
            ? server
            : throw new EngineException(
                "KubeConfigMalformed",
                EngineErrorKind.InvalidData,
                cluster.Name,
                $"The server of cluster \"{cluster.Name}\" in {cluster.Source} is \"{cluster.Server}\", which is not an http or https URL.");

    private static ICredentialSource CredentialsOf(KubeCluster cluster, KubeUser? user, TimeProvider time)
    {
        if (user?.AuthProvider is { } provider)
        {
            throw new EngineException(
                "AuthProviderNotSupported",
                EngineErrorKind.NotSupported,
                user.Name,
                $"User \"{user.Name}\" in {user.Source} uses the auth-provider \"{provider}\", which Kubernetes removed in 1.26.",
                provider switch
                {
                    "gcp" => "Install gke-gcloud-auth-plugin and run \"gcloud container clusters get-credentials\" again.",
                    "azure" => "Run \"kubelogin convert-kubeconfig\".",
                    _ => "Use an exec plugin instead, such as kubelogin for OpenID Connect.",
                });
        }

        // Everything below is in client-go's order of precedence.
        var certificate = ConfigurationFiles.ClientCertificate(user);
        return user switch
        {
            null => new FixedCredential(new Credential(null, []), "an anonymous user (the context names none)"),
            { TokenFile: { } file } => new TokenFileCredential(file, certificate, user.Name),
            { Token: { } token } => new FixedCredential(new Credential(Token(token, user), certificate), $"the token of user \"{user.Name}\""),
            { UserName: { } name } => new FixedCredential(new Credential(Basic(name, user.Password), certificate), $"the user name and password of user \"{user.Name}\""),
            { Exec: { } plugin } => new CredentialPlugin(plugin, cluster, user.Name, TimeSpan.FromSeconds(60), time),
            _ when certificate.Count > 0 => new FixedCredential(new Credential(null, certificate), CertificateDescription(user, certificate[0])),
            _ => new FixedCredential(new Credential(null, []), $"user \"{user.Name}\", which has no credentials"),
        };
    }

    private static AuthenticationHeaderValue Token(string token, KubeUser user) => token.AsSpan().IndexOfAnyExceptInRange('!', '~') < 0
        ? Credential.Bearer(token)
        : throw new EngineException(
            "KubeConfigMalformed",
            EngineErrorKind.InvalidData,
            user.Name,
            $"The token of user \"{user.Name}\" in {user.Source} has characters that no token has.");

    private static AuthenticationHeaderValue Basic(string name, string? password) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{name}:{password}")));

    private static string CertificateDescription(KubeUser user, X509Certificate2 certificate) =>
        $"the client certificate of user \"{user.Name}\" (valid until {certificate.NotAfter.ToUniversalTime():yyyy-MM-dd HH:mm} UTC)";

    private static IEnumerable<KeyValuePair<string, string>> ImpersonationHeaders(KubeImpersonation impersonation)
    {
        yield return KeyValuePair.Create("Impersonate-User", impersonation.User);
        if (impersonation.Uid is { } uid)
        {
            yield return KeyValuePair.Create("Impersonate-Uid", uid);
        }

        foreach (var group in impersonation.Groups)
        {
            yield return KeyValuePair.Create("Impersonate-Group", group);
        }

        foreach (var (key, values) in impersonation.Extra)
        {
            foreach (var value in values)
            {
                yield return KeyValuePair.Create($"Impersonate-Extra-{Uri.EscapeDataString(key)}", value);
            }
        }
    }

    /// <summary>A digest of all that matters, contents of files included: an edited kubeconfig is another access.</summary>
    private static string KeyOf(ResolvedContext context)
    {
        var (cluster, user) = (context.Cluster, context.User);
        var (plugin, impersonation) = (user?.Exec, user?.Impersonation);
        string?[] parts =
        [
            cluster.Name, cluster.Server, cluster.SkipTlsVerify ? "skip" : null, cluster.TlsServerName, cluster.ProxyUrl, cluster.ExecConfiguration?.ToJsonString(),
            Content(cluster.CertificateAuthority, cluster.Source),
            user?.Name, user?.Token, user?.TokenFile, user?.UserName, user?.Password, user?.AuthProvider,
            Content(user?.ClientCertificate, cluster.Source), Content(user?.ClientKey, cluster.Source),
            plugin?.ApiVersion, plugin?.Command, plugin?.InteractiveMode, plugin?.Folder, plugin?.ProvideClusterInfo == true ? "cluster" : null,
            .. plugin?.Arguments ?? [], null,
            .. plugin?.Environment.SelectMany(variable => new[] { variable.Key, variable.Value }) ?? [], null,
            .. impersonation is null ? [] : ImpersonationHeaders(impersonation).SelectMany(header => new[] { header.Key, header.Value }),
        ];
        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts.Select(part => part is null ? "-" : $"{part.Length}:{part}")))));
    }

    private static string? Content(KubeConfigContent? content, string source) =>
        content is null ? null : Convert.ToBase64String(ConfigurationFiles.Read(content, source));
}
