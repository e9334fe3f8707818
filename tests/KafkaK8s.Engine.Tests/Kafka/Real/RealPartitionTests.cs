using KafkaK8s.Engine.Kafka;

namespace KafkaK8s.Engine.Tests.Kafka.Real;

/// <summary>Two brokers of Kafka 1.1.1.</summary>
public sealed class TwoBrokers111() : RealKafka("1.1.1", brokers: 2);

/// <summary>Two brokers of Kafka 3.9.2.</summary>
public sealed class TwoBrokers392() : RealKafka("3.9.2", brokers: 2);

/// <summary>Two brokers of Kafka 4.3.1.</summary>
public sealed class TwoBrokers431() : RealKafka("4.3.1", brokers: 2);

[Trait("Category", "RealKafka")]
[Collection(RealKafkaInTurn.Name)]
public sealed class Partition111Tests(TwoBrokers111 kafka) : RealPartitionTests(kafka), IClassFixture<TwoBrokers111>;

[Trait("Category", "RealKafka")]
[Collection(RealKafkaInTurn.Name)]
public sealed class Partition392Tests(TwoBrokers392 kafka) : RealPartitionTests(kafka), IClassFixture<TwoBrokers392>;

[Trait("Category", "RealKafka")]
[Collection(RealKafkaInTurn.Name)]
public sealed class Partition431Tests(TwoBrokers431 kafka) : RealPartitionTests(kafka), IClassFixture<TwoBrokers431>;

/// <summary>Replicas really move between brokers. One test, because each run of a program costs most of a second.</summary>
public abstract class RealPartitionTests(RealKafka kafka)
{
    private readonly RealKafka _kafka = kafka.OrSkip();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_broker_is_left_with_a_throttle_and_a_preferred_leader_is_elected()
    {
        var (topics, partitions) = (_kafka.Operations.Topics, _kafka.Operations.Partitions);
        var created = await topics.CreateAsync(
            [new TopicCreation("a.b", null, null, new Dictionary<string, string>()) { ReplicaAssignment = [[1], [0]] }], Cancellation);
        Assert.Null(created[0].Error);
        var sent = await _kafka.Operations.Messages.SendAsync(
            "a.b", [.. Enumerable.Range(0, 60).Select(i => new OutgoingRecord($"{i}", new string('x', 100_000)))], Cancellation);
        Assert.Equal(60, sent.Accepted);

        // Off broker 1 with the first, and the second gets a replica there that is to lead it: about 3 MB each way. At the first throttle that
        // would take five minutes, where programs can give another one on the way.
        var throttle = _kafka.Version == "1.1.1" ? 2_000_000 : 10_000;
        PartitionAssignment[] target = [new("a.b", 0, [0]), new("a.b", 1, [1, 0])];
        var run = new ReassignmentRun(_kafka.Operations, new RecordingObserver());
        Assert.True(await run.StartAsync(target, throttle, Cancellation));
        await run.CompleteAsync(target, 20_000_000, TimeSpan.FromMinutes(2), Cancellation);
        var elected = await partitions.ElectPreferredAsync(null, Cancellation);
        var topic = Assert.Single(await topics.DescribeAsync(["a.b"], Cancellation));
        var sizes = await partitions.SizesAsync(null, Cancellation);

        Assert.Equal([("0", "0", 0), ("1,0", "0,1", 1)], topic.Partitions.Select(partition =>
            (string.Join(',', partition.Replicas), string.Join(',', partition.InSyncReplicas.Order()), partition.Leader!.Value)));
        Assert.Equal([(0, false), (1, true)], elected.Where(outcome => outcome.Topic == "a.b").Select(outcome => (outcome.Partition, outcome.IsChanged)));
        Assert.DoesNotContain(topic.Configuration.Keys, key => key.Contains("throttled", StringComparison.Ordinal));
        Assert.Equal(["0: 0,1", "1: 1"], sizes.Select(broker =>
            $"{broker.Broker}: {string.Join(',', broker.Replicas.Where(replica => replica.Topic == "a.b" && replica.Bytes > 1_000_000).Select(replica => replica.Partition))}"));
    }
}
