using System.Management.Automation;
using KafkaK8s.Completers;
using KafkaK8s.Engine.Clusters;
using KafkaK8s.Output;

namespace KafkaK8s.Commands;

/// <summary>Gets namespaces of a Kubernetes cluster.</summary>
/// <remarks>
/// <para>A name that doesn't exist is an error; a wildcard that matches nothing is silence. One may be allowed to get a namespace by its name
/// without being allowed to list them.</para>
/// </remarks>
/// <example>
/// <summary>All namespaces</summary>
/// <code>Get-KafkaNamespace</code>
/// <para>With their status and age.</para>
/// </example>
/// <example>
/// <summary>A cluster in a namespace that is there</summary>
/// <code>Get-KafkaNamespace streaming | New-KafkaCluster</code>
/// <para>An error, and nothing made, where there is no such namespace.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "KafkaNamespace")]
[OutputType(typeof(KafkaNamespace))]
public sealed class GetKafkaNamespaceCommand : KubernetesCmdlet
{
    /// <summary>The namespaces to get, by name; wildcards are allowed. All of them when not given.</summary>
    [Parameter(Position = 0)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(NamespaceCompleter))]
    [ValidateNotNullOrEmpty]
    public string[]? Name { get; set; }

    private protected override async Task ProcessAsync(CommandPipeline pipeline, CancellationToken cancellation)
    {
        using var connection = await ConnectAsync(pipeline, cancellation);
        var namespaces = new NamespaceOperations(connection);
        await foreach (var state in NamespaceSelection.FindAsync(pipeline, namespaces, Name, cancellation))
        {
            await pipeline.WriteObjectAsync(state.ToOutput(connection.ContextName, Choice.KubeConfig));
        }
    }
}
