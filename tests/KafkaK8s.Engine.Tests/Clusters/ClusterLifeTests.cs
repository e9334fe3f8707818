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
        // Hurried, the machine's own slowness would count for seconds; the article only waits, so it can be hurried more.
        var standard = await TimeToReadyAsync(ClusterPreset.Standard, speed: 2);
        var article = await TimeToReadyAsync(ClusterPreset.Article, speed: 20);

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

        Assert.All(modes, member => Assert.Null(member.Problem));
        Assert.Equal(["follower", "follower", "leader"], modes.Select(member => member.Mode).Order());
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

    [Fact]
    public async Task A_name_that_is_no_images_ends_the_wait()
    {
        await using var practice = await PracticeCluster.StartRunningAsync();
        var specification = Specifications.Whole(ClusterPreset.Standard) with { Brokers = new BrokerSpecification(Image: "Not:An:Image"), Client = null };

        var error = await Assert.ThrowsAsync<EngineException>(() => StandUpAsync(practice, specification, ClusterParts.All));

        Assert.Equal("ImageNameInvalid", error.Id);
        Assert.Contains("Not:An:Image", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_registry_that_can_not_be_reached_is_told_when_the_time_is_up()
    {
        await using var practice = await PracticeCluster.StartRunningAsync();
        var specification = Specifications.Whole(ClusterPreset.Standard) with { Zookeeper = null, Brokers = null, Client = new ClientSpecification("nobody/nothing:1") };
        var deployed = await new ClusterDeployment(practice.Connection).DeployAsync(specification, new DeploymentOptions(), Cancellation);

        var waiting = new ClusterWait(practice.Connection).UntilReadyAsync(PracticeCluster.Kafka, ClusterParts.All, TimeSpan.FromSeconds(5), deployed, Cancellation);

        var error = await Assert.ThrowsAsync<EngineException>(() => waiting);
        Assert.Equal("ClusterNotReady", error.Id);
        Assert.Contains("kafka-test-client: can't pull image nobody/nothing:1", error.Message, StringComparison.Ordinal);
        Assert.Contains("Warning Failed", error.Message, StringComparison.Ordinal);
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

    // By the cluster's own stamps, from the first StatefulSet to the last pod that became ready.
    private static async Task<TimeSpan> TimeToReadyAsync(ClusterPreset preset, double speed)
    {
        await using var practice = await PracticeCluster.StartRunningAsync(speed);
        Assert.Equal(ClusterStatus.Ready, (await StandUpAsync(practice, Specifications.Whole(preset), ClusterParts.All)).Status);
        var began = practice.Server.Store.List(ResourceKind.StatefulSets, "the-project").Min(set => KubernetesTime.Read(set["metadata"]!["creationTimestamp"]));
        var ready = practice.Server.Store.List(ResourceKind.Pods, "the-project").Max(pod => KubernetesTime.Read(PodReading.Condition(pod, "Ready")!["lastTransitionTime"]));
        return ready!.Value - began!.Value;
    }
}
