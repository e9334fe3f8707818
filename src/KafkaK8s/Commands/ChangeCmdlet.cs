using System.Management.Automation;
using KafkaK8s.Engine.Clusters.Changes;
using KafkaK8s.Engine.Kubernetes;
using KafkaK8s.Output;

namespace KafkaK8s.Commands;

/// <summary>
/// A cmdlet that changes a running cluster by a plan: <c>-WhatIf</c> returns the plan, running carries out exactly that plan, and where it
/// was stopped the same command again carries out the rest.
/// </summary>
public abstract class ChangeCmdlet : ClusterCmdlet
{
    private Consent? _consent;

    /// <summary>How many seconds each step may take; 600 when not given.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue / 1000)]
    public int Timeout { get; set; } = 600;

    /// <summary>Returns each step when it has ended, with how long it took.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>Makes the plan from the live cluster. It changes nothing.</summary>
    private protected abstract Task<ChangePlan> PlanAsync(CommandPipeline pipeline, KubernetesConnection connection, CancellationToken cancellation);

    /// <summary>Settles whether to show, to ask or to go ahead. On the pipeline's thread, which alone knows the preferences.</summary>
    private protected void ReadConsent() => _consent = Consent.Of(this);

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        ReadConsent();
        base.ProcessRecord();
    }

    private protected override async Task ProcessAsync(CommandPipeline pipeline, CancellationToken cancellation)
    {
        using var connection = await ConnectAsync(pipeline, cancellation);
        await RunPlanAsync(pipeline, connection, Choice.KubeConfig, await PlanAsync(pipeline, connection, cancellation), cancellation);
    }

    /// <summary>Shows the plan, asks about it or carries it out, as is wanted.</summary>
    private protected async Task RunPlanAsync(
        CommandPipeline pipeline, KubernetesConnection connection, string? kubeConfig, ChangePlan plan, CancellationToken cancellation)
    {
        foreach (var warning in plan.Warnings)
        {
            pipeline.WriteWarning(warning);
        }

        var origin = new Origin(connection.ContextName, kubeConfig, plan.Cluster.Namespace, plan.Cluster.Name);
        if (plan.IsEmpty)
        {
            pipeline.WriteMessage($"{plan.Cluster} is already as asked for; nothing {(_consent!.IsPreview ? "would be" : "was")} changed.");
        }
        else if (_consent!.IsPreview)
        {
            foreach (var step in plan.Steps)
            {
                await pipeline.WriteObjectAsync(step.ToOutput(origin));
            }
        }
        else if (await IsWantedAsync(pipeline, plan))
        {
            await CarryOutAsync(pipeline, connection, plan, origin, cancellation);
        }
    }

    // Asked once for all of it; where data is lost, whatever the preference says short of -Confirm:$false.
    private async Task<bool> IsWantedAsync(CommandPipeline pipeline, ChangePlan plan)
    {
        var description = plan.Describe();
        return await pipeline.ShouldProcessInWordsAsync(description, description)
            && (_consent is { MayAsk: false } || !plan.LosesData
                || await pipeline.ShouldContinueAsync($"{description}\nThe data in the claims that are deleted is lost. Continue?", "Confirm"));
    }

    private async Task CarryOutAsync(
        CommandPipeline pipeline, KubernetesConnection connection, ChangePlan plan, Origin origin, CancellationToken cancellation)
    {
        var listener = new StepListener(
            async result =>
            {
                pipeline.WriteVerbose(FormattableString.Invariant($"Step {result.Step.Number}, {result.Step}: {result.Status} after {result.Duration.TotalSeconds:0.0} s"));
                if (PassThru)
                {
                    await pipeline.WriteObjectAsync(result.ToOutput(origin));
                }
            },
            async hold =>
            {
                foreach (var blocker in hold.ToOutput())
                {
                    await pipeline.WriteObjectAsync(blocker);
                }
            });
        await new PlanRunner(connection.Observer).RunAsync(plan, TimeSpan.FromSeconds(Timeout), listener, cancellation);
    }
}
