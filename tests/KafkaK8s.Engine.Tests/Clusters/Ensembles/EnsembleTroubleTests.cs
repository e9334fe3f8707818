using KafkaK8s.Engine.Clusters;
using KafkaK8s.Engine.Clusters.Changes;
using KafkaK8s.Engine.Clusters.Ensembles;
using KafkaK8s.Engine.Kubernetes;
using KafkaK8s.Sandbox.Api;

namespace KafkaK8s.Engine.Tests.Clusters.Ensembles;

/// <summary>What gets in the way of a change: members that go, images that can't be pulled, a server that is away, a user who stops it.</summary>
public sealed class EnsembleTroubleTests : ChangingEnsemble
{
    [Fact]
    public async Task With_a_member_down_nothing_is_taken_down_and_the_error_says_who_holds_it()
    {
        await using var practice = await StandUpAsync(ClusterPreset.Standard, 3);
        var before = await SoundAsync(practice, 3);
        practice.Server.PodFaults.Hold("the-project", "kafka-zookeeper-1");
        await UntilSilentAsync(practice, "kafka-zookeeper-1");
        var careful = await new EnsembleChanges(practice.Connection).PlanRestartAsync(PracticeCluster.Kafka, ["kafka-zookeeper-0"], force: false, Cancellation);

        var error = await Assert.ThrowsAsync<EngineException>(() => RunAsync(practice, careful, timeout: TimeSpan.FromSeconds(2)));

        Assert.Equal(ChangeAction.AwaitPod, careful.Steps[0].Action);
        Assert.Equal(EngineErrorKind.Timeout, error.Kind);
        Assert.StartsWith("Step 1 of 3 (wait for kafka-zookeeper-1) was not finished", error.Message, StringComparison.Ordinal);
        Assert.Equal(before.Members[0].Uid, (string?)Pod(practice, "kafka-zookeeper-0")["metadata"]!["uid"]);
    }

    [Theory]
    [InlineData(ClusterPreset.Standard)]
    [InlineData(ClusterPreset.Article)]
    public async Task Force_takes_no_second_member_down_and_never_costs_the_data(ClusterPreset preset)
    {
        await using var practice = await StandUpAsync(preset, 3, speed: preset == ClusterPreset.Article ? 200 : 60);
        var before = await SoundAsync(practice, 3);
        practice.Server.PodFaults.Hold("the-project", "kafka-zookeeper-1");
        await UntilSilentAsync(practice, "kafka-zookeeper-1");
        var plan = await new EnsembleChanges(practice.Connection).PlanRestartAsync(PracticeCluster.Kafka, ["kafka-zookeeper-0"], force: true, Cancellation);
        Assert.DoesNotContain(plan.Steps, step => step.Action == ChangeAction.AwaitPod);

        var error = await Assert.ThrowsAsync<EngineException>(() => RunAsync(practice, plan, timeout: TimeSpan.FromSeconds(2)));

        Assert.Equal(("QuorumAtRisk", "kafka-zookeeper-0"), (error.Id, error.Target));
        Assert.Contains(preset == ClusterPreset.Standard ? "no two members are ever down at a time on purpose" : "its data is in its pod", error.Message, StringComparison.Ordinal);
        Assert.Contains(preset == ClusterPreset.Standard ? "No second member is taken down, by -Force either" : "Nothing overrides this", error.Advice, StringComparison.Ordinal);
        Assert.Equal(before.Members[0].Uid, (string?)Pod(practice, "kafka-zookeeper-0")["metadata"]!["uid"]);
    }

    [Fact]
    public async Task A_member_that_can_not_be_asked_is_not_taken_down_until_it_answers()
    {
        await using var practice = await StandUpAsync(ClusterPreset.Standard, 3);
        var follower = (await SoundAsync(practice, 3)).Members.First(member => !member.Leads).Pod;
        var broken = practice.Server.Faults.Add(new Fault(FaultKind.DropBefore) { Path = $"/pods/{follower}/portforward" });
        var plan = await new EnsembleChanges(practice.Connection).PlanRestartAsync(PracticeCluster.Kafka, null, force: false, Cancellation);
        Assert.Equal([follower, "leader"], plan.Steps.TakeLast(2).Select(step => step.Target == follower ? follower : step.Reason.Contains("it leads", StringComparison.Ordinal) ? "leader" : step.Target));

        var error = await Assert.ThrowsAsync<EngineException>(() => RunAsync(practice, plan, timeout: TimeSpan.FromSeconds(3)));

        Assert.Equal("RestartBlocked", error.Id);
        Assert.Contains($"{follower}: it counts as ready, and does not say whether it serves", error.Message, StringComparison.Ordinal);
        Assert.Empty(Deleted(practice));

        practice.Server.Faults.Remove(broken);
        await RunAsync(practice, await new EnsembleChanges(practice.Connection).PlanRestartAsync(PracticeCluster.Kafka, null, force: false, Cancellation));
        await SoundAsync(practice, 3);
        Assert.Equal(3, Restarted().Count);
    }

