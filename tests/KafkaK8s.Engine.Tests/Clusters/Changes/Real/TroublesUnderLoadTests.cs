using System.Diagnostics;
using KafkaK8s.Engine.Clusters;
using KafkaK8s.Engine.Clusters.Changes;
using KafkaK8s.Engine.Tests.Kafka.Real;
using KafkaK8s.Sandbox.Api;
using KafkaK8s.Sandbox.Controllers;

namespace KafkaK8s.Engine.Tests.Clusters.Changes.Real;

/// <summary>
/// What goes wrong while real brokers are restarted and changed, with records written and read all the time: each run says where it stopped, the next
/// one finishes, and nothing is lost, twice, without a leader or below its minimum.
/// </summary>
[Trait("Category", "RealKafka")]
[Collection(RealKafkaInTurn.Name)]
public sealed class TroublesUnderLoadTests(ITestOutputHelper output)
{
    private const string Namespace = "the-project";

    private static readonly string[] Brokers = ["kafka-0", "kafka-1", "kafka-2"];

    private static readonly TimeSpan Short = TimeSpan.FromSeconds(25);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public Task Brokers_of_Kafka_3_9_2_that_are_held_drained_cut_off_interrupted_and_without_an_image()
    {
        LongRuns.OrSkip("It takes minutes, and each trouble is tested on simulated pods too");
        return LoadedCluster.RunAsync(ClusterPreset.Standard, output, async cluster =>
        {
            await InTroubleAsync(cluster, "a broker that does not come back, an API server that is away and a drained node", HeldAndDrainedAsync);
            await InTroubleAsync(cluster, "Ctrl+C while a pod goes", InterruptedAsync);
            await InTroubleAsync(cluster, "an image that can't be pulled on the second broker", WithoutImageAsync);
        });
    }

    private static async Task InTroubleAsync(LoadedCluster cluster, string what, Func<LoadedCluster, BrokerChanges, Task> trouble)
    {
        cluster.Watch.Take();
        var began = Stopwatch.GetTimestamp();
        await trouble(cluster, new BrokerChanges(cluster.Practice.Connection));
        Assert.All(Brokers, broker => Assert.True(PodReading.IsReady(cluster.Pod(broker)!)));
        cluster.Sound(what, Stopwatch.GetElapsedTime(began));
    }

    private static async Task HeldAndDrainedAsync(LoadedCluster cluster, BrokerChanges changes)
    {
        var before = cluster.Uids();
        var plan = await PlanRestartAsync(changes);
        var order = Restarts(plan);
        var old = Uid(cluster, order[0]);
        var running = RunAsync(cluster, plan, Short);
        await cluster.Practice.UntilAsync(() => cluster.Pod(order[0]) is { } pod && Uid(cluster, order[0]) != old && PodReading.IsRunning(pod));
        cluster.Practice.Server.PodFaults.Hold(Namespace, order[0]);
        var error = await Assert.ThrowsAsync<EngineException>(() => running);
        Assert.Equal(("PodNotReady", order[0]), (error.Id, error.Target));
        Assert.Contains($"restart {order[1]}, restart {order[2]}", error.Advice, StringComparison.Ordinal);
        Assert.Equal([order[0]], cluster.Practice.Heard.DeletedPods);

        // The broker comes back while it is waited for; then the API server goes away for a while; then a node drains the last broker.
        var rest = await PlanRestartAsync(changes);
        Assert.Equal((ChangeAction.AwaitPod, order[0]), (rest.Steps[0].Action, rest.Steps[0].Target));
        var (second, last) = (Restarts(rest)[0], Restarts(rest)[1]);
        var finishing = RunAsync(cluster, rest, LoadedCluster.Long, async step =>
        {
            if (step.Action == ChangeAction.AwaitPod)
            {
                var away = cluster.Practice.Server.Faults.Add(new Fault(FaultKind.DropBefore));
                _ = cluster.Practice.UntilAsync(() => away.Struck > 15).ContinueWith(_ => cluster.Practice.Server.Faults.Remove(away), TaskScheduler.Default);
            }
            else if (step.Target == second)
            {
                await cluster.Practice.UntilStoredAsync(ResourceKind.PodDisruptionBudgets, () => IsEvicted(cluster, last));
            }
        });
        await cluster.Practice.Heard.StatusAsync($"wait for {order[0]}: {order[0]}: ");
        cluster.Practice.Server.PodFaults.Release(Namespace, order[0]);
        await finishing;
        Assert.Equal([order[0], second], cluster.Practice.Heard.DeletedPods);
        Assert.Empty(before.Intersect(cluster.Uids()));
    }

