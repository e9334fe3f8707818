using KafkaK8s.Engine.Clusters;
using KafkaK8s.Engine.Clusters.Changes;

namespace KafkaK8s.Engine.Tests.Clusters.Changes;

/// <summary>A plan is carried out as it stands, and says where it stopped.</summary>
public sealed class PlanRunnerTests
{
    private static readonly ClusterIdentity Kafka = new("the-project");

    private readonly PracticeCluster.Observer _heard = new();
    private readonly List<string> _done = [];
    private readonly List<StepResult> _results = [];
    private readonly List<StepHold> _holds = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Steps_are_numbered_and_carried_out_in_order_and_each_has_its_duration()
    {
        var plan = new ChangePlan(
            Kafka,
            [
                new ChangeWork([Field("spec.replicas", "3", "5"), Field("spec.template", null, "x")], Doing("apply")),
                new ChangeWork(Restart("kafka-0"), Doing("restart kafka-0")),
            ]);
        await RunAsync(plan);

        Assert.Equal([1, 2, 3], plan.Steps.Select(step => step.Number));
        Assert.Equal(["apply", "restart kafka-0"], _done);
        Assert.Equal(plan.Steps, _results.Select(result => result.Step));
        Assert.All(_results, result => Assert.Equal(StepStatus.Done, result.Status));
        Assert.Equal(_results[0].Duration, _results[1].Duration);
        Assert.Contains(_heard.Statuses, status => status.Contains("restart kafka-0: it runs the old template", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_step_that_is_held_names_itself_what_holds_it_and_what_comes_next()
    {
        var plan = new ChangePlan(
            Kafka,
            [
                new ChangeWork(Restart("kafka-0"), Doing("restart kafka-0")),
                new ChangeWork(Restart("kafka-1"), (_, _) => throw new EngineException("RestartBlocked", EngineErrorKind.Timeout, "kafka-1", "orders-3 has too few replicas in sync.", "Wait.")),
                new ChangeWork(Restart("kafka-2"), Doing("restart kafka-2")),
            ]);
        var error = await Assert.ThrowsAsync<EngineException>(() => RunAsync(plan));

        Assert.Equal(["restart kafka-0"], _done);
        Assert.Equal(("RestartBlocked", EngineErrorKind.Timeout, "kafka-1"), (error.Id, error.Kind, error.Target));
        Assert.Equal("Step 2 of 3 (restart kafka-1) was not finished: orders-3 has too few replicas in sync. Step 1 was carried out.", error.Message);
        Assert.Equal("Wait. The same command again finds out what is left and goes on with it: restart kafka-1, restart kafka-2.", error.Advice);
        Assert.Equal([StepStatus.Done, StepStatus.Failed], _results.Select(result => result.Status));
    }

    [Fact]
    public async Task What_holds_a_step_is_told_when_it_changes_and_not_again_and_again()
    {
        StepBlocker[] first = [new("orders-3", "too few", [0, 1], 2, [0, 1, 2])];
        StepBlocker[] second = [new("orders-3", "too few", [0], 2, [0, 1, 2])];
        await RunAsync(new ChangePlan(Kafka, [new ChangeWork(Restart("kafka-1"), async (run, _) =>
        {
            foreach (var look in new[] { first, [first[0] with { InSyncReplicas = [0, 1] }], second, [], second, [] })
            {
                await run.HoldAsync(look);
            }
        })]));

        Assert.Equal([[0, 1], [0], [0]], _holds.Select(hold => hold.Blockers[0].InSyncReplicas!));
        Assert.Contains(_heard.Statuses, status => status.EndsWith("orders-3: too few (in sync 0,1; minimum 2; replicas 0,1,2)", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_server_that_can_not_be_reached_for_a_while_only_delays_a_wait()
    {
        var looks = 0;
        await RunAsync(new ChangePlan(Kafka, [new ChangeWork(Restart("kafka-1"), (run, cancellation) => run.UntilAsync(
            _ => ++looks < 3 ? throw new EngineException("ConnectionLost", EngineErrorKind.Connection, null, "The server is gone.") : Task.FromResult(true),
            () => throw new InvalidOperationException("not overdue"),
            cancellation))]));

        Assert.Equal(3, looks);
        Assert.Contains(_heard.Statuses, status => status.EndsWith("The server is gone.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Stopping_begins_no_further_step()
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var plan = new ChangePlan(
            Kafka,
            [
                new ChangeWork(Restart("kafka-0"), async (_, _) => await stopping.CancelAsync()),
                new ChangeWork(Restart("kafka-1"), Doing("restart kafka-1")),
            ]);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RunAsync(plan, stopping.Token));

        Assert.Empty(_done);
    }

    private Task RunAsync(ChangePlan plan, CancellationToken? cancellation = null) => new PlanRunner(_heard).RunAsync(
        plan,
        TimeSpan.FromSeconds(30),
        new StepListener(
            result =>
            {
                _results.Add(result);
                return Task.CompletedTask;
            },
            hold =>
            {
                _holds.Add(hold);
                return Task.CompletedTask;
            }),
        cancellation ?? Cancellation);

    private static ChangeStep Field(string field, string? from, string? to) =>
        new(ChangeAction.ChangeField, $"StatefulSet kafka: {field}", from, to, "asked for");

    private static ChangeStep Restart(string pod) => new(ChangeAction.RestartPod, pod, null, null, "it runs the old template");

    private Func<StepRun, CancellationToken, Task> Doing(string what) => (_, _) =>
    {
        _done.Add(what);
        return Task.CompletedTask;
    };
}
