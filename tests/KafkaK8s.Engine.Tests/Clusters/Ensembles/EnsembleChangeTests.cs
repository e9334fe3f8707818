using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using KafkaK8s.Engine.Clusters;
using KafkaK8s.Engine.Clusters.Changes;
using KafkaK8s.Engine.Clusters.Ensembles;
using KafkaK8s.Engine.Kubernetes;
using KafkaK8s.Engine.Tests.Manifests;
using KafkaK8s.Sandbox.Api;

namespace KafkaK8s.Engine.Tests.Clusters.Ensembles;

/// <summary>Ensembles that change while they run, on a sandbox whose members run in memory, and everything that gets in the way.</summary>
public sealed class EnsembleChangeTests(ITestOutputHelper output)
{
    private const string Set = "kafka-zookeeper";

    private static readonly TimeSpan Long = TimeSpan.FromMinutes(2);

    private readonly List<StepResult> _results = [];
    private readonly List<StepHold> _holds = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task From_three_to_five_in_two_stages_the_leader_of_each_last()
    {
        await using var practice = await StandUpAsync(ClusterPreset.Standard, 3);
        var before = await SoundAsync(practice, 3);
        var leader = before.Leaders[0].Pod;

        var plan = await PlanAsync(practice, new EnsembleRequest(Replicas: 5));
        await RunAsync(practice, plan);

        Assert.Equal(
            [
                "change StatefulSet kafka-zookeeper spec.replicas from 3 to 4", "change StatefulSet kafka-zookeeper ZOO_SERVERS from 3 members to 4 members", "add kafka-zookeeper-3",
                "restart", "restart", "restart",
                "change StatefulSet kafka-zookeeper spec.replicas from 4 to 5", "change StatefulSet kafka-zookeeper ZOO_SERVERS from 4 members to 5 members", "add kafka-zookeeper-4",
                "restart", "restart", "restart", "restart",
            ],
            plan.Steps.Select(step => step.Action == ChangeAction.RestartPod ? "restart" : step.ToString()));
        Assert.Equal(leader, plan.Steps[5].Target);
        Assert.Equal(Words(plan.Steps.Take(6)), Words(_results.Take(6).Select(result => result.Step)));
        Assert.Equal(Words(plan.Steps).Order(), Words(_results.Select(result => result.Step)).Order());
        await SoundAsync(practice, 5);
        Assert.True((await PlanAsync(practice, new EnsembleRequest(Replicas: 5))).IsEmpty);
    }

    [Fact]
    public async Task From_five_to_three_the_last_ones_leave_and_their_claims_stay()
    {
        await using var practice = await StandUpAsync(ClusterPreset.Standard, 5);

        await RunAsync(practice, await PlanAsync(practice, new EnsembleRequest(Replicas: 3)));

        await SoundAsync(practice, 3);
        Assert.Equal(["data-kafka-zookeeper-4", "data-kafka-zookeeper-3"], _results.Where(result => result.Step.Action == ChangeAction.KeepClaim).Select(result => result.Step.Target));
        Assert.NotNull(practice.Server.Store.Get(ResourceKind.PersistentVolumeClaims, "the-project", "data-kafka-zookeeper-4"));
    }

    [Fact]
    public async Task The_articles_ensemble_grows_with_its_data_in_its_pods()
    {
        await using var practice = await StandUpAsync(ClusterPreset.Article, 3, speed: 200);

        var plan = await PlanAsync(practice, new EnsembleRequest(Replicas: 4));
        await RunAsync(practice, plan);

        await SoundAsync(practice, 4);
        Assert.Contains(plan.Steps, step => step.ToString() == "change StatefulSet kafka-zookeeper ZK_REPLICAS from 3 members to 4 members");
        Assert.Contains(plan.Warnings, warning => warning.Contains("keeps its data in its pods", StringComparison.Ordinal));
        Assert.Contains(plan.Warnings, warning => warning.StartsWith("An ensemble of 4 members outlives the loss of 1", StringComparison.Ordinal));
        foreach (var target in new[] { 1, 2 })
        {
            Assert.Equal("EnsembleDataWouldBeLost", (await Assert.ThrowsAsync<EngineException>(() => PlanAsync(practice, new EnsembleRequest(Replicas: target)))).Id);
        }
    }

