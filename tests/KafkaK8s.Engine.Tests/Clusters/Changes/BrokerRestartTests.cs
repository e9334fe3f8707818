using KafkaK8s.Engine.Clusters;
using KafkaK8s.Engine.Clusters.Changes;
using KafkaK8s.Sandbox.Api;

namespace KafkaK8s.Engine.Tests.Clusters.Changes;

/// <summary>Brokers are restarted one at a time, and an interrupted restart is finished.</summary>
public sealed class BrokerRestartTests
{
    private static readonly string[] Brokers = ["kafka-0", "kafka-1", "kafka-2"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task All_brokers_are_restarted_once_each_and_the_plan_says_so_before()
    {
        await using var cluster = await ChangingCluster.StartAsync();
        await cluster.TopicAsync("orders");
        var before = Brokers.Select(cluster.Uid).ToList();

        var plan = await cluster.PlanRestartAsync(force: false);
        Assert.Equal([ChangeAction.ChangeField, ChangeAction.RestartPod, ChangeAction.RestartPod, ChangeAction.RestartPod], plan.Steps.Select(step => step.Action));
        Assert.Equal(before, Brokers.Select(cluster.Uid));
        await cluster.RunAsync(plan);

        var controller = (await (await cluster.KafkaAsync()).Brokers.DescribeAsync(Cancellation)).ControllerId;
        Assert.NotNull(controller);
        Assert.Equal(Brokers.Order(), cluster.Deleted.Order());
        Assert.Contains("active controller", plan.Steps[^1].Reason, StringComparison.Ordinal);
        Assert.Equal(cluster.Deleted, plan.Steps.Skip(1).Select(step => step.Target));
        Assert.All(Brokers.Zip(before), pair => Assert.NotEqual(pair.Second, cluster.Uid(pair.First)));
        Assert.All((await (await cluster.KafkaAsync()).Topics.DescribeAsync(["orders"], Cancellation))[0].Partitions, partition => Assert.Equal(3, partition.InSyncReplicas.Count));
    }

    [Fact]
    public async Task Stopped_after_the_first_broker_the_next_run_restarts_the_rest_and_only_that()
    {
        await using var cluster = await ChangingCluster.StartAsync();
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await cluster.RunAsync(
            await cluster.PlanRestartAsync(force: false),
            cancellation: stopping.Token,
            after: result => result.Step.Action == ChangeAction.RestartPod ? stopping.CancelAsync() : Task.CompletedTask));
        var first = Assert.Single(cluster.Deleted);
        var uid = cluster.Uid(first);

        var rest = await cluster.PlanRestartAsync(force: false);
        Assert.Equal(Brokers.Except([first]).Order(), rest.Steps.Select(step => step.Target).Order());
        Assert.All(rest.Steps, step => Assert.Contains("not come to", step.Reason, StringComparison.Ordinal));
        await cluster.RunAsync(rest);

        Assert.Equal(uid, cluster.Uid(first));
        Assert.Equal(3, cluster.Deleted.Distinct().Count());
        Assert.Equal(3, cluster.Deleted.Count);
        Assert.Equal(ChangeAction.ChangeField, (await cluster.PlanRestartAsync(force: false)).Steps[0].Action);
    }

    [Fact]
    public async Task A_broker_that_is_missed_holds_the_restart_and_says_which_partition_and_rule()
    {
        await using var cluster = await ChangingCluster.StartAsync();
        await cluster.TopicAsync("orders", settings: ("min.insync.replicas", "2"));
        cluster.Practice.Server.PodFaults.Hold("the-project", "kafka-2");
        await UntilInSyncAsync(cluster, "orders", 2);

        // Asked for the two that are up: the third counts as down, and nothing that would be restarted helps.
        var plan = await cluster.PlanRestartAsync(force: false, "kafka-0");
        Assert.Equal([ChangeAction.ChangeField, ChangeAction.AwaitPod, ChangeAction.RestartPod], plan.Steps.Select(step => step.Action));
        Assert.Contains("orders-", plan.Steps[2].BlockedBy, StringComparison.Ordinal);
        var error = await Assert.ThrowsAsync<EngineException>(() => cluster.RunAsync(plan, timeout: 2));
        Assert.Equal(("PodNotReady", EngineErrorKind.Timeout, "kafka-2"), (error.Id, error.Kind, error.Target));
        Assert.StartsWith("Step 2 of 3 (wait for kafka-2) was not finished: kafka-2 was not ready within 2 seconds.", error.Message, StringComparison.Ordinal);
        Assert.Empty(cluster.Deleted);

        // Restarting the one that is down is what helps, so nothing holds it, and it comes first.
        var both = await cluster.PlanRestartAsync(force: false, "kafka-0", "kafka-2");
        Assert.Equal(
            [(ChangeAction.RestartPod, "kafka-2"), (ChangeAction.RestartPod, "kafka-0")],
            both.Steps.Where(step => step.Action != ChangeAction.ChangeField).Select(step => (step.Action, step.Target)));
        cluster.Practice.Server.PodFaults.Release("the-project", "kafka-2");
        await cluster.RunAsync(await cluster.PlanRestartAsync(force: false, "kafka-2"));
        Assert.Equal(["kafka-2"], cluster.Deleted);
        await cluster.RunAsync(await cluster.PlanRestartAsync(force: false, "kafka-0"));
        Assert.Equal(["kafka-2", "kafka-0"], cluster.Deleted);
    }

