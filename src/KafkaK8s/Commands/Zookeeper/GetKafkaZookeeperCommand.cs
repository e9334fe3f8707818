using System.Management.Automation;
using KafkaK8s.Engine.Clusters;
using KafkaK8s.Output;

namespace KafkaK8s.Commands;

/// <summary>Gets the members of a Kafka cluster's ZooKeeper ensemble.</summary>
/// <remarks>
/// <para>One object each. The members are asked themselves, through a port-forward, which of them leads and whether they have a quorum:
/// a pod may count as ready without one. That takes leave to port-forward.</para>
/// <para>A cluster whose brokers keep the metadata themselves (KRaft) has no ensemble: a warning says so.</para>
/// <para>In a sound ensemble the StatefulSet's replicas, the list of servers in its template (<c>ZK_REPLICAS</c>, <c>ZOO_SERVERS</c>), the list that each pod was created with and
/// the members of the quorum agree. Where they don't, a warning says which; <c>Set-KafkaZookeeper</c> mends it.</para>
/// </remarks>
/// <example>
/// <summary>All of them</summary>
/// <code>Get-KafkaZookeeper -Namespace the-project</code>
/// <para>Lists the members of the ensemble of the cluster <c>kafka</c>.</para>
/// </example>
/// <example>
/// <summary>Those that aren't ready, in every cluster</summary>
/// <code>Get-KafkaCluster -Namespace * | Get-KafkaZookeeper | Where-Object IsReady -eq $false</code>
/// <para>Silence means that all are.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "KafkaZookeeper")]
[OutputType(typeof(KafkaZookeeper))]
public sealed class GetKafkaZookeeperCommand : ClusterCmdlet
{
    /// <summary>The members to get, by the names of their pods; wildcards are allowed. All of them when not given.</summary>
    [Parameter(Position = 0)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[]? Name { get; set; }

    private protected override Task ProcessAsync(CommandPipeline pipeline, CancellationToken cancellation)
        => MemberSelection.WriteAsync(
            this,
            pipeline,
            Name,
            async (connection, state) =>
            {
                if (state.Zookeeper is null)
                {
                    if (state.Brokers is { IsKraft: true })
                    {
                        pipeline.WriteWarning($"The Kafka cluster {state.Identity} has no ZooKeeper: its brokers keep the metadata themselves (KRaft).");
                    }

                    return [];
                }

                var inspection = new EnsembleInspection(connection);
                var asked = await inspection.AskAsync(state.Identity.Namespace, state.Zookeeper.Topology, cancellation);
                foreach (var disagreement in asked.Disagreements())
                {
                    pipeline.WriteWarning($"{state.Identity}: {disagreement}.");
                }

                var leader = asked.Members.FirstOrDefault(member => member.Answer?.Mode == "leader");
                var synced = leader is null ? null : await inspection.SyncedFollowersAsync(state.Identity.Namespace, leader.Pod, cancellation);
                return state.ToZookeepers(asked, synced, Choice.KubeConfig);
            },
            cancellation);
}
