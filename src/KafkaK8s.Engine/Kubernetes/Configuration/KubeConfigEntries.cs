using System.Text.Json.Nodes;

namespace KafkaK8s.Engine.Kubernetes;

/// <summary>A context of a kubeconfig: a cluster, who one is there, and the namespace one works in.</summary>
/// <param name="Name">The name, case-sensitive.</param>
/// <param name="Cluster">The name of its cluster.</param>
/// <param name="User">The name of its user, or null for an anonymous one.</param>
/// <param name="Namespace">The namespace it starts in, or null where it has none.</param>
/// <param name="Server">The cluster's URL, or null where the kubeconfig has no such cluster.</param>
/// <param name="IsCurrent">Whether it is the one that is used when none is named.</param>
public sealed record KubeContext(string Name, string Cluster, string? User, string? Namespace, string? Server, bool IsCurrent);

/// <summary>Bytes that a kubeconfig holds itself, or names a file for.</summary>
/// <param name="Data">The bytes, when they are embedded.</param>
/// <param name="File">The absolute path, when it is a file.</param>
/// <param name="Key">The kubeconfig's key, for errors.</param>
internal sealed record KubeConfigContent(byte[]? Data, string? File, string Key);

/// <summary>A cluster entry.</summary>
internal sealed record KubeCluster(
    string Name,
    string Server,
    KubeConfigContent? CertificateAuthority,
    bool SkipTlsVerify,
    string? TlsServerName,
    string? ProxyUrl,
    JsonNode? ExecConfiguration,
    string Source);

/// <summary>A user entry.</summary>
internal sealed record KubeUser(
    string Name,
    KubeConfigContent? ClientCertificate,
    KubeConfigContent? ClientKey,
    string? Token,
    string? TokenFile,
    string? UserName,
    string? Password,
    KubeExecPlugin? Exec,
    string? AuthProvider,
    KubeImpersonation? Impersonation,
    string Source);

/// <summary>A credential plugin of a user entry.</summary>
internal sealed record KubeExecPlugin(
    string ApiVersion,
    string Command,
    IReadOnlyList<string> Arguments,
    IReadOnlyList<KeyValuePair<string, string>> Environment,
    string? InstallHint,
    bool ProvideClusterInfo,
    string? InteractiveMode,
    string Folder);

/// <summary>Whom a user entry acts as.</summary>
internal sealed record KubeImpersonation(
    string User,
    string? Uid,
    IReadOnlyList<string> Groups,
    IReadOnlyList<KeyValuePair<string, IReadOnlyList<string>>> Extra);

/// <summary>What one kubeconfig file, or several merged, hold.</summary>
internal sealed record KubeConfigContents(
    string? CurrentContext,
    IReadOnlyDictionary<string, KubeConfigContextEntry> Contexts,
    IReadOnlyDictionary<string, KubeCluster> Clusters,
    IReadOnlyDictionary<string, KubeUser> Users);

/// <summary>A context entry, before its cluster is looked up.</summary>
internal sealed record KubeConfigContextEntry(string Name, string Cluster, string? User, string? Namespace);

/// <summary>A context with everything that a connection needs.</summary>
internal sealed record ResolvedContext(KubeContext Context, KubeCluster Cluster, KubeUser? User);
