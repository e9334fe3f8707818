namespace KafkaK8s.Engine.Kubernetes;

/// <summary>Which cluster to connect to, as a caller says it. Null means: as kubectl would choose.</summary>
/// <param name="KubeConfig">A kubeconfig file; when null the files in <c>KUBECONFIG</c>, else <c>~/.kube/config</c>, else the pod's own service account.</param>
/// <param name="Context">The context's name, case-sensitive; when null the current one.</param>
/// <param name="Namespace">The namespace to work in; when null the context's, else <c>default</c>.</param>
public sealed record ConnectionOptions(string? KubeConfig = null, string? Context = null, string? Namespace = null);
