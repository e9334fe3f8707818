using System.Diagnostics;
using System.Globalization;
using KafkaK8s.Engine.Clusters;
using KafkaK8s.Engine.Clusters.Changes;
using KafkaK8s.Engine.Kafka;
using KafkaK8s.Engine.Kubernetes;
using KafkaK8s.Engine.Tests.Kafka.Real;
using KafkaK8s.Engine.Tests.Manifests;
using KafkaK8s.Sandbox;
using KafkaK8s.Sandbox.Api;
using KafkaK8s.Sandbox.Pods.Real;

namespace KafkaK8s.Engine.Tests.Clusters.Changes.Real;

/// <summary>
/// Real brokers are restarted, and come and go, while records are written with acks=all and read: none is lost, none is there twice, and no partition is ever
/// without a leader or below its minimum of in-sync replicas.
/// </summary>
[Trait("Category", "RealKafka")]
[Collection(RealKafkaInTurn.Name)]
public sealed class BrokersUnderLoadTests(ITestOutputHelper output)
{
    private const string Everything = "KAFKAK8S_FULL_MATRIX";
    private const int Minimum = 2;

    private static readonly TimeSpan Long = TimeSpan.FromMinutes(5);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public Task A_rolling_restart_of_Kafka_1_1_1() => RunAsync(ClusterPreset.Article, async cluster => await RestartAsync(cluster));

    [Fact]
    public Task A_rolling_restart_and_five_brokers_and_back_of_Kafka_3_9_2() => RunAsync(ClusterPreset.Standard, async cluster =>
    {
        await RestartAsync(cluster);
        await ScaleAsync(cluster);
    });

    [Fact]
    public Task Five_brokers_and_back_of_Kafka_3_9_2_while_somebody_else_moves_a_partition()
    {
        Assert.SkipUnless(IsEverything, $"It takes minutes, and most of it is proved by the others: set {Everything}=1 to run it.");
        return RunAsync(ClusterPreset.Standard, cluster => ScaleAsync(cluster, MeetAnotherReassignmentAsync));
    }

    [Fact]
    public Task Five_brokers_and_back_of_Kafka_1_1_1_and_an_unchecked_restart()
    {
        Assert.SkipUnless(IsEverything, $"It takes minutes, and the same is proved on 3.9.2: set {Everything}=1 to run it.");
        return RunAsync(ClusterPreset.Article, async cluster =>
        {
            await RestartAsync(cluster);
            await ScaleAsync(cluster);
            await UncheckedAsync(cluster);
        });
    }

    [Fact]
    public Task An_unchecked_restart_of_Kafka_3_9_2()
    {
        Assert.SkipUnless(IsEverything, $"It is there to compare with, and proves nothing: set {Everything}=1 to run it.");
        return RunAsync(ClusterPreset.Standard, async cluster =>
        {
            await FillAsync(cluster);
            await RestartAsync(cluster);
            await UncheckedAsync(cluster);
        });
    }

    // Five megabytes a second: what a broker misses while it restarts takes it longer to fetch than to become ready.
    private static async Task FillAsync(Running cluster)
    {
        var kafka = (await ClusterKafka.OpenAsync(cluster.Practice.Connection, "kafka", Cancellation)).Operations;
        var settings = new Dictionary<string, string> { ["min.insync.replicas"] = Minimum.ToString(CultureInfo.InvariantCulture), ["retention.bytes"] = "50000000", ["segment.bytes"] = "10000000" };
        Assert.Null(Assert.Single(await kafka.Topics.CreateAsync([new TopicCreation(VerifiableLoad.BulkTopic, 6, 3, settings)], Cancellation)).Error);
        cluster.Load.Fill(5000, Cancellation);
        while ((await kafka.Topics.OffsetsAsync([VerifiableLoad.BulkTopic], new OffsetPosition.Latest(), Cancellation)).Sum(offset => offset.Offset) < 20_000)
        {
            Cancellation.ThrowIfCancellationRequested();
        }
    }

    private static bool IsEverything => Environment.GetEnvironmentVariable(Everything) == "1";

    private sealed record Running(PracticeCluster Practice, VerifiableLoad Load, ReplicaWatch Watch);

