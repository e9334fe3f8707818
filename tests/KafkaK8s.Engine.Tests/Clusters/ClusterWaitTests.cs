using System.Diagnostics;
using System.Text.Json.Nodes;
using KafkaK8s.Engine.Clusters;
using KafkaK8s.Engine.Tests.Manifests;
using KafkaK8s.Sandbox.Api;

namespace KafkaK8s.Engine.Tests.Clusters;

public sealed class ClusterWaitTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(2);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ends_when_the_last_pod_is_ready_and_says_meanwhile_what_it_waits_for()
    {
        await using var practice = await PracticeCluster.StartAsync();
        practice.Put(Specifications.Whole(ClusterPreset.Standard), ready: true);
        practice.SetStatus("kafka-1", PracticeCluster.StartingStatus("ContainerCreating"));

        var waiting = new ClusterWait(practice.Connection).UntilReadyAsync(PracticeCluster.Kafka, ClusterParts.All, Long, null, Cancellation);
        await practice.Heard.StatusAsync("kafka-1: creating its container");
        Assert.False(waiting.IsCompleted);
        practice.SetStatus("kafka-1", PracticeCluster.ReadyStatus());

        Assert.Equal(ClusterStatus.Ready, (await waiting).Status);
    }

    [Fact]
    public async Task Waits_for_the_asked_parts_only()
    {
        await using var practice = await PracticeCluster.StartAsync();
        practice.Put(Specifications.Whole(ClusterPreset.Standard), ready: true);
        practice.SetStatus("kafka-1", PracticeCluster.StartingStatus("ContainerCreating"));

        var state = await new ClusterWait(practice.Connection).UntilReadyAsync(PracticeCluster.Kafka, ClusterParts.Zookeeper, Long, null, Cancellation);

        Assert.Equal(3, state.Zookeeper!.ReadyReplicas);
    }

    [Fact]
    public async Task Cancellation_ends_it_within_200_ms()
    {
        await using var practice = await PracticeCluster.StartAsync();
        practice.Put(Specifications.Whole(ClusterPreset.Standard), ready: false);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);

        var waiting = new ClusterWait(practice.Connection).UntilReadyAsync(PracticeCluster.Kafka, ClusterParts.All, Long, null, stop.Token);
        await practice.Heard.StatusAsync("creating its container");
        var asked = Stopwatch.GetTimestamp();
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.InRange(Stopwatch.GetElapsedTime(asked).TotalMilliseconds, 0, Prompt.Milliseconds);
    }

    [Fact]
    public async Task When_the_time_is_up_the_error_tells_each_pods_reason_and_what_was_told_of_it()
    {
        await using var practice = await PracticeCluster.StartAsync();
        practice.Put(Specifications.Whole(ClusterPreset.Standard), ready: true);
        practice.SetStatus("kafka-1", PracticeCluster.StartingStatus("CrashLoopBackOff"));
        practice.Tell(ResourceKind.Pods, "kafka-1", "BackOff", "Back-off restarting failed container", count: 7);

        var error = await FailureAsync(practice, TimeSpan.FromSeconds(1));

        Assert.Equal(("ClusterNotReady", EngineErrorKind.Timeout, "kafka"), (error.Id, error.Kind, error.Target));
        Assert.Contains("was not ready within 1 seconds", error.Message, StringComparison.Ordinal);
        Assert.Contains("kafka-1: its container ended again", error.Message, StringComparison.Ordinal);
        Assert.Contains("Warning BackOff (x7): Back-off restarting failed container", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("InvalidImageName", "ImageNameInvalid")]
    [InlineData("ErrImageNeverPull", "ImageNeverPulled")]
    public async Task An_image_that_can_never_come_is_an_error_at_once(string reason, string id)
    {
        await using var practice = await PracticeCluster.StartAsync();
        practice.Put(Specifications.Whole(ClusterPreset.Standard), ready: true);
        practice.SetStatus("kafka-1", PracticeCluster.StartingStatus(reason, "couldn't parse", image: "Not An Image"));

        var error = await FailureAsync(practice, Long);

        Assert.Equal((id, EngineErrorKind.Unavailable), (error.Id, error.Kind));
        Assert.Contains("kafka-1", error.Message, StringComparison.Ordinal);
        Assert.Contains("Not An Image", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_image_that_the_registry_does_not_have_is_an_error_when_it_was_asked_for_twice()
    {
        await using var practice = await PracticeCluster.StartAsync();
        practice.Put(Specifications.Whole(ClusterPreset.Standard), ready: true);
        practice.SetStatus("kafka-1", PracticeCluster.StartingStatus("ImagePullBackOff", "Back-off pulling image", image: "nobody/nothing:1"));
        practice.Tell(ResourceKind.Pods, "kafka-1", "Failed", "Failed to pull image \"nobody/nothing:1\": docker.io/nobody/nothing:1: not found");

        var waiting = FailureAsync(practice, Long);
        await practice.Heard.StatusAsync("kafka-1: can't pull image nobody/nothing:1");
        Assert.False(waiting.IsCompleted);
        practice.Tell(ResourceKind.Pods, "kafka-1", "Failed", "Failed to pull image \"nobody/nothing:1\": docker.io/nobody/nothing:1: not found");

        Assert.Equal("ImageNotFound", (await waiting).Id);
    }

    [Fact]
    public async Task A_registry_that_can_not_be_reached_is_waited_for()
    {
        await using var practice = await PracticeCluster.StartAsync();
        practice.Put(Specifications.Whole(ClusterPreset.Standard), ready: true);
        practice.SetStatus("kafka-1", PracticeCluster.StartingStatus("ImagePullBackOff", "no such host"));
        practice.Tell(ResourceKind.Pods, "kafka-1", "Failed", "Failed to pull image: dial tcp: lookup registry.invalid: no such host", count: 9);

        var waiting = new ClusterWait(practice.Connection).UntilReadyAsync(PracticeCluster.Kafka, ClusterParts.All, Long, null, Cancellation);
        await practice.Heard.StatusAsync("kafka-1: can't pull image");
        practice.SetStatus("kafka-1", PracticeCluster.ReadyStatus());

        Assert.Equal(ClusterStatus.Ready, (await waiting).Status);
    }

    [Fact]
    public async Task A_claim_of_a_storage_class_that_does_not_exist_is_an_error_at_once()
    {
        await using var practice = await PracticeCluster.StartAsync();
        practice.Put(Specifications.Whole(ClusterPreset.Article), ready: true);
        practice.Remove("kafka-0");
        practice.Server.Store.Create(ResourceKind.Pods, new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Pod",
            ["metadata"] = new JsonObject { ["name"] = "kafka-0", ["namespace"] = "the-project", ["labels"] = new JsonObject { ["app"] = "kafka" } },
            ["spec"] = new JsonObject { ["containers"] = new JsonArray(new JsonObject { ["name"] = "c", ["image"] = "i" }) },
        });
        practice.Server.Store.Create(ResourceKind.PersistentVolumeClaims, new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "PersistentVolumeClaim",
            ["metadata"] = new JsonObject { ["name"] = "datadir-kafka-0", ["namespace"] = "the-project" },
            ["spec"] = new JsonObject
            {
                ["accessModes"] = new JsonArray("ReadWriteOnce"),
                ["storageClassName"] = "no-such-class",
                ["resources"] = new JsonObject { ["requests"] = new JsonObject { ["storage"] = "1Gi" } },
            },
        });

        var error = await FailureAsync(practice, Long);

        Assert.Equal("StorageClassNotFound", error.Id);
        Assert.Contains("datadir-kafka-0", error.Message, StringComparison.Ordinal);
        Assert.Contains("no-such-class", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("create Pod kafka-2 failed error: pods \"kafka-2\" is forbidden: exceeded quota: small, requested: pods=1, used: pods=6, limited: pods=6", "QuotaExceeded")]
    [InlineData("create Pod kafka-2 failed error: pods \"kafka-2\" is forbidden: violates PodSecurity \"restricted:latest\"", "PodCreationRefused")]
    public async Task A_pod_that_may_not_be_created_is_an_error_at_once(string message, string id)
    {
        await using var practice = await PracticeCluster.StartAsync();
        practice.Put(Specifications.Whole(ClusterPreset.Standard), ready: true);
        practice.Remove("kafka-2");
        practice.Tell(ResourceKind.StatefulSets, "kafka", "FailedCreate", message);
        var made = new DeploymentResult(PracticeCluster.Kafka, false, [new ResourceDeployment("StatefulSet", "the-project", "kafka", ResourceOutcome.Created, [])]);

        var error = await Assert.ThrowsAsync<EngineException>(
            () => new ClusterWait(practice.Connection).UntilReadyAsync(PracticeCluster.Kafka, ClusterParts.All, Long, made, Cancellation));

        Assert.Equal(id, error.Id);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_from_before_is_no_error_until_it_is_repeated()
    {
        await using var practice = await PracticeCluster.StartAsync();
        practice.Put(Specifications.Whole(ClusterPreset.Standard), ready: true);
        practice.Remove("kafka-2");
        practice.Tell(ResourceKind.StatefulSets, "kafka", "FailedCreate", "pods \"kafka-2\" is forbidden: exceeded quota: old");

        var waiting = FailureAsync(practice, Long);
        await practice.Heard.StatusAsync("exceeded quota: old");
        Assert.False(waiting.IsCompleted);
        practice.Tell(ResourceKind.StatefulSets, "kafka", "FailedCreate", "pods \"kafka-2\" is forbidden: exceeded quota: now");

        Assert.Contains("exceeded quota: now", (await waiting).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cluster_that_goes_away_meanwhile_is_an_error()
    {
        await using var practice = await PracticeCluster.StartAsync();
        practice.Put(Specifications.Whole(ClusterPreset.Standard) with { Zookeeper = null, Client = null }, ready: false);

        var waiting = FailureAsync(practice, Long);
        await practice.Heard.StatusAsync("kafka-0: creating its container");
        practice.Server.Store.Delete(ResourceKind.StatefulSets, "the-project", "kafka");

        Assert.Equal("ClusterNotFound", (await waiting).Id);
    }

    private static Task<EngineException> FailureAsync(PracticeCluster practice, TimeSpan timeout) => Assert.ThrowsAsync<EngineException>(
        () => new ClusterWait(practice.Connection).UntilReadyAsync(PracticeCluster.Kafka, ClusterParts.All, timeout, null, Cancellation));
}