    [Fact]
    public async Task A_partition_at_its_minimum_holds_a_broker_until_the_time_is_up_and_not_when_it_is_forced()
    {
        await using var cluster = await ChangingCluster.StartAsync(specification => specification with { Brokers = new BrokerSpecification(Replicas: 4) });
        await cluster.TopicAsync("orders", partitions: 8, settings: ("min.insync.replicas", "2"));
        await cluster.TopicAsync("lonely", partitions: 1, replicas: 1);

        // Somebody scaled the brokers down without looking: all that are left are ready, and some partitions miss a replica.
        cluster.Practice.Server.Store.Change(ResourceKind.StatefulSets, "the-project", "kafka", live => live["spec"]!["replicas"] = 3);
        await cluster.Practice.UntilStoredAsync(ResourceKind.Pods, () => cluster.Pod("kafka-3") is null);
        var held = (await (await cluster.KafkaAsync()).Topics.DescribeAsync(["orders"], Cancellation))[0].Partitions.First(partition => partition.InSyncReplicas.Count == 2);
        var broker = held.InSyncReplicas[0];
        var plan = await cluster.PlanRestartAsync(force: false, $"kafka-{broker}");
        Assert.Contains("lonely (replicas 1, minimum 2)", Assert.Single(plan.Warnings), StringComparison.Ordinal);
        Assert.Contains($"orders-{held.Partition}", plan.Steps[^1].BlockedBy, StringComparison.Ordinal);
        var error = await Assert.ThrowsAsync<EngineException>(() => cluster.RunAsync(plan, timeout: 3));

        Assert.Equal(("RestartBlocked", EngineErrorKind.Timeout), (error.Id, error.Kind));
        Assert.StartsWith($"Step 2 of 2 (restart kafka-{broker}) was not finished: Broker {broker} may not go down now: orders-", error.Message, StringComparison.Ordinal);
        Assert.Contains($"goes on with it: restart kafka-{broker}.", error.Advice, StringComparison.Ordinal);
        Assert.Empty(cluster.Deleted);
        var blocker = Assert.Single(cluster.Holds).Blockers.Single(blocker => blocker.Subject == $"orders-{held.Partition}");
        Assert.Equal(held.InSyncReplicas, blocker.InSyncReplicas!);
        Assert.Equal(held.Replicas, blocker.Replicas!);
        Assert.Equal(2, blocker.MinInSyncReplicas);
        Assert.Contains("just as many replicas in sync as it must", blocker.Rule, StringComparison.Ordinal);

        await cluster.RunAsync(await cluster.PlanRestartAsync(force: true, $"kafka-{broker}"));
        Assert.Equal([$"kafka-{broker}"], cluster.Deleted);
    }

    [Fact]
    public async Task A_broker_that_does_not_come_back_stops_it_and_is_waited_for_by_the_next_run()
    {
        await using var cluster = await ChangingCluster.StartAsync();
        await cluster.TopicAsync("orders");
        var plan = await cluster.PlanRestartAsync(force: false);
        var first = plan.Steps[1].Target;
        var running = cluster.RunAsync(plan, timeout: 8);
        await cluster.Practice.Heard.StatusAsync("deleting the pod");
        await cluster.Practice.UntilAsync(() => cluster.Deleted.Count == 1 && cluster.Pod(first) is { } pod && pod["metadata"]!["deletionTimestamp"] is null && PodReading.IsRunning(pod));
        cluster.Practice.Server.PodFaults.Hold("the-project", first);
        var error = await Assert.ThrowsAsync<EngineException>(() => running);

        Assert.Equal(("PodNotReady", EngineErrorKind.Timeout, first), (error.Id, error.Kind, error.Target));
        Assert.Contains(FormattableString.Invariant($"restart {plan.Steps[2].Target}, restart {plan.Steps[3].Target}"), error.Advice, StringComparison.Ordinal);
        Assert.Equal([first], cluster.Deleted);

        var rest = await cluster.PlanRestartAsync(force: false);
        Assert.Equal((ChangeAction.AwaitPod, first), (rest.Steps[0].Action, rest.Steps[0].Target));
        Assert.Equal(Brokers.Except([first]).Order(), rest.Steps.Skip(1).Select(step => step.Target).Order());
        var finishing = cluster.RunAsync(rest);
        await cluster.Practice.Heard.StatusAsync($"wait for {first}: {first}: ");
        cluster.Practice.Server.PodFaults.Release("the-project", first);
        await finishing;
        Assert.Equal(3, cluster.Deleted.Count);
        Assert.Equal(Brokers, cluster.Deleted.Order());
    }

