using System.Management.Automation;
using KafkaK8s.Diagnostics;
using KafkaK8s.Engine;
using KafkaK8s.Engine.Clusters;
using KafkaK8s.Engine.Kubernetes;

namespace KafkaK8s.Commands;

/// <summary>Gets what the pods of a Kafka cluster logged, a line an object.</summary>
/// <remarks>
/// <para>Without a name: the logs of all pods of the cluster, one pod after the other. With <c>-Follow</c> all pods at once, each line when it is logged, until Ctrl+C.</para>
/// <para>Each line knows its pod and its time, so that lines of several pods can be sorted together.</para>
/// </remarks>
/// <example>
/// <summary>The last lines of a broker</summary>
/// <code>Get-KafkaLog kafka-0 -Tail 50</code>
/// <para>Fifty lines.</para>
/// </example>
/// <example>
/// <summary>What all brokers complained about, in order</summary>
/// <code>Get-KafkaBroker | Get-KafkaLog | Where-Object Line -match 'ERROR|WARN' | Sort-Object Timestamp</code>
/// <para>Lines of all brokers, sorted by time.</para>
/// </example>
/// <example>
/// <summary>Why did it crash?</summary>
/// <code>Get-KafkaLog kafka-1 -Previous -Tail 100</code>
/// <para>The log of the container's run before this one.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "KafkaLog", DefaultParameterSetName = ByName)]
[OutputType(typeof(KafkaLogLine))]
public sealed class GetKafkaLogCommand : ClusterCmdlet
{
    private const string ByName = "ByName";
    private const string ByObject = "ByObject";

    /// <summary>The pods, by name; wildcards are allowed. All pods of the cluster when not given.</summary>
    [Parameter(Position = 0, ParameterSetName = ByName)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[]? Name { get; set; }

    /// <summary>A pod, as <c>Get-KafkaBroker</c>, <c>Get-KafkaZookeeper</c> and <c>Get-KafkaClient</c> return it.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = ByObject)]
    public KafkaMember? InputObject { get; set; }

    /// <summary>The container. When not given: the pod's only one.</summary>
    [Parameter]
    public string? Container { get; set; }

    /// <summary>Stays and waits for new lines until it is stopped.</summary>
    [Parameter]
    public SwitchParameter Follow { get; set; }

    /// <summary>Only so many lines from the end of each log.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int? Tail { get; set; }

    /// <summary>The log of the container's run before this one, such as after a crash.</summary>
    [Parameter]
    public SwitchParameter Previous { get; set; }

    private protected override async Task ProcessAsync(CommandPipeline pipeline, CancellationToken cancellation)
    {
        using var connection = await ConnectAsync(pipeline, cancellation);
        var targets = await TargetsAsync(pipeline, connection, cancellation);
        if (Follow)
        {
            await Task.WhenAll(targets.Select(target => ReadAsync(pipeline, connection, target, cancellation)));
            return;
        }

        foreach (var target in targets)
        {
            await ReadAsync(pipeline, connection, target, cancellation);
        }
    }

    private async Task<IReadOnlyList<PodTarget>> TargetsAsync(
        CommandPipeline pipeline, KubernetesConnection connection, CancellationToken cancellation)
    {
        if (InputObject is { } member)
        {
            return [new PodTarget(member.Namespace, member.Name, Container)];
        }

        var cluster = await FindClusterAsync(connection, cancellation);
        var pods = await NameSelection.SelectAsync(pipeline, Name, PodsOf(cluster), pod => pod, name => NotFound(name, cluster));
        return [.. pods.Select(pod => new PodTarget(cluster.Identity.Namespace, pod, Container))];
    }

    private async Task ReadAsync(CommandPipeline pipeline, KubernetesConnection connection, PodTarget target, CancellationToken cancellation)
    {
        var options = new LogOptions(Follow, Tail, Previous, Timestamps: true);
        try
        {
            await foreach (var line in PodLogs.ReadAsync(connection, target, options, cancellation).WithCancellation(cancellation))
            {
                await pipeline.WriteObjectAsync(KafkaLogLine.Parse(target.Pod, line));
            }
        }
        catch (EngineException failure)
        {
            await pipeline.WriteErrorAsync(KafkaErrors.ToErrorRecord(failure, target.Pod));
        }
    }

    private static IReadOnlyList<string> PodsOf(ClusterState cluster) =>
    [
        .. (cluster.Zookeeper?.Members ?? [])
            .Concat(cluster.Brokers?.Members ?? [])
            .Concat(cluster.Client is { } client ? [client] : [])
            .Where(pod => pod.CreatedAt is not null)
            .Select(pod => pod.Name),
    ];

    private static ErrorRecord NotFound(string name, ClusterState cluster) => KafkaErrors.Create(
        "PodNotFound",
        ErrorCategory.ObjectNotFound,
        name,
        $"The Kafka cluster {cluster.Identity} has no pod \"{name}\".",
        PodsOf(cluster) is { Count: > 0 } pods ? $"It has: {string.Join(", ", pods)}." : "It has no pods yet; Get-KafkaCluster shows why.");
}
