namespace KafkaK8s.Sandbox.Tests.Simulated;

public sealed class ZooKeeperTests : IAsyncDisposable
{
    private readonly SimulatedCluster _cluster = new(new RunningClock(200));

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task One_of_three_answers_that_it_lives_and_serves_nobody()
    {
        var first = await _cluster.StartOldZooKeeperAsync(0);
        await first.WaitForPortAsync(2181);

        Assert.Equal("imok", await first.AskAsync("ruok"));
        Assert.Equal("This ZooKeeper instance is not currently serving requests\n", await first.AskAsync("srvr"));
        Assert.Equal(0, (await first.RunAsync(null, "zkOk.sh")).ExitCode);
        Assert.Equal(1, (await first.RunAsync(null, "zkServer.sh", "status")).ExitCode);
    }

    [Fact]
    public async Task Two_of_three_are_a_quorum_and_keep_their_leader_when_the_third_comes()
    {
        var first = await _cluster.StartOldZooKeeperAsync(0);
        var second = await _cluster.StartOldZooKeeperAsync(1);
        await first.WaitForPortAsync(2181);
        await second.WaitForPortAsync(2181);

        Assert.Contains("Mode: follower\n", await first.AskAsync("srvr"), StringComparison.Ordinal);
        Assert.Contains("Mode: leader\n", await second.AskAsync("srvr"), StringComparison.Ordinal);
        Assert.StartsWith("Zookeeper version: 3.4.10-", await second.AskAsync("stat"), StringComparison.Ordinal);

        var third = await _cluster.StartOldZooKeeperAsync(2);
        await third.WaitForPortAsync(2181);

        Assert.Contains("Mode: follower\n", await third.AskAsync("srvr"), StringComparison.Ordinal);
        Assert.Contains("zk_followers\t2\n", await second.AskAsync("mntr"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_the_leader_goes_another_one_leads_and_when_the_majority_goes_none()
    {
        for (var ordinal = 0; ordinal < 3; ordinal++)
        {
            await (await _cluster.StartNewZooKeeperAsync(ordinal)).WaitForPortAsync(2181);
        }

        await _cluster.StopAsync("kafka-zookeeper-1");
        var modes = new[] { await _cluster["kafka-zookeeper-0"].AskAsync("srvr"), await _cluster["kafka-zookeeper-2"].AskAsync("srvr") };
        Assert.Single(modes, answer => answer.Contains("Mode: leader\n", StringComparison.Ordinal));
        Assert.Single(modes, answer => answer.Contains("Mode: follower\n", StringComparison.Ordinal));

        await _cluster.StopAsync("kafka-zookeeper-2");
        Assert.Equal("This ZooKeeper instance is not currently serving requests\n", await _cluster["kafka-zookeeper-0"].AskAsync("srvr"));
    }

    [Fact]
    public async Task The_probe_of_the_standard_preset_fails_without_quorum_and_passes_with_it()
    {
        string[] probe = ["sh", "-c", "echo srvr | nc -w 2 127.0.0.1 2181 | grep -q '^Mode: '"];
        var first = await _cluster.StartNewZooKeeperAsync(0);
        await first.WaitForPortAsync(2181);
        Assert.Equal(1, (await first.RunAsync(null, probe)).ExitCode);

        var second = await _cluster.StartNewZooKeeperAsync(1);
        await second.WaitForPortAsync(2181);
        Assert.Equal(0, (await first.RunAsync(null, probe)).ExitCode);
    }

    [Fact]
    public async Task A_word_that_isnt_allowed_is_refused_in_the_words_of_the_new_version()
    {
        var alone = await _cluster.StartAsync("alone", SimulatedCluster.NewZooKeeper, [], []);
        await alone.WaitForPortAsync(2181);

        Assert.Equal("ruok is not executed because it is not in the whitelist.\n", await alone.AskAsync("ruok"));
        Assert.Contains("Mode: standalone\n", await alone.AskAsync("srvr"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_its_ensemble_doesnt_list_ends()
    {
        var fourth = await _cluster.StartOldZooKeeperAsync(3);

        Assert.Equal(1, await fourth.Container.Completion.WaitAsync(TestContext.Current.CancellationToken));
        Assert.Contains(fourth.Log, line => line.Contains("My id 4 not in the peer list", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_newcomer_follows_a_leader_that_doesnt_list_it_when_a_majority_of_its_own_list_does()
    {
        await StartThreeAsync();

        var fourth = await _cluster.StartOldZooKeeperAsync(3, replicas: 4);
        await fourth.WaitForPortAsync(2181);
        Assert.Contains("Mode: follower\n", await fourth.AskAsync("srvr"), StringComparison.Ordinal);

        // By a list of five that is no majority.
        await _cluster.StopAsync("kafka-zookeeper-3");
        await _cluster.StopAsync("kafka-zookeeper-0");
        var fifth = await _cluster.StartOldZooKeeperAsync(4, replicas: 5);
        await fifth.WaitForPortAsync(2181);
        Assert.Equal("This ZooKeeper instance is not currently serving requests\n", await fifth.AskAsync("srvr"));
    }

    [Fact]
    public async Task With_a_list_of_two_a_server_joins_no_ensemble_at_work()
    {
        await StartThreeAsync();

        await _cluster.StopAsync("kafka-zookeeper-0");
        var first = await _cluster.StartOldZooKeeperAsync(0, replicas: 2);
        await first.WaitForPortAsync(2181);
        Assert.Equal("This ZooKeeper instance is not currently serving requests\n", await first.AskAsync("srvr"));

        await _cluster.StopAsync("kafka-zookeeper-1");
        var second = await _cluster.StartOldZooKeeperAsync(1, replicas: 2);
        await second.WaitForPortAsync(2181);
        Assert.Contains("Mode: ", await first.AskAsync("srvr"), StringComparison.Ordinal);
        Assert.Contains("Mode: ", await second.AskAsync("srvr"), StringComparison.Ordinal);
    }

    private async Task StartThreeAsync()
    {
        for (var ordinal = 0; ordinal < 3; ordinal++)
        {
            await (await _cluster.StartOldZooKeeperAsync(ordinal)).WaitForPortAsync(2181);
        }
    }
}
