using System.Management.Automation;
using KafkaK8s.Tests.Hosting;

namespace KafkaK8s.Tests;

/// <summary>Alone on the machine, because they look at the clock.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;

/// <summary>Ctrl+C, in each phase that may last.</summary>
[Collection(nameof(Alone))]
public sealed class StopTests(ReadyCluster cluster) : IDisposable
{
    // The promise is 200 ms of the module's; the rest is for a machine that runs brokers and compilers beside the tests.
    private static readonly TimeSpan Allowed = TimeSpan.FromSeconds(1);

    private readonly ModuleSession _session = cluster.Session();

    [Fact]
    public async Task While_listening_for_messages()
    {
        var topic = cluster.Topic(_session);
        _session.Run($"Send-KafkaMessage {topic} hello").Succeeded();
        using var listening = _session.Start($"Receive-KafkaMessage {topic} -FromBeginning -Follow");
        await listening.Wrote(1);

        StopsInTime(listening);
    }

    [Fact]
    public async Task While_listening_as_a_group()
    {
        var topic = cluster.Topic(_session);
        _session.Run($"'hello', 'world' | Send-KafkaMessage {topic}").Succeeded();
        using var listening = _session.Start($"Receive-KafkaMessage {topic} -Group stopped -FromBeginning -Follow");
        await listening.Wrote(2);

        StopsInTime(listening);
        // The commit follows in the cluster.
        await Until(() => (long?)_session.Run("(Get-KafkaConsumerGroup stopped).Offsets").One().Offset == 2);
    }

    [Fact]
    public async Task While_following_logs()
    {
        using var following = _session.Start("Get-KafkaLog -Follow -Tail 1");
        await following.Wrote(1);

        StopsInTime(following);
    }

    [Fact]
    public async Task While_a_program_runs()
    {
        using var running = _session.Start("Invoke-KafkaCommand -Pod kafka-1 -- tail -f /dev/null");
        await Until(() => cluster.Server.PodFaults.OpenSessions("the-project", "kafka-1") > 0);

        StopsInTime(running);
    }

    [Fact]
    public async Task While_a_broker_is_restarted()
    {
        // A cluster of its own, by another name: the other one is asked for topics meanwhile, and found by its name.
        _session.Run("New-KafkaCluster halted -Namespace restarted").Succeeded();
        using var restarting = _session.Start("Restart-KafkaBroker halted-1 -Cluster halted -Namespace restarted");
        await restarting.ShowedProgress(record => record.StatusDescription.Contains("restart halted-1", StringComparison.Ordinal));

        StopsInTime(restarting);
        _session.Run("Restart-KafkaBroker halted-1 -Cluster halted -Namespace restarted").Succeeded();
    }

    [Fact]
    public async Task While_waiting_for_a_cluster()
    {
        using var waiting = _session.Start("New-KafkaCluster -Namespace never -Override @{ Zookeeper = @{ spec = @{ template = @{ spec = @{ nodeSelector = @{ no = 'such-node' } } } } } }");
        await waiting.ShowedProgress();

        StopsInTime(waiting);
        _session.Run("Remove-KafkaNamespace never -Confirm:$false").Succeeded();
    }

    [Fact]
    public async Task While_partitions_move()
    {
        var (topic, other) = (cluster.Topic(_session), cluster.Topic(_session));
        _session.Run($"1..20 | ForEach-Object {{ 'x' * 20000 }} | Send-KafkaMessage {topic}").Succeeded();
        using var moving = _session.Start($"Move-KafkaPartition {topic} -FromBroker (Get-KafkaPartition {topic}).Leader -Throttle 1");
        await moving.ShowedProgress(record => record.StatusDescription.Contains("copying", StringComparison.Ordinal));

        StopsInTime(moving);

        // It goes on in the cluster, until its topic is deleted. The throttle stays until somebody waits for the end of a move.
        Assert.Single(_session.Run($"Get-KafkaReassignment {topic}").Succeeded());
        _session.Run($"Remove-KafkaTopic {topic} -Confirm:$false; Move-KafkaPartition {other} -ReplicationFactor 1").Succeeded();
    }

    private static void StopsInTime(RunningScript script)
    {
        var took = script.Stop();

        Assert.True(took < Allowed, $"It took {took.TotalMilliseconds:0} ms.");
        var ended = script.End();
        Assert.True(ended.WasStopped);
        Assert.Empty(ended.Errors);
    }

    private static async Task Until(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!condition())
        {
            await Task.Delay(20, patience.Token);
        }
    }

    public void Dispose() => _session.Dispose();
}
