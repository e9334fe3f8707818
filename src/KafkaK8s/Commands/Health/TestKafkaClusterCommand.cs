using System.Management.Automation;

namespace KafkaK8s.Commands;

/// <summary>Tells in one word whether a Kafka cluster works: true or false.</summary>
/// <remarks>
/// <para>The rules are those of <c>Get-KafkaHealth</c>. A finding of severity <c>Critical</c> makes it false: something doesn't work now; or Kafka, its brokers, its
/// topics or the ensemble could not be asked, for want of a permission or of Kafka's programs in the pods, too. A cluster without brokers is false. What is a
/// <c>Warning</c> or <c>Information</c> doesn't make it false: all works, and somebody should look at it in good time. Exactly one boolean comes out for each cluster.</para>
/// <para>A cluster that doesn't exist is an error, and no boolean. With <c>-Verbose</c> it says why it is false.</para>
/// </remarks>
/// <example>
/// <summary>A job that goes on only with a cluster that works</summary>
/// <code>if (-not (Test-KafkaCluster -Namespace the-project)) { Get-KafkaHealth -Namespace the-project; exit 1 }</code>
/// <para>The findings say why.</para>
/// </example>
/// <example>
/// <summary>Only the partitions</summary>
/// <code>Test-KafkaCluster -Rule Partition*, TopicMinimum</code>
/// <para>True while every partition has a leader and as many in-sync replicas as its topic asks for.</para>
/// </example>
[Cmdlet(VerbsDiagnostic.Test, "KafkaCluster")]
[OutputType(typeof(bool))]
public sealed class TestKafkaClusterCommand : HealthCmdlet
{
    private protected override async Task ProcessAsync(CommandPipeline pipeline, CancellationToken cancellation)
    {
        var critical = (await FindAsync(pipeline, cancellation)).Where(finding => finding.Severity == KafkaFindingSeverity.Critical).ToList();
        foreach (var finding in critical)
        {
            pipeline.WriteVerbose($"{finding} ({finding.Evidence})");
        }

        await pipeline.WriteObjectAsync(critical.Count == 0);
    }
}
