using System.Text.Json.Nodes;
using KafkaK8s.Engine.Clusters;
using KafkaK8s.Engine.Clusters.Changes;
using KafkaK8s.Engine.Tests.Manifests;
using KafkaK8s.Sandbox.Api;

namespace KafkaK8s.Engine.Tests.Clusters.Changes;

/// <summary>What the brokers are is changed field by field, and who runs something else is restarted.</summary>
public sealed class BrokerChangeTests
{
    private static readonly string[] Brokers = ["kafka-0", "kafka-1", "kafka-2"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Settings_resources_and_overrides_change_what_is_named_and_every_broker_is_restarted_once()
    {
        await using var cluster = await ChangingCluster.StartAsync(specification => specification with
        {
            Brokers = new BrokerSpecification(Configuration: new Dictionary<string, string> { ["log.retention.bytes"] = "1000000" }),
        });
        var before = cluster.Written();
        var plan = await PlanAsync(cluster, new BrokerChange(
            HeapOptions: "-Xmx256M",
            Configuration: new Dictionary<string, string?> { ["num.io.threads"] = "4", ["log.retention.bytes"] = null },
            Resources: new JsonObject { ["requests"] = new JsonObject { ["cpu"] = "100m" } },
            Override: new JsonObject { ["spec"] = new JsonObject { ["template"] = new JsonObject { ["spec"] = new JsonObject { ["priorityClassName"] = "high" } } } }));

        Assert.Equal(
            [
                "StatefulSet kafka spec.template.spec.containers[kafka-broker].env[KAFKA_HEAP_OPTS].value -Xmx1G -Xms1G -> -Xmx256M",
                "StatefulSet kafka spec.template.spec.containers[kafka-broker].env[KAFKA_LOG_RETENTION_BYTES].value 1000000 -> ",
                "StatefulSet kafka spec.template.spec.containers[kafka-broker].env[KAFKA_NUM_IO_THREADS].value  -> 4",
                "StatefulSet kafka spec.template.spec.containers[kafka-broker].resources.requests.cpu  -> 100m",
                "StatefulSet kafka spec.template.spec.priorityClassName  -> high",
            ],
            plan.Steps.Where(step => step.Action == ChangeAction.ChangeField).Select(step => $"{step.Target} {step.From} -> {step.To}").Order(StringComparer.Ordinal));
        Assert.Equal(Brokers, Restarts(plan).Order());
        Assert.Equal(before, cluster.Written());

        await cluster.RunAsync(plan);
        Assert.Equal(Restarts(plan), cluster.Deleted);
        Assert.All(Brokers, broker => Assert.Equal("-Xmx256M", Variable(cluster.Pod(broker)!, "KAFKA_HEAP_OPTS")));
        Assert.All(Brokers, broker => Assert.Null(Variable(cluster.Pod(broker)!, "KAFKA_LOG_RETENTION_BYTES")));
        Assert.True((await PlanAsync(cluster, new BrokerChange(HeapOptions: "-Xmx256M"))).IsEmpty);

        // What was set is not another manager's to whoever makes the cluster again.
        var again = await new ClusterDeployment(cluster.Practice.Connection).DeployAsync(
            Specifications.Whole(ClusterPreset.Standard) with { Brokers = new BrokerSpecification(HeapOptions: "-Xmx512M") }, new DeploymentOptions(), Cancellation);
        Assert.False(again.IsUnchanged);
        Assert.Equal("-Xmx512M", cluster.Set()["spec"]!["template"]!["spec"]!["containers"]![0]!["env"]!.AsArray().Single(variable => (string?)variable!["name"] == "KAFKA_HEAP_OPTS")!["value"]!.ToString());
    }

    [Fact]
    public async Task What_the_server_refuses_changes_nothing()
    {
        await using var cluster = await ChangingCluster.StartAsync();
        var before = cluster.Written();

        var template = new JsonObject { ["spec"] = new JsonObject { ["serviceName"] = "other" } };
        Assert.Equal("ResourceInvalid", (await RefusedAsync(cluster, new BrokerChange(Override: template))).Id);
        Assert.Equal("UnknownBrokerSetting", (await RefusedAsync(cluster, new BrokerChange(Configuration: new Dictionary<string, string?> { ["num.oi.threads"] = "4" }))).Id);
        Assert.Equal("InvalidReplicas", (await RefusedAsync(cluster, new BrokerChange(Replicas: 0))).Id);
        Assert.Equal("InvalidStorageSize", (await RefusedAsync(cluster, new BrokerChange(StorageSize: "many"))).Id);
        Assert.Equal("StorageShrinks", (await RefusedAsync(cluster, new BrokerChange(StorageSize: "1Mi"))).Id);
        Assert.Equal("StorageNotExpandable", (await RefusedAsync(cluster, new BrokerChange(StorageSize: "100Gi"))).Id);
        Assert.Equal(before, cluster.Written());
    }

    [Fact]
    public async Task An_image_that_can_not_be_pulled_stops_at_its_broker_and_the_next_run_goes_on_from_there()
    {
        await using var cluster = await ChangingCluster.StartAsync();
        await cluster.TopicAsync("orders");

        // The first of the three gets the new image; then the registry loses it.
        const string good = "confluentinc/cp-kafka:7.9.3";
        var plan = await PlanAsync(cluster, new BrokerChange(Image: good));
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cluster.RunAsync(
            plan, cancellation: stopping.Token, after: result => result.Step.Action == ChangeAction.RestartPod ? stopping.CancelAsync() : Task.CompletedTask));
        var first = Assert.Single(cluster.Deleted);
        var uid = cluster.Uid(first);
        var bad = await PlanAsync(cluster, new BrokerChange(Image: "confluentinc/cp-kafka:0.0.1-none"));
        var order = Restarts(bad);
        Assert.Equal(Brokers, order.Order());
        var error = await Assert.ThrowsAsync<EngineException>(() => cluster.RunAsync(bad, timeout: 6));

        Assert.Equal(("PodNotReady", order[0]), (error.Id, error.Target));
        Assert.Contains("can't pull image confluentinc/cp-kafka:0.0.1-none", error.Message, StringComparison.Ordinal);
        Assert.StartsWith($"Step 2 of 4 (restart {order[0]}) was not finished: {order[0]} was not ready within 6 seconds.", error.Message, StringComparison.Ordinal);
        Assert.Contains($"restart {order[1]}, restart {order[2]}", error.Advice, StringComparison.Ordinal);
        Assert.Equal([first, order[0]], cluster.Deleted);
        Assert.All(order.Skip(1), broker => Assert.True(PodReading.IsReady(cluster.Pod(broker)!)));

        // The same again waits where it stopped, and takes no other broker down; the right image begins with the broker that is down.
        var same = await PlanAsync(cluster, new BrokerChange(Image: "confluentinc/cp-kafka:0.0.1-none"));
        Assert.Equal((ChangeAction.AwaitPod, order[0]), (same.Steps[0].Action, same.Steps[0].Target));
        Assert.Equal(order.Skip(1).Order(), Restarts(same).Order());
        Assert.Equal("PodNotReady", (await Assert.ThrowsAsync<EngineException>(() => cluster.RunAsync(same, timeout: 2))).Id);
        Assert.Equal([first, order[0]], cluster.Deleted);
        await cluster.RunAsync(await PlanAsync(cluster, new BrokerChange(Image: good)));

        // The one that had the right image before is what is wanted again, unless it was the one that was down.
        Assert.Equal(order[0], cluster.Deleted[2]);
        Assert.Equal(Brokers.Where(broker => broker != first || broker == order[0]), cluster.Deleted.Skip(2).Order());
        Assert.Equal(first != order[0], uid == cluster.Uid(first));
        Assert.All(Brokers, broker => Assert.Equal(good, (string?)cluster.Pod(broker)!["spec"]!["containers"]![0]!["image"]));
    }

