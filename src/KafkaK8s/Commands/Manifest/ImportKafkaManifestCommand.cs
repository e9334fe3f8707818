using System.Management.Automation;
using KafkaK8s.Diagnostics;
using KafkaK8s.Engine.Clusters;
using KafkaK8s.Engine.Kubernetes;
using KafkaK8s.Engine.Manifests;
using KafkaK8s.Output;

namespace KafkaK8s.Commands;

/// <summary>Applies YAML files: the article's, an edited export, or your own, with the same preview, conflicts and waiting as the cmdlets that make clusters.</summary>
/// <remarks>
/// <para>All files of one call are one deployment. Malformed YAML, a kind that the server doesn't have and whatever the server refuses are errors with the file and
/// the document, before anything is changed. Any kind that the kubeconfig may apply is applied; what only the server writes, such as <c>status</c> and
/// <c>resourceVersion</c> in the output of <c>kubectl get -o yaml</c>, is left out.</para>
/// <para>A disruption budget takes the version that the server has: the article's <c>policy/v1beta1</c> works on a cluster that has <c>policy/v1</c> only. Everything
/// else is applied as it is written.</para>
/// <para>It waits until the parts of Kafka clusters in the files are ready, and returns those clusters. Running it twice changes nothing and says so.</para>
/// <para>A cluster that runs keeps its members: fewer brokers, or another number of members of ZooKeeper, are refused before anything is changed, with <c>-WhatIf</c> as well.
/// <c>Set-KafkaBroker -Replicas -Drain</c> and <c>Set-KafkaZookeeper -Replicas</c> do it a step at a time.</para>
/// <para><c>-WhatIf</c> asks the server by a dry run, and shows every field that would change.</para>
/// </remarks>
/// <example>
/// <summary>The article's files, as they are</summary>
/// <code>Import-KafkaManifest ./manifests</code>
/// <para>Every <c>.yml</c>, <c>.yaml</c> and <c>.json</c> of the folder, in the order of their names.</para>
/// </example>
/// <example>
/// <summary>Export, edit, look, apply</summary>
/// <code>Export-KafkaManifest ./kafka -Namespace streaming; code ./kafka; Import-KafkaManifest ./kafka -WhatIf; Import-KafkaManifest ./kafka</code>
/// <para>The preview shows the edited fields and nothing else.</para>
/// </example>
/// <example>
/// <summary>Only the disruption budgets</summary>
/// <code>Get-ChildItem ./kafka/*disruptionbudget.yml | Import-KafkaManifest -Force</code>
/// <para><c>-Force</c> takes over fields that another field manager holds.</para>
/// </example>
[Cmdlet(VerbsData.Import, "KafkaManifest", SupportsShouldProcess = true, DefaultParameterSetName = ByPath)]
[OutputType(typeof(KafkaCluster))]
public sealed class ImportKafkaManifestCommand : ClusterCmdlet
{
    private const string ByPath = "Path";
    private const string ByLiteralPath = "LiteralPath";

    private static readonly string[] Extensions = [".yml", ".yaml", ".json"];

    private readonly List<string> _files = [];
    private Consent? _consent;

    /// <summary>The files, or folders of files; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ByPath)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Path { get; set; } = [];

    /// <summary>The files, or folders of files, by names that are taken as they are. Files from the pipeline come here.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ByLiteralPath)]
    [Alias("PSPath", "FullName")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>Takes over fields that another field manager holds, such as somebody's <c>kubectl apply</c>.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Returns as soon as Kubernetes has taken the resources, without waiting until they are ready.</summary>
    [Parameter]
    public SwitchParameter NoWait { get; set; }

    /// <summary>How many seconds to wait until it is ready; 600 when not given.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue / 1000)]
    public int Timeout { get; set; } = 600;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        Choose();
        _consent = Consent.Of(this);
        _files.AddRange(ParameterSetName == ByLiteralPath ? LiteralPath.SelectMany(LiteralFiles) : Path.SelectMany(MatchingFiles));
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        // A pattern that matches nothing is silence.
        if (_files.Count > 0)
        {
            Run(ImportAsync);
        }
    }

    private IEnumerable<string> MatchingFiles(string path)
    {
        if (!WildcardPattern.ContainsWildcardCharacters(path))
        {
            return LiteralFiles(path);
        }

        var matches = GetResolvedProviderPathFromPSPath(path, out var provider);
        RequireFiles(provider, path);
        return matches.Order(StringComparer.Ordinal).SelectMany(FilesOf).ToList();
    }

