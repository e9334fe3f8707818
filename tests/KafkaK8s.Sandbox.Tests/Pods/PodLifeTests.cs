using System.Text.Json.Nodes;
using KafkaK8s.Sandbox.Api;
using KafkaK8s.Sandbox.Pods;

namespace KafkaK8s.Sandbox.Tests.Pods;

public sealed class PodLifeTests
{
    [Fact]
    public async Task A_pod_is_scheduled_started_and_ready_with_an_address_of_its_own()
    {
        await using var cluster = await PracticeCluster.StartAsync();
        cluster.CreatePod("client");

        var pod = await cluster.UntilReadyAsync("client");

        Assert.Equal("sandbox-node", pod.TextAt("spec", "nodeName"));
        Assert.StartsWith("127.", pod.TextAt("status", "podIP"), StringComparison.Ordinal);
        Assert.Equal("docker.io/fake/program:1", pod.ObjectsAt("status", "containerStatuses").Single().TextAt("image"));
        Assert.Equal(
            [
                "Normal Scheduled: Successfully assigned the-project/client to sandbox-node",
                "Normal Pulling: Pulling image \"fake/program:1\"",
                "Normal Created: Container created",
                "Normal Started: Container started",
            ],
            cluster.Events("client").Where(text => !text.Contains("Pulled", StringComparison.Ordinal)).OrderBy(Order));
        Assert.Contains(cluster.Events("client"), text => text.StartsWith("Normal Pulled: Successfully pulled image \"fake/program:1\" in ", StringComparison.Ordinal));

        static int Order(string text) => Array.FindIndex(["Scheduled", "Pulling", "Created", "Started"], reason => text.Contains($" {reason}:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_probe_makes_a_pod_ready_after_its_delay_on_the_clock_and_unready_when_it_fails()
    {
        await using var cluster = await PracticeCluster.StartAsync();
        cluster.CreatePod("client", """{"readinessProbe": {"exec": {"command": ["check"]}, "initialDelaySeconds": 20, "periodSeconds": 10, "failureThreshold": 3}}""");

        var ready = await cluster.UntilReadyAsync("client");
        var started = Time(ready.ObjectsAt("status", "containerStatuses").Single().TextAt("state", "running", "startedAt"));
        var became = Time(ready.Condition("Ready").TextAt("lastTransitionTime"));
        cluster.Runtime.Healthy["client"] = false;
        await cluster.UntilAsync(ResourceKind.Pods, "client", pod => !pod.IsReady());

        // Stamps are whole seconds.
        Assert.True(became - started >= TimeSpan.FromSeconds(19));
        Assert.Contains("Warning Unhealthy: Readiness probe failed: ", cluster.Events("client"));
        Assert.Equal(0, cluster.Pod("client")!.ObjectsAt("status", "containerStatuses").Single().NumberAt("restartCount"));
    }

    [Fact]
    public async Task A_container_that_fails_its_liveness_probe_is_started_again()
    {
        await using var cluster = await PracticeCluster.StartAsync();
        cluster.CreatePod("client", """{"livenessProbe": {"exec": {"command": ["check"]}, "periodSeconds": 10, "failureThreshold": 3}}""");
        await cluster.UntilReadyAsync("client");
        cluster.Runtime.Healthy["client"] = false;

        var pod = await cluster.UntilAsync(ResourceKind.Pods, "client", pod => pod.ObjectsAt("status", "containerStatuses").Single().NumberAt("restartCount") > 0);

        Assert.Equal(143, pod.ObjectsAt("status", "containerStatuses").Single().NumberAt("lastState", "terminated", "exitCode"));
        Assert.Contains("Normal Killing: Container program failed liveness probe, will be restarted", cluster.Events("client"));
    }

    [Fact]
    public async Task A_startup_probe_holds_the_others_back_until_it_succeeds()
    {
        await using var cluster = await PracticeCluster.StartAsync();
        cluster.Runtime.Healthy["client"] = false;
        cluster.CreatePod("client", """{"startupProbe": {"exec": {"command": ["check"]}, "periodSeconds": 1, "failureThreshold": 1000}}""");

        await cluster.UntilEventAsync("client", "Unhealthy: Startup probe failed");
        var before = cluster.Pod("client")!.ObjectsAt("status", "containerStatuses").Single();
        cluster.Runtime.Healthy["client"] = true;
        var after = (await cluster.UntilReadyAsync("client")).ObjectsAt("status", "containerStatuses").Single();

        Assert.False(before["started"]!.GetValue<bool>());
        Assert.True(after["started"]!.GetValue<bool>());
    }

    [Fact]
    public async Task A_program_that_ends_is_started_again_ever_later()
    {
        await using var cluster = await PracticeCluster.StartAsync();
        cluster.CreatePod("crashing", """{"command": ["exit", "3"]}""");

        var waiting = await cluster.UntilAsync(
            ResourceKind.Pods, "crashing", pod => Waiting(pod) == "CrashLoopBackOff" && pod.ObjectsAt("status", "containerStatuses").Single().NumberAt("restartCount") == 2);
        var status = waiting.ObjectsAt("status", "containerStatuses").Single();

        Assert.Equal(3, status.NumberAt("lastState", "terminated", "exitCode"));
        Assert.Equal(
            $"back-off 20s restarting failed container=program pod=crashing_the-project({waiting.TextAt("metadata", "uid")})",
            status.TextAt("state", "waiting", "message"));
        Assert.Contains(
            $"Warning BackOff: Back-off restarting failed container program in pod crashing_the-project({waiting.TextAt("metadata", "uid")})",
            cluster.Events("crashing"));
    }

    [Fact]
    public async Task A_program_that_may_end_ends_its_pod()
    {
        await using var cluster = await PracticeCluster.StartAsync();
        cluster.CreatePod("done", """{"command": ["exit", "0"]}""", """{"restartPolicy": "Never"}""");
        cluster.CreatePod("failed", """{"command": ["exit", "1"]}""", """{"restartPolicy": "Never"}""");

        var done = await cluster.UntilAsync(ResourceKind.Pods, "done", pod => pod.HasEnded());
        var failed = await cluster.UntilAsync(ResourceKind.Pods, "failed", pod => pod.HasEnded());

        Assert.Equal(("Succeeded", "PodCompleted"), (done.Phase(), done.Condition("Ready").TextAt("reason")));
        Assert.Equal(("Failed", "PodFailed"), (failed.Phase(), failed.Condition("Ready").TextAt("reason")));
    }

    [Theory]
    [InlineData("registry.invalid/none:1", "ImagePullBackOff", "Error: ErrImagePull")]
    [InlineData("BAD//name", "InvalidImageName", "couldn't parse image name \"BAD//name\": invalid reference format")]
    public async Task An_image_that_cannot_be_had_keeps_its_container_waiting(string image, string reason, string words)
    {
        await using var cluster = await PracticeCluster.StartAsync();
        cluster.CreatePod("bad-image", $$"""{"image": "{{image}}"}""");

        var pod = await cluster.UntilAsync(ResourceKind.Pods, "bad-image", pod => Waiting(pod) == reason);

        Assert.Equal("Pending", pod.Phase());
        await cluster.UntilEventAsync("bad-image", words);
    }

    [Fact]
    public async Task A_pod_that_no_node_fits_waits_with_the_reason()
    {
        await using var cluster = await PracticeCluster.StartAsync();
        cluster.CreatePod("unschedulable", "{}", """{"nodeSelector": {"disk": "none"}}""");

        var pod = await cluster.UntilAsync(ResourceKind.Pods, "unschedulable", pod => pod.Condition("PodScheduled") is not null);

        Assert.Equal("Unschedulable", pod.Condition("PodScheduled").TextAt("reason"));
        Assert.Equal(
            "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector. no new claims to deallocate, preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.",
            pod.Condition("PodScheduled").TextAt("message"));
    }

    [Fact]
    public async Task A_deleted_pod_is_stopped_and_goes()
    {
        await using var cluster = await PracticeCluster.StartAsync();
        cluster.CreatePod("client");
        await cluster.UntilReadyAsync("client");

        var marked = cluster.Store.Delete(ResourceKind.Pods, PracticeCluster.Namespace, "client")!;
        var ended = await cluster.UntilAsync(ResourceKind.Pods, "client", pod => pod.HasEnded());
        await cluster.UntilGoneAsync(ResourceKind.Pods, "client");

        Assert.Equal(30, marked.NumberAt("metadata", "deletionGracePeriodSeconds"));
        Assert.Equal(143, ended.ObjectsAt("status", "containerStatuses").Single().NumberAt("state", "terminated", "exitCode"));
        Assert.Contains("Normal Killing: Stopping container program", cluster.Events("client"));
    }

    [Fact]
    public async Task A_container_gets_the_environment_that_a_kubelet_would_make()
    {
        await using var cluster = await PracticeCluster.StartAsync();
        cluster.Create(ResourceKind.Services, """{"metadata": {"name": "kafka"}, "spec": {"clusterIP": "10.96.7.7", "ports": [{"name": "broker", "port": 9092, "protocol": "TCP"}]}}""");
        cluster.Create(ResourceKind.ConfigMaps, """{"metadata": {"name": "settings"}, "data": {"level": "INFO"}}""");
        const string Env = """
            {"env": [
              {"name": "POD_IP", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}},
              {"name": "LEVEL", "valueFrom": {"configMapKeyRef": {"name": "settings", "key": "level"}}},
              {"name": "BOTH", "value": "$(LEVEL) on $(POD_IP), not $$(LEVEL) nor $(NOBODY)"}]}
            """;
        cluster.CreatePod("linked", Env);
        cluster.CreatePod("unlinked", Env, """{"enableServiceLinks": false}""");

        var address = (await cluster.UntilReadyAsync("linked")).TextAt("status", "podIP");
        await cluster.UntilReadyAsync("unlinked");
        var linked = cluster.Runtime.Started.Single(start => start.HostName == "linked").Environment;
        var unlinked = cluster.Runtime.Started.Single(start => start.HostName == "unlinked").Environment;

        Assert.Equal("tcp://10.96.7.7:9092", linked["KAFKA_PORT"]);
        Assert.Equal("9092", linked["KAFKA_SERVICE_PORT_BROKER"]);
        Assert.Equal(address, linked["POD_IP"]);
        Assert.Equal($"INFO on {address}, not $(LEVEL) nor $(NOBODY)", linked["BOTH"]);
        Assert.DoesNotContain("KAFKA_PORT", unlinked.Keys);
    }

    [Fact]
    public async Task A_container_whose_configuration_is_missing_waits_for_it()
    {
        await using var cluster = await PracticeCluster.StartAsync();
        cluster.CreatePod("client", """{"env": [{"name": "LEVEL", "valueFrom": {"configMapKeyRef": {"name": "settings", "key": "level"}}}]}""");

        await cluster.UntilAsync(ResourceKind.Pods, "client", pod => Waiting(pod) == "CreateContainerConfigError");
        cluster.Create(ResourceKind.ConfigMaps, """{"metadata": {"name": "settings"}, "data": {"level": "INFO"}}""");
        await cluster.UntilReadyAsync("client");

        Assert.Contains("Warning Failed: Error: configmap \"settings\" not found", cluster.Events("client"));
    }

    [Fact]
    public async Task A_pod_held_down_stays_down_until_it_is_released()
    {
        await using var cluster = await PracticeCluster.StartAsync();
        cluster.CreatePod("client");
        await cluster.UntilReadyAsync("client");

        cluster.Server.PodFaults.Hold(PracticeCluster.Namespace, "client");
        var down = await cluster.UntilAsync(ResourceKind.Pods, "client", pod => !pod.IsReady());
        cluster.Server.PodFaults.Release(PracticeCluster.Namespace, "client");
        var up = await cluster.UntilReadyAsync("client");

        Assert.Equal(137, down.ObjectsAt("status", "containerStatuses").Single().NumberAt("state", "terminated", "exitCode"));
        Assert.Equal(1, up.ObjectsAt("status", "containerStatuses").Single().NumberAt("restartCount"));
    }

    private static string? Waiting(JsonObject pod) => pod.ObjectsAt("status", "containerStatuses").FirstOrDefault().TextAt("state", "waiting", "reason");

    private static DateTimeOffset Time(string? stamp) => DateTimeOffset.Parse(stamp!, System.Globalization.CultureInfo.InvariantCulture);
}