    [Fact]
    public async Task Stopped_between_the_change_and_the_restarts_the_same_command_restarts_and_changes_nothing_more()
    {
        await using var cluster = await ChangingCluster.StartAsync();
        var change = new BrokerChange(HeapOptions: "-Xmx256M");
        var plan = await PlanAsync(cluster, change);

        // The answer to the change is lost, and then the user has had enough.
        cluster.Practice.Server.Faults.Add(new Fault(FaultKind.DropAfter) { Method = "PATCH", Path = "/statefulsets/kafka", Times = 1 });
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cluster.RunAsync(
            plan, cancellation: stopping.Token, after: result => result.Step.Action == ChangeAction.ChangeField ? stopping.CancelAsync() : Task.CompletedTask));
        Assert.Empty(cluster.Deleted);
        var generation = (long)cluster.Set()["metadata"]!["generation"]!;
        Assert.Equal(2, generation);

        var rest = await PlanAsync(cluster, change);
        Assert.Equal([ChangeAction.RestartPod], rest.Steps.Select(step => step.Action).Distinct());
        Assert.All(rest.Steps, step => Assert.StartsWith("it runs an older template", step.Reason, StringComparison.Ordinal));
        await cluster.RunAsync(rest);
        Assert.Equal(Brokers, cluster.Deleted.Order());
        Assert.Equal(generation, (long)cluster.Set()["metadata"]!["generation"]!);
        Assert.True((await PlanAsync(cluster, change)).IsEmpty);
    }

    [Fact]
    public async Task Who_else_applies_the_set_is_named()
    {
        await using var cluster = await ChangingCluster.StartAsync();
        cluster.Practice.Server.Store.Change(
            ResourceKind.StatefulSets,
            "the-project",
            "kafka",
            live => live["spec"]!["revisionHistoryLimit"] = 7,
            new Writer("kubectl-client-side-apply"));

        var plan = await PlanAsync(cluster, new BrokerChange(HeapOptions: "-Xmx256M"));

        Assert.Contains(plan.Warnings, warning => warning.Contains("also applied by \"kubectl-client-side-apply\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_set_that_restarts_its_pods_by_itself_is_told_not_to()
    {
        await using var cluster = await ChangingCluster.StartAsync();
        cluster.Practice.Server.Store.Change(
            ResourceKind.StatefulSets, "the-project", "kafka", live => live["spec"]!["updateStrategy"] = new JsonObject { ["type"] = "RollingUpdate" });

        var plan = await PlanAsync(cluster, new BrokerChange(HeapOptions: "-Xmx256M"));
        Assert.Contains(plan.Steps, step => step is { Target: "StatefulSet kafka spec.updateStrategy.type", To: "OnDelete" } && step.Reason.Contains("without looking at their replicas", StringComparison.Ordinal));
        await cluster.RunAsync(plan);

        Assert.Equal(Brokers, cluster.Deleted.Order());
        Assert.Equal("OnDelete", (string?)cluster.Set()["spec"]!["updateStrategy"]!["type"]);
    }

    [Fact]
    public async Task More_brokers_join_and_hold_nothing_and_fewer_leave_with_their_claims_named()
    {
        await using var cluster = await ChangingCluster.StartAsync();
        await cluster.TopicAsync("orders");
        var more = await PlanAsync(cluster, new BrokerChange(Replicas: 5));
        Assert.Equal(["ChangeField StatefulSet kafka spec.replicas", "AddMember kafka-3", "AddMember kafka-4"], more.Steps.Select(step => $"{step.Action} {step.Target}"));
        await cluster.RunAsync(more);
        Assert.True(PodReading.IsReady(cluster.Pod("kafka-4")!));
        Assert.Empty(cluster.Deleted);
        Assert.True((await PlanAsync(cluster, new BrokerChange(Replicas: 5))).IsEmpty);

        Assert.Equal("TooFewBrokersLeft", (await RefusedAsync(cluster, new BrokerChange(Replicas: 2))).Id);
        var fewer = await PlanAsync(cluster, new BrokerChange(Replicas: 3));
        Assert.Equal(
            ["RemoveMember kafka-4", "RemoveMember kafka-3", "KeepClaim datadir-kafka-3", "KeepClaim datadir-kafka-4"], fewer.Steps.Select(step => $"{step.Action} {step.Target}"));
        Assert.False(fewer.LosesData);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cluster.RunAsync(
            fewer, cancellation: stopping.Token, after: result => result.Step.Target == "kafka-4" ? stopping.CancelAsync() : Task.CompletedTask));
        Assert.Null(cluster.Pod("kafka-4"));

        var rest = await PlanAsync(cluster, new BrokerChange(Replicas: 3, IncludeData: true));
        Assert.Equal(
            ["RemoveMember kafka-3", "DeleteClaim datadir-kafka-3", "DeleteClaim datadir-kafka-4"], rest.Steps.Select(step => $"{step.Action} {step.Target}"));
        Assert.True(rest.LosesData);
        await cluster.RunAsync(rest);
        Assert.Equal(3, cluster.Practice.Server.Store.List(ResourceKind.PersistentVolumeClaims, "the-project").Count(claim => ((string)claim["metadata"]!["name"]!).StartsWith("datadir-", StringComparison.Ordinal)));
        Assert.True((await PlanAsync(cluster, new BrokerChange(Replicas: 3, IncludeData: true))).IsEmpty);
    }

    [Fact]
    public async Task A_broker_that_holds_replicas_does_not_leave()
    {
        await using var cluster = await ChangingCluster.StartAsync(specification => specification with { Brokers = new BrokerSpecification(Replicas: 4) });
        await cluster.TopicAsync("orders", partitions: 8);

        var error = await RefusedAsync(cluster, new BrokerChange(Replicas: 3));
        Assert.Equal(("BrokerHoldsReplicas", EngineErrorKind.Conflict, "the-project/kafka"), (error.Id, error.Kind, error.Target));
        Assert.Contains("kafka-3 holds orders-", error.Message, StringComparison.Ordinal);
        Assert.Contains("-Drain", error.Advice, StringComparison.Ordinal);
        Assert.Equal(4, (int)cluster.Set()["spec"]!["replicas"]!);
    }

    [Fact]
    public async Task A_replica_that_is_put_on_a_leaving_broker_meanwhile_keeps_it()
    {
        await using var cluster = await ChangingCluster.StartAsync(specification => specification with { Brokers = new BrokerSpecification(Replicas: 4) });
        var plan = await PlanAsync(cluster, new BrokerChange(Replicas: 3));
        await cluster.TopicAsync("late", partitions: 8);
        var error = await Assert.ThrowsAsync<EngineException>(() => cluster.RunAsync(plan));

        Assert.Equal("BrokerHoldsReplicas", error.Id);
        Assert.StartsWith("Step 1 of 2 (remove kafka-3) was not finished: ", error.Message, StringComparison.Ordinal);
        Assert.Equal(4, (int)cluster.Set()["spec"]!["replicas"]!);
    }

    [Fact]
    public async Task Claims_grow_where_their_class_lets_them()
    {
        await using var cluster = await ChangingCluster.StartAsync();
        cluster.Practice.Server.Store.Change(ResourceKind.StorageClasses, null, "standard", live => live["allowVolumeExpansion"] = true);

        var plan = await PlanAsync(cluster, new BrokerChange(StorageSize: "3Gi"));
        Assert.Equal(
            ["GrowClaim datadir-kafka-0 1Gi 3Gi", "GrowClaim datadir-kafka-1 1Gi 3Gi", "GrowClaim datadir-kafka-2 1Gi 3Gi"],
            plan.Steps.Select(step => $"{step.Action} {step.Target} {step.From} {step.To}"));
        await cluster.RunAsync(plan);

        Assert.Equal("3Gi", (string?)cluster.Practice.Server.Store.Get(ResourceKind.PersistentVolumeClaims, "the-project", "datadir-kafka-2")!["status"]!["capacity"]!["storage"]);
        Assert.True((await PlanAsync(cluster, new BrokerChange(StorageSize: "3072Mi"))).IsEmpty);
        Assert.Empty(cluster.Deleted);
    }

    [Fact]
    public async Task Claims_whose_file_systems_wait_for_their_pods_to_start_are_not_grown_yet()
    {
        await using var practice = await PracticeCluster.StartAsync();
        practice.Put(Specifications.Whole(ClusterPreset.Standard) with { Brokers = new BrokerSpecification(Replicas: 2) }, ready: true);
        foreach (var name in new[] { "datadir-kafka-0", "datadir-kafka-1" })
        {
            practice.Server.Store.Create(ResourceKind.PersistentVolumeClaims, JsonNode.Parse(
                $$$"""
                {
                  "apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": { "name": "{{{name}}}", "namespace": "the-project" },
                  "spec": { "accessModes": ["ReadWriteOnce"], "resources": { "requests": { "storage": "3Gi" } } },
                  "status": { "capacity": { "storage": "1Gi" }, "conditions": [{ "type": "FileSystemResizePending", "status": "True", "message": "Waiting for user to (re-)start a pod" }] }
                }
                """)!.AsObject());
        }

        var changes = new BrokerChanges(practice.Connection);
        for (var run = 0; run < 2; run++)
        {
            var plan = await changes.PlanAsync(PracticeCluster.Kafka, new BrokerChange(StorageSize: "3Gi"), force: false, Cancellation);
            Assert.Equal(["kafka-0", "kafka-1"], plan.Steps.Select(step => step.BlockedBy!.Split(',')[0]));
            var error = await Assert.ThrowsAsync<EngineException>(
                () => new PlanRunner(practice.Heard).RunAsync(plan, TimeSpan.FromMilliseconds(200), StepListener.Silent, Cancellation));

            Assert.Equal(("ClaimNotGrown", "datadir-kafka-0"), (error.Id, error.Target));
            Assert.Contains("Restart-KafkaBroker -Id 0, 1 -Namespace the-project.", error.Advice, StringComparison.Ordinal);
        }

        foreach (var name in new[] { "datadir-kafka-0", "datadir-kafka-1" })
        {
            practice.Server.Store.Change(ResourceKind.PersistentVolumeClaims, "the-project", name, live => live["status"] = new JsonObject { ["capacity"] = new JsonObject { ["storage"] = "3Gi" } });
        }

        Assert.True((await changes.PlanAsync(PracticeCluster.Kafka, new BrokerChange(StorageSize: "3Gi"), force: false, Cancellation)).IsEmpty);
    }

    private static Task<ChangePlan> PlanAsync(ChangingCluster cluster, BrokerChange change) =>
        cluster.Changes.PlanAsync(PracticeCluster.Kafka, change, force: false, Cancellation);

    private static Task<EngineException> RefusedAsync(ChangingCluster cluster, BrokerChange change) =>
        Assert.ThrowsAsync<EngineException>(() => PlanAsync(cluster, change));

    private static IReadOnlyList<string> Restarts(ChangePlan plan) =>
        [.. plan.Steps.Where(step => step.Action == ChangeAction.RestartPod).Select(step => step.Target)];

    private static string? Variable(JsonObject pod, string name) =>
        (string?)pod["spec"]!["containers"]![0]!["env"]!.AsArray().SingleOrDefault(variable => (string?)variable!["name"] == name)?["value"];
}
