using System.Management.Automation;
using KafkaK8s.Output;

namespace KafkaK8s.Commands;

/// <summary>Gets the brokers of a Kafka cluster.</summary>
/// <remarks>
/// <para>One object each, with the reason why it isn't ready where it is not.</para>
/// </remarks>
/// <example>
/// <summary>All of them</summary>
/// <code>Get-KafkaBroker -Namespace the-project</code>
/// <para>Lists the brokers of the cluster <c>kafka</c>.</para>
/// </example>
/// <example>
/// <summary>The last words of the brokers that aren't ready</summary>
/// <code>Get-KafkaBroker | Where-Object IsReady -eq $false | Get-KafkaLog -Tail 20</code>
/// <para>Twenty log lines of each.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "KafkaBroker")]
[OutputType(typeof(KafkaBroker))]
public sealed class GetKafkaBrokerCommand : ClusterCmdlet
{
    /// <summary>The brokers to get, by the names of their pods; wildcards are allowed. All of them when not given.</summary>
    [Parameter(Position = 0)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[]? Name { get; set; }

    private protected override Task ProcessAsync(CommandPipeline pipeline, CancellationToken cancellation)
        => MemberSelection.WriteAsync(this, pipeline, Name, (_, state) => Task.FromResult(state.ToBrokers(Choice.KubeConfig)), cancellation);
}