    private async Task RunAsync(ClusterPreset preset, Func<Running, Task> changes)
    {
        Assert.SkipUnless(Missing is null, Missing ?? "");
        var started = Stopwatch.GetTimestamp();
        await using var practice = await PracticeCluster.StartAsync(new SandboxOptions
        {
            Clock = SandboxClock.RunningAt(5),
            Runtime = surroundings => new RealRuntime(Sandbox.Pods.Real.KafkaDistribution.Find(), surroundings),
        });
        var specification = Specifications.Whole(preset) with { Brokers = new BrokerSpecification(HeapOptions: "-Xmx256M") };
        var deployed = await new ClusterDeployment(practice.Connection).DeployAsync(specification, new DeploymentOptions(), Cancellation);
        await new ClusterWait(practice.Connection).UntilReadyAsync(specification.Identity, ClusterParts.All, Long, deployed, Cancellation);
        var kafka = (await ClusterKafka.OpenAsync(practice.Connection, "kafka", Cancellation)).Operations;
        var settings = new Dictionary<string, string> { ["min.insync.replicas"] = Minimum.ToString(CultureInfo.InvariantCulture) };
        Assert.Null(Assert.Single(await kafka.Topics.CreateAsync([new TopicCreation(VerifiableLoad.Topic, 6, 3, settings)], Cancellation)).Error);

        await using var load = VerifiableLoad.Start(practice.Connection, preset == ClusterPreset.Article, perSecond: 100, Cancellation);
        await load.UntilFlowingAsync(200, Cancellation);
        var address = (string)practice.Server.Store.Get(ResourceKind.Pods, "the-project", "kafka-zookeeper-0")!["status"]!["podIP"]!;
        await using var watch = await ReplicaWatch.StartAsync(
            address, topic => topic == VerifiableLoad.Topic || preset == ClusterPreset.Standard ? Minimum : 1, Cancellation);
        output.WriteLine($"{preset}: standing after {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s");

        await changes(new Running(practice, load, watch));

        await load.EndAsync(Cancellation);
        output.WriteLine($"{load.Acknowledged.Count} records acknowledged, {load.Read.Count} places read, {load.Failures.Values.Sum()} failures");
        Assert.True(load.Failures.Count == 0, string.Join('\n', load.Failures.Select(failure => $"{failure.Value} x {failure.Key}")));
        var lost = load.Acknowledged.Where(record => !load.Read.TryGetValue(record.Value, out var value) || value != record.Key).ToList();
        Assert.True(lost.Count == 0, $"{lost.Count} acknowledged records were not read, such as {lost.FirstOrDefault()}");
        var twice = load.Read.GroupBy(record => record.Value).Where(places => places.Count() > 1).ToList();
        Assert.True(twice.Count == 0, $"{twice.Count} records are in the log twice, such as {twice.FirstOrDefault()?.Key}");
    }

    private async Task RestartAsync(Running cluster)
    {
        var before = Uids(cluster.Practice);
        var changes = new BrokerChanges(cluster.Practice.Connection);
        await CarryOutAsync(cluster, "rolling restart", await changes.PlanRestartAsync(PracticeCluster.Kafka, null, force: false, Cancellation));
        Assert.Empty(before.Intersect(Uids(cluster.Practice)));
    }

    private async Task ScaleAsync(Running cluster, Func<Running, Task>? meanwhile = null)
    {
        var changes = new BrokerChanges(cluster.Practice.Connection);
        var more = new BrokerChange(Replicas: 5, Rebalance: true);
        await CarryOutAsync(cluster, "3 to 5 brokers with their share", await changes.PlanAsync(PracticeCluster.Kafka, more, force: false, Cancellation));
        Assert.Equal([0, 1, 2, 3, 4], await HoldersAsync(cluster.Practice));
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
        await CarryOutAsync(cluster, "5 to 3 brokers, drained", fewer);
        Assert.Equal([0, 1, 2], await HoldersAsync(cluster.Practice));
        Assert.Equal(3, Uids(cluster.Practice).Count);
        var kafka = (await ClusterKafka.OpenAsync(cluster.Practice.Connection, "kafka", Cancellation)).Operations;
        Assert.DoesNotContain(await kafka.Configuration.GetAsync(ConfigurationTarget.Broker(0), all: false, Cancellation), entry => entry.Name.Contains("throttled", StringComparison.Ordinal));
    }

    // Somebody else moves a partition onto a broker that is to leave, so slowly that it does not end by itself.
    private static async Task MeetAnotherReassignmentAsync(Running cluster)
    {
        var kafka = (await ClusterKafka.OpenAsync(cluster.Practice.Connection, "kafka", Cancellation)).Operations;
        var partition = (await kafka.Topics.DescribeAsync([VerifiableLoad.Topic], Cancellation))[0].Partitions.First(partition => !partition.Replicas.Contains(4));
        PartitionAssignment[] theirs = [new(partition.Topic, partition.Partition, [.. partition.Replicas.Take(2), 4])];
        await kafka.Partitions.ReassignAsync(theirs, throttle: 10, Cancellation);

        var plan = await new BrokerChanges(cluster.Practice.Connection).PlanAsync(
            PracticeCluster.Kafka, new BrokerChange(Replicas: 3, Drain: true), force: false, Cancellation);
        var error = await Assert.ThrowsAsync<EngineException>(() => new PlanRunner(cluster.Practice.Heard).RunAsync(plan, Long, StepListener.Silent, Cancellation));
        Assert.Equal(("ReassignmentRunning", EngineErrorKind.Conflict, theirs[0].Name.ToString()), (error.Id, error.Kind, error.Target));
        Assert.StartsWith("Step 1 of ", error.Message, StringComparison.Ordinal);
        Assert.Equal(5, Uids(cluster.Practice).Count);

        var faster = new Dictionary<string, string?> { ["leader.replication.throttled.rate"] = "100000000", ["follower.replication.throttled.rate"] = "100000000" };
        foreach (var broker in theirs[0].Replicas)
        {
            await kafka.Configuration.SetAsync(ConfigurationTarget.Broker(broker), faster, Cancellation);
        }

        await new ReassignmentRun(kafka, cluster.Practice.Heard).CompleteAsync(theirs, null, Cancellation);
    }

