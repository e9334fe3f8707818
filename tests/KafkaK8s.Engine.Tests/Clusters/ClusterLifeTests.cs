using System.Diagnostics;
using System.Text.Json.Nodes;
using KafkaK8s.Engine.Clusters;
using KafkaK8s.Engine.Manifests;
using KafkaK8s.Engine.Tests.Manifests;
using KafkaK8s.Sandbox.Api;

namespace KafkaK8s.Engine.Tests.Clusters;

/// <summary>From nothing to a running cluster and back, on a sandbox whose pods run in memory.</summary>
public sealed class ClusterLifeTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(2);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_standard_preset_is_ready_in_a_sixth_of_the_articles_time()
    {
        var article = await TimeToReadyAsync(ClusterPreset.Article);
        var standard = await TimeToReadyAsync(ClusterPreset.Standard);

        output.WriteLine($"article {article.TotalSeconds:0.0} s, standard {standard.TotalSeconds:0.0} s on the sandbox's clock");
        Assert.InRange(standard / article, 0, 1.0 / 6);
    }

    [Fact]
    public async Task Members_say_which_of_them_leads()
    {
        await using var practice = await PracticeCluster.StartRunningAsync();
        var specification = Specifications.Whole(ClusterPreset.Standard) with { Brokers = null, Client = null };
        var state = await StandUpAsync(practice, specification, ClusterParts.Zookeeper);

        var modes = await new EnsembleInspection(practice.Connection).AskAsync(state, Cancellation);

        Assert.Equal(["follower", "follower", "leader"], modes.Select(member => member.Mode).Order());
        Assert.All(modes, member => Assert.Null(member.Problem));
    }

    [Fact]
    public async Task Removal_keeps_the_claims_and_a_new_cluster_finds_them()
    {
        await using var practice = await PracticeCluster.StartRunningAsync();
        await StandUpAsync(practice, Specifications.Whole(ClusterPreset.Standard), ClusterParts.All);

        var removed = await new ClusterRemoval(practice.Connection).RemoveAsync(PracticeCluster.Kafka, new RemovalOptions(ClusterParts.All, Timeout: Long), Cancellation);

        Assert.Equal(
            ["data-kafka-zookeeper-0", "data-kafka-zookeeper-1", "data-kafka-zookeeper-2", "datadir-kafka-0", "datadir-kafka-1", "datadir-kafka-2"],
            removed.KeptClaims.Order());
        Assert.Equal(9, removed.Removed.Count);
        Assert.Empty(practice.Server.Store.List(ResourceKind.Pods, "the-project"));
        Assert.Empty(practice.Server.Store.List(ResourceKind.Services, "the-project"));
        Assert.Empty(practice.Server.Store.List(ResourceKind.PodDisruptionBudgets, "the-project"));
        var again = await Assert.ThrowsAsync<EngineException>(
            () => new ClusterRemoval(practice.Connection).RemoveAsync(PracticeCluster.Kafka, new RemovalOptions(ClusterParts.All), Cancellation));
        Assert.Equal("ClusterNotFound", again.Id);
        Assert.Contains("datadir-kafka-0", again.Message, StringComparison.Ordinal);

        var claim = (string)practice.Server.Store.Get(ResourceKind.PersistentVolumeClaims, "the-project", "datadir-kafka-0")!["metadata"]!["uid"]!;
        await StandUpAsync(practice, Specifications.Whole(ClusterPreset.Standard), ClusterParts.All);
        Assert.Equal(claim, (string?)practice.Server.Store.Get(ResourceKind.PersistentVolumeClaims, "the-project", "datadir-kafka-0")!["metadata"]!["uid"]);
    }

    [Fact]
    public async Task Removal_with_data_leaves_nothing()
    {
        await using var practice = await PracticeCluster.StartRunningAsync();
        await StandUpAsync(practice, Specifications.Whole(ClusterPreset.Standard), ClusterParts.All);

        var removed = await new ClusterRemoval(practice.Connection).RemoveAsync(
            PracticeCluster.Kafka, new RemovalOptions(ClusterParts.All, IncludeData: true, Timeout: Long), Cancellation);

        Assert.Empty(removed.KeptClaims);
        Assert.Empty(practice.Server.Store.List(ResourceKind.PersistentVolumeClaims, "the-project"));
    }

    [Fact]
    public async Task The_ensemble_is_not_taken_from_under_brokers_that_run()
    {
        await using var practice = await PracticeCluster.StartAsync();
        practice.Put(Specifications.Whole(ClusterPreset.Standard), ready: true);
        var removal = new ClusterRemoval(practice.Connection);

        var error = await Assert.ThrowsAsync<EngineException>(() => removal.RemoveAsync(PracticeCluster.Kafka, new RemovalOptions(ClusterParts.Zookeeper), Cancellation));
        var preview = await removal.PreviewAsync(PracticeCluster.Kafka, new RemovalOptions(ClusterParts.Zookeeper, Force: true), Cancellation);

        Assert.Equal(("BrokersStillRun", EngineErrorKind.Conflict, "kafka-zookeeper"), (error.Id, error.Kind, error.Target));
        Assert.Equal(
            ["StatefulSet kafka-zookeeper", "Service kafka-zookeeper", "Service kafka-zookeeper-headless", "PodDisruptionBudget kafka-zookeeper"], preview.Removed);
        Assert.NotNull(practice.Server.Store.Get(ResourceKind.StatefulSets, "the-project", "kafka-zookeeper"));
    }

    [Fact]
    public async Task A_service_of_somebody_else_stays()
    {
        await using var practice = await PracticeCluster.StartAsync();
        practice.Put(Specifications.Whole(ClusterPreset.Standard) with { Zookeeper = null, Client = null }, ready: true);
        practice.Server.Store.Change(ResourceKind.Services, "the-project", "kafka", live => live["spec"]!["selector"] = new JsonObject { ["app"] = "theirs" });

        var removed = await new ClusterRemoval(practice.Connection).RemoveAsync(PracticeCluster.Kafka, new RemovalOptions(ClusterParts.Brokers), Cancellation);

        Assert.DoesNotContain("Service kafka", removed.Removed);
        Assert.NotNull(practice.Server.Store.Get(ResourceKind.Services, "the-project", "kafka"));
        Assert.Contains(practice.Heard.Warnings, warning => warning.Contains("not of this cluster", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_namespace_goes_with_everything_in_it()
    {
        await using var practice = await PracticeCluster.StartRunningAsync();
        var namespaces = new NamespaceOperations(practice.Connection);
        await StandUpAsync(practice, Specifications.Whole(ClusterPreset.Standard) with { Brokers = null }, ClusterParts.All);
        Assert.Contains(await namespaces.ListAsync(Cancellation), space => space.Name == "the-project");

        await namespaces.RemoveAsync("the-project", Long, Cancellation);

        Assert.Equal("NamespaceNotFound", (await Assert.ThrowsAsync<EngineException>(() => namespaces.GetAsync("the-project", Cancellation))).Id);
        Assert.Empty(practice.Server.Store.List(ResourceKind.Pods, "the-project"));
        Assert.Equal(ResourceOutcome.Created, (await namespaces.CreateAsync("the-project", dryRun: false, Cancellation)).Outcome);
        Assert.Equal(ResourceOutcome.Unchanged, (await namespaces.CreateAsync("the-project", dryRun: false, Cancellation)).Outcome);
    }

    [Theory]
    [InlineData("Not:An:Image", "ImageNameInvalid")]
    [InlineData("nobody/nothing:1", "ImageNotFound")]
    public async Task An_image_that_can_not_be_had_ends_the_wait(string image, string id)
    {
        await using var practice = await PracticeCluster.StartRunningAsync();
        var specification = Specifications.Whole(ClusterPreset.Standard) with { Brokers = new BrokerSpecification(Image: image), Client = null };

        var error = await Assert.ThrowsAsync<EngineException>(() => StandUpAsync(practice, specification, ClusterParts.All));

        Assert.Equal(id, error.Id);
        Assert.Contains(image, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_storage_class_that_does_not_exist_ends_the_wait()
    {
        await using var practice = await PracticeCluster.StartRunningAsync();
        var specification = Specifications.Whole(ClusterPreset.Standard) with { Brokers = new BrokerSpecification(StorageClass: "no-such-class"), Client = null };

        var error = await Assert.ThrowsAsync<EngineException>(() => StandUpAsync(practice, specification, ClusterParts.All));

        Assert.Equal("StorageClassNotFound", error.Id);
        Assert.Contains("no-such-class", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_quota_ends_the_wait()
    {
        await using var practice = await PracticeCluster.StartRunningAsync();
        await new NamespaceOperations(practice.Connection).CreateAsync("the-project", dryRun: false, Cancellation);
        await practice.Connection.Resources.CreateAsync(
            ManifestReader.Read("{apiVersion: v1, kind: ResourceQuota, metadata: {name: small, namespace: the-project}, spec: {hard: {pods: '2'}}}", "quota"), dryRun: false, Cancellation);
        var specification = Specifications.Whole(ClusterPreset.Standard) with { Brokers = null, Client = null };

        var error = await Assert.ThrowsAsync<EngineException>(() => StandUpAsync(practice, specification, ClusterParts.All));

        Assert.Equal("QuotaExceeded", error.Id);
        Assert.Contains("small", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exported_files_applied_with_kubectl_give_the_same_cluster()
    {
        Assert.SkipUnless(Kubectl is not null, "kubectl is not installed.");
        await using var practice = await PracticeCluster.StartAsync();
        var folder = Directory.CreateTempSubdirectory("kafkak8s-export-");
        try
        {
            var specification = Specifications.Whole(ClusterPreset.Standard);
            await ManifestWriter.WriteAsync(specification.Manifests(), folder.FullName, overwrite: false, Cancellation);

            using var kubectl = Process.Start(new ProcessStartInfo(Kubectl!, ["--kubeconfig", practice.KubeConfig, "apply", "-f", folder.FullName])
            {
                RedirectStandardError = true,
                RedirectStandardOutput = true,
                Environment = { ["HOME"] = folder.FullName },
            })!;
            var printed = kubectl.StandardOutput.ReadToEndAsync(Cancellation);
            var errors = await kubectl.StandardError.ReadToEndAsync(Cancellation);
            await kubectl.WaitForExitAsync(Cancellation);

            Assert.True(kubectl.ExitCode == 0, errors);
            Assert.Equal(10, (await printed).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
            var result = await new ClusterDeployment(practice.Connection).DeployAsync(specification, new DeploymentOptions(DryRun: true), Cancellation);
            Assert.True(result.IsUnchanged, string.Join('\n', result.Resources.SelectMany(resource => resource.Changes)));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string? Kubectl { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, OperatingSystem.IsWindows() ? "kubectl.exe" : "kubectl"))
        .FirstOrDefault(File.Exists);

    private static async Task<ClusterState> StandUpAsync(PracticeCluster practice, ClusterSpecification specification, ClusterParts parts)
    {
        var deployed = await new ClusterDeployment(practice.Connection).DeployAsync(specification, new DeploymentOptions(), Cancellation);
        return await new ClusterWait(practice.Connection).UntilReadyAsync(specification.Identity, parts, Long, deployed, Cancellation);
    }

    private static async Task<TimeSpan> TimeToReadyAsync(ClusterPreset preset)
    {
        await using var practice = await PracticeCluster.StartRunningAsync();
        var started = practice.Server.Clock.GetTimestamp();
        var state = await StandUpAsync(practice, Specifications.Whole(preset), ClusterParts.All);
        Assert.Equal(ClusterStatus.Ready, state.Status);
        return practice.Server.Clock.GetElapsedTime(started);
    }
}
