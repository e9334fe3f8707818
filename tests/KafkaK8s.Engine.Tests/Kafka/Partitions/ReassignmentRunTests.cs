using KafkaK8s.Engine.Clusters;
using KafkaK8s.Engine.Kafka;
using KafkaK8s.Engine.Tests.Clusters;
using KafkaK8s.Sandbox;

namespace KafkaK8s.Engine.Tests.Kafka.Partitions;

/// <summary>Plans carried out on practice clusters of both generations that have ZooKeeper: as users' are, through exec.</summary>
public sealed class ReassignmentRunTests
{
    private static readonly IReadOnlyDictionary<string, string> NoSettings = new Dictionary<string, string>();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ClusterPreset.Article)]
    [InlineData(ClusterPreset.Standard)]
    public async Task A_broker_is_drained_and_what_was_interrupted_is_picked_up(ClusterPreset preset)
    {
        var clock = new LeapingClock();
        await using var practice = await PracticeCluster.StartAsync(new SandboxOptions { Clock = clock });
        var kafka = await OpenAsync(practice, preset);
        await kafka.Topics.CreateAsync([new("a.b", 6, 2, NoSettings), new("aXb", 3, 1, NoSettings)], Cancellation);
        var records = Enumerable.Range(0, 60).Select(i => new OutgoingRecord($"{i}", new string('x', 10_000))).ToList();
        Assert.Equal(60, (await kafka.Messages.SendAsync("a.b", records, Cancellation)).Accepted);
        // A byte a second takes longer than the test would: it ends when somebody was told that it runs.
        var observer = new ProgressObserver(report =>
        {
            if (report.Status.Contains("copying", StringComparison.Ordinal))
            {
                clock.Leap(TimeSpan.FromDays(365));
            }
        });
        var run = new ReassignmentRun(kafka, observer);
        var before = await PartitionsAsync(kafka);
        Assert.Contains(before, partition => partition.Replicas.Contains(2));
        var plan = PartitionPlan.OffBrokers(before, [2], [0, 1, 2]);
        var foreign = PartitionPlan.OffBrokers(before, [1], [0, 1, 2]);

        Assert.True(await run.StartAsync(plan.Target, 1, Cancellation));
        var running = await kafka.Partitions.ReassignmentsAsync(Cancellation);
        var refused = await Assert.ThrowsAsync<EngineException>(() => run.StartAsync(foreign.Target, null, Cancellation));
        var settled = PartitionPlan.OffBrokers(PartitionPlan.Settled(await PartitionsAsync(kafka), running), [2], [0, 1, 2]);
        await run.CompleteAsync(settled.Target, 1, null, Cancellation);

        Assert.NotEmpty(running);
        Assert.All(running.Where(moving => moving.Topic == "a.b"), moving => Assert.Equal([2], moving.Removing));
        Assert.Equal(("ReassignmentRunning", EngineErrorKind.Conflict), (refused.Id, refused.Kind));
        Assert.Empty(settled.Changes);
        var after = await PartitionsAsync(kafka);
        Assert.All(after, partition => Assert.DoesNotContain(2, partition.Replicas));
        Assert.All(after, partition => Assert.Equal(partition.Replicas.Order(), partition.InSyncReplicas.Order()));
        Assert.Equal(plan.Target.Select(Text), after.Where(partition => plan.Target.Any(target => target.Topic == partition.Topic)).Select(Text));
        Assert.Empty(await kafka.Partitions.ReassignmentsAsync(Cancellation));
        Assert.All(await kafka.Topics.DescribeAsync(["a.b", "aXb"], Cancellation), topic => Assert.DoesNotContain(topic.Configuration.Keys, key => key.Contains("throttled", StringComparison.Ordinal)));
        Assert.Contains(observer.Reports, report => report.Status.Contains("copying", StringComparison.Ordinal));
        Assert.True(observer.Reports[^1].Completed);
        Assert.Equal(60, (await ReadAsync(kafka, "a.b")).Count);

        // What is as wanted is left alone, and asking again is no error.
        await run.CompleteAsync(settled.Target, null, null, Cancellation);
        Assert.Equal(after.Select(Text), (await PartitionsAsync(kafka)).Select(Text).Where(line => !line.StartsWith("__", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(ClusterPreset.Article)]
    [InlineData(ClusterPreset.Standard)]
    public async Task Sizes_replication_factors_and_preferred_leaders(ClusterPreset preset)
    {
        await using var practice = await PracticeCluster.StartAsync(new SandboxOptions { Clock = SandboxClock.RunningAt(500) });
        var kafka = await OpenAsync(practice, preset);
        await kafka.Topics.CreateAsync([new("t", 3, 1, NoSettings)], Cancellation);
        await kafka.Messages.SendAsync("t", [.. Enumerable.Range(0, 30).Select(i => new OutgoingRecord($"{i}", "x"))], Cancellation);
        var run = new ReassignmentRun(kafka, new RecordingObserver());

        var wider = PartitionPlan.WithReplicationFactor(await PartitionsAsync(kafka, "t"), 3, [0, 1, 2]);
        await run.CompleteAsync(wider.Target, null, null, Cancellation);
        var sizes = await kafka.Partitions.SizesAsync(null, Cancellation);
        var turned = (await PartitionsAsync(kafka, "t")).Select(partition => new PartitionAssignment("t", partition.Partition, [.. partition.Replicas.Reverse()])).ToList();
        await run.CompleteAsync(turned, null, null, Cancellation);
        var leaders = (await PartitionsAsync(kafka, "t")).Select(partition => partition.Leader).ToList();
        var elected = await kafka.Partitions.ElectPreferredAsync([.. turned.Select(target => target.Name)], Cancellation);
        var again = await kafka.Partitions.ElectPreferredAsync(null, Cancellation);

        Assert.All(wider.Changes, move => Assert.Equal(2, move.Adding.Count));
        Assert.All(await PartitionsAsync(kafka, "t"), partition => Assert.Equal([0, 1, 2], partition.InSyncReplicas.Order()));
        Assert.Equal([0, 1, 2], sizes.Select(broker => broker.Broker));
        Assert.All(sizes, broker => Assert.Equal(3, broker.Replicas.Count(replica => replica.Topic == "t")));
        Assert.Single(sizes.Select(broker => broker.Replicas.Where(replica => replica.Topic == "t").Sum(replica => replica.Bytes)).Distinct());
        Assert.True(sizes[0].Replicas.Sum(replica => replica.Bytes) > 0);
        // Another order moves nothing, and the leader stays until it is elected away.
        Assert.Equal(wider.Target.Select(target => (int?)target.Replicas[0]), leaders);
        Assert.All(elected, outcome => Assert.Equal((true, null), (outcome.IsChanged, outcome.Error)));
        Assert.Equal(turned.Select(target => (int?)target.Replicas[0]), (await PartitionsAsync(kafka, "t")).Select(partition => partition.Leader));
        Assert.All(again, outcome => Assert.Equal((false, null), (outcome.IsChanged, outcome.Error)));
    }

    [Fact]
    public async Task What_can_not_be_is_refused_and_nothing_moves()
    {
        await using var practice = await PracticeCluster.StartAsync(new SandboxOptions { Clock = SandboxClock.RunningAt(500) });
        var kafka = await OpenAsync(practice, ClusterPreset.Article);
        await kafka.Topics.CreateAsync([new("t", 1, 1, NoSettings)], Cancellation);
        var run = new ReassignmentRun(kafka, new RecordingObserver());
        var before = (await PartitionsAsync(kafka, "t")).Select(Text).ToList();

        var broker = await Assert.ThrowsAsync<EngineException>(() => run.CompleteAsync([new("t", 0, [9])], null, null, Cancellation));
        var partition = await Assert.ThrowsAsync<EngineException>(() => run.CompleteAsync([new("t", 7, [0])], null, null, Cancellation));
        var topic = await Assert.ThrowsAsync<EngineException>(() => run.CompleteAsync([new("nope", 0, [0])], null, null, Cancellation));

        Assert.Equal([("BrokerNotFound", EngineErrorKind.NotFound), ("PartitionNotFound", EngineErrorKind.NotFound), ("PartitionNotFound", EngineErrorKind.NotFound)],
            new[] { broker, partition, topic }.Select(error => (error.Id, error.Kind)));
        Assert.Equal(before, (await PartitionsAsync(kafka, "t")).Select(Text));
    }

    private static async Task<IKafkaOperations> OpenAsync(PracticeCluster practice, ClusterPreset preset)
    {
        var identity = PracticeCluster.Kafka;
        var specification = new ClusterSpecification(identity, preset, IncludeNamespace: true, new ZookeeperSpecification(), new BrokerSpecification(), new ClientSpecification());
        var deployed = await new ClusterDeployment(practice.Connection).DeployAsync(specification, new DeploymentOptions(), Cancellation);
        var state = await new ClusterWait(practice.Connection).UntilReadyAsync(identity, ClusterParts.All, TimeSpan.FromMinutes(2), deployed, Cancellation);
        return await KafkaOperations.OpenAsync(practice.Connection, state, Cancellation);
    }

    private static async Task<List<PartitionDescription>> PartitionsAsync(IKafkaOperations kafka, string? topic = null) =>
        [.. (await kafka.Topics.DescribeAsync(topic is null ? null : [topic], Cancellation)).SelectMany(found => found.Partitions)];

    private static async Task<List<ReceivedRecord>> ReadAsync(IKafkaOperations kafka, string topic)
    {
        var records = new List<ReceivedRecord>();
        await foreach (var record in kafka.Messages.ReceiveAsync(new ReceiveRequest(topic, FromBeginning: true, null, TimeSpan.FromSeconds(1)), Cancellation))
        {
            records.Add(record);
        }

        return records;
    }

    private static string Text(PartitionDescription partition) => $"{partition.Topic}-{partition.Partition}: {string.Join(',', partition.Replicas)}";

    private static string Text(PartitionAssignment target) => $"{target.Name}: {string.Join(',', target.Replicas)}";

    private sealed class ProgressObserver(Action<OperationProgress> heard) : IOperationObserver
    {
        public List<OperationProgress> Reports { get; } = [];

        public void RemoteCall(string description, TimeSpan duration)
        {
        }

        public void Progress(OperationProgress progress)
        {
            Reports.Add(progress);
            heard(progress);
        }

        public void Warning(string message)
        {
        }
    }

    /// <summary>A fast clock that can be put forward.</summary>
    private sealed class LeapingClock : SandboxClock
    {
        private readonly SandboxClock _clock = RunningAt(500);
        private long _leaps;

        public void Leap(TimeSpan span) => Interlocked.Add(ref _leaps, span.Ticks);

        public override DateTimeOffset GetUtcNow() => _clock.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _leaps));

        public override long GetTimestamp() => _clock.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => _clock.CreateTimer(callback, state, dueTime, period);
    }
}
