using System.Management.Automation;
using KafkaK8s.Diagnostics;
using KafkaK8s.Engine.Clusters;

namespace KafkaK8s.Commands;

/// <summary>A cmdlet that removes a cluster, or parts of one.</summary>
public abstract class RemovalCmdlet : ClusterCmdlet
{
    private Consent? _consent;

    /// <summary>Returns as soon as Kubernetes has taken the request, without waiting until everything is gone.</summary>
    [Parameter]
    public SwitchParameter NoWait { get; set; }

    /// <summary>How many seconds to wait until everything is gone; 300 when not given.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue / 1000)]
    public int Timeout { get; set; } = 300;

    /// <summary>What comes down the pipeline: a Kafka cluster. A single member is refused, because it would take all the others with it.</summary>
    [Parameter(ValueFromPipeline = true, DontShow = true)]
    public object? InputObject { get; set; }

    /// <summary>What to remove, and how. A method: PowerShell reads all properties of a cmdlet, and this one's type would load the engine.</summary>
    private protected abstract RemovalOptions GetOptions();

    /// <summary>What it is called in questions: <c>the brokers of</c>.</summary>
    private protected abstract string What { get; }

    /// <summary>How long to wait, or null not to.</summary>
    private protected TimeSpan? Patience => NoWait ? null : TimeSpan.FromSeconds(Timeout);

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        // Nothing from the pipeline is bound yet. Whoever names something that turns out empty doesn't mean what is usual.
        foreach (var name in new[] { nameof(Cluster), "Name", nameof(Namespace), nameof(Context), nameof(KubeConfig) })
        {
            if (MyInvocation.BoundParameters.TryGetValue(name, out var given) && string.IsNullOrEmpty(given as string))
            {
                ThrowTerminatingError(KafkaErrors.Create(
                    "NameEmpty",
                    ErrorCategory.InvalidArgument,
                    name,
                    $"-{name} is empty, so it isn't said what to remove. Nothing was removed.",
                    "Give it a name, or leave it out for the usual one."));
            }
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        _consent = Consent.Of(this);
        base.ProcessRecord();
    }

    private protected override async Task ProcessAsync(CommandPipeline pipeline, CancellationToken cancellation)
    {
        if (IsOneOfSeveral(InputObject, out var member))
        {
            await pipeline.WriteErrorAsync(OneOfSeveral(member));
            return;
        }

        using var connection = await ConnectAsync(pipeline, cancellation);
        var removal = new ClusterRemoval(connection);
        var cluster = IdentityIn(connection);
        var preview = await removal.PreviewAsync(cluster, GetOptions(), cancellation);
        if (await IsWantedAsync(pipeline, preview))
        {
            await removal.RemoveAsync(cluster, GetOptions(), cancellation);
            pipeline.WriteVerbose(Describe(preview, "Removed"));
        }
    }

    private static bool IsOneOfSeveral(object? input, out string member)
    {
        var bare = input is PSObject wrapped ? wrapped.BaseObject : input;
        member = (bare as KafkaMember)?.Name ?? "";
        return bare is KafkaBroker or KafkaZookeeper;
    }

    private ErrorRecord OneOfSeveral(string member) => KafkaErrors.Create(
        "MemberGiven",
        ErrorCategory.InvalidArgument,
        member,
        $"{member} is one of several, and {MyInvocation.MyCommand.Name} removes them all. Nothing was removed.",
        "Pipe a cluster to it, as Get-KafkaCluster returns it, to remove them all.");

    private async Task<bool> IsWantedAsync(CommandPipeline pipeline, RemovalResult preview)
    {
        var description = Describe(preview, "Remove");
        if (!await pipeline.ShouldProcessInWordsAsync(description, description))
        {
            return false;
        }

        return _consent is { MayAsk: false } || !LosesData(preview)
            || await pipeline.ShouldContinueAsync($"{description}\nAll data in it is lost. Continue?", "Confirm");
    }

    private bool LosesData(RemovalResult preview)
        => GetOptions().IncludeData
        || (preview.KeptClaims.Count == 0 && preview.Removed.Any(name => name.StartsWith("StatefulSet ", StringComparison.Ordinal)));

    private string Describe(RemovalResult preview, string verb)
        => $"{verb} {What} {preview.Identity}: {string.Join(", ", preview.Removed)}"
        + (preview.KeptClaims.Count == 0 ? "" : $"; kept with the data in them: {string.Join(", ", preview.KeptClaims)}");
}
