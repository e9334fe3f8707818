using KafkaK8s.Engine.Kubernetes;
using KafkaK8s.Session;

namespace KafkaK8s.Completers;

/// <summary>Completes the contexts of the kubeconfig.</summary>
internal sealed class ContextCompleter : NameCompleter
{
    private protected override Task<IEnumerable<string>> FindAsync(SessionDefaults choice, CancellationToken cancellation)
        => Task.FromResult(KubeConfig.Load(choice.KubeConfig).Contexts.Select(context => context.Name));
}