    [Fact]
    public async Task An_ensemble_that_may_not_say_is_restarted_by_force_only_which_is_how_it_is_allowed_to()
    {
        await using var practice = await StandUpAsync(ClusterPreset.Standard, 3);
        var changes = new EnsembleChanges(practice.Connection);

        // With probes that ask for less, all of it is ready.
        await RunAsync(practice, await changes.PlanAsync(PracticeCluster.Kafka, new EnsembleRequest(Override: Override(
            """
            {"env":[{"name":"ZOO_4LW_COMMANDS_WHITELIST","value":"ruok"}],
             "readinessProbe":{"exec":null,"tcpSocket":{"port":"client"}},
             "startupProbe":{"exec":null,"tcpSocket":{"port":"client"}}}
            """)), force: true, Cancellation));
        Assert.Equal(3, Restarted().Count);

        foreach (var plan in new[] { () => changes.PlanRestartAsync(PracticeCluster.Kafka, null, force: false, Cancellation), () => PlanAsync(practice, new EnsembleRequest(Replicas: 4)) })
        {
            var error = await Assert.ThrowsAsync<EngineException>(plan);
            Assert.Equal(("EnsembleMayNotSay", EngineErrorKind.NotSupported, Set), (error.Id, error.Kind, error.Target));
            Assert.Contains("4lw.commands.whitelist", error.Message, StringComparison.Ordinal);
            Assert.Contains("ZOO_4LW_COMMANDS_WHITELIST", error.Advice, StringComparison.Ordinal);
        }

        Results.Clear();
        await RunAsync(practice, await changes.PlanAsync(
            PracticeCluster.Kafka, new EnsembleRequest(Override: Override("""{"env":[{"name":"ZOO_4LW_COMMANDS_WHITELIST","value":"srvr"}]}""")), force: true, Cancellation));
        Assert.Equal(3, Restarted().Count);
        await UntilServingAsync(practice);
        await SoundAsync(practice, 3);
    }

    [Fact]
    public async Task A_member_on_its_way_out_that_is_evicted_meanwhile_holds_nobody_up()
    {
        await using var practice = await StandUpAsync(ClusterPreset.Standard, 5);
        const string Leaving = "kafka-zookeeper-4";
        var plan = await PlanAsync(practice, new EnsembleRequest(Replicas: 4));

        // It comes back with the shorter list, with which it can't start.
        await RunAsync(practice, plan, onStep: async result =>
        {
            if (result.Step.Action == ChangeAction.RestartPod && Restarted().Count == 2)
            {
                var uid = (string?)Pod(practice, Leaving)["metadata"]!["uid"];
                await practice.Connection.Resources.DeleteAsync(new ResourceReference("v1", "Pod", "the-project", Leaving), new DeleteOptions(), Cancellation);
                await UntilAsync(practice, topology => topology.Members.Any(member => member is { Pod: Leaving, IsStray: true } && member.Uid != uid));
            }
        });

        await SoundAsync(practice, 4);
        Assert.Equal(4, Restarted().Count);
    }

    [Fact]
    public async Task An_image_that_is_none_stops_at_the_first_member_and_the_right_one_mends_it()
    {
        await using var practice = await StandUpAsync(ClusterPreset.Standard, 3);
        var before = await SoundAsync(practice, 3);

        var error = await Assert.ThrowsAsync<EngineException>(async () => await RunAsync(practice, await PlanAsync(practice, new EnsembleRequest(Image: "Not:An:Image"))));

        Assert.Equal("ImageNameInvalid", error.Id);
        Assert.Contains("Step 2 of 4", error.Message, StringComparison.Ordinal);
        Assert.Single(before.Members, member => (string?)Pod(practice, member.Pod)["metadata"]!["uid"] != member.Uid);

        Results.Clear();
        await RunAsync(practice, await PlanAsync(practice, new EnsembleRequest(Image: "zookeeper:3.9.3")));
        await SoundAsync(practice, 3);
        Assert.Equal(error.Target, Restarted()[0]);
        Assert.All(before.Members, member => Assert.Equal("zookeeper:3.9.3", (string?)Pod(practice, member.Pod)["spec"]!["containers"]![0]!["image"]));
    }

    [Fact]
    public async Task A_newcomer_that_does_not_start_stops_before_anybody_is_restarted()
    {
        await using var practice = await StandUpAsync(ClusterPreset.Standard, 3);
        var before = await SoundAsync(practice, 3);

        var error = await Assert.ThrowsAsync<EngineException>(
            async () => await RunAsync(practice, await PlanAsync(practice, new EnsembleRequest(Replicas: 5, Image: "Not:An:Image"))));

        Assert.Contains("(add kafka-zookeeper-3) was not finished", error.Message, StringComparison.Ordinal);
        Assert.All(before.Members, member => Assert.Equal(member.Uid, (string?)Pod(practice, member.Pod)["metadata"]!["uid"]));

        await RunAsync(practice, await PlanAsync(practice, new EnsembleRequest(Replicas: 4, Image: "zookeeper:3.9.3")));
        await SoundAsync(practice, 4);
    }

    [Fact]
    public async Task Somebody_else_who_changes_the_set_meanwhile_ends_it()
    {
        await using var practice = await StandUpAsync(ClusterPreset.Standard, 3);
        var plan = await PlanAsync(practice, new EnsembleRequest(Replicas: 4));
        practice.Server.Store.Change(ResourceKind.StatefulSets, "the-project", Set, set => set["spec"]!["replicas"] = 2);

        var error = await Assert.ThrowsAsync<EngineException>(() => RunAsync(practice, plan));

        Assert.Equal(("EnsembleChanged", EngineErrorKind.Conflict, Set), (error.Id, error.Kind, error.Target));
        Assert.DoesNotContain(Results, result => result.Status == StepStatus.Done);
    }
}
