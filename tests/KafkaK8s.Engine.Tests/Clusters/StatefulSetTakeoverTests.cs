using System.Text.Json.Nodes;
using KafkaK8s.Engine.Clusters;
using KafkaK8s.Engine.Manifests;
using KafkaK8s.Engine.Tests.Manifests;

namespace KafkaK8s.Engine.Tests.Clusters;

public sealed class StatefulSetTakeoverTests
{
    [Fact]
    public void The_articles_ensemble_keeps_its_order_and_its_volume_under_the_standard_preset()
    {
        var fitted = StatefulSetTakeover.Fit(Zookeeper(ClusterPreset.Standard), Zookeeper(ClusterPreset.Article))["spec"]!;

        Assert.Equal("OrderedReady", (string?)fitted["podManagementPolicy"]);
        Assert.Null(fitted["volumeClaimTemplates"]);
        Assert.Equal("""[{"emptyDir":{},"name":"data"}]""", fitted["template"]!["spec"]!["volumes"]!.ToJsonString());
        Assert.Equal("zookeeper:3.9.4", (string?)fitted["template"]!["spec"]!["containers"]![0]!["image"]);
    }

    [Fact]
    public void An_ensemble_with_claims_keeps_them_under_the_article_preset()
    {
        var standard = Zookeeper(ClusterPreset.Standard);

        var fitted = StatefulSetTakeover.Fit(Zookeeper(ClusterPreset.Article), standard)["spec"]!;

        Assert.True(JsonNode.DeepEquals(standard["spec"]!["volumeClaimTemplates"], fitted["volumeClaimTemplates"]));
        Assert.Null(fitted["template"]!["spec"]!["volumes"]);
    }

    [Fact]
    public void The_brokers_claims_stay_as_they_are()
    {
        var live = Specifications.Whole(ClusterPreset.Article).Manifests().Only("240-kafka-statefulset.yml").Body;
        var wanted = (Specifications.Whole(ClusterPreset.Standard) with { Brokers = new BrokerSpecification(StorageSize: "9Gi", StorageClass: "x") })
            .Manifests().Only("240-kafka-statefulset.yml").Body;

        var fitted = StatefulSetTakeover.Fit(wanted, live);

        Assert.True(JsonNode.DeepEquals(live["spec"]!["volumeClaimTemplates"], fitted["spec"]!["volumeClaimTemplates"]));
        Assert.Equal("9Gi", (string?)wanted["spec"]!["volumeClaimTemplates"]![0]!["spec"]!["resources"]!["requests"]!["storage"]);
    }

    private static JsonObject Zookeeper(ClusterPreset preset) => Specifications.Whole(preset).Manifests().Only("140-zookeeper-statefulset.yml").Body;
}
