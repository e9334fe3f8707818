using System.Text.Json.Nodes;
using KafkaK8s.Engine.Clusters;
using KafkaK8s.Engine.Clusters.Changes;
using KafkaK8s.Engine.Tests.Manifests;
using KafkaK8s.Sandbox.Api;

namespace KafkaK8s.Engine.Tests.Clusters.Changes;

/// <summary>What a run makes of an earlier one that was interrupted, or of what others do meanwhile.</summary>
public sealed class RestartResumptionTests
{
    private static readonly string[] Brokers = ["kafka-0", "kafka-1", "kafka-2"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stopped_while_the_last_broker_comes_back_the_next_run_restarts_none_again()
    {
        await using var cluster = await ChangingCluster.StartAsync();
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var running = cluster.RunAsync(await cluster.PlanRestartAsync(force: false), cancellation: stopping.Token);
        await cluster.Practice.UntilAsync(() => cluster.Deleted.Count == 3);
        await stopping.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);

        var rest = await cluster.PlanRestartAsync(force: false);
        Assert.DoesNotContain(rest.Steps, step => step.Action == ChangeAction.RestartPod);
        Assert.Contains("was not finished", Assert.Single(rest.Warnings), StringComparison.Ordinal);
        await cluster.RunAsync(rest);

        Assert.Equal(Brokers, cluster.Deleted.Order());
        Assert.All(Brokers, broker => Assert.True(PodReading.IsReady(cluster.Pod(broker)!)));
        var anew = await cluster.PlanRestartAsync(force: false);
        Assert.Equal(3, anew.Steps.Count(step => step.Action == ChangeAction.RestartPod));
        Assert.Empty(anew.Warnings);
    }

    [Fact]
    public async Task A_broker_that_takes_long_to_come_back_is_waited_for_by_the_next_run_and_not_restarted_again()
    {
        await using var cluster = await ChangingCluster.StartAsync();
        var running = cluster.RunAsync(await cluster.PlanRestartAsync(force: false, "kafka-2"), timeout: 8);
        await cluster.Practice.UntilAsync(() => cluster.Deleted.Count == 1 && cluster.Pod("kafka-2") is { } pod && pod["metadata"]!["deletionTimestamp"] is null && PodReading.IsRunning(pod));
        cluster.Practice.Server.PodFaults.Hold("the-project", "kafka-2");
        Assert.Equal("PodNotReady", (await Assert.ThrowsAsync<EngineException>(() => running)).Id);

        var rest = await cluster.PlanRestartAsync(force: false, "kafka-2");
        Assert.Equal([(ChangeAction.AwaitPod, "kafka-2")], rest.Steps.Select(step => (step.Action, step.Target)));
        cluster.Practice.Server.PodFaults.Release("the-project", "kafka-2");
        await cluster.RunAsync(rest);
        Assert.Equal(["kafka-2"], cluster.Deleted);

        // That one is finished; whoever asks again means another.
        await cluster.RunAsync(await cluster.PlanRestartAsync(force: false, "kafka-2"));
        Assert.Equal(["kafka-2", "kafka-2"], cluster.Deleted);
    }

    [Fact]
    public async Task A_restart_of_other_brokers_is_another_restart()
    {
        await using var cluster = await ChangingCluster.StartAsync();
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await cluster.RunAsync(
            await cluster.PlanRestartAsync(force: false),
            cancellation: stopping.Token,
            after: result => result.Step.Action == ChangeAction.RestartPod ? stopping.CancelAsync() : Task.CompletedTask));
        var first = Assert.Single(cluster.Deleted);

