using System.Text.Json.Nodes;
using KafkaK8s.Engine.Clusters;
using KafkaK8s.Engine.Manifests;

namespace KafkaK8s.Engine.Tests.Manifests;

public sealed class StandardPresetTests
{
    [Fact]
    public void Adds_a_disruption_budget_for_the_brokers_to_the_articles_files()
    {
        var manifests = Specifications.Whole(ClusterPreset.Standard).Manifests();

        Assert.Equal(
            [
                "000-namespace.yml", "110-zookeeper-service.yml", "110-zookeeper-service-headless.yml", "140-zookeeper-statefulset.yml",
                "150-zookeeper-disruptionbudget.yml", "210-kafka-service.yml", "210-kafka-service-headless.yml", "240-kafka-statefulset.yml",
                "250-kafka-disruptionbudget.yml", "400-pod-test.yml",
            ],
            manifests.Select(manifest => manifest.FileName));
        Assert.All(manifests.Where(manifest => manifest.Kind == "PodDisruptionBudget"), budget => Assert.Equal("policy/v1", budget.ApiVersion));
    }

    [Fact]
    public void Keeps_the_names_and_selectors_that_a_hand_made_cluster_has()
    {
        var article = Specifications.Whole(ClusterPreset.Article).Manifests();
        var standard = Specifications.Whole(ClusterPreset.Standard).Manifests();

        foreach (var made in article)
        {
            var ours = standard.Only(made.FileName);
            Assert.Equal(made.Name, ours.Name);
            Assert.True(JsonNode.DeepEquals(made.Body["spec"]?["selector"], ours.Body["spec"]?["selector"]), made.FileName);
            Assert.True(JsonNode.DeepEquals(made.Body["spec"]?["serviceName"], ours.Body["spec"]?["serviceName"]), made.FileName);
        }
    }

    [Fact]
    public void Every_member_is_in_every_members_server_list()
    {
        var specification = Specifications.Whole(ClusterPreset.Standard, ns: "ns", name: "k") with { Zookeeper = new ZookeeperSpecification(Replicas: 5) };

        var servers = Variable(specification.Manifests().Only("140-zookeeper-statefulset.yml"), "ZOO_SERVERS")!.Split(' ');

        Assert.Equal(5, servers.Length);
        Assert.Equal("server.1=k-zookeeper-0.k-zookeeper-headless.ns.svc.cluster.local:2888:3888;2181", servers[0]);
        Assert.Equal("server.5=k-zookeeper-4.k-zookeeper-headless.ns.svc.cluster.local:2888:3888;2181", servers[4]);
    }

    [Theory]
    [InlineData(1, "1", "1")]
    [InlineData(2, "2", "1")]
    [InlineData(3, "3", "2")]
    [InlineData(6, "3", "2")]
    public void Replication_never_asks_for_more_brokers_than_there_are(int brokers, string copies, string inSync)
    {
        var specification = Specifications.Whole(ClusterPreset.Standard) with { Brokers = new BrokerSpecification(Replicas: brokers) };
        var set = specification.Manifests().Only("240-kafka-statefulset.yml");

        Assert.Equal(copies, Variable(set, "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR"));
        Assert.Equal(copies, Variable(set, "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR"));
        Assert.Equal(copies, Variable(set, "KAFKA_DEFAULT_REPLICATION_FACTOR"));
        Assert.Equal(inSync, Variable(set, "KAFKA_MIN_INSYNC_REPLICAS"));
        Assert.Equal(inSync, Variable(set, "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR"));
    }

    [Fact]
    public void A_setting_takes_the_place_of_the_recipes_own()
    {
        var settings = new Dictionary<string, string> { ["min.insync.replicas"] = "1", ["log.retention.hours"] = "24" };
        var specification = Specifications.Whole(ClusterPreset.Standard) with { Brokers = new BrokerSpecification(Configuration: settings) };
        var set = specification.Manifests().Only("240-kafka-statefulset.yml");

        Assert.Equal("1", Variable(set, "KAFKA_MIN_INSYNC_REPLICAS"));
        Assert.Equal("24", Variable(set, "KAFKA_LOG_RETENTION_HOURS"));
    }

    [Fact]
    public void Client_runs_the_brokers_image_unless_it_has_one_of_its_own()
    {
        var specification = Specifications.Whole(ClusterPreset.Standard) with { Brokers = new BrokerSpecification(Image: "confluentinc/cp-kafka:7.9.1") };

        Assert.Equal("confluentinc/cp-kafka:7.9.1", Image(specification.Manifests().Only("400-pod-test.yml")));
        Assert.Equal("apache/kafka:3.9.2", Image((specification with { Client = new ClientSpecification("apache/kafka:3.9.2") }).Manifests().Only("400-pod-test.yml")));
        static string? Image(Manifest pod) => (string?)pod.Body["spec"]!["containers"]![0]!["image"];
    }

    [Fact]
    public void Claims_name_a_storage_class_only_where_one_was_asked_for()
    {
        var plain = Specifications.Whole(ClusterPreset.Standard);
        var fast = plain with { Brokers = new BrokerSpecification(StorageSize: "10Gi", StorageClass: "fast") };

        Assert.Null(Claim(plain)["storageClassName"]);
        Assert.Equal("fast", (string?)Claim(fast)["storageClassName"]);
        Assert.Equal("10Gi", (string?)Claim(fast)["resources"]!["requests"]!["storage"]);
        static JsonNode Claim(ClusterSpecification specification) =>
            specification.Manifests().Only("240-kafka-statefulset.yml").Body["spec"]!["volumeClaimTemplates"]![0]!["spec"]!;
    }

    [Fact]
    public void An_override_reaches_its_resource_last_and_only_that()
    {
        var patch = ManifestReader.Read(
            """
            spec:
              template:
                spec:
                  containers:
                  - name: kafka-broker
                    resources: {limits: {memory: 2Gi}}
                    env:
                    - {name: KAFKA_MIN_INSYNC_REPLICAS, value: '3'}
                  nodeSelector: {disk: ssd}
            """,
            "override");
        var specification = Specifications.Whole(ClusterPreset.Standard) with { Brokers = new BrokerSpecification(Override: patch) };
        var set = specification.Manifests().Only("240-kafka-statefulset.yml");

        Assert.Equal("3", Variable(set, "KAFKA_MIN_INSYNC_REPLICAS"));
        Assert.Equal("3", Variable(set, "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR"));
        Assert.Equal("ssd", (string?)set.Body["spec"]!["template"]!["spec"]!["nodeSelector"]!["disk"]);
        Assert.Null(specification.Manifests().Only("140-zookeeper-statefulset.yml").Body["spec"]!["template"]!["spec"]!["nodeSelector"]);
    }

    [Fact]
    public void An_override_that_makes_another_resource_of_it_is_refused()
    {
        var patch = new JsonObject { ["metadata"] = new JsonObject { ["name"] = "other" } };
        var specification = Specifications.Whole(ClusterPreset.Standard) with { Client = new ClientSpecification(Override: patch) };

        Assert.Equal("OverrideChangesIdentity", Assert.Throws<EngineException>(() => specification.Manifests()).Id);
    }

    private static string? Variable(Manifest set, string name) =>
        (string?)Assert.Single(set.Body["spec"]!["template"]!["spec"]!["containers"]![0]!["env"]!.AsArray(), variable => (string?)variable!["name"] == name)!["value"];
}
