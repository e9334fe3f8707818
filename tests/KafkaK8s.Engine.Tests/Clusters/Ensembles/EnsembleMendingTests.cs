using System.Text.Json.Nodes;
using KafkaK8s.Engine.Clusters;
using KafkaK8s.Engine.Clusters.Changes;
using KafkaK8s.Engine.Clusters.Ensembles;
using KafkaK8s.Sandbox.Api;

namespace KafkaK8s.Engine.Tests.Clusters.Ensembles;

/// <summary>Ensembles that are restarted, and those that don't agree with themselves.</summary>
public sealed class EnsembleMendingTests : ChangingEnsemble
{
    [Fact]
    public async Task A_restart_takes_each_member_once_and_the_leader_last()
    {
        await using var practice = await StandUpAsync(ClusterPreset.Standard, 3);
        var before = await SoundAsync(practice, 3);

        await RunAsync(practice, await new EnsembleChanges(practice.Connection).PlanRestartAsync(PracticeCluster.Kafka, null, force: false, Cancellation));

        var after = await SoundAsync(practice, 3);
        Assert.Empty(before.Members.Select(member => member.Uid).Intersect(after.Members.Select(member => member.Uid)));
        Assert.Equal(before.Leaders[0].Pod, Restarted()[^1]);
        Assert.Equal(3, Restarted().Count);
    }

    [Fact]
    public async Task A_restart_that_would_bring_in_a_list_of_two_more_is_refused_and_a_change_goes_by_one()
    {
        await using var practice = await StandUpAsync(ClusterPreset.Standard, 3);
        var live = practice.Server.Store.Get(ResourceKind.StatefulSets, "the-project", Set)!;
        var longer = ServerList.Resize(live["spec"]!["template"]!["spec"], Set, 5)["containers"]![0]!["env"]![0]!["value"]!;
        practice.Server.Store.Change(ResourceKind.StatefulSets, "the-project", Set, set =>
        {
            set["spec"]!["replicas"] = 5;
            set["spec"]!["template"]!["spec"]!["containers"]![0]!["env"]!.AsArray().Single(variable => (string?)variable!["name"] == "ZOO_SERVERS")!["value"] = longer.DeepClone();
        });

        var error = await Assert.ThrowsAsync<EngineException>(
            () => new EnsembleChanges(practice.Connection).PlanRestartAsync(PracticeCluster.Kafka, ["kafka-zookeeper-0"], force: false, Cancellation));
        var plan = await PlanAsync(practice, new EnsembleRequest());
        await RunAsync(practice, plan);

        Assert.Equal(("EnsembleInconsistent", EngineErrorKind.Conflict), (error.Id, error.Kind));
        Assert.Equal("change StatefulSet kafka-zookeeper spec.replicas from 5 to 3", plan.Steps[0].ToString());
        await SoundAsync(practice, 5);
    }

    [Fact]
    public async Task A_set_that_restarts_by_itself_is_kept_from_it_first()
    {
        await using var practice = await StandUpAsync(ClusterPreset.Standard, 3);
        practice.Server.Store.Change(ResourceKind.StatefulSets, "the-project", Set, set => set["spec"]!["updateStrategy"] = new JsonObject { ["type"] = "RollingUpdate" });

        var plan = await PlanAsync(practice, new EnsembleRequest(Resources: new JsonObject { ["requests"] = new JsonObject { ["memory"] = "300Mi" } }));
        await RunAsync(practice, plan);

        Assert.Equal("change StatefulSet kafka-zookeeper spec.updateStrategy.type from RollingUpdate to OnDelete", plan.Steps[0].ToString());
        await SoundAsync(practice, 3);
        Assert.Equal("300Mi", (string?)Pod(practice, "kafka-zookeeper-0")["spec"]!["containers"]![0]!["resources"]!["requests"]!["memory"]);
        Assert.Equal(3, Restarted().Count);
    }

    [Fact]
    public async Task An_ensemble_that_was_scaled_without_its_list_is_reported_and_mended()
    {
        await using var practice = await StandUpAsync(ClusterPreset.Standard, 3);
        practice.Server.Store.Change(ResourceKind.StatefulSets, "the-project", Set, set => set["spec"]!["replicas"] = 5);

        var state = await new ClusterInspection(practice.Connection).GetAsync(PracticeCluster.Kafka, Cancellation);
        var plan = await PlanAsync(practice, new EnsembleRequest());
        await RunAsync(practice, plan);

        Assert.Equal(["kafka-zookeeper has 5 replicas, and ZOO_SERVERS lists 3"], state.Zookeeper!.Topology.Disagreements());
        Assert.Contains(plan.Warnings, warning => warning.Contains("has 5 replicas, and ZOO_SERVERS lists 3", StringComparison.Ordinal));
        await SoundAsync(practice, 5);
    }
}
