using KafkaK8s.Engine.Clusters;
using KafkaK8s.Engine.Manifests;
using KafkaK8s.Engine.Tests.Manifests;
using KafkaK8s.Sandbox.Api;

namespace KafkaK8s.Engine.Tests.Clusters;

/// <summary>Manifests from files: the article's own, and what an import refuses before anything is changed.</summary>
public sealed class ManifestImportTests
{
    private const string Space = "apiVersion: v1\nkind: Namespace\nmetadata: {name: the-project}\n";
    private const string Map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {a: b}\n";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_articles_own_files_stand_up_on_a_server_that_has_no_budgets_of_that_version()
    {
        Assert.SkipUnless(Directory.Exists(ArticleFiles.Folder), "The article's files are not there: ../shared/seed/article, beside the repository.");
        await using var practice = await PracticeCluster.StartRunningAsync();
        var documents = await ManifestFiles.ReadAsync(Directory.GetFiles(ArticleFiles.Folder, "*.yml").Order(StringComparer.Ordinal), Cancellation);
        Assert.Contains(documents, document => (string?)document.Body["apiVersion"] == "policy/v1beta1");

        var import = await ImportAsync(practice, documents);

        Assert.Equal(9, import.Resources.Count(resource => resource.Outcome == ResourceOutcome.Created));
        var cluster = Assert.Single(import.Clusters);
        Assert.Equal((PracticeCluster.Kafka, ClusterParts.All), (cluster.Identity, cluster.Parts));
        Assert.Equal("policy/v1", (string?)Assert.Single(practice.Server.Store.List(ResourceKind.PodDisruptionBudgets, "the-project"))["apiVersion"]);
        var state = await new ClusterWait(practice.Connection).UntilReadyAsync(cluster.Identity, cluster.Parts, TimeSpan.FromMinutes(2), null, Cancellation);
        Assert.Equal(ClusterStatus.Ready, state.Status);
        Assert.True((await ImportAsync(practice, documents)).IsUnchanged);
        var preset = await new ClusterDeployment(practice.Connection).DeployAsync(Specifications.Whole(ClusterPreset.Article), new DeploymentOptions(DryRun: true), Cancellation);
        Assert.True(preset.IsUnchanged, string.Join('\n', preset.Resources.SelectMany(resource => resource.Changes)));
    }

    [Fact]
    public async Task Any_kind_that_the_server_has_is_applied()
    {
        await using var practice = await PracticeCluster.StartAsync();

        var import = await ImportAsync(practice, Read("a.yml", Space + "---\n" + Map));

        Assert.Empty(import.Clusters);
        Assert.Equal(["Namespace", "ConfigMap"], import.Resources.Select(resource => resource.Kind));
        Assert.NotNull(practice.Server.Store.Get(ResourceKind.ConfigMaps, "default", "settings"));
    }

