using System.Text.Json.Nodes;
using KafkaK8s.Engine.Clusters;
using KafkaK8s.Engine.Kafka;
using KafkaK8s.Engine.Tests.Manifests;
using KafkaK8s.Sandbox.Api;

namespace KafkaK8s.Engine.Tests.Clusters;

public sealed class ClusterInspectionTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ClusterPreset.Article)]
    [InlineData(ClusterPreset.Standard)]
    public async Task Finds_a_cluster_by_its_names_and_labels_whoever_made_it(ClusterPreset preset)
    {
        await using var practice = await PracticeCluster.StartAsync();
        practice.Put(Specifications.Whole(preset), ready: true);
        practice.Put(Specifications.Whole(preset, name: "orders") with { IncludeNamespace = false }, ready: true);
        PutForeignSet(practice);

        var clusters = await new ClusterInspection(practice.Connection).ListAsync(null, Cancellation);

        Assert.Equal(["the-project/kafka", "the-project/orders"], clusters.Select(cluster => cluster.Identity.ToString()));
        var kafka = clusters[0];
        Assert.Equal((ClusterStatus.Ready, "sandbox"), (kafka.Status, kafka.Context));
        Assert.Empty(kafka.Reasons);
        Assert.Equal((3, 3, "kafka-zookeeper:2181"), (kafka.Zookeeper!.Replicas, kafka.Zookeeper.ReadyReplicas, kafka.Zookeeper.ConnectString));
        Assert.Equal((3, 3, "kafka:9092", "kafka-zookeeper:2181"), (kafka.Brokers!.Replicas, kafka.Brokers.ReadyReplicas, kafka.Brokers.BootstrapAddress, kafka.Brokers.ZookeeperConnect));
        Assert.Equal(["kafka-0", "kafka-1", "kafka-2"], kafka.Brokers.Members.Select(broker => broker.Name));
        Assert.Equal("kafka-test-client", kafka.Client!.Name);
        Assert.NotNull(kafka.CreatedAt);
    }

    [Fact]
    public async Task A_cluster_that_is_not_there_is_an_error_and_an_empty_namespace_is_not()
    {
        await using var practice = await PracticeCluster.StartAsync();
        var inspection = new ClusterInspection(practice.Connection);

        var error = await Assert.ThrowsAsync<EngineException>(() => inspection.GetAsync(PracticeCluster.Kafka, Cancellation));

        Assert.Equal(("ClusterNotFound", EngineErrorKind.NotFound, "kafka"), (error.Id, error.Kind, error.Target));
        Assert.Empty(await inspection.ListAsync("default", Cancellation));
    }

    [Fact]
    public async Task Says_of_each_pod_that_is_not_ready_why()
    {
        await using var practice = await PracticeCluster.StartAsync();
        practice.Put(Specifications.Whole(ClusterPreset.Article), ready: false);
        var running = PracticeCluster.ReadyStatus();
        running["conditions"] = new JsonArray();
        practice.SetStatus("kafka-zookeeper-0", running);
        practice.Remove("kafka-zookeeper-2");
        practice.Remove("kafka-2");
        practice.Tell(ResourceKind.StatefulSets, "kafka", "FailedCreate", "create Pod kafka-2 failed: no room");

        var state = await new ClusterInspection(practice.Connection).GetAsync(PracticeCluster.Kafka, Cancellation);

        Assert.Equal(ClusterStatus.NotReady, state.Status);
        Assert.Equal(
            [
                "kafka-zookeeper-0: not ready, 1 of 3 running, no quorum yet",
                "kafka-zookeeper-1: creating its container",
                "kafka-zookeeper-2: waits for kafka-zookeeper-0",
                "kafka-0: creating its container",
                "kafka-1: creating its container",
                "kafka-2: can't be created: create Pod kafka-2 failed: no room",
                "kafka-test-client: creating its container",
            ],
            state.Reasons);
        Assert.Equal(("Absent", false), (state.Zookeeper!.Members[2].Status, state.Zookeeper.Members[2].IsReady));
    }

    [Fact]
    public async Task An_ensemble_alone_is_incomplete()
    {
        await using var practice = await PracticeCluster.StartAsync();
        practice.Put(Specifications.Whole(ClusterPreset.Standard) with { Brokers = null, Client = null }, ready: true);

        var state = Assert.Single(await new ClusterInspection(practice.Connection).ListAsync("the-project", Cancellation));

        Assert.Equal((ClusterStatus.Incomplete, "kafka"), (state.Status, state.Identity.Name));
        Assert.Null(state.Brokers);
    }

    [Fact]
    public async Task Brokers_that_keep_the_metadata_themselves_need_no_ensemble_and_take_no_recipe_for_one()
    {
        await using var practice = await PracticeCluster.StartAsync();
        practice.Server.Store.Create(ResourceKind.Namespaces, new JsonObject { ["metadata"] = new JsonObject { ["name"] = "the-project" } });
        PutSet(practice, "kafka", "apache/kafka:4.3.1", "broker, controller");
        PutSet(practice, "kafka-controller", "apache/kafka:4.3.1", "controller");

        var state = Assert.Single(await new ClusterInspection(practice.Connection).ListAsync("the-project", Cancellation));
        var recipe = Specifications.Whole(ClusterPreset.Standard) with { IncludeNamespace = false };
        var deployment = new ClusterDeployment(practice.Connection);

        Assert.Equal(("kafka", true), (state.Identity.Name, state.Brokers!.IsKraft));
        Assert.Null(KafkaAccess.Of(state).ZookeeperConnect);
        foreach (var part in new[] { recipe, recipe with { Zookeeper = null }, recipe with { Brokers = null } })
        {
            var error = await Assert.ThrowsAsync<EngineException>(() => deployment.DeployAsync(part, new DeploymentOptions(Force: true), Cancellation));
            Assert.Equal(("ClusterIsKraft", EngineErrorKind.NotSupported, "kafka"), (error.Id, error.Kind, error.Target));
        }

        var client = await deployment.DeployAsync(recipe with { Zookeeper = null, Brokers = null }, new DeploymentOptions(), Cancellation);
        Assert.Equal(["Pod kafka-test-client"], client.Resources.Select(resource => resource.ToString()));
        Assert.Equal("apache/kafka:4.3.1", practice.Server.Store.Get(ResourceKind.Pods, "the-project", "kafka-test-client")!["spec"]!["containers"]![0]!["image"]!.GetValue<string>());
    }

    private static void PutForeignSet(PracticeCluster practice) => PutSet(practice, "postgres", "postgres:17", null);

    private static void PutSet(PracticeCluster practice, string name, string image, string? roles) =>
        practice.Server.Store.Create(ResourceKind.StatefulSets, new JsonObject
        {
            ["apiVersion"] = "apps/v1",
            ["kind"] = "StatefulSet",
            ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = "the-project" },
            ["spec"] = new JsonObject
            {
                ["replicas"] = 1,
                ["serviceName"] = name,
                ["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["app"] = name } },
                ["template"] = new JsonObject
                {
                    ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["app"] = name } },
                    ["spec"] = new JsonObject { ["containers"] = new JsonArray(new JsonObject
                    {
                        ["name"] = "server",
                        ["image"] = image,
                        ["env"] = roles is null ? null : new JsonArray(new JsonObject { ["name"] = "KAFKA_PROCESS_ROLES", ["value"] = roles }),
                    }) },
                },
            },
        });
}
