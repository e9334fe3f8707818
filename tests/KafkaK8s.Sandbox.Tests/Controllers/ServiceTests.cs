using System.Text.Json.Nodes;
using KafkaK8s.Sandbox.Api;
using KafkaK8s.Sandbox.Controllers;
using KafkaK8s.Sandbox.Pods;
using KafkaK8s.Sandbox.Tests.Pods;

namespace KafkaK8s.Sandbox.Tests.Controllers;

public sealed class ServiceTests
{
    private const string Checked = """{"ports": [{"name": "client", "containerPort": 2181}], "readinessProbe": {"exec": {"command": ["check"]}, "periodSeconds": 1, "failureThreshold": 1}}""";

    [Fact]
    public async Task Ready_pods_stand_behind_a_service_and_the_others_beside_it()
    {
        await using var cluster = await PracticeCluster.StartAsync();
        cluster.Runtime.Healthy["db-1"] = false;
        Service(cluster, "db-headless", """{"clusterIP": "None", "selector": {"app": "db"}, "ports": [{"name": "client", "port": 2181, "targetPort": "client"}]}""");
        cluster.CreateSet("db", 2, Checked, """{"podManagementPolicy": "Parallel"}""");
        await cluster.UntilReadyAsync("db-0");

        var endpoints = await cluster.UntilAsync(
            ResourceKind.Endpoints, "db-headless", item => item.ObjectsAt("subsets").FirstOrDefault() is { } subset && subset["addresses"] is not null && subset["notReadyAddresses"] is not null);
        var subset = endpoints.ObjectsAt("subsets").Single();

        Assert.Equal("db-0", subset.ObjectsAt("addresses").Single().TextAt("hostname"));
        Assert.Equal("db-1", subset.ObjectsAt("notReadyAddresses").Single().TextAt("targetRef", "name"));
        Assert.Equal(2181, subset.ObjectsAt("ports").Single().NumberAt("port"));
        var slice = Assert.Single(cluster.Store.List(ResourceKind.EndpointSlices, PracticeCluster.Namespace));
        Assert.Equal("db-headless", slice.TextAt("metadata", "labels", "kubernetes.io/service-name"));
    }

    [Fact]
    public async Task Names_resolve_to_the_ready_pods()
    {
        await using var cluster = await PracticeCluster.StartAsync();
        cluster.Runtime.Healthy["db-1"] = false;
        Service(cluster, "db-headless", """{"clusterIP": "None", "selector": {"app": "db"}, "ports": [{"port": 2181}]}""");
        Service(cluster, "db", """{"selector": {"app": "db"}, "ports": [{"port": 2181}]}""");
        cluster.CreateSet("db", 2, Checked, """{"podManagementPolicy": "Parallel"}""");
        var first = (await cluster.UntilReadyAsync("db-0")).TextAt("status", "podIP")!;
        var names = new ClusterNames(cluster.Store);

        Assert.Equal([first], names.Resolve("db", PracticeCluster.Namespace));
        Assert.Equal([first], names.Resolve("db.the-project.svc.cluster.local.", "default"));
        Assert.Equal([first], names.Resolve("db-0.db-headless", PracticeCluster.Namespace));
        Assert.Empty(names.Resolve("db-1.db-headless", PracticeCluster.Namespace));
        Assert.Empty(names.Resolve("db", "default"));
        Assert.Empty(names.Resolve("db-0.db", PracticeCluster.Namespace));
    }

    [Fact]
    public async Task A_service_that_publishes_pods_before_they_are_ready_resolves_them_all()
    {
        await using var cluster = await PracticeCluster.StartAsync();
        cluster.Runtime.Healthy["db-0"] = false;
        Service(cluster, "db-headless", """{"clusterIP": "None", "publishNotReadyAddresses": true, "selector": {"app": "db"}, "ports": [{"port": 2181}]}""");
        cluster.CreateSet("db", 1, Checked);
        var pod = await cluster.UntilAsync(ResourceKind.Pods, "db-0", pod => pod.TextAt("status", "podIP") is not null);

        var names = new ClusterNames(cluster.Store);

        Assert.Equal([pod.TextAt("status", "podIP")!], names.Resolve("db-0.db-headless", PracticeCluster.Namespace));
        Assert.False(pod.IsReady());
    }

    [Fact]
    public async Task A_pod_finds_itself_by_name_before_anyone_else_does()
    {
        await using var cluster = await PracticeCluster.StartAsync();
        cluster.Runtime.Healthy["db-0"] = false;
        cluster.CreateSet("db", 1, Checked);
        await cluster.UntilEventAsync("db-0", "Started");

        var start = Assert.Single(cluster.Runtime.Started);

        Assert.Equal([start.Address], start.Names.Resolve("db-0.db-headless.the-project.svc.cluster.local", PracticeCluster.Namespace));
    }

    [Theory]
    [InlineData("""{"maxUnavailable": 1}""", 3, 2, 1)]
    [InlineData("""{"maxUnavailable": "50%"}""", 3, 1, 2)]
    [InlineData("""{"minAvailable": 3}""", 3, 3, 0)]
    [InlineData("""{"minAvailable": "60%"}""", 3, 2, 1)]
    public async Task A_budget_says_how_many_pods_may_go(string spec, int expected, int desired, int allowed)
    {
        await using var cluster = await PracticeCluster.StartAsync();
        cluster.CreateSet("db", 3, "{}", """{"podManagementPolicy": "Parallel"}""");
        await cluster.UntilReadyAsync("db", 3);
        var budget = new JsonObject { ["metadata"] = new JsonObject { ["name"] = "db" }, ["spec"] = JsonNode.Parse(spec) };
        budget.Child("spec")["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["app"] = "db" } };
        cluster.Create(ResourceKind.PodDisruptionBudgets, budget.ToJsonString());

        var status = (await cluster.UntilAsync(ResourceKind.PodDisruptionBudgets, "db", item => item.NumberAt("status", "observedGeneration") > 0))["status"];

        Assert.Equal(
            (expected, desired, 3, allowed),
            (status.NumberAt("expectedPods"), status.NumberAt("desiredHealthy"), status.NumberAt("currentHealthy"), status.NumberAt("disruptionsAllowed")));
    }

    private static void Service(PracticeCluster cluster, string name, string spec) =>
        cluster.Create(ResourceKind.Services, new JsonObject { ["metadata"] = new JsonObject { ["name"] = name }, ["spec"] = JsonNode.Parse(spec) }.ToJsonString());
}
