namespace KafkaK8s.Tests.Hosting;

/// <summary>A kubeconfig of a test's own, deleted in the end.</summary>
internal sealed class KubeConfigFile : IDisposable
{
    public KubeConfigFile(string text)
    {
        Path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"kafkak8s-{Guid.NewGuid():n}.kubeconfig");
        File.WriteAllText(Path, text);
    }

    public string Path { get; }

    /// <summary>Two contexts on servers where nobody answers.</summary>
    public static KubeConfigFile WithTwoContexts() => new(
        """
        apiVersion: v1
        kind: Config
        current-context: staging
        clusters:
        - name: one
          cluster: { server: "https://127.0.0.1:1" }
        users:
        - name: me
          user: { token: secret-token }
        contexts:
        - name: staging
          context: { cluster: one, user: me, namespace: streams }
        - name: two words
          context: { cluster: one, user: me }
        """);

    public void Dispose() => File.Delete(Path);
}
