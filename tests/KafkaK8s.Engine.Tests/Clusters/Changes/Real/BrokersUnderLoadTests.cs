using System.Diagnostics;
using KafkaK8s.Engine.Clusters;
using KafkaK8s.Engine.Clusters.Changes;
using KafkaK8s.Engine.Kafka;
using KafkaK8s.Engine.Kubernetes;
using KafkaK8s.Engine.Tests.Kafka.Real;

namespace KafkaK8s.Engine.Tests.Clusters.Changes.Real;

/// <summary>
/// Real brokers are restarted, and come and go, while records are written with acks=all and read: none is lost, none is there twice, and no partition is ever
/// without a leader or below its minimum of in-sync replicas.
/// </summary>
[Trait("Category", "RealKafka")]
[Collection(RealKafkaInTurn.Name)]
public sealed class BrokersUnderLoadTests(ITestOutputHelper output)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public Task A_rolling_restart_and_five_brokers_and_back_of_Kafka_3_9_2() => LoadedCluster.RunAsync(ClusterPreset.Standard, output, async cluster =>
    {
        await RestartAsync(cluster);
        await ScaleAsync(cluster);
    });

    [Fact]
    public Task Five_brokers_and_back_of_Kafka_3_9_2_while_somebody_else_moves_a_partition()
    {
        LongRuns.OrSkip("It takes minutes, and most of it is proved by the others");
        return LoadedCluster.RunAsync(ClusterPreset.Standard, output, cluster => ScaleAsync(cluster, MeetAnotherReassignmentAsync));
    }

    [Fact]
    public Task Five_brokers_and_back_of_Kafka_1_1_1_and_an_unchecked_restart()
    {
        LongRuns.OrSkip("It takes minutes, and the same is proved on 3.9.2");
        return LoadedCluster.RunAsync(ClusterPreset.Article, output, async cluster =>
        {
            await RestartAsync(cluster);
            await ScaleAsync(cluster);
            await UncheckedAsync(cluster);
        });
    }

    [Fact]
    public Task An_unchecked_restart_of_Kafka_3_9_2()
    {
        LongRuns.OrSkip("It is there to compare with, and proves nothing");
        return LoadedCluster.RunAsync(ClusterPreset.Standard, output, async cluster =>
        {
            await FillAsync(cluster);
            await RestartAsync(cluster);
            await UncheckedAsync(cluster);
        });
    }

    // Five megabytes a second: what a broker misses while it restarts takes it longer to fetch than to become ready.
    private static async Task FillAsync(LoadedCluster cluster)
    {
        await cluster.TopicAsync(VerifiableLoad.BulkTopic, ("retention.bytes", "50000000"), ("segment.bytes", "10000000"));
        cluster.Load.Fill(5000, Cancellation);
        var kafka = await cluster.KafkaAsync();
        while ((await kafka.Topics.OffsetsAsync([VerifiableLoad.BulkTopic], new OffsetPosition.Latest(), Cancellation)).Sum(offset => offset.Offset) < 20_000)
        {
            Cancellation.ThrowIfCancellationRequested();
        }
    }

    private static async Task RestartAsync(LoadedCluster cluster)
    {
        var before = cluster.Uids();
        var changes = new BrokerChanges(cluster.Practice.Connection);
        await cluster.CarryOutAsync("rolling restart", await changes.PlanRestartAsync(PracticeCluster.Kafka, null, force: false, Cancellation));
        Assert.Empty(before.Intersect(cluster.Uids()));
    }

    private static async Task ScaleAsync(LoadedCluster cluster, Func<LoadedCluster, Task>? meanwhile = null)
    {
        var changes = new BrokerChanges(cluster.Practice.Connection);
        var more = new BrokerChange(Replicas: 5, Rebalance: true);
        await cluster.CarryOutAsync("3 to 5 brokers with their share", await changes.PlanAsync(PracticeCluster.Kafka, more, force: false, Cancellation));
        Assert.Equal([0, 1, 2, 3, 4], await HoldersAsync(cluster));
        if (meanwhile is not null)
        {
            Assert.True((await changes.PlanAsync(PracticeCluster.Kafka, more, force: false, Cancellation)).IsEmpty);
            await meanwhile(cluster);
        }

        var refused = await Assert.ThrowsAsync<EngineException>(() => changes.PlanAsync(PracticeCluster.Kafka, new BrokerChange(Replicas: 3), force: false, Cancellation));
        Assert.Equal("BrokerHoldsReplicas", refused.Id);
        Assert.Contains("__consumer_offsets-", refused.Message, StringComparison.Ordinal);
        var fewer = await changes.PlanAsync(PracticeCluster.Kafka, new BrokerChange(Replicas: 3, Drain: true, Throttle: 50_000_000), force: false, Cancellation);
        Assert.Contains(fewer.Steps, step => step.Action == ChangeAction.MovePartition && step.Target.StartsWith("load-", StringComparison.Ordinal) && step.Bytes > 0);
        await cluster.CarryOutAsync("5 to 3 brokers, drained", fewer);
        Assert.Equal([0, 1, 2], await HoldersAsync(cluster));
        Assert.Equal(3, cluster.Uids().Count);
        var kafka = await cluster.KafkaAsync();
        Assert.DoesNotContain(await kafka.Configuration.GetAsync(ConfigurationTarget.Broker(0), all: false, Cancellation), entry => entry.Name.Contains("throttled", StringComparison.Ordinal));
    }

    // Somebody else moves a partition onto a broker that is to leave, so slowly that it does not end by itself.
    private static async Task MeetAnotherReassignmentAsync(LoadedCluster cluster)
    {
        var kafka = await cluster.KafkaAsync();
        var partition = (await kafka.Topics.DescribeAsync([VerifiableLoad.Topic], Cancellation))[0].Partitions.First(partition => !partition.Replicas.Contains(4));
        PartitionAssignment[] theirs = [new(partition.Topic, partition.Partition, [.. partition.Replicas.Take(2), 4])];
        await kafka.Partitions.ReassignAsync(theirs, throttle: 10, Cancellation);

        var plan = await new BrokerChanges(cluster.Practice.Connection).PlanAsync(
            PracticeCluster.Kafka, new BrokerChange(Replicas: 3, Drain: true), force: false, Cancellation);
        var error = await Assert.ThrowsAsync<EngineException>(() => new PlanRunner(cluster.Practice.Heard).RunAsync(plan, LoadedCluster.Long, StepListener.Silent, Cancellation));
        Assert.Equal(("ReassignmentRunning", EngineErrorKind.Conflict, theirs[0].Name.ToString()), (error.Id, error.Kind, error.Target));
        Assert.StartsWith("Step 1 of ", error.Message, StringComparison.Ordinal);
        Assert.Equal(5, cluster.Uids().Count);

        var faster = new Dictionary<string, string?> { ["leader.replication.throttled.rate"] = "100000000", ["follower.replication.throttled.rate"] = "100000000" };
        foreach (var broker in theirs[0].Replicas)
        {
            await kafka.Configuration.SetAsync(ConfigurationTarget.Broker(broker), faster, Cancellation);
        }

        await new ReassignmentRun(kafka, cluster.Practice.Heard).CompleteAsync(theirs, null, Cancellation);
    }

    // What someone does who looks at the pods alone: the next one goes when the last one is ready.
    private static async Task UncheckedAsync(LoadedCluster cluster)
    {
        cluster.Watch.Take();
        var began = Stopwatch.GetTimestamp();
        foreach (var broker in new[] { "kafka-0", "kafka-1", "kafka-2" })
        {
            await cluster.Practice.Connection.Resources.DeleteAsync(new ResourceReference("v1", "Pod", "the-project", broker), new DeleteOptions(), Cancellation);
            await new ClusterWait(cluster.Practice.Connection).UntilReadyAsync(PracticeCluster.Kafka, ClusterParts.Brokers, LoadedCluster.Long, null, Cancellation);
        }

        var took = Stopwatch.GetElapsedTime(began);

        // What it left behind counts too.
        var kafka = await cluster.KafkaAsync();
        while ((await kafka.Topics.DescribeAsync(null, Cancellation)).SelectMany(topic => topic.Partitions).Any(partition => partition.InSyncReplicas.Count < partition.Replicas.Count))
        {
            Cancellation.ThrowIfCancellationRequested();
        }

        cluster.Tell("unchecked restart", took);
    }

    private static async Task<IEnumerable<int>> HoldersAsync(LoadedCluster cluster) =>
        (await (await cluster.KafkaAsync()).Topics.DescribeAsync(null, Cancellation)).SelectMany(topic => topic.Partitions).SelectMany(partition => partition.Replicas).Distinct().Order();
}
