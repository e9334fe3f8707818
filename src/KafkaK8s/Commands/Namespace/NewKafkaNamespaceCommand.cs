using System.Collections;
using System.Management.Automation;
using System.Text.Json.Nodes;
using KafkaK8s.Binding;
using KafkaK8s.Engine.Clusters;
using KafkaK8s.Output;

namespace KafkaK8s.Commands;

/// <summary>Creates a namespace for a Kafka cluster, or takes the one that is there.</summary>
/// <remarks>
/// <para>A namespace that exists stays as it is, but for the fields that <c>-Override</c> names. One that is being deleted is an error: nothing can be made in it.</para>
/// </remarks>
/// <example>
/// <summary>The article's namespace</summary>
/// <code>New-KafkaNamespace the-project</code>
/// <para>Creates it and returns it.</para>
/// </example>
/// <example>
/// <summary>From nothing to a cluster</summary>
/// <code>New-KafkaNamespace the-project | New-KafkaZookeeper | New-KafkaBroker | New-KafkaClient</code>
/// <para>Each step works in the namespace that comes down the pipeline.</para>
/// </example>
/// <example>
/// <summary>A namespace with a label</summary>
/// <code>New-KafkaNamespace the-project -Override @{ metadata = @{ labels = @{ 'pod-security.kubernetes.io/enforce' = 'baseline' } } }</code>
/// <para>The server checks the fields before anything is changed.</para>
/// </example>
[Cmdlet(VerbsCommon.New, "KafkaNamespace", SupportsShouldProcess = true)]
[OutputType(typeof(KafkaNamespace))]
public sealed class NewKafkaNamespaceCommand : KubernetesCmdlet
{
    private Consent? _consent;

    /// <summary>The names of the namespaces.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    /// <summary>Fields to merge into the namespace, such as labels and annotations.</summary>
    [Parameter]
    public IDictionary? Override { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        _consent = Consent.Of(this);
        base.ProcessRecord();
    }

    private protected override async Task ProcessAsync(CommandPipeline pipeline, CancellationToken cancellation)
    {
        using var connection = await ConnectAsync(pipeline, cancellation);
        var namespaces = new NamespaceOperations(connection);
        var patch = OverrideReading.Read(Override);
        foreach (var name in Name)
        {
            if (!await IsWantedAsync(pipeline, namespaces, name, patch, cancellation))
            {
                continue;
            }

            var made = await CreateAsync(namespaces, name, patch, dryRun: false, cancellation);
            if (made.Outcome == ResourceOutcome.Unchanged)
            {
                pipeline.WriteMessage($"The namespace {name} is already there; nothing was changed.");
            }

            var state = await namespaces.GetAsync(name, cancellation);
            await pipeline.WriteObjectAsync(state.ToOutput(connection.ContextName, Choice.KubeConfig));
        }
    }

    private static Task<ResourceDeployment> CreateAsync(NamespaceOperations namespaces, string name, JsonObject? patch, bool dryRun, CancellationToken cancellation)
        => patch is null ? namespaces.CreateAsync(name, dryRun, cancellation) : namespaces.CreateAsync(name, patch, new DeploymentOptions(dryRun), cancellation);

    private async Task<bool> IsWantedAsync(CommandPipeline pipeline, NamespaceOperations namespaces, string name, JsonObject? patch, CancellationToken cancellation)
    {
        if (_consent is { IsPreview: false, AsksFirst: false })
        {
            return await pipeline.ShouldProcessAsync(name, "Create namespace");
        }

        var preview = await CreateAsync(namespaces, name, patch, dryRun: true, cancellation);
        var description = DeploymentReport.Describe(preview, null).TrimStart();
        return await pipeline.ShouldProcessInWordsAsync(description, description);
    }
}