    private async Task CarryOutAsync(Running cluster, string what, ChangePlan plan)
    {
        cluster.Watch.Take();
        var results = new List<StepResult>();
        var began = Stopwatch.GetTimestamp();
        await new PlanRunner(cluster.Practice.Heard).RunAsync(
            plan,
            Long,
            new StepListener(
                result =>
                {
                    results.Add(result);
                    return Task.CompletedTask;
                },
                hold =>
                {
                    output.WriteLine($"  held: {hold.Step}: {hold.Blockers[0]}");
                    return Task.CompletedTask;
                }),
            Cancellation);
        var took = Stopwatch.GetElapsedTime(began);
        foreach (var result in results.DistinctBy(result => (result.Step.Action, result.Step.Action == ChangeAction.MovePartition ? "" : result.Step.Target)))
        {
            output.WriteLine($"  {result.Duration.TotalSeconds,6:0.0} s  {result.Step}");
        }

        var worst = Tell(what, took, cluster.Watch.Take());
        Assert.True(worst.LongestOffline == TimeSpan.Zero, $"{worst.Offline} had no leader for {worst.LongestOffline}");
        Assert.True(worst.LongestBelowMinimum == TimeSpan.Zero, $"{worst.BelowMinimum} was below its minimum for {worst.LongestBelowMinimum}");
    }

    // What someone does who looks at the pods alone: the next one goes when the last one is ready.
    private async Task UncheckedAsync(Running cluster)
    {
        cluster.Watch.Take();
        var began = Stopwatch.GetTimestamp();
        foreach (var broker in new[] { "kafka-0", "kafka-1", "kafka-2" })
        {
            await cluster.Practice.Connection.Resources.DeleteAsync(new ResourceReference("v1", "Pod", "the-project", broker), new DeleteOptions(), Cancellation);
            await new ClusterWait(cluster.Practice.Connection).UntilReadyAsync(PracticeCluster.Kafka, ClusterParts.Brokers, Long, null, Cancellation);
        }

        var took = Stopwatch.GetElapsedTime(began);

        // What it left behind counts too.
        var kafka = (await ClusterKafka.OpenAsync(cluster.Practice.Connection, "kafka", Cancellation)).Operations;
        while ((await kafka.Topics.DescribeAsync(null, Cancellation)).SelectMany(topic => topic.Partitions).Any(partition => partition.InSyncReplicas.Count < partition.Replicas.Count))
        {
            Cancellation.ThrowIfCancellationRequested();
        }

        Tell("unchecked restart", took, cluster.Watch.Take());
    }

    private ReplicaWatch.Worst Tell(string what, TimeSpan took, ReplicaWatch.Worst worst)
    {
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{what}: {took.TotalSeconds:0.0} s; longest below the minimum {worst.LongestBelowMinimum.TotalSeconds:0.00} s {worst.BelowMinimum}; longest without a leader {worst.LongestOffline.TotalSeconds:0.00} s {worst.Offline}; {worst.Looks} looks, at most {worst.LongestGap.TotalSeconds:0.00} s apart"));
        return worst;
    }

    private static async Task<IEnumerable<int>> HoldersAsync(PracticeCluster practice)
    {
        var kafka = (await ClusterKafka.OpenAsync(practice.Connection, "kafka", Cancellation)).Operations;
        return (await kafka.Topics.DescribeAsync(null, Cancellation)).SelectMany(topic => topic.Partitions).SelectMany(partition => partition.Replicas).Distinct().Order();
    }

    private static IReadOnlyList<string> Uids(PracticeCluster practice) =>
    [
        .. practice.Server.Store.List(ResourceKind.Pods, "the-project")
            .Where(pod => (string?)pod["metadata"]!["labels"]?["app"] == "kafka")
            .Select(pod => (string)pod["metadata"]!["uid"]!),
    ];

    private static string? Missing { get; } = WhyNot();

    private static string? WhyNot()
    {
        try
        {
            Sandbox.Pods.Real.KafkaDistribution.Find();
            return null;
        }
        catch (KafkaDistributionException missing)
        {
            return missing.Message;
        }
    }
}