    private List<string> LiteralFiles(string path)
    {
        var file = SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out var provider, out _);
        RequireFiles(provider, path);
        return [.. FilesOf(file)];
    }

    private void RequireFiles(ProviderInfo provider, string path)
    {
        if (provider.Name != "FileSystem")
        {
            ThrowTerminatingError(KafkaErrors.Create(
                "ManifestNotAFile", ErrorCategory.InvalidArgument, path, $"'{path}' is no file but something of the provider {provider.Name}. Nothing was changed.", "Name files or folders."));
        }
    }

    private IEnumerable<string> FilesOf(string path)
    {
        if (File.Exists(path))
        {
            return [path];
        }

        if (!Directory.Exists(path))
        {
            ThrowTerminatingError(KafkaErrors.Create(
                "ManifestFileNotFound", ErrorCategory.ObjectNotFound, path, $"There is neither a file nor a folder '{path}'. Nothing was changed.", "Get-ChildItem shows what there is."));
        }

        var files = Directory.EnumerateFiles(path)
            .Where(file => Extensions.Contains(System.IO.Path.GetExtension(file), StringComparer.OrdinalIgnoreCase))
            .Order(StringComparer.Ordinal)
            .ToList();
        if (files.Count == 0)
        {
            ThrowTerminatingError(KafkaErrors.Create(
                "NothingToImport", ErrorCategory.InvalidArgument, path, $"There is no .yml, .yaml or .json file in '{path}'. Nothing was changed.", "Export-KafkaManifest writes some."));
        }

        return files;
    }

    private async Task ImportAsync(CommandPipeline pipeline, CancellationToken cancellation)
    {
        var documents = await ManifestFiles.ReadAsync(_files.Distinct(StringComparer.Ordinal), cancellation);
        using var connection = await ConnectAsync(pipeline, cancellation);
        var deployment = new ClusterDeployment(connection);
        var only = string.IsNullOrEmpty(Namespace) ? null : Namespace;
        if (!await IsWantedAsync(pipeline, deployment, documents, only, cancellation))
        {
            return;
        }

        var import = await deployment.ImportAsync(documents, only, new DeploymentOptions(Force: Force), cancellation);
        DeploymentReport.Write(pipeline, import, Where());
        foreach (var cluster in await FinishAsync(connection, import, cancellation))
        {
            await pipeline.WriteObjectAsync(cluster.ToOutput(Choice.KubeConfig));
        }
    }

    private string Where() => $"{_files.Count} {(_files.Count == 1 ? "file" : "files")}";

    // The server is asked what would change only where somebody wants to see it.
    private async Task<bool> IsWantedAsync(
        CommandPipeline pipeline, ClusterDeployment deployment, IReadOnlyList<ManifestDocument> documents, string? only, CancellationToken cancellation)
    {
        if (_consent is { IsPreview: false, AsksFirst: false })
        {
            return await pipeline.ShouldProcessAsync($"{documents.Count} resources of {Where()}", "Apply");
        }

        var preview = await deployment.ImportAsync(documents, only, new DeploymentOptions(DryRun: true, Force: Force), cancellation);
        var description = DeploymentReport.Describe(preview, Where());
        return await pipeline.ShouldProcessInWordsAsync(description, description);
    }

    // Where the files have no cluster's own parts, the one that they belong to is the one that is meant, if it is there.
    private async Task<IReadOnlyList<ClusterState>> FinishAsync(KubernetesConnection connection, ManifestImport import, CancellationToken cancellation)
    {
        if (import.Clusters.Count == 0)
        {
            var space = import.Resources.Select(resource => resource.Namespace).FirstOrDefault(name => name is not null) ?? connection.Namespace;
            return await new ClusterInspection(connection).FindAsync(new ClusterIdentity(space, ClusterName), cancellation) is { } cluster ? [cluster] : [];
        }

        return await Task.WhenAll(import.Clusters.Select(cluster => NoWait
            ? new ClusterInspection(connection).GetAsync(cluster.Identity, cancellation)
            : new ClusterWait(connection).UntilReadyAsync(
                cluster.Identity, cluster.Parts, TimeSpan.FromSeconds(Timeout), new DeploymentResult(cluster.Identity, false, import.Resources), cancellation)));
    }
}
