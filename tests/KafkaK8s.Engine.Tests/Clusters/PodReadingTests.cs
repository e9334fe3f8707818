using System.Text.Json.Nodes;
using KafkaK8s.Engine.Clusters;

namespace KafkaK8s.Engine.Tests.Clusters;

public sealed class PodReadingTests
{
    [Theory]
    [InlineData("pod-ready", true, "Running", null)]
    [InlineData("pod-state-unschedulable", false, "Pending", "can't be scheduled: 0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector.")]
    [InlineData("pod-state-bad-image", false, "ImagePullBackOff", "can't pull image registry.invalid/none:1: Back-off pulling image")]
    [InlineData("pod-state-crashing", false, "Error", "its container ended (exit code 3)")]
    public void Reads_what_a_real_cluster_says_of_a_pod(string recording, bool isReady, string status, string? reason)
    {
        var state = PodReading.Read(Transcripts.Answer(recording), null, ClusterEvents.None);

        Assert.Equal((isReady, status), (state.IsReady, state.Status));
        if (reason is null)
        {
            Assert.Null(state.Reason);
        }
        else
        {
            Assert.StartsWith(reason, state.Reason, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_pod_has_its_restarts_node_address_image_and_age()
    {
        var state = PodReading.Read(Transcripts.Answer("pod-state-crashing"), 4, ClusterEvents.None);

        Assert.Equal((4, 1, "testbed", "198.18.1.25", "confluentinc/cp-kafka:4.1.2-2"), (state.Ordinal, state.Restarts, state.Node, state.Address, state.Image));
        Assert.Equal(new DateTimeOffset(2026, 11, 23, 6, 53, 4, TimeSpan.Zero), state.CreatedAt);
    }

    [Fact]
    public void What_was_told_of_a_pod_says_that_its_image_is_being_pulled()
    {
        var pod = Waiting("ContainerCreating", "");

        Assert.Equal("creating its container", PodReading.Read(pod, 0, ClusterEvents.None).Reason);
        Assert.Equal("pulling image", PodReading.Read(pod, 0, Told(("Scheduled", "ok", "Normal"), ("Pulling", "Pulling image", "Normal"))).Reason);
        Assert.Equal("creating its container: no such secret", PodReading.Read(pod, 0, Told(("Scheduled", "ok", "Normal"), ("FailedMount", "no such secret", "Warning"))).Reason);
    }

    [Fact]
    public void A_container_that_ends_again_and_again_is_told_with_how_it_ended()
    {
        var pod = Waiting("CrashLoopBackOff", "back-off 10s");
        var container = pod["status"]!["containerStatuses"]![0]!.AsObject();
        container["restartCount"] = 4;
        container["lastState"] = new JsonObject { ["terminated"] = new JsonObject { ["exitCode"] = 137, ["reason"] = "OOMKilled" } };

        Assert.Equal("its container ended again (exit code 137, OOMKilled), 4 restarts", PodReading.Read(pod, 0, ClusterEvents.None).Reason);
    }

    [Fact]
    public void A_pod_that_is_being_deleted_is_not_ready()
    {
        var pod = Waiting("x", "");
        pod["metadata"]!["deletionTimestamp"] = "2026-11-23T06:53:04Z";
        pod["status"]!["conditions"] = new JsonArray(new JsonObject { ["type"] = "Ready", ["status"] = "True" });

        Assert.Equal((false, "Terminating"), (PodReading.Read(pod, 0, ClusterEvents.None).IsReady, PodReading.Read(pod, 0, ClusterEvents.None).Status));
    }

    private static JsonObject Waiting(string reason, string message) => new()
    {
        ["metadata"] = new JsonObject { ["name"] = "kafka-0", ["uid"] = "u" },
        ["spec"] = new JsonObject { ["nodeName"] = "n" },
        ["status"] = new JsonObject
        {
            ["phase"] = "Pending",
            ["containerStatuses"] = new JsonArray(new JsonObject
            {
                ["name"] = "c",
                ["image"] = "i",
                ["state"] = new JsonObject { ["waiting"] = new JsonObject { ["reason"] = reason, ["message"] = message } },
            }),
        },
    };

    private static ClusterEvents Told(params (string Reason, string Message, string Type)[] events) =>
        new(events.Select((told, index) => new JsonObject
        {
            ["metadata"] = new JsonObject { ["uid"] = $"e{index}", ["resourceVersion"] = $"{index}" },
            ["involvedObject"] = new JsonObject { ["uid"] = "u" },
            ["type"] = told.Type,
            ["reason"] = told.Reason,
            ["message"] = told.Message,
            ["lastTimestamp"] = "2026-11-23T06:53:04Z",
        }));
}