        var other = await cluster.PlanRestartAsync(force: false, first);
        Assert.Equal([ChangeAction.ChangeField, ChangeAction.RestartPod], other.Steps.Select(step => step.Action));
        Assert.Contains($"had not come to {string.Join(", ", Brokers.Except([first]))}", Assert.Single(other.Warnings), StringComparison.Ordinal);
        await cluster.RunAsync(other);
        Assert.Equal([first, first], cluster.Deleted);
    }

    [Fact]
    public async Task A_template_that_somebody_sets_back_meanwhile_ends_the_run()
    {
        await using var cluster = await ChangingCluster.StartAsync();
        var before = cluster.Set()["spec"]!["template"]!.DeepClone();
        var plan = await cluster.Changes.PlanAsync(PracticeCluster.Kafka, new BrokerChange(HeapOptions: "-Xmx256M"), force: false, Cancellation);
        var error = await Assert.ThrowsAsync<EngineException>(() => cluster.RunAsync(plan, after: result =>
        {
            if (result.Step.Action == ChangeAction.RestartPod && cluster.Deleted.Count == 1)
            {
                cluster.Practice.Server.Store.Change(ResourceKind.StatefulSets, "the-project", "kafka", live => live["spec"]!["template"] = before.DeepClone());
            }

            return Task.CompletedTask;
        }));

        Assert.Equal(("TemplateChanged", EngineErrorKind.Conflict, "kafka"), (error.Id, error.Kind, error.Target));
        Assert.Single(cluster.Deleted);
    }

    [Fact]
    public async Task Which_pods_are_outdated_is_not_told_before_the_controller_has_taken_notice()
    {
        await using var practice = await PracticeCluster.StartAsync();
        practice.Put(Specifications.Whole(ClusterPreset.Standard), ready: true);
        practice.Server.Store.Change(ResourceKind.StatefulSets, "the-project", "kafka", live => live.Remove("status"));
        foreach (var broker in Brokers)
        {
            practice.Server.Store.Change(ResourceKind.Pods, "the-project", broker, pod => pod["metadata"]!["labels"]!["controller-revision-hash"] = "old");
        }

        var planning = new BrokerChanges(practice.Connection).PlanAsync(PracticeCluster.Kafka, new BrokerChange(), force: true, Cancellation);
        await practice.UntilAsync(() => practice.Heard.Calls.Count(call => call.StartsWith("GET ", StringComparison.Ordinal) && call.Contains("statefulsets", StringComparison.Ordinal)) >= 2);
        practice.Server.Store.Change(
            ResourceKind.StatefulSets,
            "the-project",
            "kafka",
            live => live["status"] = new JsonObject { ["observedGeneration"] = live["metadata"]!["generation"]!.DeepClone(), ["updateRevision"] = "new" });

        Assert.Equal(Brokers, (await planning).Steps.Select(step => step.Target));
    }

    [Fact]
    public async Task Brokers_that_keep_their_data_in_their_pods_do_not_lose_the_only_replica()
    {
        var inPods = JsonNode.Parse("""{"spec": {"volumeClaimTemplates": null, "template": {"spec": {"volumes": [{"name": "datadir", "emptyDir": {}}]}}}}""")!.AsObject();
        await using var cluster = await ChangingCluster.StartAsync(specification => specification with { Brokers = new BrokerSpecification(Override: inPods) });
        Assert.Equal(3, (await cluster.PlanRestartAsync(force: true)).Steps.Count(step => step.Action == ChangeAction.RestartPod));
        await cluster.TopicAsync("lonely", partitions: 1, replicas: 1);

        var error = await Assert.ThrowsAsync<EngineException>(() => cluster.PlanRestartAsync(force: true));
        Assert.Equal(("BrokerDataWouldBeLost", EngineErrorKind.Conflict, "the-project/kafka"), (error.Id, error.Kind, error.Target));
        Assert.Contains("lonely-0", error.Message, StringComparison.Ordinal);
        Assert.Empty(cluster.Deleted);
    }

    [Fact]
    public async Task Secrets_are_in_no_step()
    {
        await using var cluster = await ChangingCluster.StartAsync();
        var change = new BrokerChange(Configuration: new Dictionary<string, string?> { ["ssl.keystore.password"] = "hunter2" });
        var plan = await cluster.Changes.PlanAsync(PracticeCluster.Kafka, change, force: false, Cancellation);

        var step = Assert.Single(plan.Steps, step => step.Target.EndsWith("env[KAFKA_SSL_KEYSTORE_PASSWORD].value", StringComparison.Ordinal));
        Assert.Equal("(hidden)", step.To);
        Assert.DoesNotContain("hunter2", string.Join('\n', plan.Steps), StringComparison.Ordinal);
        await cluster.RunAsync(plan);
        Assert.DoesNotContain(cluster.Practice.Heard.Statuses.Concat(cluster.Practice.Heard.Calls), heard => heard.Contains("hunter2", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Kubernetes_is_not_told_to_restart_brokers_beside_the_plan()
    {
        await using var cluster = await ChangingCluster.StartAsync();
        var before = cluster.Written();
        var rolling = new JsonObject { ["spec"] = new JsonObject { ["updateStrategy"] = new JsonObject { ["type"] = "RollingUpdate" } } };

        var error = await Assert.ThrowsAsync<EngineException>(() => cluster.Changes.PlanAsync(
            PracticeCluster.Kafka, new BrokerChange(HeapOptions: "-Xmx256M", Override: rolling), force: false, Cancellation));
        Assert.Equal(("RollsByItself", EngineErrorKind.InvalidArgument, "kafka"), (error.Id, error.Kind, error.Target));
        Assert.Equal(before, cluster.Written());
    }
}
