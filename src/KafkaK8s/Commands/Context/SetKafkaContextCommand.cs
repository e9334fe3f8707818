using System.Management.Automation;
using KafkaK8s.Completers;
using KafkaK8s.Diagnostics;
using KafkaK8s.Session;

namespace KafkaK8s.Commands;

/// <summary>Sets what this session's cmdlets use when it isn't said: context, namespace, kubeconfig and Kafka cluster.</summary>
/// <remarks>
/// <para>The defaults belong to the session, the runspace, and end with it; no file is changed. Parallel branches
/// (<c>ForEach-Object -Parallel</c>, jobs) start without them.</para>
/// <para>A namespace and a Kafka cluster belong to the context that they were chosen for: choosing another context without naming
/// them leaves them behind, and so does a cmdlet that is called with another <c>-Context</c>. <c>$null</c> takes a default back.</para>
/// </remarks>
/// <example>
/// <summary>Work in one namespace</summary>
/// <code>Set-KafkaContext -Namespace the-project</code>
/// <para>From here on <c>Get-KafkaTopic</c> and all the others mean the-project.</para>
/// </example>
/// <example>
/// <summary>A job that must not depend on who ran it</summary>
/// <code>Set-KafkaContext prod -Namespace streaming -KubeConfig ./ci.kubeconfig</code>
/// <para>Fails when the kubeconfig has no such context, before anything is done.</para>
/// </example>
/// <example>
/// <summary>Take up a cluster that was found</summary>
/// <code>Get-KafkaCluster events -Namespace streaming | Set-KafkaContext</code>
/// <para>Context, namespace and Kafka cluster come from the object.</para>
/// </example>
[Cmdlet(VerbsCommon.Set, "KafkaContext", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low)]
[OutputType(typeof(KafkaContext))]
public sealed class SetKafkaContextCommand : AsyncKafkaCmdlet
{
    /// <summary>The context of the kubeconfig.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ContextCompleter))]
    public string? Context { get; set; }

    /// <summary>The namespace to work in.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(NamespaceCompleter))]
    public string? Namespace { get; set; }

    /// <summary>The name of the Kafka cluster.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ClusterCompleter))]
    public string? Cluster { get; set; }

    /// <summary>The kubeconfig file.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? KubeConfig { get; set; }

    /// <summary>Returns the context that cmdlets use from here on.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var path = string.IsNullOrEmpty(KubeConfig) ? null : GetUnresolvedProviderPathFromPSPath(KubeConfig);
        var wanted = Wanted(SessionDefaults.Current, path);
        Run(async (pipeline, _) =>
        {
            var contexts = KnownContexts.Read(null, wanted);
            var current = contexts.FirstOrDefault(context => context.IsCurrent);
            if (wanted.Context is { } name && current is null)
            {
                throw new TerminatingException(KnownContexts.NotFound(name, contexts));
            }

            if (!await pipeline.ShouldProcessAsync("this session", $"Use {Describe(wanted)}"))
            {
                return;
            }

            await pipeline.InvokeAsync(() => SessionDefaults.Current = wanted);
            if (PassThru && current is not null)
            {
                await pipeline.WriteObjectAsync(current);
            }
        });
    }

    private SessionDefaults Wanted(SessionDefaults before, string? path)
    {
        var kept = before.With(path, Named(Context), null, null);
        return new SessionDefaults(
            IsBound(nameof(KubeConfig)) ? path : kept.KubeConfig,
            IsBound(nameof(Context)) ? Named(Context) : kept.Context,
            IsBound(nameof(Namespace)) ? Named(Namespace) : kept.Namespace,
            IsBound(nameof(Cluster)) ? Named(Cluster) : kept.Cluster);
    }

    private bool IsBound(string parameter) => MyInvocation.BoundParameters.ContainsKey(parameter);

    private static string? Named(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static string Describe(SessionDefaults wanted) => string.Join(", ", new[]
    {
        $"context {wanted.Context ?? "of the kubeconfig"}",
        $"namespace {wanted.Namespace ?? "of the context"}",
        $"Kafka cluster {wanted.Cluster ?? SessionDefaults.UsualCluster}",
    });
}