    private static async Task InterruptedAsync(LoadedCluster cluster, BrokerChanges changes)
    {
        var (before, deleted) = (cluster.Uids(), cluster.Practice.Heard.DeletedPods.Count);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var running = RunAsync(cluster, await PlanRestartAsync(changes), LoadedCluster.Long, cancellation: stopping.Token);
        await cluster.Practice.UntilAsync(() => cluster.Practice.Heard.DeletedPods.Count > deleted);
        await stopping.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);

        await RunAsync(cluster, await PlanRestartAsync(changes), LoadedCluster.Long);
        Assert.Equal(Brokers, cluster.Practice.Heard.DeletedPods.Skip(deleted).Order());
        Assert.Empty(before.Intersect(cluster.Uids()));
    }

    private static async Task WithoutImageAsync(LoadedCluster cluster, BrokerChanges changes)
    {
        const string good = "confluentinc/cp-kafka:7.9.3";
        const string bad = "confluentinc/cp-kafka:0.0.1-none";
        var deleted = cluster.Practice.Heard.DeletedPods.Count;
        IEnumerable<string> Deleted() => cluster.Practice.Heard.DeletedPods.Skip(deleted);

        // One broker gets the new image; then the registry loses it, and the next one finds nothing to start from.
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await RunAsync(
            cluster,
            await PlanImageAsync(changes, good),
            LoadedCluster.Long,
            step => step.Action == ChangeAction.RestartPod ? stopping.CancelAsync() : Task.CompletedTask,
            stopping.Token));
        var first = Assert.Single(Deleted());
        var plan = await PlanImageAsync(changes, bad);
        var victim = Restarts(plan)[0];
        var error = await Assert.ThrowsAsync<EngineException>(() => RunAsync(cluster, plan, Short));
        Assert.Equal(("PodNotReady", victim), (error.Id, error.Target));
        Assert.Contains($"can't pull image {bad}", error.Message, StringComparison.Ordinal);
        Assert.Equal([first, victim], Deleted());

        await RunAsync(cluster, await PlanImageAsync(changes, good), LoadedCluster.Long);
        Assert.Equal(victim, Deleted().ElementAt(2));
        Assert.All(Brokers, broker => Assert.Equal(good, (string?)cluster.Pod(broker)!["spec"]!["containers"]![0]!["image"]));
    }

    private static Task<ChangePlan> PlanRestartAsync(BrokerChanges changes) => changes.PlanRestartAsync(PracticeCluster.Kafka, null, force: false, Cancellation);

    private static Task<ChangePlan> PlanImageAsync(BrokerChanges changes, string image) =>
        changes.PlanAsync(PracticeCluster.Kafka, new BrokerChange(Image: image), force: false, Cancellation);

    private static Task RunAsync(LoadedCluster cluster, ChangePlan plan, TimeSpan timeout, Func<ChangeStep, Task>? after = null, CancellationToken? cancellation = null) =>
        new PlanRunner(cluster.Practice.Heard).RunAsync(
            plan, timeout, new StepListener(result => after?.Invoke(result.Step) ?? Task.CompletedTask, _ => Task.CompletedTask), cancellation ?? Cancellation);

    private static List<string> Restarts(ChangePlan plan) => [.. plan.Steps.Where(step => step.Action == ChangeAction.RestartPod).Select(step => step.Target)];

    private static string? Uid(LoadedCluster cluster, string pod) => (string?)cluster.Pod(pod)?["metadata"]!["uid"];

    // The budget refuses until its controller has seen that the pod before is ready.
    private static bool IsEvicted(LoadedCluster cluster, string pod)
    {
        try
        {
            Eviction.Evict(cluster.Practice.Server.Store, Namespace, pod, new Deletion());
            return true;
        }
        catch (ApiException tooEarly) when (tooEarly.Code == 429)
        {
            return false;
        }
    }
}
