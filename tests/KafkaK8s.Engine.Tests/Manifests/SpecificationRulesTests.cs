using KafkaK8s.Engine.Clusters;

namespace KafkaK8s.Engine.Tests.Manifests;

public sealed class SpecificationRulesTests
{
    [Theory]
    [InlineData("Bad_Name")]
    [InlineData("")]
    [InlineData("-a")]
    [InlineData("a.b")]
    [InlineData("name\n")]
    [InlineData("a234567890123456789012345678901234567890123456789012345678901234")]
    public void Refuses_a_namespace_that_Kubernetes_would(string name) =>
        Refused("InvalidNamespaceName", name, Specifications.Whole(ClusterPreset.Standard, ns: name));

    [Theory]
    [InlineData("Kafka")]
    [InlineData("1st")]
    [InlineData("kafka-")]
    [InlineData("../x")]
    [InlineData("a23456789012345678901234567890123456789012345")]
    public void Refuses_a_clusters_name_that_Kubernetes_would(string name) =>
        Refused("InvalidClusterName", name, Specifications.Whole(ClusterPreset.Standard, name: name));

    [Fact]
    public void Accepts_the_longest_name_that_fits_everywhere()
    {
        var name = new string('k', 42);

        Assert.Contains(Specifications.Whole(ClusterPreset.Standard, name: name).Manifests(), manifest => manifest.Name == name + "-zookeeper");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void Refuses_no_members_and_no_brokers(int replicas)
    {
        var plain = Specifications.Whole(ClusterPreset.Standard);

        Refused("InvalidReplicas", "kafka", plain with { Brokers = new BrokerSpecification(Replicas: replicas) });
        Refused("InvalidReplicas", "kafka-zookeeper", plain with { Zookeeper = new ZookeeperSpecification(Replicas: replicas) });
    }

    [Theory]
    [InlineData("big")]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("-1Gi")]
    [InlineData("1GB")]
    [InlineData("1 Gi")]
    public void Refuses_a_size_that_is_none(string size) =>
        Refused("InvalidStorageSize", "kafka", Specifications.Whole(ClusterPreset.Standard) with { Brokers = new BrokerSpecification(StorageSize: size) });

    [Theory]
    [InlineData("Min.Insync")]
    [InlineData("a b")]
    [InlineData("broker.id")]
    [InlineData("advertised.listeners")]
    [InlineData("port")]
    [InlineData("heap.opts")]
    [InlineData("")]
    public void Refuses_a_broker_setting_that_no_variable_carries(string setting) =>
        Refused(
            "InvalidBrokerSetting",
            setting,
            Specifications.Whole(ClusterPreset.Standard) with { Brokers = new BrokerSpecification(Configuration: new Dictionary<string, string> { [setting] = "1" }) });

    [Theory]
    [InlineData("min.insync.replica", "Is min.insync.replicas meant?")]
    [InlineData("auto.create.topic.enable", "Is auto.create.topics.enable meant?")]
    [InlineData("quite.something.else", "No broker knows a setting 'quite.something.else'.")]
    public void Refuses_a_broker_setting_that_no_broker_knows(string setting, string words)
    {
        var specification = Specifications.Whole(ClusterPreset.Standard) with { Brokers = new BrokerSpecification(Configuration: new Dictionary<string, string> { [setting] = "1" }) };

        Refused("UnknownBrokerSetting", setting, specification);
        Assert.EndsWith(words, Assert.Throws<EngineException>(() => specification.Manifests()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("message.max.bytes", "KAFKA_MESSAGE_MAX_BYTES")]
    [InlineData("super.users", "KAFKA_SUPER_USERS")]
    [InlineData("listener.name.internal.ssl.keystore.location", "KAFKA_LISTENER_NAME_INTERNAL_SSL_KEYSTORE_LOCATION")]
    [InlineData("listener.name.a_b-c.x", "KAFKA_LISTENER_NAME_A__B___C_X")]
    public void A_setting_becomes_the_variable_that_the_image_reads_it_from(string setting, string variable)
    {
        var specification = Specifications.Whole(ClusterPreset.Standard) with { Brokers = new BrokerSpecification(Configuration: new Dictionary<string, string> { [setting] = "v" }) };
        var variables = specification.Manifests().Only("240-kafka-statefulset.yml").Body["spec"]!["template"]!["spec"]!["containers"]![0]!["env"]!.AsArray();

        Assert.Equal("v", (string?)Assert.Single(variables, entry => (string?)entry!["name"] == variable)!["value"]);
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(4, 1)]
    [InlineData(3, 0)]
    public void An_even_ensemble_is_a_warning(int members, int count)
    {
        var warnings = new List<string>();

        (Specifications.Whole(ClusterPreset.Standard) with { Zookeeper = new ZookeeperSpecification(Replicas: members) }).Manifests(warnings: warnings);

        Assert.Equal(count, warnings.Count);
    }

    [Fact]
    public void More_copies_than_brokers_is_a_warning()
    {
        var warnings = new List<string>();
        var settings = new Dictionary<string, string> { ["default.replication.factor"] = "4" };

        (Specifications.Whole(ClusterPreset.Standard) with { Brokers = new BrokerSpecification(Configuration: settings) }).Manifests(warnings: warnings);

        Assert.Contains("default.replication.factor is 4", Assert.Single(warnings), StringComparison.Ordinal);
    }

    private static void Refused(string id, string target, ClusterSpecification specification)
    {
        var error = Assert.Throws<EngineException>(() => specification.Manifests());
        Assert.Equal((id, EngineErrorKind.InvalidArgument, target), (error.Id, error.Kind, error.Target));
    }
}
