using KafkaK8s.Engine.Clusters.Changes;
using KafkaK8s.Engine.Kafka;

namespace KafkaK8s.Engine.Tests.Clusters.Changes;

/// <summary>When a broker may go down for its partitions' sake.</summary>
public sealed class ReplicaViewTests
{
    [Theory]
    [InlineData("0,1,2", "0,1,2", 2, 0, false)]
    [InlineData("0,1,2", "0,1", 2, 0, true)]
    [InlineData("0,1,2", "0,1", 2, 2, false)]
    [InlineData("0,1,2", "0", 2, 0, true)]
    [InlineData("0,1,2", "0", 2, 2, true)]
    [InlineData("0,1,2", "0", 2, 3, false)]
    [InlineData("0,1,2", "0", 1, 0, true)]
    [InlineData("0,1,2", "0,2", 1, 0, false)]
    [InlineData("0,1", "0,1", 2, 0, false)]
    [InlineData("0,1", "0", 2, 0, true)]
    [InlineData("0,1", "0", 2, 1, false)]
    [InlineData("0", "0", 1, 0, false)]
    [InlineData("0", "0", 2, 0, false)]
    public void A_ready_broker_is_held_by_partitions_that_would_fall_below_their_minimum(string replicas, string inSync, int minimum, int broker, bool holds) =>
        Assert.Equal(holds, View(Topic("orders", replicas, inSync), minimum).Holding(broker, isReady: true).Count == 1);

    [Theory]
    [InlineData("0,1,2", "0", 2, 2, false)]
    [InlineData("0,1,2", "0", 2, 0, true)]
    [InlineData("0,1,2", "0,1", 2, 0, true)]
    public void A_broker_that_is_down_is_held_only_by_partitions_that_count_on_it(string replicas, string inSync, int minimum, int broker, bool holds) =>
        Assert.Equal(holds, View(Topic("orders", replicas, inSync), minimum).Holding(broker, isReady: false).Count == 1);

    [Fact]
    public void What_only_one_broker_has_in_sync_goes_with_its_data()
    {
        var view = new ReplicaView([Topic("orders", "0,1,2", "0"), Topic("payments", "0", "0"), Topic("others", "0,1", "0,1")], 1);

        Assert.Equal(["orders-0", "payments-0"], view.OnlyOn(0).Select(blocker => blocker.Subject));
        Assert.Empty(view.OnlyOn(1));
    }

    [Fact]
    public void A_topics_own_minimum_goes_before_the_brokers()
    {
        var own = Topic("orders", "0,1,2", "0,1,2") with { Configuration = new Dictionary<string, string> { ["min.insync.replicas"] = "3" } };
        var two = own with { Configuration = new Dictionary<string, string> { ["min.insync.replicas"] = "2" } };

        // Three of three must be in sync: that can never be kept in a restart, so it holds nothing, and is named instead.
        Assert.Empty(View(own, 1).Holding(0, isReady: true));
        Assert.Equal(["orders"], View(own, 1).Impossible.Select(topic => topic.Name));
        Assert.Empty(View(two, 3).Impossible);
    }

    [Fact]
    public void A_blocker_has_what_one_needs_to_judge_it()
    {
        var blocker = Assert.Single(View(Topic("orders", "2,0,1", "2,0"), 2).Holding(2, isReady: true));

        Assert.Equal("orders-0", blocker.Subject);
        Assert.Equal([2, 0], blocker.InSyncReplicas!);
        Assert.Equal([2, 0, 1], blocker.Replicas!);
        Assert.Equal(2, blocker.MinInSyncReplicas);
        Assert.Contains("just as many replicas in sync as it must", blocker.Rule, StringComparison.Ordinal);
    }

    [Fact]
    public void A_broker_that_came_back_lacks_the_partitions_that_it_is_not_in_sync_with()
    {
        var view = new ReplicaView([Topic("orders", "0,1,2", "0,1"), Topic("payments", "0,1,2", "0,1,2"), Topic("others", "0,1", "0")], 2);

        Assert.Equal(["orders-0"], view.Lacking(2).Select(blocker => blocker.Subject));
        Assert.Equal(["others-0"], view.Lacking(1).Select(blocker => blocker.Subject));
    }

    [Fact]
    public void A_topic_that_is_being_deleted_holds_nothing() =>
        Assert.Empty(View(Topic("orders", "0,1,2", "0,1") with { IsMarkedForDeletion = true }, 2).Holding(0, isReady: true));

    private static ReplicaView View(TopicDescription topic, int minimum) => new([topic], minimum);

    private static TopicDescription Topic(string name, string replicas, string inSync) => new(
        name,
        null,
        Ids(replicas).Length,
        new Dictionary<string, string>(),
        false,
        [new PartitionDescription(name, 0, Ids(inSync).FirstOrDefault(), Ids(replicas), Ids(inSync))]);

    private static int[] Ids(string list) => [.. list.Split(',').Select(int.Parse)];
}
