using System.Management.Automation;
using KafkaK8s.Engine.Clusters;

namespace KafkaK8s.Commands;

/// <summary>Creates a Kafka cluster, all of it at once: namespace, ZooKeeper ensemble, brokers, test client. Or makes the one that is there what is asked for.</summary>
/// <remarks>
/// <para>Every resource is applied at once, and all of them are waited for together. While it waits it shows for each pod why it isn't ready; what
/// can't heal by itself, such as an image that doesn't exist, ends it at once, with the events and the last log lines in the error.</para>
/// <para>What isn't given stays as the live cluster has it, else as the preset does. Running it twice changes nothing and says so. A cluster that
/// was made by hand with the article's files is taken over in place.</para>
/// <para>A cluster that runs keeps its members: fewer brokers, or another number of members of ZooKeeper, are refused before anything is changed, with <c>-WhatIf</c> as well.
/// <c>Set-KafkaBroker -Replicas -Drain</c> and <c>Set-KafkaZookeeper -Replicas</c> do it a step at a time.</para>
/// <para><c>-WhatIf</c> asks the server by a dry run, and shows every field that would change.</para>
/// </remarks>
/// <example>
/// <summary>A cluster as one would run it today</summary>
/// <code>New-KafkaCluster -Namespace the-project</code>
/// <para>Three members of ZooKeeper, three brokers, a test client, on claims.</para>
/// </example>
/// <example>
/// <summary>The article's cluster</summary>
/// <code>New-KafkaCluster -Namespace the-project -Preset Article</code>
/// <para>The nine manifests of the article, field for field.</para>
/// </example>
/// <example>
/// <summary>In a job, safe to run again</summary>
/// <code>New-KafkaCluster events -Namespace streaming -Replicas 5 -StorageSize 500Gi -Timeout 1200 -Confirm:$false -ErrorAction Stop</code>
/// <para>Ends with an error that says why where the cluster isn't ready after twenty minutes.</para>
/// </example>
[Cmdlet(VerbsCommon.New, "KafkaCluster", SupportsShouldProcess = true)]
[OutputType(typeof(KafkaCluster))]
public sealed class NewKafkaClusterCommand : WholeClusterCmdlet
{
    private Consent? _consent;

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
        _consent = Consent.Of(this);
        base.ProcessRecord();
    }

    private protected override async Task ProcessAsync(CommandPipeline pipeline, CancellationToken cancellation)
    {
        using var connection = await ConnectAsync(pipeline, cancellation);
        var run = new DeploymentRun(pipeline, connection, _consent!, Force, NoWait ? null : TimeSpan.FromSeconds(Timeout));
        if (await run.DeployAsync(Specify(IdentityIn(connection)), ClusterParts.All, cancellation) is { } cluster)
        {
            await run.WriteAsync(cluster, Choice.KubeConfig, Preset);
        }
    }
}
