using System.Management.Automation;
using KafkaK8s.Completers;
using KafkaK8s.Engine.Clusters;
using KafkaK8s.Output;

namespace KafkaK8s.Commands;

/// <summary>Waits until a Kafka cluster is ready: every member of the ensemble, every broker, and the test client where there is one.</summary>
/// <remarks>
/// <para>While it waits it shows for each pod why it isn't ready. What can't heal by itself ends it at once, with the events and the last log
/// lines in the error; so does the end of the time allowed.</para>
/// </remarks>
/// <example>
/// <summary>Make two clusters at the same time</summary>
/// <code>'blue', 'green' | ForEach-Object { New-KafkaCluster $_ -Namespace streaming -NoWait } | Wait-KafkaCluster</code>
/// <para>Both start together; it returns when both are ready.</para>
/// </example>
/// <example>
/// <summary>A job that goes on only with a cluster</summary>
/// <code>Wait-KafkaCluster -Namespace the-project -Timeout 300 -ErrorAction Stop</code>
/// <para>Ends with an error that says why where it isn't ready after five minutes.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Wait, "KafkaCluster")]
[OutputType(typeof(KafkaCluster))]
public sealed class WaitKafkaClusterCommand : ClusterCmdlet
{
    /// <summary>The name of the Kafka cluster. When not given: the one that <c>Set-KafkaContext</c> chose, else <c>kafka</c>.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ClusterCompleter))]
    public override string? Cluster { get; set; }

    /// <summary>The same as <c>-Cluster</c>.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(ClusterCompleter))]
    public string? Name
    {
        get => Cluster;
        set => Cluster = value;
    }

    /// <summary>How many seconds to wait; 600 when not given.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue / 1000)]
    public int Timeout { get; set; } = 600;

    /// <summary>Returns the cluster when it is ready.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override async Task ProcessAsync(CommandPipeline pipeline, CancellationToken cancellation)
    {
        using var connection = await ConnectAsync(pipeline, cancellation);
        var found = await FindClusterAsync(connection, cancellation);
        var cluster = await new ClusterWait(connection).UntilReadyAsync(
            found.Identity, ClusterParts.All, TimeSpan.FromSeconds(Timeout), null, cancellation);
        if (PassThru)
        {
            await pipeline.WriteObjectAsync(cluster.ToOutput(Choice.KubeConfig));
        }
    }
}
