using System.Text.Json.Nodes;
using KafkaK8s.Engine.Clusters;
using KafkaK8s.Engine.Manifests;

namespace KafkaK8s.Engine.Tests.Manifests;

public sealed class ArticlePresetTests
{
    [Fact]
    public void Gives_the_articles_nine_files_field_for_field()
    {
        var article = ArticleFiles.Load();
        var manifests = Specifications.Whole(ClusterPreset.Article).Manifests();

        Assert.Equal(article.Keys.Order(), manifests.Select(manifest => manifest.FileName).Order());
        Assert.All(manifests, manifest => Assert.True(
            JsonNode.DeepEquals(article[manifest.FileName], manifest.Body), $"{manifest.FileName} is not the article's:\n{ManifestWriter.ToYaml(manifest.Body)}"));
    }

    [Fact]
    public void Writes_the_articles_files_as_text_but_for_blank_lines()
    {
        ArticleFiles.Load();
        foreach (var manifest in Specifications.Whole(ClusterPreset.Article).Manifests())
        {
            var file = File.ReadAllText(Path.Combine(ArticleFiles.Folder, manifest.FileName));
            Assert.Equal(file.TrimEnd('\n'), ManifestWriter.ToYaml(manifest.Body).TrimEnd('\n'));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(7)]
    public void Number_of_members_reaches_the_members_configuration(int replicas)
    {
        var specification = Specifications.Whole(ClusterPreset.Article) with { Zookeeper = new ZookeeperSpecification(Replicas: replicas) };

        AssertMembers(specification.Manifests(), replicas);
    }

    [Fact]
    public void Number_of_members_is_followed_from_an_override_too()
    {
        var patch = new JsonObject { ["spec"] = new JsonObject { ["replicas"] = 5 } };
        var specification = Specifications.Whole(ClusterPreset.Article) with { Zookeeper = new ZookeeperSpecification(Override: patch) };

        AssertMembers(specification.Manifests(), 5);
    }

    [Fact]
    public void Names_follow_the_clusters_name_and_its_namespace()
    {
        var manifests = Specifications.Whole(ClusterPreset.Article, ns: "elsewhere", name: "orders").Manifests();

        Assert.Equal(
            ["elsewhere", "orders-zookeeper", "orders-zookeeper-headless", "orders-zookeeper", "orders-zookeeper", "orders", "orders-headless", "orders", "orders-test-client"],
            manifests.Select(manifest => manifest.Name));
        Assert.All(manifests.Skip(1), manifest => Assert.Equal("elsewhere", manifest.Namespace));
        var text = string.Concat(manifests.Select(manifest => ManifestWriter.ToYaml(manifest.Body)));
        Assert.DoesNotContain("the-project", text, StringComparison.Ordinal);
        Assert.Contains("value: orders-zookeeper:2181", text, StringComparison.Ordinal);
        Assert.DoesNotContain("app: kafka", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "policy/v1beta1")]
    [InlineData("policy/v1beta1", "policy/v1beta1")]
    [InlineData("policy/v1,policy/v1beta1", "policy/v1beta1")]
    [InlineData("policy/v1", "policy/v1")]
    public void Disruption_budgets_version_is_one_the_server_has(string? server, string expected)
    {
        var budget = Specifications.Whole(ClusterPreset.Article).Manifests(server?.Split(',').ToHashSet()).Only("150-zookeeper-disruptionbudget.yml");

        Assert.Equal(expected, budget.ApiVersion);
    }

    [Fact]
    public void Fewer_brokers_than_the_articles_replication_factor_is_a_warning()
    {
        var warnings = new List<string>();
        var specification = Specifications.Whole(ClusterPreset.Article) with { Brokers = new BrokerSpecification(Replicas: 1) };

        specification.Manifests(warnings: warnings);

        Assert.Contains("offsets.topic.replication.factor", Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Storage_for_an_ensemble_without_claims_is_refused()
    {
        var specification = Specifications.Whole(ClusterPreset.Article) with { Zookeeper = new ZookeeperSpecification(StorageSize: "1Gi") };

        Assert.Equal("PresetHasNoClaims", Assert.Throws<EngineException>(() => specification.Manifests()).Id);
    }

    private static void AssertMembers(IEnumerable<Manifest> manifests, int replicas)
    {
        var spec = manifests.Only("140-zookeeper-statefulset.yml").Body["spec"]!;
        var variables = spec["template"]!["spec"]!["containers"]![0]!["env"]!.AsArray();
        Assert.Equal(replicas, (int)spec["replicas"]!);
        Assert.Equal(
            replicas.ToString(System.Globalization.CultureInfo.InvariantCulture),
            (string?)Assert.Single(variables, variable => (string?)variable!["name"] == "ZK_REPLICAS")!["value"]);
    }
}