    [Theory]
    [InlineData("ApiNotFound", "a.yml, document 2", "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w}\n")]
    [InlineData("ManifestTwice", "a.yml, document 1; a.yml, document 2", Map)]
    [InlineData("NamespaceNotFound", "\"nowhere\"", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: other, namespace: nowhere}\n")]
    [InlineData("ResourceInvalid", "a.yml, document 2", "apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {ports: [{port: 99999}]}\n")]
    [InlineData("NamespaceDiffers", "a.yml, document 2", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: other, namespace: elsewhere}\n", "default")]
    public async Task What_one_document_can_not_be_keeps_all_of_them_back(string id, string where, string second, string? only = null)
    {
        await using var practice = await PracticeCluster.StartAsync();

        var error = await Assert.ThrowsAsync<EngineException>(() => ImportAsync(practice, Read("a.yml", Map + "---\n" + second), only));

        Assert.Equal(id, error.Id);
        Assert.Contains(where, error.Message, StringComparison.Ordinal);
        Assert.Null(practice.Server.Store.Get(ResourceKind.ConfigMaps, "default", "settings"));
    }

    [Theory]
    [InlineData("kafka", "replicas: 3", "replicas: 2", "BrokersNotDrained")]
    [InlineData("kafka", "  replicas: 3\n", "", "BrokersNotDrained")]
    [InlineData("kafka-zookeeper", "replicas: 3", "replicas: 5", "EnsembleIsStaged")]
    [InlineData("kafka-zookeeper", "server.3=", "server.4=", "EnsembleIsStaged")]
    public async Task Files_that_would_take_members_from_a_running_cluster_change_nothing(string set, string old, string changed, string id)
    {
        await using var practice = await PracticeCluster.StartAsync();
        var specification = Specifications.Whole(ClusterPreset.Standard);
        await new ClusterDeployment(practice.Connection).DeployAsync(specification, new DeploymentOptions(), Cancellation);
        var manifest = specification.Manifests(new HashSet<string> { "policy/v1" }).Single(manifest => manifest.Kind == "StatefulSet" && manifest.Name == set);
        practice.PutMember(manifest.Body, 0, ready: true);
        var yaml = ManifestWriter.ToYaml(manifest.Body);
        Assert.Contains(old, yaml, StringComparison.Ordinal);
        var before = practice.Server.Store.Get(ResourceKind.StatefulSets, "the-project", set)!.ToJsonString();

        var error = await Assert.ThrowsAsync<EngineException>(() => ImportAsync(practice, Read("a.yml", Map + "---\n" + yaml.Replace(old, changed, StringComparison.Ordinal))));

        Assert.Equal((id, set), (error.Id, error.Target));
        Assert.StartsWith("a.yml, document 2: ", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, practice.Server.Store.Get(ResourceKind.StatefulSets, "the-project", set)!.ToJsonString());
        Assert.Null(practice.Server.Store.Get(ResourceKind.ConfigMaps, "default", "settings"));
    }

    [Theory]
    [InlineData("MalformedYaml", "a.yml, line 2", "kind: Pod\nmetadata: name: a\n")]
    [InlineData("MalformedYaml", "a.yml, line 2", "kind: Pod\nkind: Pod\n")]
    [InlineData("InvalidResource", "a.yml, document 2: there is no kind", "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n---\napiVersion: v1\nmetadata: {name: b}\n")]
    [InlineData("InvalidResource", "a.yml, document 1: there is no metadata.name", "apiVersion: v1\nkind: Pod\nmetadata: text\n")]
    public void What_is_no_resource_is_named_with_its_place(string id, string where, string yaml)
    {
        var error = Assert.Throws<EngineException>(() => ManifestFiles.Read(yaml, "a.yml").ToList());

        Assert.Equal((id, EngineErrorKind.InvalidData), (error.Id, error.Kind));
        Assert.Contains(where, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_only_the_server_writes_is_left_out_and_a_list_is_its_items()
    {
        await using var practice = await PracticeCluster.StartAsync();
        await ImportAsync(practice, Read("a.yml", Map));
        var live = practice.Server.Store.Get(ResourceKind.ConfigMaps, "default", "settings")!.DeepClone();
        var list = new System.Text.Json.Nodes.JsonObject { ["apiVersion"] = "v1", ["kind"] = "List", ["items"] = new System.Text.Json.Nodes.JsonArray(live) };

        var import = await ImportAsync(practice, Read("printed.yml", ManifestWriter.ToYaml(list)));

        Assert.True(import.IsUnchanged);
        Assert.Equal("settings", Assert.Single(import.Resources).Name);
    }

    private static IReadOnlyList<ManifestDocument> Read(string file, string yaml) => [.. ManifestFiles.Read(yaml, file)];

    private static Task<ManifestImport> ImportAsync(PracticeCluster practice, IReadOnlyList<ManifestDocument> documents, string? only = null) =>
        new ClusterDeployment(practice.Connection).ImportAsync(documents, only, new DeploymentOptions(), Cancellation);
}