    [Fact]
    public async Task From_one_to_three_with_a_pause_that_is_told_before()
    {
        await using var practice = await StandUpAsync(ClusterPreset.Standard, 1);

        var plan = await PlanAsync(practice, new EnsembleRequest(Replicas: 3));
        await RunAsync(practice, plan);

        Assert.Contains(plan.Warnings, warning => warning.StartsWith("From 1 to 2 members nobody serves while a member restarts", StringComparison.Ordinal));
        await SoundAsync(practice, 3);

        await RunAsync(practice, await PlanAsync(practice, new EnsembleRequest(Replicas: 1)));
        await SoundAsync(practice, 1);

        // What the second member left behind might win against the first one.
        var error = await Assert.ThrowsAsync<EngineException>(() => PlanAsync(practice, new EnsembleRequest(Replicas: 2)));
        Assert.Equal(("ClaimLeftBehind", "data-kafka-zookeeper-1"), (error.Id, error.Target));
    }

    [Fact]
    public async Task A_restart_takes_each_member_once_and_the_leader_last()
    {
        await using var practice = await StandUpAsync(ClusterPreset.Standard, 3);
        var before = await SoundAsync(practice, 3);

        await RunAsync(practice, await new EnsembleChanges(practice.Connection).PlanRestartAsync(PracticeCluster.Kafka, null, force: false, Cancellation));

        var after = await SoundAsync(practice, 3);
        Assert.Empty(before.Members.Select(member => member.Uid).Intersect(after.Members.Select(member => member.Uid)));
        Assert.Equal(before.Leaders[0].Pod, Restarted()[^1]);
        Assert.Equal(3, Restarted().Count);
    }

    [Fact]
    public async Task With_a_member_down_nothing_is_taken_down_and_the_error_says_who_holds_it()
    {
        await using var practice = await StandUpAsync(ClusterPreset.Standard, 3);
        var before = await SoundAsync(practice, 3);
        practice.Server.PodFaults.Hold("the-project", "kafka-zookeeper-1");
        await UntilSilentAsync(practice, "kafka-zookeeper-1");
        var plan = await new EnsembleChanges(practice.Connection).PlanRestartAsync(PracticeCluster.Kafka, ["kafka-zookeeper-0"], force: true, Cancellation);
        var careful = await new EnsembleChanges(practice.Connection).PlanRestartAsync(PracticeCluster.Kafka, ["kafka-zookeeper-0"], force: false, Cancellation);

        var error = await Assert.ThrowsAsync<EngineException>(() => RunAsync(practice, careful, timeout: TimeSpan.FromSeconds(2)));

        Assert.Equal(ChangeAction.AwaitPod, careful.Steps[0].Action);
        Assert.Equal(EngineErrorKind.Timeout, error.Kind);
        Assert.StartsWith("Step 1 of 3 (wait for kafka-zookeeper-1) was not finished", error.Message, StringComparison.Ordinal);
        Assert.Equal(before.Members[0].Uid, (string?)Pod(practice, "kafka-zookeeper-0")["metadata"]!["uid"]);
        Assert.DoesNotContain(plan.Steps, step => step.Action == ChangeAction.AwaitPod);
    }

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
        Assert.Contains(order[0], Assert.Single(_holds).Blockers.Select(blocker => blocker.Subject));
        Assert.Equal([order[0]], Restarted());

