using System.Management.Automation;
using KafkaK8s.Completers;
using KafkaK8s.Diagnostics;
using KafkaK8s.Engine;
using KafkaK8s.Engine.Clusters;

namespace KafkaK8s.Commands;

/// <summary>Deletes a namespace with everything in it, Kafka's or not, claims and data included.</summary>
/// <remarks>
/// <para>All data in it is lost, so each namespace is asked about; in a script use <c>-Confirm:$false</c>. Returns when it is gone.</para>
/// </remarks>
/// <example>
/// <summary>Clean up after an experiment</summary>
/// <code>Remove-KafkaNamespace the-project</code>
/// <para>Asks, deletes, and waits until it is gone.</para>
/// </example>
/// <example>
/// <summary>In a job, without waiting</summary>
/// <code>Get-KafkaNamespace test-* | Remove-KafkaNamespace -NoWait -Confirm:$false</code>
/// <para>Each one goes on being deleted in the cluster.</para>
/// </example>
[Cmdlet(VerbsCommon.Remove, "KafkaNamespace", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High, DefaultParameterSetName = ByName)]
public sealed class RemoveKafkaNamespaceCommand : KubernetesCmdlet
{
    private const string ByName = "ByName";
    private const string ByObject = "ByObject";

    /// <summary>The namespaces to delete, by name; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ByName)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(NamespaceCompleter))]
    public string[] Name { get; set; } = [];

    /// <summary>A namespace, as <c>Get-KafkaNamespace</c> returns it.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = ByObject)]
    public KafkaNamespace? InputObject { get; set; }

    /// <summary>Returns as soon as Kubernetes has taken the request, without waiting until everything is gone.</summary>
    [Parameter]
    public SwitchParameter NoWait { get; set; }

    /// <summary>How many seconds to wait until it is gone; 300 when not given.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue / 1000)]
    public int Timeout { get; set; } = 300;

    private protected override async Task ProcessAsync(CommandPipeline pipeline, CancellationToken cancellation)
    {
        using var connection = await ConnectAsync(pipeline, cancellation);
        var namespaces = new NamespaceOperations(connection);
        var names = InputObject is { } one ? [one.Name] : Name;
        await foreach (var state in NamespaceSelection.FindAsync(pipeline, namespaces, names, cancellation))
        {
            if (await pipeline.ShouldProcessAsync(state.Name, "Delete namespace with everything in it"))
            {
                await RemoveAsync(pipeline, namespaces, state.Name, cancellation);
            }
        }
    }

    private async Task RemoveAsync(CommandPipeline pipeline, NamespaceOperations namespaces, string name, CancellationToken cancellation)
    {
        try
        {
            await namespaces.RemoveAsync(name, NoWait ? null : TimeSpan.FromSeconds(Timeout), cancellation);
        }
        catch (EngineException failure)
        {
            await pipeline.WriteErrorAsync(KafkaErrors.ToErrorRecord(failure, name));
        }
    }
}
