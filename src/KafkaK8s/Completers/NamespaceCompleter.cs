using KafkaK8s.Engine;
using KafkaK8s.Engine.Kubernetes;
using KafkaK8s.Session;

namespace KafkaK8s.Completers;

/// <summary>Completes the namespaces of the Kubernetes cluster.</summary>
internal sealed class NamespaceCompleter : NameCompleter
{
    private protected override async Task<IEnumerable<string>> FindAsync(SessionDefaults choice, CancellationToken cancellation)
    {
        using var connection = await KubernetesConnection.OpenAsync(
            CompletionChoice.Options(choice with { Namespace = null }), OperationObserver.Silent, cancellation);
        var namespaces = await connection.Resources.ListAsync(new ResourceQuery("v1", "Namespace", null), cancellation);
        return namespaces.Select(item => (string)item["metadata"]!["name"]!);
    }
}
