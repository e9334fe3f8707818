namespace KafkaK8s.Engine.Kubernetes;

/// <summary>The service account of the pod that this process runs in, as a kubeconfig with one context.</summary>
internal static class InCluster
{
    /// <summary>The name of its one context, cluster and user.</summary>
    public const string Name = "in-cluster";

    /// <summary>Reads it, or returns null outside of a pod.</summary>
    public static KubeConfigContents? Read(KubeConfigSurroundings surroundings)
    {
        var host = surroundings.Variable("KUBERNETES_SERVICE_HOST");
        var port = surroundings.Variable("KUBERNETES_SERVICE_PORT");
        var token = Path.Combine(surroundings.ServiceAccount, "token");
        if (string.IsNullOrEmpty(host) || string.IsNullOrEmpty(port) || !File.Exists(token))
        {
            return null;
        }

        var authority = host.Contains(':', StringComparison.Ordinal) ? $"[{host}]:{port}" : $"{host}:{port}";
        var certificateAuthority = Path.Combine(surroundings.ServiceAccount, "ca.crt");
        var namespaceFile = Path.Combine(surroundings.ServiceAccount, "namespace");
        var workingNamespace = File.Exists(namespaceFile) ? File.ReadAllText(namespaceFile).Trim() : null;
        return new KubeConfigContents(
            Name,
            new Dictionary<string, KubeConfigContextEntry> { [Name] = new(Name, Name, Name, workingNamespace) },
            new Dictionary<string, KubeCluster>
            {
                [Name] = new(
                    Name,
                    $"https://{authority}",
                    File.Exists(certificateAuthority) ? new KubeConfigContent(null, certificateAuthority, "ca.crt") : null,
                    SkipTlsVerify: false,
                    TlsServerName: null,
                    ProxyUrl: null,
                    ExecConfiguration: null,
                    surroundings.ServiceAccount),
            },
            new Dictionary<string, KubeUser>
            {
                [Name] = new(Name, null, null, null, token, null, null, null, null, null, surroundings.ServiceAccount),
            });
    }
}
