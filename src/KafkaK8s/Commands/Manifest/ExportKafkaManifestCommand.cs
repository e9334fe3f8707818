using System.Management.Automation;
using KafkaK8s.Engine.Clusters;
using KafkaK8s.Engine.Manifests;
using KafkaK8s.Session;

namespace KafkaK8s.Commands;

/// <summary>Writes the manifests of a Kafka cluster as YAML files, named as the article's, without asking any cluster.</summary>
/// <remarks>
/// <para><c>kubectl apply -f</c> of the folder makes the same cluster as <c>New-KafkaCluster</c> with the same parameters.</para>
/// <para>Files that are there stay, and nothing is written, unless <c>-Force</c> is given. Where no namespace is chosen the manifests are for <c>default</c>.</para>
/// </remarks>
/// <example>
/// <summary>The article's nine files</summary>
/// <code>Export-KafkaManifest ./manifests -Preset Article -Namespace the-project</code>
/// <para>Returns the files.</para>
/// </example>
/// <example>
/// <summary>What would five brokers look like?</summary>
/// <code>Export-KafkaManifest ./review -Namespace streaming -Replicas 5 -StorageSize 500Gi -Force; git diff ./review</code>
/// <para>Reviewed as text before anything is applied.</para>
/// </example>
[Cmdlet(VerbsData.Export, "KafkaManifest", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class ExportKafkaManifestCommand : WholeClusterCmdlet
{
    private string _folder = "";

    /// <summary>The folder to write to; it is made where it doesn't exist.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>Replaces files that are there.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        _folder = GetUnresolvedProviderPathFromPSPath(Path);
        base.ProcessRecord();
    }

    private protected override async Task ProcessAsync(CommandPipeline pipeline, CancellationToken cancellation)
    {
        var cluster = new ClusterIdentity(Choice.Namespace ?? "default", Choice.Cluster ?? SessionDefaults.UsualCluster);
        var manifests = ClusterManifests.Create(Specify(cluster), null, pipeline.WriteWarning);
        if (!await pipeline.ShouldProcessAsync(_folder, $"Write {manifests.Count} manifests of {cluster}"))
        {
            return;
        }

        foreach (var file in await ManifestWriter.WriteAsync([.. manifests], _folder, Force, cancellation))
        {
            // As Get-Item has them, with what the tables of files show.
            await pipeline.InvokeAsync(() => WriteObject(InvokeProvider.Item.Get([file], force: true, literalPath: true), enumerateCollection: true));
        }
    }
}
