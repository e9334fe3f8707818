using System.Collections.Concurrent;
using KafkaK8s.Engine.Clusters;
using KafkaK8s.Engine.Clusters.Changes;
using KafkaK8s.Engine.Clusters.Ensembles;
using KafkaK8s.Engine.Kubernetes;
using KafkaK8s.Sandbox.Api;

namespace KafkaK8s.Engine.Tests.Clusters.Ensembles;

/// <summary>What others do, and what breaks off, while an ensemble changes.</summary>
public sealed class EnsembleInterruptionTests(ITestOutputHelper output) : ChangingEnsemble
{
    [Fact]
    public async Task A_member_that_goes_meanwhile_stops_the_next_restart_until_it_is_back_or_the_quorum_is_at_risk()
    {
        await using var practice = await StandUpAsync(ClusterPreset.Standard, 3);
        var plan = await new EnsembleChanges(practice.Connection).PlanRestartAsync(PracticeCluster.Kafka, null, force: false, Cancellation);
        var order = plan.Steps.Where(step => step.Action == ChangeAction.RestartPod).Select(step => step.Target).ToList();

        var error = await Assert.ThrowsAsync<EngineException>(() => RunAsync(
            practice,
            plan,
            timeout: TimeSpan.FromSeconds(8),
            onStep: async result =>
            {
                if (result.Step.Target == order[0] && result.Step.Action == ChangeAction.RestartPod)
                {
                    practice.Server.PodFaults.Hold("the-project", order[0]);
                    await UntilSilentAsync(practice, order[0]);
                }
            }));

        Assert.Equal(("QuorumAtRisk", EngineErrorKind.Timeout, order[1]), (error.Id, error.Kind, error.Target));
        Assert.Contains($"(restart {order[1]}) was not finished", error.Message, StringComparison.Ordinal);
        Assert.Contains(order[0], Assert.Single(Holds).Blockers.Select(blocker => blocker.Subject));
        Assert.Equal([order[0]], Restarted());

        // Once it is back, the same command goes on with the two that are left.
        practice.Server.PodFaults.Release("the-project", order[0]);
        Results.Clear();
        await RunAsync(practice, await new EnsembleChanges(practice.Connection).PlanRestartAsync(PracticeCluster.Kafka, null, force: false, Cancellation));
        Assert.Equal(order.Skip(1).Order(), Restarted().Order());
        await SoundAsync(practice, 3);
    }

    [Fact]
    public async Task An_eviction_meanwhile_only_delays()
    {
        await using var practice = await StandUpAsync(ClusterPreset.Standard, 3);
        var plan = await new EnsembleChanges(practice.Connection).PlanRestartAsync(PracticeCluster.Kafka, null, force: false, Cancellation);
        var order = plan.Steps.Where(step => step.Action == ChangeAction.RestartPod).Select(step => step.Target).ToList();

        await RunAsync(practice, plan, onStep: async result =>
        {
            if (result.Step.Target == order[0] && result.Step.Action == ChangeAction.RestartPod)
            {
                await practice.Connection.Resources.DeleteAsync(new ResourceReference("v1", "Pod", "the-project", order[1]), new DeleteOptions(), Cancellation);
            }
        });

        // The one that was drained has been restarted by that, and is not restarted again.
        Assert.Equal(plan.Steps.Count, Results.Count);
        await SoundAsync(practice, 3);
        Assert.Equal(2, Deleted(practice).Count(pod => pod != order[1]));
    }

    [Fact]
    public async Task A_server_that_restarts_and_answers_that_are_lost_only_delay()
    {
        await using var practice = await StandUpAsync(ClusterPreset.Standard, 3);
        var plan = await PlanAsync(practice, new EnsembleRequest(Replicas: 4));
        Fault[] lost =
        [
            practice.Server.Faults.Add(new Fault(FaultKind.DropAfter) { Method = "PATCH", Path = "statefulsets/kafka-zookeeper", Times = 1 }),
            practice.Server.Faults.Add(new Fault(FaultKind.DropAfter) { Method = "DELETE", Path = "pods/kafka-zookeeper-", Times = 2 }),
        ];

        await RunAsync(practice, plan, onStep: result =>
        {
            if (result.Step.Action == ChangeAction.RestartPod)
            {
                practice.Server.Faults.Add(Fault.Unavailable() with { Times = 4 });
            }

            return Task.CompletedTask;
        });

        Assert.Equal([1, 2], lost.Select(fault => fault.Struck));
        await SoundAsync(practice, 4);
        Assert.Equal(3, Restarted().Count);
    }

    [Fact]
    public async Task Stopped_in_every_phase_the_same_command_does_what_is_left_and_nothing_twice()
    {
        await using var practice = await StandUpAsync(ClusterPreset.Standard, 3);
        var created = new ConcurrentQueue<string>();
        var stopping = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        using var watching = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var watch = WatchAsync(practice, created, () => stopping.Cancel(), watching.Token);
        var stops = 0;
        while (await PlanAsync(practice, new EnsembleRequest(Replicas: 4)) is { IsEmpty: false } plan)
        {
            output.WriteLine(string.Join(", ", plan.Steps));
            stopping = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
            try
            {
                // Stopped the moment after it changed something, or after something that it waits for has changed.
                await RunAsync(practice, plan, stop: stopping.Token);
            }
            catch (OperationCanceledException) when (!Cancellation.IsCancellationRequested)
            {
                Assert.InRange(++stops, 1, 30);
            }

            await UntilServingAsync(practice);
        }

        await watching.CancelAsync();
        await watch;
        stopping.Dispose();
        await SoundAsync(practice, 4);
        Assert.InRange(stops, 4, 30);
        Assert.Equal(["kafka-zookeeper-0", "kafka-zookeeper-1", "kafka-zookeeper-2", "kafka-zookeeper-3"], created.Order());
    }
}