    [Fact]
    public async Task A_node_that_drains_a_broker_meanwhile_has_restarted_it()
    {
        await using var cluster = await ChangingCluster.StartAsync();
        await cluster.TopicAsync("orders");
        var plan = await cluster.PlanRestartAsync(force: false);
        var last = plan.Steps[^1].Target;
        var uid = cluster.Uid(last);
        await cluster.RunAsync(plan, after: result =>
        {
            if (result.Step.Number == 2)
            {
                cluster.Evict(last);
            }

            return Task.CompletedTask;
        });

        Assert.Equal(plan.Steps.Skip(1).SkipLast(1).Select(step => step.Target), cluster.Deleted);
        Assert.NotEqual(uid, cluster.Uid(last));
        Assert.All(Brokers, broker => Assert.True(PodReading.IsReady(cluster.Pod(broker)!)));
    }

    [Fact]
    public async Task An_API_server_that_restarts_only_delays_it_and_no_broker_goes_twice()
    {
        await using var cluster = await ChangingCluster.StartAsync();
        var plan = await cluster.PlanRestartAsync(force: false);
        var faults = cluster.Practice.Server.Faults;

        // The first deletion is carried out and its answer lost. Then nothing is answered for a while.
        var lost = faults.Add(new Fault(FaultKind.DropAfter) { Method = "DELETE", Path = "/pods/kafka-", Times = 1 });
        var running = cluster.RunAsync(plan);
        await cluster.Practice.UntilAsync(() => lost.Struck == 1);
        var away = faults.Add(new Fault(FaultKind.DropBefore));
        await cluster.Practice.UntilAsync(() => away.Struck > 15);
        faults.Clear();
        await running;

        Assert.All(plan.Steps, step => Assert.Contains(cluster.Results, result => result.Step == step && result.Status == StepStatus.Done));
        Assert.Equal(3, cluster.Practice.Heard.Calls.Count(call => call.StartsWith("DELETE ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task No_two_brokers_are_ever_down_on_purpose()
    {
        await using var cluster = await ChangingCluster.StartAsync();
        await cluster.TopicAsync("orders");
        var most = 0;
        using var ending = new CancellationTokenSource();
        var looking = Task.Run(
            () =>
            {
                while (!ending.IsCancellationRequested)
                {
                    most = Math.Max(most, Brokers.Count(broker => cluster.Pod(broker) is not { } pod || !PodReading.IsReady(pod)));
                }
            },
            Cancellation);
        await cluster.RunAsync(await cluster.PlanRestartAsync(force: true));
        await ending.CancelAsync();
        await looking;

        Assert.Equal(1, most);
        Assert.Equal(3, cluster.Deleted.Count);
    }

    [Theory]
    [InlineData(ChangeAction.ChangeField)]
    [InlineData(ChangeAction.RestartPod)]
    public async Task Stopped_in_the_middle_of_a_step_the_next_run_finishes_it(ChangeAction during)
    {
        await using var cluster = await ChangingCluster.StartAsync();
        var before = Brokers.ToDictionary(broker => broker, cluster.Uid);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var running = cluster.RunAsync(await cluster.PlanRestartAsync(force: false), cancellation: stopping.Token);
        await cluster.Practice.Heard.StatusAsync(during == ChangeAction.ChangeField ? "a restart that is interrupted" : "deleting the pod");
        await stopping.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);

        await cluster.RunAsync(await cluster.PlanRestartAsync(force: false));

        Assert.All(Brokers, broker => Assert.NotEqual(before[broker], cluster.Uid(broker)));
        Assert.Equal(cluster.Deleted.Distinct(), cluster.Deleted);
        Assert.All(Brokers, broker => Assert.True(PodReading.IsReady(cluster.Pod(broker)!)));
    }

    private static Task UntilInSyncAsync(ChangingCluster cluster, string topic, int count) => cluster.Practice.UntilAsync(async () =>
        (await (await cluster.KafkaAsync()).Topics.DescribeAsync([topic], Cancellation))[0].Partitions.All(partition => partition.InSyncReplicas.Count == count));
}
