using System.Management.Automation;
using KafkaK8s.Diagnostics;
using KafkaK8s.Session;
using EngineKubeConfig = KafkaK8s.Engine.Kubernetes.KubeConfig;

namespace KafkaK8s.Commands;

/// <summary>The contexts of a kubeconfig, as the session sees them.</summary>
internal static class KnownContexts
{
    /// <summary>Reads the kubeconfig.</summary>
    /// <param name="path">The file that the caller named, or null.</param>
    /// <param name="session">The session's defaults.</param>
    public static IReadOnlyList<KafkaContext> Read(string? path, SessionDefaults session)
    {
        var choice = session.With(path, null, null, null);
        var config = EngineKubeConfig.Load(choice.KubeConfig);
        var current = choice.Context ?? config.CurrentContext;
        return [.. config.Contexts.Select(context =>
        {
            var isCurrent = context.Name == current;
            return new KafkaContext
            {
                Name = context.Name,
                KubernetesCluster = context.Cluster,
                Server = context.Server,
                User = context.User,
                Namespace = isCurrent ? choice.Namespace ?? context.Namespace : context.Namespace,
                KubeConfig = choice.KubeConfig,
                IsCurrent = isCurrent,
                DefaultCluster = (isCurrent ? choice.Cluster : null) ?? SessionDefaults.UsualCluster,
            };
        })];
    }

    /// <summary>The error for a context that isn't there.</summary>
    public static ErrorRecord NotFound(string name, IReadOnlyList<KafkaContext> contexts) => KafkaErrors.Create(
        "ContextNotFound",
        ErrorCategory.ObjectNotFound,
        name,
        $"There is no context \"{name}\" in the kubeconfig.",
        contexts.Count == 0
            ? "It has no contexts."
            : $"It has: {string.Join(", ", contexts.Select(context => context.Name))}. Names are case-sensitive.");
}
