using System.Text.Json.Nodes;
using KafkaK8s.Sandbox.Api;
using KafkaK8s.Sandbox.Pods;
using KafkaK8s.Sandbox.Tests.Pods;

namespace KafkaK8s.Sandbox.Tests.Controllers;

public sealed class StatefulSetTests
{
    private const string Checked = """{"readinessProbe": {"exec": {"command": ["check"]}, "periodSeconds": 1}}""";
    private const string Claims = """
        {"volumeClaimTemplates": [{"metadata": {"name": "data"}, "spec": {"accessModes": ["ReadWriteOnce"], "storageClassName": "standard", "resources": {"requests": {"storage": "1Gi"}}}}]}
        """;

    [Fact]
    public async Task An_ordered_set_starts_each_pod_when_the_one_before_is_ready()
    {
        await using var cluster = await PracticeCluster.StartAsync();
        cluster.Runtime.Healthy["db-1"] = false;
        cluster.CreateSet("db", 3, Checked);

        await cluster.UntilEventAsync("db-1", "Readiness probe failed");
        Assert.NotNull(cluster.Pod("db-0"));
        Assert.Null(cluster.Pod("db-2"));
        cluster.Runtime.Healthy["db-1"] = true;

        await cluster.UntilReadyAsync("db", 3);
    }

    [Fact]
    public async Task A_parallel_set_starts_all_pods_at_once()
    {
        await using var cluster = await PracticeCluster.StartAsync();
        cluster.Runtime.Healthy["db-0"] = false;
        cluster.CreateSet("db", 3, Checked, """{"podManagementPolicy": "Parallel"}""");

        await cluster.UntilReadyAsync("db-1");
        await cluster.UntilReadyAsync("db-2");

        Assert.False(cluster.Pod("db-0")!.IsReady());
    }

    [Fact]
    public async Task A_set_shrinks_from_its_highest_ordinal_one_at_a_time()
    {
        await using var cluster = await PracticeCluster.StartAsync();
        cluster.CreateSet("db", 3);
        await cluster.UntilReadyAsync("db", 3);

        cluster.Change(ResourceKind.StatefulSets, "db", set => set.Child("spec")["replicas"] = 1);
        await cluster.UntilGoneAsync(ResourceKind.Pods, "db-2");
        Assert.False(cluster.Pod("db-0")!.IsTerminating());
        await cluster.UntilGoneAsync(ResourceKind.Pods, "db-1");
        await cluster.UntilReadyAsync("db", 1);

        Assert.Contains("Normal SuccessfulDelete: Delete Pod db-2 in StatefulSet db successful", cluster.Events("db"));
    }

    [Fact]
    public async Task A_deleted_pod_comes_back_with_its_claim_and_its_name()
    {
        await using var cluster = await PracticeCluster.StartAsync();
        cluster.CreateSet("db", 2, """{"volumeMounts": [{"name": "data", "mountPath": "/data"}]}""", Claims);
        await cluster.UntilReadyAsync("db", 2);
        var before = cluster.Pod("db-1")!;
        var folder = Assert.Single(cluster.Runtime.Started, start => start.HostName == "db-1").Volumes["/data"];
        await File.WriteAllTextAsync(Path.Combine(folder, "kept"), "", TestContext.Current.CancellationToken);

        cluster.Store.Delete(ResourceKind.Pods, PracticeCluster.Namespace, "db-1");
        var after = await cluster.UntilAsync(ResourceKind.Pods, "db-1", pod => pod.IsReady() && pod.TextAt("metadata", "uid") != before.TextAt("metadata", "uid"));

        Assert.Equal(["data-db-1"], after.Claims());
        Assert.All(cluster.Runtime.Started.Where(start => start.HostName == "db-1"), start => Assert.True(File.Exists(Path.Combine(start.Volumes["/data"], "kept"))));
    }

