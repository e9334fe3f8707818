using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;

namespace KafkaK8s.Session;

/// <summary>
/// What <c>Set-KafkaContext</c> chose. It belongs to a runspace, not to the process: two sessions, or the branches of
/// <c>ForEach-Object -Parallel</c>, never change each other's.
/// </summary>
/// <param name="KubeConfig">The kubeconfig file, or null for the usual one.</param>
/// <param name="Context">The context, or null for the kubeconfig's current one.</param>
/// <param name="Namespace">The namespace, or null for the context's.</param>
/// <param name="Cluster">The Kafka cluster, or null for <c>kafka</c>.</param>
internal sealed record SessionDefaults(string? KubeConfig, string? Context, string? Namespace, string? Cluster)
{
    /// <summary>The Kafka cluster that is meant when nobody names one: the article's.</summary>
    public const string UsualCluster = "kafka";

    private static readonly ConditionalWeakTable<Runspace, SessionDefaults> OfRunspace = [];

    private static readonly SessionDefaults None = new(null, null, null, null);

    /// <summary>The defaults of the calling thread's runspace.</summary>
    public static SessionDefaults Current
    {
        get => Runspace.DefaultRunspace is { } runspace && OfRunspace.TryGetValue(runspace, out var defaults) ? defaults : None;
        set => OfRunspace.AddOrUpdate(Runspace.DefaultRunspace, value);
    }

    /// <summary>
    /// What a call means that names some of them itself. A namespace and a Kafka cluster belong to the context they were chosen
    /// for, and a context to its kubeconfig: naming another one leaves them behind.
    /// </summary>
    public SessionDefaults With(string? kubeConfig, string? context, string? @namespace, string? cluster)
    {
        var sameFile = kubeConfig is null || kubeConfig == KubeConfig;
        var sameContext = sameFile && (context is null || context == Context);
        return new SessionDefaults(
            kubeConfig ?? KubeConfig,
            context ?? (sameFile ? Context : null),
            @namespace ?? (sameContext ? Namespace : null),
            cluster ?? (sameContext ? Cluster : null));
    }
}
