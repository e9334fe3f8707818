using System.Management.Automation;
using KafkaK8s.Engine.Clusters;

namespace KafkaK8s.Commands;

/// <summary>A cmdlet that makes one part of a cluster what its parameters say.</summary>
public abstract class PartDeploymentCmdlet : ClusterCmdlet
{
    private Consent? _consent;

    /// <summary>The recipe: <c>Standard</c>, as one would run it today, or <c>Article</c>, the article's manifests field for field. Standard when not given.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public KafkaPreset? Preset { get; set; }

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

    /// <summary>What is wanted.</summary>
    private protected abstract ClusterSpecification Specify(ClusterIdentity cluster, ClusterPreset preset);

    /// <summary>What to wait for. A method: PowerShell reads all properties of a cmdlet, and this one's type would load the engine.</summary>
    private protected abstract ClusterParts GetParts();

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        _consent = Consent.Of(this);
        base.ProcessRecord();
    }

    private protected override async Task ProcessAsync(CommandPipeline pipeline, CancellationToken cancellation)
    {
        using var connection = await ConnectAsync(pipeline, cancellation);
        var run = new DeploymentRun(pipeline, connection, _consent!, Force, NoWait ? null : TimeSpan.FromSeconds(Timeout));
        if (await run.DeployAsync(Specify(IdentityIn(connection), EnginePreset.Of(Preset)), GetParts(), cancellation) is { } cluster)
        {
            await run.WriteAsync(cluster, Choice.KubeConfig, Preset);
        }
    }
}
