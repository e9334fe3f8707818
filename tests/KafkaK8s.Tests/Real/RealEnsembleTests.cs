using System.Diagnostics;
using System.Text.Json;
using KafkaK8s.Tests.Hosting;

namespace KafkaK8s.Tests.Real;

/// <summary>An ensemble of real ZooKeeper processes that grows, shrinks and restarts under real brokers, a producer that wants all replicas and a consumer.</summary>
[Trait("Category", "RealKafka")]
[Collection(RealKafkaInTurn.Name)]
public sealed class RealEnsembleTests(ITestOutputHelper output)
{
    private const string LongRuns = "KAFKAK8S_FULL_MATRIX";

    private const string StandUp =
        """
        New-KafkaNamespace the-project |
            New-KafkaZookeeper -Preset $preset -Timeout 600 |
            New-KafkaBroker -Preset $preset -Replicas 1 -HeapOptions '-Xmx256M' -Configuration @{ 'offsets.topic.replication.factor' = '1' } -Timeout 600 |
            New-KafkaClient -Preset $preset -Timeout 600
        New-KafkaTopic steady -Partitions 3 -ReplicationFactor 1
        """;

    [Theory]
    [InlineData("Standard")]
    [InlineData("Article")]
    public async Task Nothing_is_lost_while_members_come_go_and_restart(string preset)
    {
        Assert.SkipUnless(
            preset == "Standard" || Environment.GetEnvironmentVariable(LongRuns) == "1",
            $"The article's probes take minutes to let an ensemble change its size; set {LongRuns}=1 to wait for them.");
        await using var pods = await RealPods.StartAsync();
        var session = pods.Session;
        session.Variable("preset", preset);
        session.Run(StandUp).Succeeded();
        using var producing = pods.OpenSession();
        using var consuming = pods.OpenSession();
        var brokers = preset == "Article" ? "--broker-list" : "--bootstrap-server";
        using var producer = producing.Start($"Invoke-KafkaCommand kafka-verifiable-producer {brokers}, kafka:9092, --topic, steady, --acks, '-1', --throughput, 50, --max-messages, 1000000");
        using var consumer = consuming.Start("Invoke-KafkaCommand kafka-console-consumer --bootstrap-server, kafka:9092, --topic, steady, --from-beginning");
        await producer.Wrote(50);

        Sound(session, 3);
        Measure(session, "Set-KafkaZookeeper -Replicas 5 -PassThru -Timeout 300");
        Sound(session, 5);
        Measure(session, "Set-KafkaZookeeper -Replicas 3 -PassThru -Timeout 300");
        Sound(session, 3);
        if (Environment.GetEnvironmentVariable(LongRuns) == "1")
        {
            // Beside a restart that looks at pods only.
            Measure(session, "Restart-KafkaZookeeper -PassThru -Timeout 300");
            Sound(session, 3);
            Measure(session, "Restart-KafkaZookeeper -Force -PassThru -Timeout 300");
            session.Run("Wait-KafkaCluster -Timeout 300").Succeeded();
        }

        // What ZooKeeper knows is still there, and takes something new.
        session.Run("New-KafkaTopic afterwards -Partitions 1 -ReplicationFactor 1").Succeeded();
        Assert.Equal(["afterwards", "steady"], session.Run("Get-KafkaTopic [a-z]*").Succeeded().Select(topic => (string)((dynamic)topic).Name).Order());

        var acknowledged = Acknowledged(producer.Output.Count, producer);
        producer.Stop();
        await consumer.Wrote(acknowledged.Count);
        consumer.Stop();
        var received = consumer.Output.Select(line => line.ToString()).ToList();
        Assert.Empty(acknowledged.Keys.Except(received));
        Assert.Equal(received.Count, received.Distinct().Count());

        var times = acknowledged.Values.Order().ToList();
        output.WriteLine($"{acknowledged.Count} records acknowledged and received, none of them twice; the longest time without an acknowledgement was {times.Zip(times.Skip(1), (one, next) => next - one).Max()} ms.");
    }

    // The members say themselves who leads and who follows, and that all have the same list.
    private static void Sound(ModuleSession session, int members)
    {
        var look = session.Run("Get-KafkaZookeeper");
        var all = look.Succeeded().Select(member => (dynamic)member).ToList();
        Assert.Equal([.. Enumerable.Repeat("follower", members - 1), "leader"], all.Select(member => (string)(member.Mode ?? member.Problem ?? "")).Order());
        Assert.All(all, member => Assert.Equal(members, (int)member.ListSize));
        Assert.Equal(members - 1, (int)all.Single(member => member.Mode == "leader").SyncedFollowers);
        Assert.Empty(look.Warnings);
    }

    private void Measure(ModuleSession session, string command)
    {
        var watch = Stopwatch.StartNew();
        var steps = session.Run(command).Succeeded().Where(step => step.BaseObject.GetType().Name == "KafkaChange").Select(step => (dynamic)step).ToList();
        output.WriteLine($"{command}: {watch.Elapsed.TotalSeconds:0.0} s, {steps.Count(step => step.Action == "RestartPod")} restarts");
        foreach (var step in steps)
        {
            Assert.True((string)step.Status is "Done" or "Skipped", (string)step.Status);
            output.WriteLine($"  {step.Number} {step.Action} {step.Target} {step.Status} {((TimeSpan)step.Duration).TotalSeconds:0.0} s");
        }
    }

    private static Dictionary<string, long> Acknowledged(int lines, RunningScript producer) => producer.Output.Take(lines)
        .Select(line => line.ToString())
        .Where(line => line.StartsWith('{'))
        .Select(line => JsonDocument.Parse(line).RootElement)
        .Where(told => told.GetProperty("name").GetString() == "producer_send_success")
        .ToDictionary(told => told.GetProperty("value").GetString()!, told => told.GetProperty("timestamp").GetInt64());
}