        // Once it is back, the same command goes on with the two that are left.
        practice.Server.PodFaults.Release("the-project", order[0]);
        _results.Clear();
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
        Assert.Equal(plan.Steps.Count, _results.Count);
        await SoundAsync(practice, 3);
        Assert.Equal(2, Deleted(practice).Count(pod => pod != order[1]));
    }

    [Fact]
    public async Task An_image_that_is_none_stops_at_the_first_member_and_the_right_one_mends_it()
    {
        await using var practice = await StandUpAsync(ClusterPreset.Standard, 3);
        var before = await SoundAsync(practice, 3);

        var error = await Assert.ThrowsAsync<EngineException>(async () => await RunAsync(practice, await PlanAsync(practice, new EnsembleRequest(Image: "Not:An:Image"))));

        Assert.Equal("ImageNameInvalid", error.Id);
        Assert.Contains("Step 2 of 4", error.Message, StringComparison.Ordinal);
        Assert.Single(before.Members, member => (string?)Pod(practice, member.Pod)["metadata"]!["uid"] != member.Uid);

        _results.Clear();
        await RunAsync(practice, await PlanAsync(practice, new EnsembleRequest(Image: "zookeeper:3.9.3")));
        await SoundAsync(practice, 3);
        Assert.Equal(error.Target, Restarted()[0]);
        Assert.All(before.Members, member => Assert.Equal("zookeeper:3.9.3", (string?)Pod(practice, member.Pod)["spec"]!["containers"]![0]!["image"]));
    }

    [Fact]
    public async Task A_newcomer_that_does_not_start_stops_before_anybody_is_restarted()
    {
        await using var practice = await StandUpAsync(ClusterPreset.Standard, 3);
        var before = await SoundAsync(practice, 3);

        var error = await Assert.ThrowsAsync<EngineException>(
            async () => await RunAsync(practice, await PlanAsync(practice, new EnsembleRequest(Replicas: 5, Image: "Not:An:Image"))));

        Assert.Contains("(add kafka-zookeeper-3) was not finished", error.Message, StringComparison.Ordinal);
        Assert.All(before.Members, member => Assert.Equal(member.Uid, (string?)Pod(practice, member.Pod)["metadata"]!["uid"]));

        await RunAsync(practice, await PlanAsync(practice, new EnsembleRequest(Replicas: 4, Image: "zookeeper:3.9.3")));
        await SoundAsync(practice, 4);
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

    [Fact]
    public async Task An_ensemble_that_was_scaled_without_its_list_is_reported_and_mended()
    {
        await using var practice = await StandUpAsync(ClusterPreset.Standard, 3);
        practice.Server.Store.Change(ResourceKind.StatefulSets, "the-project", Set, set => set["spec"]!["replicas"] = 5);

        var state = await new ClusterInspection(practice.Connection).GetAsync(PracticeCluster.Kafka, Cancellation);
        var plan = await PlanAsync(practice, new EnsembleRequest());
        await RunAsync(practice, plan);

        Assert.Equal(["kafka-zookeeper has 5 replicas, and ZOO_SERVERS lists 3"], state.Zookeeper!.Topology.Disagreements());
        Assert.Contains(plan.Warnings, warning => warning.Contains("has 5 replicas, and ZOO_SERVERS lists 3", StringComparison.Ordinal));
        await SoundAsync(practice, 5);
    }

    [Fact]
    public async Task What_can_not_be_is_refused_and_nothing_changes()
    {
        await using var practice = await StandUpAsync(ClusterPreset.Standard, 3);
        var version = Version(practice);
        var cases = new (string Id, EnsembleRequest Request)[]
        {
            ("InvalidReplicas", new EnsembleRequest(Replicas: 0)),
            ("InvalidReplicas", new EnsembleRequest(Replicas: -3)),
            ("ServerListIsStaged", new EnsembleRequest(Override: Override("""{"env":[{"name":"ZOO_SERVERS","value":"server.1=kafka-zookeeper-0:2888:3888;2181"}]}"""))),
            ("ResourceInvalid", new EnsembleRequest(Override: new JsonObject { ["spec"] = new JsonObject { ["serviceName"] = "another" } })),
            ("StorageShrinks", new EnsembleRequest(StorageSize: "1Mi")),
            ("InvalidStorageSize", new EnsembleRequest(StorageSize: "much")),
        };
        foreach (var (id, request) in cases)
        {
            Assert.Equal(id, (await Assert.ThrowsAsync<EngineException>(() => PlanAsync(practice, request))).Id);
        }

        Assert.Equal(version, Version(practice));
    }

    [Fact]
    public async Task Somebody_else_who_changes_the_set_meanwhile_ends_it()
    {
        await using var practice = await StandUpAsync(ClusterPreset.Standard, 3);
        var plan = await PlanAsync(practice, new EnsembleRequest(Replicas: 4));
        practice.Server.Store.Change(ResourceKind.StatefulSets, "the-project", Set, set => set["spec"]!["replicas"] = 2);

        var error = await Assert.ThrowsAsync<EngineException>(() => RunAsync(practice, plan));

        Assert.Equal(("EnsembleChanged", EngineErrorKind.Conflict, Set), (error.Id, error.Kind, error.Target));
        Assert.DoesNotContain(_results, result => result.Status == StepStatus.Done);
    }

    [Fact]
    public async Task A_budget_that_counts_and_brokers_that_name_the_members_follow()
    {
        await using var practice = await StandUpAsync(ClusterPreset.Standard, 3, brokers: new BrokerSpecification(
            Replicas: 1,
            Configuration: new Dictionary<string, string> { ["zookeeper.connect"] = "kafka-zookeeper-0.kafka-zookeeper-headless:2181,kafka-zookeeper-1.kafka-zookeeper-headless:2181,kafka-zookeeper-2.kafka-zookeeper-headless:2181/k" }));
        practice.Server.Store.Change(ResourceKind.PodDisruptionBudgets, "the-project", Set, budget => budget["spec"] = new JsonObject
        {
            ["minAvailable"] = 2,
            ["selector"] = budget["spec"]!["selector"]!.DeepClone(),
        });

        var plan = await PlanAsync(practice, new EnsembleRequest(Replicas: 4));
        await RunAsync(practice, plan);

        await SoundAsync(practice, 4);
        Assert.Equal(3, (int)practice.Server.Store.Get(ResourceKind.PodDisruptionBudgets, "the-project", Set)!["spec"]!["minAvailable"]!);
        var brokers = await new ClusterInspection(practice.Connection).GetAsync(PracticeCluster.Kafka, Cancellation);
        Assert.EndsWith("kafka-zookeeper-2.kafka-zookeeper-headless:2181,kafka-zookeeper-3.kafka-zookeeper-headless:2181/k", brokers.Brokers!.ZookeeperConnect, StringComparison.Ordinal);
        Assert.Contains(plan.Warnings, warning => warning.Contains("Restart-KafkaBroker", StringComparison.Ordinal));
    }

    private static async Task<PracticeCluster> StandUpAsync(ClusterPreset preset, int members, double speed = 60, BrokerSpecification? brokers = null)
    {
        var practice = await PracticeCluster.StartRunningAsync(speed);
        var specification = Specifications.Whole(preset) with { Zookeeper = new ZookeeperSpecification(Replicas: members), Brokers = brokers, Client = null };
        var deployed = await new ClusterDeployment(practice.Connection).DeployAsync(specification, new DeploymentOptions(), Cancellation);
        await new ClusterWait(practice.Connection).UntilReadyAsync(specification.Identity, ClusterParts.Zookeeper, Long, deployed, Cancellation);
        await UntilServingAsync(practice);
        return practice;
    }

    private static Task<ChangePlan> PlanAsync(PracticeCluster practice, EnsembleRequest request) =>
        new EnsembleChanges(practice.Connection).PlanAsync(PracticeCluster.Kafka, request, force: false, Cancellation);

    private Task RunAsync(
        PracticeCluster practice, ChangePlan plan, TimeSpan? timeout = null, Func<StepResult, Task>? onStep = null, CancellationToken? stop = null) =>
        new PlanRunner(practice.Heard).RunAsync(
            plan,
            timeout ?? Long,
            new StepListener(
                async result =>
                {
                    _results.Add(result);
                    await (onStep?.Invoke(result) ?? Task.CompletedTask);
                },
                hold =>
                {
                    _holds.Add(hold);
                    return Task.CompletedTask;
                }),
            stop ?? Cancellation);

    private IReadOnlyList<string> Restarted() =>
        [.. _results.Where(result => result is { Status: StepStatus.Done, Step.Action: ChangeAction.RestartPod }).Select(result => result.Step.Target)];

    private static IEnumerable<string> Deleted(PracticeCluster practice) => practice.Heard.Calls
        .Where(call => call.StartsWith("DELETE /api/v1/namespaces/the-project/pods/", StringComparison.Ordinal))
        .Select(call => call.Split(' ')[1].Split('/')[^1]);

    private static async Task<EnsembleTopology> LookAsync(PracticeCluster practice)
    {
        var state = await new ClusterInspection(practice.Connection).GetAsync(PracticeCluster.Kafka, Cancellation);
        return await new EnsembleInspection(practice.Connection).AskAsync("the-project", state.Zookeeper!.Topology, Cancellation);
    }

    // The replicas, the list, the list that each pod has, and the members of the quorum are the same.
    private static async Task<EnsembleTopology> SoundAsync(PracticeCluster practice, int members)
    {
        var topology = await LookAsync(practice);
        Assert.Equal((members, members, members), (topology.Replicas, topology.ListSize!.Value, topology.Members.Count));
        Assert.All(topology.Members, member => Assert.Equal(members, member.ListSize));
        Assert.Equal([.. Enumerable.Repeat("follower", members - 1), "leader"], topology.Members.Select(member => member.Answer!.Mode!).Order());
        Assert.Empty(topology.Disagreements());
        return topology;
    }

    private static Task UntilServingAsync(PracticeCluster practice) =>
        UntilAsync(practice, topology => topology.Members.All(member => member.Uid is not null && (member.Serves || !EnsembleQuorum.CanServe(member, topology.Members)) && member.IsRunning));

    private static Task UntilSilentAsync(PracticeCluster practice, string pod) =>
        UntilAsync(practice, topology => topology.Members.Any(member => member.Pod == pod && !member.Serves));

    private static async Task UntilAsync(PracticeCluster practice, Func<EnsembleTopology, bool> isSo)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        patience.CancelAfter(Long);
        await foreach (var _ in practice.Connection.Resources.WatchAsync(new ResourceQuery("v1", "Pod", "the-project"), patience.Token))
        {
            if (isSo(await LookAsync(practice)))
            {
                return;
            }
        }
    }

    // Calls back when the StatefulSet is given another spec, and when a pod comes, becomes ready or is deleted.
    private static async Task WatchAsync(PracticeCluster practice, ConcurrentQueue<string> created, Action changed, CancellationToken stop)
    {
        try
        {
            await foreach (var told in practice.Server.Store.WatchAsync(ResourceKind.Pods, "the-project", practice.Server.Store.Version, stop))
            {
                if (told.Type == StoreEventType.Added)
                {
                    created.Enqueue((string)told.Object["metadata"]!["name"]!);
                }

                if (told.Previous is null
                    || PodReading.IsReady(told.Object) != PodReading.IsReady(told.Previous)
                    || told.Object["metadata"]!["deletionTimestamp"] is not null != told.Previous["metadata"]!["deletionTimestamp"] is not null)
                {
                    changed();
                }
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private static JsonObject Pod(PracticeCluster practice, string name) => practice.Server.Store.Get(ResourceKind.Pods, "the-project", name)!;

    private static string Version(PracticeCluster practice) => (string)practice.Server.Store.Get(ResourceKind.StatefulSets, "the-project", Set)!["metadata"]!["generation"]!.ToString();

    private static JsonObject Override(string container)
    {
        var fields = JsonNode.Parse(container)!.AsObject();
        fields["name"] = "zookeeper";
        return new JsonObject { ["spec"] = new JsonObject { ["template"] = new JsonObject { ["spec"] = new JsonObject { ["containers"] = new JsonArray(fields) } } } };
    }

    private static IEnumerable<string> Words(IEnumerable<ChangeStep> steps) => steps.Select(step => step.ToString());
}
