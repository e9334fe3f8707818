using System.Management.Automation;

namespace KafkaK8s.Commands;

/// <summary>Looks at a Kafka cluster from all sides and says what is wrong with it.</summary>
/// <remarks>
/// <para>One object a finding, the worst first: the rule, how much it matters, what it is about, what was seen, what to do, and the line that does it. Silence means
/// that all is well.</para>
/// <para>Kubernetes, the ensemble's members, Kafka and the pods' disks and logs are asked at the same time. What can't be asked is a finding itself, of the rule
/// <c>Unanswered</c>: <c>Critical</c> where it is Kafka, its brokers, its topics or the ensemble, for then nobody knows whether the cluster works.</para>
/// <para>The rules: <c>EnsembleQuorum</c>, <c>EphemeralEnsemble</c>, <c>EnsembleList</c>, <c>NoEnsemble</c>, <c>NoBrokers</c>, <c>PodNotReady</c>, <c>PodRestarting</c>, <c>BrokerMissing</c>, <c>ControllerMissing</c>,
/// <c>IdentityMismatch</c>, <c>PartitionLeaderless</c>, <c>PartitionUnderReplicated</c>, <c>TopicMinimum</c>, <c>InternalTopic</c>, <c>AdvertisedAddress</c>, <c>ClaimNearlyFull</c>,
/// <c>JmxPort</c>, <c>TightProbe</c>, <c>BudgetBlocksDrain</c>, <c>BudgetMissing</c>, <c>FloatingImage</c>, <c>Unanswered</c>.</para>
/// </remarks>
/// <example>
/// <summary>Is anything wrong?</summary>
/// <code>Get-KafkaHealth -Namespace the-project</code>
/// <para>A row a finding; nothing where all is well.</para>
/// </example>
/// <example>
/// <summary>All of it, with what to do</summary>
/// <code>Get-KafkaHealth | Format-List</code>
/// <para>With the evidence, the recommendation and the line that does it.</para>
/// </example>
/// <example>
/// <summary>What needs somebody now, in every cluster</summary>
/// <code>Get-KafkaCluster -Namespace * | Get-KafkaHealth | Where-Object Severity -eq Critical</code>
/// <para>What doesn't work, or could not be asked.</para>
/// </example>
/// <example>
/// <summary>Only what a drain of a node would meet</summary>
/// <code>Get-KafkaHealth -Rule Budget*, TopicMinimum</code>
/// <para>Only what these rules need is asked of the cluster.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "KafkaHealth")]
[OutputType(typeof(KafkaFinding))]
public sealed class GetKafkaHealthCommand : HealthCmdlet
{
    private protected override async Task ProcessAsync(CommandPipeline pipeline, CancellationToken cancellation)
    {
        foreach (var finding in await FindAsync(pipeline, cancellation))
        {
            await pipeline.WriteObjectAsync(finding);
        }
    }
}
