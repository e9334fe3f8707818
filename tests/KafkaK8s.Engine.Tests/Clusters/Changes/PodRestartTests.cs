using System.Text.Json.Nodes;
using KafkaK8s.Engine.Clusters;
using KafkaK8s.Engine.Clusters.Changes;
using KafkaK8s.Engine.Tests.Manifests;
using KafkaK8s.Sandbox.Api;

namespace KafkaK8s.Engine.Tests.Clusters.Changes;

/// <summary>What is said of a pod that did not come back in time.</summary>
public sealed class PodRestartTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0, @"^kafka-1 was not ready within 3 seconds\.")]
    [InlineData(1, @"^kafka-1 was not ready within 3 seconds, the first \d of which it took until the pod could go\.")]
    public async Task What_was_waited_for_before_is_not_told_as_time_that_the_pod_had(int held, string message)
    {
        await using var practice = await PracticeCluster.StartAsync();
        practice.Put(Specifications.Whole(ClusterPreset.Standard), ready: true);
        practice.Server.Store.Change(ResourceKind.StatefulSets, "the-project", "kafka", set => set["status"] = new JsonObject { ["observedGeneration"] = set["metadata"]!["generation"]!.DeepClone() });
        var run = new StepRun(
            [new ChangeStep(ChangeAction.RestartPod, "kafka-1", null, null, "a restart was asked for")],
            TimeSpan.FromSeconds(3),
            "Changing",
            0,
            practice.Heard,
            StepListener.Silent);
        var rules = new RestartRules(
            (_, _) => true,
            (_, _, _) => Task.FromResult<IReadOnlyList<StepBlocker>>(run.Elapsed < TimeSpan.FromSeconds(held) ? [new StepBlocker("kafka-2", "it is not ready")] : []),
            (_, _) => Task.FromResult<IReadOnlyList<StepBlocker>>([]),
            _ => throw new InvalidOperationException("The pod may go."),
            _ => throw new InvalidOperationException("The pod does not come back."));

        var error = await Assert.ThrowsAsync<EngineException>(
            () => new PodRestart(new LiveSets(practice.Connection, PracticeCluster.Kafka), ClusterParts.Brokers).RunAsync(run, "kafka-1", rules, Cancellation));

        Assert.Equal(("PodNotReady", "kafka-1"), (error.Id, error.Target));
        Assert.Matches(message, error.Message);
    }
}