    [Fact]
    public async Task Claims_stay_when_a_set_shrinks_unless_they_shall_not()
    {
        await using var cluster = await PracticeCluster.StartAsync();
        var more = JsonNode.Parse(Claims)!.AsObject();
        more["persistentVolumeClaimRetentionPolicy"] = new JsonObject { ["whenScaled"] = "Delete", ["whenDeleted"] = "Retain" };
        cluster.CreateSet("kept", 2, "{}", Claims);
        cluster.CreateSet("gone", 2, "{}", more.ToJsonString());
        await cluster.UntilReadyAsync("kept", 2);
        await cluster.UntilReadyAsync("gone", 2);

        cluster.Change(ResourceKind.StatefulSets, "kept", set => set.Child("spec")["replicas"] = 1);
        cluster.Change(ResourceKind.StatefulSets, "gone", set => set.Child("spec")["replicas"] = 1);
        await cluster.UntilGoneAsync(ResourceKind.PersistentVolumeClaims, "data-gone-1");
        await cluster.UntilGoneAsync(ResourceKind.Pods, "kept-1");

        Assert.NotNull(cluster.Store.Get(ResourceKind.PersistentVolumeClaims, PracticeCluster.Namespace, "data-kept-1"));
        Assert.NotNull(cluster.Store.Get(ResourceKind.PersistentVolumeClaims, PracticeCluster.Namespace, "data-gone-0"));
    }

    [Fact]
    public async Task A_rolling_update_replaces_pods_from_the_highest_down_to_the_partition()
    {
        await using var cluster = await PracticeCluster.StartAsync();
        cluster.CreateSet("db", 3, "{}", """{"updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": 1}}}""");
        await cluster.UntilReadyAsync("db", 3);
        var first = cluster.Pod("db-0").TextAt("metadata", "uid");

        cluster.Change(ResourceKind.StatefulSets, "db", Annotate);
        var set = await cluster.UntilAsync(ResourceKind.StatefulSets, "db", set => set.NumberAt("status", "updatedReplicas") == 2 && set.NumberAt("status", "readyReplicas") == 3);

        Assert.Equal(first, cluster.Pod("db-0").TextAt("metadata", "uid"));
        Assert.NotEqual(set.TextAt("status", "currentRevision"), set.TextAt("status", "updateRevision"));
        Assert.Equal(set.TextAt("status", "updateRevision"), Revision(cluster.Pod("db-2")!));
        Assert.Equal(set.TextAt("status", "currentRevision"), Revision(cluster.Pod("db-0")!));
    }

    [Fact]
    public async Task A_finished_rolling_update_becomes_the_current_revision()
    {
        await using var cluster = await PracticeCluster.StartAsync();
        cluster.CreateSet("db", 2);
        await cluster.UntilReadyAsync("db", 2);

        cluster.Change(ResourceKind.StatefulSets, "db", Annotate);
        var set = await cluster.UntilAsync(
            ResourceKind.StatefulSets, "db", set => set.NumberAt("status", "updatedReplicas") == 2 && set.TextAt("status", "currentRevision") == set.TextAt("status", "updateRevision"));

        Assert.All([cluster.Pod("db-0")!, cluster.Pod("db-1")!], pod => Assert.Equal(set.TextAt("status", "updateRevision"), Revision(pod)));
    }

    [Fact]
    public async Task On_delete_a_pod_is_replaced_only_when_someone_deletes_it()
    {
        await using var cluster = await PracticeCluster.StartAsync();
        cluster.CreateSet("db", 2, "{}", """{"updateStrategy": {"type": "OnDelete"}}""");
        await cluster.UntilReadyAsync("db", 2);
        var old = cluster.Pod("db-0")!;

        cluster.Change(ResourceKind.StatefulSets, "db", Annotate);
        cluster.Store.Delete(ResourceKind.Pods, PracticeCluster.Namespace, "db-1");
        var set = await cluster.UntilAsync(ResourceKind.StatefulSets, "db", set => set.NumberAt("status", "updatedReplicas") == 1 && set.NumberAt("status", "readyReplicas") == 2);

        Assert.Equal(old.TextAt("metadata", "uid"), cluster.Pod("db-0").TextAt("metadata", "uid"));
        Assert.Equal(1, set.NumberAt("status", "currentReplicas"));
        Assert.NotEqual(Revision(old), Revision(cluster.Pod("db-1")!));
    }

