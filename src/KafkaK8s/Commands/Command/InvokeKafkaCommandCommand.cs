using System.Management.Automation;
using KafkaK8s.Diagnostics;
using KafkaK8s.Engine.Clusters;
using KafkaK8s.Engine.Kubernetes;

namespace KafkaK8s.Commands;

/// <summary>Runs a program in a pod of a Kafka cluster, and returns its output line by line.</summary>
/// <remarks>
/// <para>The program runs in the test client where there is one that is ready, else in a ready broker, or in the pod that <c>-Pod</c> names. Its arguments go
/// there as they are: no shell reads them, so there are no wildcards, pipes or variables of the pod's; use <c>sh -c</c> for those.</para>
/// <para>Lines of the program's standard error go to the screen and the information stream, because many programs write there without having failed.
/// The exit code is in <c>$LASTEXITCODE</c>; any other than 0 is an error with the last of those lines, whose exception has it as <c>ExitCode</c>.</para>
/// <para>An argument that PowerShell would take for a parameter, such as <c>-h</c>, has to be quoted, or everything written behind <c>--</c>. Ctrl+C drops the connection;
/// the program in the pod may run on.</para>
/// </remarks>
/// <example>
/// <summary>A Kafka tool that has no cmdlet</summary>
/// <code>Invoke-KafkaCommand kafka-acls --bootstrap-server kafka:9092 --list</code>
/// <para>Runs in the test client.</para>
/// </example>
/// <example>
/// <summary>The same question to every broker</summary>
/// <code>Get-KafkaBroker | Invoke-KafkaCommand df '-h' /var/lib/kafka</code>
/// <para>One program after the other.</para>
/// </example>
/// <example>
/// <summary>A shell's features</summary>
/// <code>Invoke-KafkaCommand -Pod kafka-0 -- sh -c 'ls /etc/kafka | wc -l'</code>
/// <para>What is behind <c>--</c> goes to the pod as it is.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Invoke, "KafkaCommand", SupportsShouldProcess = true, DefaultParameterSetName = ByName)]
[OutputType(typeof(string))]
public sealed class InvokeKafkaCommandCommand : ClusterCmdlet
{
    private const string ByName = "ByName";
    private const string ByObject = "ByObject";

    /// <summary>The program: its name or its path in the pod.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Program { get; set; } = "";

    /// <summary>The program's arguments.</summary>
    [Parameter(Position = 1, ValueFromRemainingArguments = true)]
    [AllowEmptyCollection]
    [AllowEmptyString]
    public string[] ArgumentList { get; set; } = [];

    /// <summary>The pod to run it in. When not given: the test client, else a ready broker.</summary>
    [Parameter(ParameterSetName = ByName)]
    public string? Pod { get; set; }

    /// <summary>The container of the pod. When not given: its only one, or the one that Kubernetes takes for it.</summary>
    [Parameter]
    public string? Container { get; set; }

    /// <summary>A pod, as <c>Get-KafkaBroker</c>, <c>Get-KafkaZookeeper</c> and <c>Get-KafkaClient</c> return it.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = ByObject)]
    public KafkaMember? InputObject { get; set; }

    private protected override async Task ProcessAsync(CommandPipeline pipeline, CancellationToken cancellation)
    {
        using var connection = await ConnectAsync(pipeline, cancellation);
        var target = await TargetAsync(connection, cancellation);
        if (!await pipeline.ShouldProcessAsync(target.ToString(), $"Run {Program}"))
        {
            return;
        }

        var lastErrors = new LastLines();
        var exitCode = await PodExec.RunLinesAsync(
            connection,
            target,
            [Program, .. ArgumentList],
            null,
            async (line, _) =>
            {
                if (line.IsError)
                {
                    lastErrors.Add(line.Text);
                    pipeline.WriteMessage(line.Text);
                }
                else
                {
                    await pipeline.WriteObjectAsync(line.Text);
                }
            },
            cancellation);
        await pipeline.InvokeAsync(() => SessionState.PSVariable.Set("global:LASTEXITCODE", exitCode));
        if (exitCode != 0)
        {
            await pipeline.WriteErrorAsync(Failed(target, exitCode, lastErrors));
        }
    }

    private async Task<PodTarget> TargetAsync(KubernetesConnection connection, CancellationToken cancellation)
    {
        if (InputObject is { } member)
        {
            return new PodTarget(member.Namespace, member.Name, Container);
        }

        var cluster = await FindClusterAsync(connection, cancellation);
        return new PodTarget(cluster.Identity.Namespace, Pod ?? ReadyPod(cluster), Container);
    }

    private static string ReadyPod(ClusterState cluster)
    {
        var candidates = cluster.Brokers?.Members ?? [];
        var ready = (cluster.Client is { } client ? candidates.Prepend(client) : candidates).FirstOrDefault(pod => pod.IsReady);
        return ready?.Name ?? throw new TerminatingException(KafkaErrors.Create(
            "NoPodReady",
            ErrorCategory.ResourceUnavailable,
            cluster.Identity.Name,
            $"Neither the test client nor a broker of {cluster.Identity} is ready, so there is no pod to run it in. Nothing was run.",
            "Get-KafkaCluster shows why; name another pod with -Pod."));
    }

    private ErrorRecord Failed(PodTarget target, int exitCode, LastLines lastErrors) => KafkaErrors.Create(
        "CommandFailed",
        ErrorCategory.InvalidResult,
        Program,
        new KafkaCommandException($"{Program} in {target} ended with exit code {exitCode}.{lastErrors}", exitCode),
        "What it wrote to its standard error says why; the exit code is in $LASTEXITCODE.");
}
