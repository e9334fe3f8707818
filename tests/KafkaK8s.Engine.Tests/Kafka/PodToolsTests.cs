using System.Diagnostics;
using KafkaK8s.Engine.Clusters;
using KafkaK8s.Engine.Kafka;
using KafkaK8s.Engine.Tests.Clusters;
using KafkaK8s.Sandbox;

namespace KafkaK8s.Engine.Tests.Kafka;

/// <summary>Kafka asked through exec, in the pods of a practice cluster: the way that a user's question takes.</summary>
public sealed class PodToolsTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ClusterPreset.Article)]
    [InlineData(ClusterPreset.Standard)]
    public async Task Topics_and_records_go_through_exec(ClusterPreset preset)
    {
        await using var practice = await PracticeCluster.StartAsync(new SandboxOptions { Clock = SandboxClock.RunningAt(500) });
        var kafka = await OpenAsync(practice, preset);

        var created = await kafka.Topics.CreateAsync([new("one", 1, 1, new Dictionary<string, string>()), new("three", 3, 3, new Dictionary<string, string>())], Cancellation);
        var sent = await kafka.Messages.SendAsync("one", [new("k", "grüße"), new(null, "a\tb"), new(null, "")], Cancellation);
        await kafka.Messages.SendAsync("three", [.. Enumerable.Range(0, 20).Select(i => new OutgoingRecord($"{i}", $"{i}"))], Cancellation);
        var one = await ReadAsync(kafka, new ReceiveRequest("one", FromBeginning: true, 3, null));
        var three = await ReadAsync(kafka, new ReceiveRequest("three", FromBeginning: true, null, TimeSpan.FromSeconds(1)));
        var topics = await kafka.Topics.ListAsync(Cancellation);
        var deleted = await kafka.Topics.DeleteAsync(["one"], Cancellation);

        Assert.All(created, outcome => Assert.Null(outcome.Error));
        Assert.Equal((3, 0), (sent.Accepted, sent.Failures.Count));
        Assert.Equal([("k", "grüße"), (null, "a\tb"), (null, "")], one.Select(record => (record.Key, record.Value)));
        Assert.Equal(20, three.Count);
        Assert.Subset(topics.ToHashSet(), new HashSet<string> { "one", "three" });
        Assert.Null(Assert.Single(deleted).Error);
        Assert.DoesNotContain("one", await kafka.Topics.ListAsync(Cancellation));
    }

    [Fact]
    public async Task Following_ends_within_200_milliseconds()
    {
        await using var practice = await PracticeCluster.StartAsync(new SandboxOptions { Clock = SandboxClock.RunningAt(500) });
        var kafka = await OpenAsync(practice, ClusterPreset.Standard);
        await kafka.Topics.CreateAsync([new("t", 1, 1, new Dictionary<string, string>())], Cancellation);
        await kafka.Messages.SendAsync("t", [new(null, "first")], Cancellation);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        await using var records = kafka.Messages.ReceiveAsync(new ReceiveRequest("t", true, null, null), stop.Token).GetAsyncEnumerator(Cancellation);
        Assert.True(await records.MoveNextAsync());
        var next = records.MoveNextAsync();

        var watch = Stopwatch.StartNew();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await next);

        Assert.InRange(watch.ElapsedMilliseconds, 0, Prompt.Milliseconds);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_group_is_read_where_the_protocol_can_not_end_the_input_too(bool takes)
    {
        await using var practice = await PracticeCluster.StartAsync(new SandboxOptions { Clock = SandboxClock.RunningAt(500) });
        var kafka = await OpenAsync(practice, ClusterPreset.Standard);
        await kafka.Topics.CreateAsync([new("t", 2, 1, new Dictionary<string, string>())], Cancellation);
        await kafka.Messages.SendAsync("t", takes ? [new("a", "1"), new("b", "2"), new("c", "3")] : [], Cancellation);
        practice.Connection.Access.LacksExecV5 = true;

        var watch = Stopwatch.StartNew();
        var records = await ReadAsync(kafka, new ReceiveRequest("t", FromBeginning: true, null, TimeSpan.FromSeconds(1)) { Group = "g" });
        var group = Assert.Single(await kafka.Groups.DescribeAsync(["g"], Cancellation));

        Assert.Equal((takes ? 3 : 0, takes ? 3L : 0L), (records.Count, group.Offsets.Sum(offset => offset.CurrentOffset ?? 0)));
        // It would wait a minute and a half for a commit that does not come.
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(60));
    }

    private static async Task<IKafkaOperations> OpenAsync(PracticeCluster practice, ClusterPreset preset)
    {
        var identity = PracticeCluster.Kafka;
        var specification = new ClusterSpecification(identity, preset, IncludeNamespace: true, new ZookeeperSpecification(), new BrokerSpecification(), new ClientSpecification());
        var deployed = await new ClusterDeployment(practice.Connection).DeployAsync(specification, new DeploymentOptions(), Cancellation);
        var state = await new ClusterWait(practice.Connection).UntilReadyAsync(identity, ClusterParts.All, TimeSpan.FromMinutes(2), deployed, Cancellation);
        return await KafkaOperations.OpenAsync(practice.Connection, state, Cancellation);
    }

    private static async Task<List<ReceivedRecord>> ReadAsync(IKafkaOperations kafka, ReceiveRequest request)
    {
        var records = new List<ReceivedRecord>();
        await foreach (var record in kafka.Messages.ReceiveAsync(request, Cancellation))
        {
            records.Add(record);
        }

        return records;
    }
}
