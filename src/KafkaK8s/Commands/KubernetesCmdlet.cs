using System.Management.Automation;
using KafkaK8s.Completers;
using KafkaK8s.Diagnostics;
using KafkaK8s.Engine;
using KafkaK8s.Engine.Kubernetes;
using KafkaK8s.Session;

namespace KafkaK8s.Commands;

/// <summary>A cmdlet that reaches a Kubernetes cluster.</summary>
public abstract class KubernetesCmdlet : AsyncKafkaCmdlet
{
    private SessionDefaults? _choice;

    /// <summary>The context of the kubeconfig to use. When not given: the one that <c>Set-KafkaContext</c> chose, else the kubeconfig's current one.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ContextCompleter))]
    public string? Context { get; set; }

    /// <summary>The kubeconfig file. When not given: the one that <c>Set-KafkaContext</c> chose, else the files in <c>KUBECONFIG</c>, else <c>~/.kube/config</c>.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? KubeConfig { get; set; }

    /// <summary>What the parameters and the session's defaults come to.</summary>
    internal SessionDefaults Choice
        => _choice ?? throw new InvalidOperationException("The parameters are not bound yet.");

    /// <summary>The namespace that the parameters name, where the cmdlet has such a parameter.</summary>
    private protected virtual string? NamedNamespace => null;

    /// <summary>The Kafka cluster that the parameters name, where the cmdlet has such a parameter.</summary>
    private protected virtual string? NamedCluster => null;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        Choose();
        base.ProcessRecord();
    }

    /// <summary>Settles what this record is about. On the pipeline's thread, which alone knows the runspace and its location.</summary>
    private protected void Choose() => _choice = SessionDefaults.Current.With(
        string.IsNullOrEmpty(KubeConfig) ? null : GetUnresolvedProviderPathFromPSPath(KubeConfig),
        NullIfEmpty(Context),
        NullIfEmpty(NamedNamespace),
        NullIfEmpty(NamedCluster));

    /// <summary>
    /// Opens the connection. Where it can't be opened there is nothing left to do for this record, and, unless more come down the
    /// pipeline, for the cmdlet.
    /// </summary>
    internal Task<KubernetesConnection> ConnectAsync(CommandPipeline pipeline, CancellationToken cancellation)
        => ConnectAsync(pipeline, Choice, cancellation);

    /// <summary>Opens the connection for what an earlier record chose.</summary>
    private protected async Task<KubernetesConnection> ConnectAsync(
        CommandPipeline pipeline, SessionDefaults choice, CancellationToken cancellation)
    {
        var options = new ConnectionOptions(choice.KubeConfig, choice.Context, choice.Namespace);
        try
        {
            return await KubernetesConnection.OpenAsync(options, ObserverFor(pipeline), cancellation);
        }
        catch (EngineException failure) when (!MyInvocation.ExpectingInput)
        {
            throw new TerminatingException(KafkaErrors.ToErrorRecord(failure, choice.Context ?? choice.KubeConfig));
        }
    }

    private static OperationObserver ObserverFor(CommandPipeline pipeline) => new(
        (description, duration) => pipeline.WriteVerbose($"{description} ({duration.TotalMilliseconds:0} ms)"),
        progress => pipeline.WriteProgress(progress.Activity, progress.Status, progress.PercentComplete, progress.Completed),
        pipeline.WriteWarning);

    // An object from the pipeline says nothing about what it doesn't know.
    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
