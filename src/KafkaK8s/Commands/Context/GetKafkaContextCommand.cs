using System.Management.Automation;
using KafkaK8s.Completers;
using KafkaK8s.Diagnostics;
using KafkaK8s.Session;

namespace KafkaK8s.Commands;

/// <summary>Gets the contexts of the kubeconfig, and which one the session uses.</summary>
/// <remarks>
/// <para>A context names a Kubernetes cluster, who one is there, and the namespace one works in. The one marked as current is the one that cmdlets
/// use when no <c>-Context</c> is given: the choice of <c>Set-KafkaContext</c>, else the kubeconfig's own.</para>
/// <para>Nothing is asked of any cluster.</para>
/// </remarks>
/// <example>
/// <summary>All contexts</summary>
/// <code>Get-KafkaContext</code>
/// <para>Lists the contexts of the kubeconfig, the current one marked with a star.</para>
/// </example>
/// <example>
/// <summary>The same question to several clusters</summary>
/// <code>Get-KafkaContext prod-* | Get-KafkaCluster</code>
/// <para>Shows the Kafka clusters of every context whose name begins with <c>prod-</c>. A cluster that can't be reached is an error of its own
/// and does not stop the others.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "KafkaContext")]
[OutputType(typeof(KafkaContext))]
public sealed class GetKafkaContextCommand : AsyncKafkaCmdlet
{
    /// <summary>The contexts to get, by name; wildcards are allowed. All of them when not given.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ContextCompleter))]
    public string[]? Name { get; set; }

    /// <summary>The kubeconfig file. When not given: the one that <c>Set-KafkaContext</c> chose, else the files in <c>KUBECONFIG</c>, else <c>~/.kube/config</c>.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? KubeConfig { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var path = string.IsNullOrEmpty(KubeConfig) ? null : GetUnresolvedProviderPathFromPSPath(KubeConfig);
        var session = SessionDefaults.Current;
        Run(async (pipeline, _) =>
        {
            var contexts = KnownContexts.Read(path, session);
            foreach (var context in await NameSelection.SelectAsync(
                pipeline, Name, contexts, context => context.Name, name => KnownContexts.NotFound(name, contexts)))
            {
                await pipeline.WriteObjectAsync(context);
            }
        });
    }
}
