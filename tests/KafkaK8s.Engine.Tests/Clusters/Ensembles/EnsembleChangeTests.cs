using System.Text.Json.Nodes;
using KafkaK8s.Engine.Clusters;
using KafkaK8s.Engine.Clusters.Changes;
using KafkaK8s.Engine.Clusters.Ensembles;
using KafkaK8s.Sandbox.Api;

namespace KafkaK8s.Engine.Tests.Clusters.Ensembles;

/// <summary>Ensembles that change while they run.</summary>
public sealed class EnsembleChangeTests : ChangingEnsemble
{
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
        Assert.Equal(Words(plan.Steps.Take(6)), Words(Results.Take(6).Select(result => result.Step)));
        Assert.Equal(Words(plan.Steps).Order(), Words(Results.Select(result => result.Step)).Order());
        await SoundAsync(practice, 5);
        Assert.True((await PlanAsync(practice, new EnsembleRequest(Replicas: 5))).IsEmpty);
    }

    [Fact]
    public async Task From_five_to_three_the_last_ones_leave_and_their_claims_stay()
    {
        await using var practice = await StandUpAsync(ClusterPreset.Standard, 5);

        await RunAsync(practice, await PlanAsync(practice, new EnsembleRequest(Replicas: 3)));

        await SoundAsync(practice, 3);
        Assert.Equal(["data-kafka-zookeeper-4", "data-kafka-zookeeper-3"], Results.Where(result => result.Step.Action == ChangeAction.KeepClaim).Select(result => result.Step.Target));
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
    public async Task A_budget_that_an_interrupted_change_left_is_mended_though_the_size_is_as_asked_for()
    {
        await using var practice = await StandUpAsync(ClusterPreset.Standard, 3);
        SetBudget(practice, minAvailable: 4);

        var plan = await PlanAsync(practice, new EnsembleRequest(Replicas: 3));
        await RunAsync(practice, plan);

        Assert.Equal("change PodDisruptionBudget kafka-zookeeper spec.minAvailable from 4 to 2", Assert.Single(plan.Steps).ToString());
        Assert.Equal("it would let no pod be drained", plan.Steps[0].Reason);
        Assert.Equal(2, (int)practice.Server.Store.Get(ResourceKind.PodDisruptionBudgets, "the-project", Set)!["spec"]!["minAvailable"]!);

        // One that lets more pods go than is wise is the owner's, where the size is not asked to change; and nobody needs leave to see it.
        SetBudget(practice, minAvailable: 1);
        Assert.True((await PlanAsync(practice, new EnsembleRequest(Replicas: 3))).IsEmpty);
        practice.Server.Faults.Add(Fault.Forbidden() with { Path = "/poddisruptionbudgets/" });
        Assert.True((await PlanAsync(practice, new EnsembleRequest(Replicas: 3))).IsEmpty);
    }

    [Fact]
    public async Task A_budget_that_counts_and_brokers_that_name_the_members_follow()
    {
        await using var practice = await StandUpAsync(ClusterPreset.Standard, 3, brokers: new BrokerSpecification(
            Replicas: 1,
            Configuration: new Dictionary<string, string> { ["zookeeper.connect"] = "kafka-zookeeper-0.kafka-zookeeper-headless:2181,kafka-zookeeper-1.kafka-zookeeper-headless:2181,kafka-zookeeper-2.kafka-zookeeper-headless:2181/k" }));
        SetBudget(practice, minAvailable: 2);

        var plan = await PlanAsync(practice, new EnsembleRequest(Replicas: 4));
        await RunAsync(practice, plan);

        await SoundAsync(practice, 4);
        Assert.Equal(3, (int)practice.Server.Store.Get(ResourceKind.PodDisruptionBudgets, "the-project", Set)!["spec"]!["minAvailable"]!);
        var brokers = await new ClusterInspection(practice.Connection).GetAsync(PracticeCluster.Kafka, Cancellation);
        Assert.EndsWith("kafka-zookeeper-2.kafka-zookeeper-headless:2181,kafka-zookeeper-3.kafka-zookeeper-headless:2181/k", brokers.Brokers!.ZookeeperConnect, StringComparison.Ordinal);
        Assert.Contains(plan.Warnings, warning => warning.Contains("Restart-KafkaBroker", StringComparison.Ordinal));
    }

    private static void SetBudget(PracticeCluster practice, int minAvailable) =>
        practice.Server.Store.Change(ResourceKind.PodDisruptionBudgets, "the-project", Set, budget => budget["spec"] = new JsonObject
        {
            ["minAvailable"] = minAvailable,
            ["selector"] = budget["spec"]!["selector"]!.DeepClone(),
        });
}
