namespace KafkaK8s.Engine.Kubernetes;

/// <summary>Where a process looks for its kubeconfig.</summary>
/// <param name="Variable">Environment variables, by name.</param>
/// <param name="Home">The home folder.</param>
/// <param name="ServiceAccount">The folder where a pod finds its service account.</param>
internal sealed record KubeConfigSurroundings(Func<string, string?> Variable, string Home, string ServiceAccount)
{
    /// <summary>This process's own.</summary>
    public static KubeConfigSurroundings Process { get; } = new(
        Environment.GetEnvironmentVariable,
        Environment.GetFolderPath(Environment.SpecialFolder.UserProfile),
        "/var/run/secrets/kubernetes.io/serviceaccount");
}