    [Fact]
    public async Task A_pod_that_the_quota_refuses_stops_the_set_with_the_reason()
    {
        await using var cluster = await PracticeCluster.StartAsync();
        cluster.Create(ResourceKind.ResourceQuotas, """{"metadata": {"name": "small"}, "spec": {"hard": {"pods": "1"}}}""");
        cluster.CreateSet("db", 2);

        var said = await cluster.UntilEventAsync("db", "FailedCreate");
        Assert.StartsWith("Warning FailedCreate: Create Pod db-1 in StatefulSet db failed error: pods \"db-1\" is forbidden: exceeded quota: small", said, StringComparison.Ordinal);

        cluster.Store.Delete(ResourceKind.ResourceQuotas, PracticeCluster.Namespace, "small");
        await cluster.UntilReadyAsync("db", 2);
    }

    [Fact]
    public async Task A_deleted_set_takes_its_pods_along_and_an_orphaning_one_leaves_them_to_the_next()
    {
        await using var cluster = await PracticeCluster.StartAsync();
        cluster.CreateSet("db", 2);
        await cluster.UntilReadyAsync("db", 2);
        var kept = cluster.Pod("db-0").TextAt("metadata", "uid");

        cluster.Store.Delete(ResourceKind.StatefulSets, PracticeCluster.Namespace, "db", new Deletion { Propagation = "Orphan" });
        await cluster.UntilAsync(ResourceKind.Pods, "db-0", pod => pod.Controller() is null);
        await cluster.UntilAsync(ResourceKind.Pods, "db-1", pod => pod.Controller() is null);
        await cluster.UntilGoneAsync(ResourceKind.StatefulSets, "db");
        cluster.CreateSet("db", 2);
        await cluster.UntilReadyAsync("db", 2);
        Assert.Equal(kept, cluster.Pod("db-0").TextAt("metadata", "uid"));

        cluster.Store.Delete(ResourceKind.StatefulSets, PracticeCluster.Namespace, "db");
        await cluster.UntilGoneAsync(ResourceKind.Pods, "db-0");
        await cluster.UntilGoneAsync(ResourceKind.Pods, "db-1");
    }

    [Fact]
    public async Task A_claim_of_a_missing_class_keeps_its_pod_waiting_with_the_reason()
    {
        await using var cluster = await PracticeCluster.StartAsync();
        cluster.CreateSet("db", 1, "{}", Claims.Replace("standard", "no-such-class", StringComparison.Ordinal));

        var pod = await cluster.UntilAsync(ResourceKind.Pods, "db-0", pod => pod.Condition("PodScheduled") is not null);
        var said = await cluster.UntilEventAsync("data-db-0", "ProvisioningFailed");

        Assert.Equal("0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found", pod.Condition("PodScheduled").TextAt("message"));
        Assert.Equal("Warning ProvisioningFailed: storageclass.storage.k8s.io \"no-such-class\" not found", said);

        cluster.Store.Create(ResourceKind.StorageClasses, JsonNode.Parse("""{"metadata": {"name": "no-such-class"}, "provisioner": "sandbox.local/folder"}""")!.AsObject());
        await cluster.UntilReadyAsync("db", 1);
    }

    private static void Annotate(JsonObject set) =>
        set.At("spec", "template", "metadata")!.AsObject().Child("annotations")["changed"] = "yes";

    private static string? Revision(JsonObject pod) => pod.TextAt("metadata", "labels", "controller-revision-hash");
}
