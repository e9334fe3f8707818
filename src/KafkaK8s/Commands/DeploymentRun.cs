using KafkaK8s.Engine.Clusters;
using KafkaK8s.Engine.Kubernetes;
using KafkaK8s.Output;

namespace KafkaK8s.Commands;

/// <summary>One deployment: shown or asked about where that is wanted, made, and waited for.</summary>
/// <param name="pipeline">The cmdlet's pipeline.</param>
/// <param name="connection">Where.</param>
/// <param name="consent">Whether to show, to ask, or to go ahead.</param>
/// <param name="force">Whether to take over what others hold.</param>
/// <param name="patience">How long to wait until it is ready, or null not to.</param>
internal sealed class DeploymentRun(
    CommandPipeline pipeline, KubernetesConnection connection, Consent consent, bool force, TimeSpan? patience)
{
    /// <summary>Deploys, and returns the cluster, or null where it was not to be.</summary>
    public async Task<ClusterState?> DeployAsync(ClusterSpecification specification, ClusterParts parts, CancellationToken cancellation)
    {
        if (!await IsWantedAsync(specification, cancellation))
        {
            return null;
        }

        var deployment = await new ClusterDeployment(connection).DeployAsync(specification, new DeploymentOptions(Force: force), cancellation);
        DeploymentReport.Write(pipeline, deployment);
        return patience is { } time
            ? await new ClusterWait(connection).UntilReadyAsync(specification.Identity, parts, time, deployment, cancellation)
            : await new ClusterInspection(connection).GetAsync(specification.Identity, cancellation);
    }

    /// <summary>Hands the cluster on.</summary>
    public Task WriteAsync(ClusterState cluster, string? kubeConfig, KafkaPreset? preset)
        => pipeline.WriteObjectAsync(cluster.ToOutput(kubeConfig, preset));

    // The server is asked what would change only where somebody wants to see it.
    private async Task<bool> IsWantedAsync(ClusterSpecification specification, CancellationToken cancellation)
    {
        if (consent is { IsPreview: false, AsksFirst: false })
        {
            return await pipeline.ShouldProcessAsync(specification.Identity.ToString(), "Deploy");
        }

        var preview = await new ClusterDeployment(connection).DeployAsync(
            specification, new DeploymentOptions(DryRun: true, Force: force), cancellation);
        var description = DeploymentReport.Describe(preview);
        return await pipeline.ShouldProcessInWordsAsync(description, description);
    }
}
