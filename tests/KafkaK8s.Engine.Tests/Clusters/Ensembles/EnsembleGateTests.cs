using KafkaK8s.Engine.Clusters;
using KafkaK8s.Engine.Clusters.Ensembles;

namespace KafkaK8s.Engine.Tests.Clusters.Ensembles;

/// <summary>When a member may be taken down, and when it is back.</summary>
public sealed class EnsembleGateTests
{
    [Fact]
    public void In_a_sound_ensemble_every_member_may_go() =>
        Assert.All(Enumerable.Range(1, 3), id => Assert.Empty(EnsembleGate.TakeDown(Ensembles.Sound(3), id, mayPause: false).Blockers));

    [Fact]
    public void With_another_one_of_three_down_the_quorum_is_at_risk()
    {
        var gate = EnsembleGate.TakeDown(Silent(Ensembles.Sound(3), 2), 1, mayPause: false);

        Assert.True(gate.QuorumAtRisk);
        Assert.Equal("z-1", Assert.Single(gate.Blockers).Subject);
    }

    [Fact]
    public void With_another_one_of_five_down_the_quorum_would_hold_and_still_none_is_taken_down()
    {
        var gate = EnsembleGate.TakeDown(Silent(Ensembles.Sound(5), 2), 1, mayPause: false);

        Assert.False(gate.QuorumAtRisk);
        Assert.Equal("z-1", Assert.Single(gate.Blockers).Subject);
    }

    [Fact]
    public void Who_serves_nobody_may_go_whatever_the_others_do() =>
        Assert.Empty(EnsembleGate.TakeDown(Silent(Silent(Ensembles.Sound(3), 1), 2), 2, mayPause: false).Blockers);

    [Fact]
    public void The_last_copy_of_ephemeral_data_may_not_go()
    {
        var lost = Silent(Silent(Ensembles.Sound(3) with { IsEphemeral = true }, 1), 2);

        var gate = EnsembleGate.TakeDown(lost, 1, mayPause: false);

        Assert.True(gate.IsAboutData);
        Assert.Contains("its data is in its pod", Assert.Single(gate.Blockers).Rule, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pod_that_never_ran_holds_nothing_that_could_be_lost()
    {
        var broken = Ensembles.Sound(3) with { IsEphemeral = true };
        broken = broken with { Members = [.. broken.Members.Select(member => member with { Answer = null, HasRun = member.Id != 2, IsRunning = member.Id != 2 })] };

        Assert.Empty(EnsembleGate.TakeDown(broken, 2, mayPause: false).Blockers);
        Assert.NotEmpty(EnsembleGate.TakeDown(broken, 1, mayPause: false).Blockers);
    }

    [Fact]
    public void By_a_longer_list_three_of_four_are_needed()
    {
        // Members 1 and 4 have the longer list, and 2 leads by the shorter one, which 1 and 3 would do for.
        var mixed = Ensembles.Of(4, 4, [4, 3, 3, 4], leader: 2);

        Assert.False(EnsembleGate.TakeDown(mixed, 3, mayPause: false).QuorumAtRisk);
        Assert.True(EnsembleGate.TakeDown(Silent(mixed, 1), 3, mayPause: false).QuorumAtRisk);
    }

    [Fact]
    public void A_member_is_back_when_it_serves_and_knows_what_the_leader_knows()
    {
        var behind = Knowing(Ensembles.Sound(3), (1, 0x1_0000_0004), (2, 0x1_0000_0005), (3, 0x1_0000_0005));

        Assert.Equal(
            "z-0: it has not caught up with the leader: it knows 0x100000004, z-2 0x100000005",
            Assert.Single(EnsembleGate.Lacking(behind, 1)).ToString());
        Assert.Empty(EnsembleGate.Lacking(behind, 2));
        Assert.Contains("it is in no quorum", Assert.Single(EnsembleGate.Lacking(Silent(behind, 2), 2)).Rule, StringComparison.Ordinal);
        Assert.NotEmpty(EnsembleGate.TakeDown(behind, 2, mayPause: false).Blockers);
    }

    [Fact]
    public void In_a_new_epoch_without_writes_a_follower_names_the_last_one_of_the_old_epoch() =>
        Assert.Empty(EnsembleGate.Lacking(Knowing(Ensembles.Sound(3), (1, 0x1_0000_0004), (2, 0x1_0000_0004), (3, 0x2_0000_0000)), 1));

    [Fact]
    public void With_a_list_of_two_the_first_to_come_back_waits_for_the_second()
    {
        var halfway = Silent(Ensembles.Of(3, 2, [2, 3, 3], leader: 3), 1);
        var done = Silent(Ensembles.Of(3, 2, [2, 2, 3], leader: 1), 1);

        Assert.Empty(EnsembleGate.Lacking(halfway, 1));
        Assert.NotEmpty(EnsembleGate.Lacking(done, 1));
        Assert.Empty(EnsembleGate.TakeDown(halfway, 2, mayPause: true).Blockers);
        Assert.NotEmpty(EnsembleGate.TakeDown(halfway, 2, mayPause: false).Blockers);
    }

    [Fact]
    public void A_ready_member_without_an_answer_may_serve_and_is_not_taken_down()
    {
        var gate = EnsembleGate.TakeDown(Unanswered(Ensembles.Sound(3), 1), 1, mayPause: false);

        Assert.Equal("z-0: it counts as ready, and does not say whether it serves: it did not answer within 5 seconds", Assert.Single(gate.Blockers).ToString());
        Assert.Equal((false, true), (gate.QuorumAtRisk, gate.GivesWayToForce));
        Assert.Equal("z-0", Assert.Single(EnsembleGate.Lacking(Unanswered(Ensembles.Sound(3), 1), 1)).Subject);
        Assert.Equal("z-1", Assert.Single(EnsembleGate.TakeDown(Unanswered(Ensembles.Sound(3), 2), 1, mayPause: false).Blockers).Subject);
    }

    [Fact]
    public void A_member_without_an_answer_that_is_not_ready_either_may_go()
    {
        var hung = Unanswered(Ensembles.Sound(3), 1);
        hung = hung with { Members = [.. hung.Members.Select(member => member.Id == 1 ? member with { IsReady = false } : member)] };

        Assert.Empty(EnsembleGate.TakeDown(hung, 1, mayPause: false).Blockers);
        Assert.NotEmpty(EnsembleGate.TakeDown(hung, 2, mayPause: false).Blockers);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void With_another_one_down_a_member_without_an_answer_is_not_taken_down_by_force_either(bool force)
    {
        var gate = EnsembleGate.TakeDown(Unanswered(Silent(Ensembles.Sound(3), 2), 1), 1, mayPause: false, force);

        Assert.Contains("z-1", gate.Blockers.Select(blocker => blocker.Subject));
        Assert.Equal((true, false), (gate.QuorumAtRisk, gate.GivesWayToForce));
    }

    [Fact]
    public void Force_waits_for_no_answer_and_for_nobody_to_catch_up_and_still_takes_no_second_member_down()
    {
        var behind = Knowing(Ensembles.Sound(5), (1, 0x1_0000_0004), (2, 0x1_0000_0005), (3, 0x1_0000_0005), (4, 0x1_0000_0005), (5, 0x1_0000_0005));

        Assert.Empty(EnsembleGate.TakeDown(Unanswered(behind, 3), 2, mayPause: false, force: true).Blockers);
        Assert.Equal("z-3", Assert.Single(EnsembleGate.TakeDown(Silent(behind, 4), 2, mayPause: false, force: true).Blockers).Subject);
    }

    [Fact]
    public void Data_in_pods_does_not_go_on_a_guess()
    {
        var gate = EnsembleGate.TakeDown(Unanswered(Ensembles.Sound(3) with { IsEphemeral = true }, 2), 1, mayPause: false, force: true);

        Assert.True(gate.IsAboutData);
        Assert.Equal(["z-0", "z-1"], gate.Blockers.Select(blocker => blocker.Subject));
    }

    [Fact]
    public void Who_does_not_say_comes_after_those_that_follow() =>
        Assert.Equal([3, 1, 4, 2, 5], EnsembleRolling.Order(Unanswered(Silent(Ensembles.Sound(5), 3), 2).Members).Select(member => member.Id));

    [Fact]
    public void A_pod_that_came_back_with_a_list_that_it_is_not_on_holds_nobody_whose_quorum_holds()
    {
        // From five to four, members 1 and 2 restarted, when the fifth was evicted.
        var stage = Ensembles.Of(5, 4, [4, 4, 5, 5, 4], leader: 4);

        Assert.Empty(EnsembleGate.TakeDown(stage, 3, mayPause: false).Blockers);
        Assert.Empty(EnsembleGate.TakeDown(Ensembles.Of(5, 4, [4, 4, 4, 5, 4], leader: 4), 4, mayPause: false).Blockers);
        Assert.Equal(["z-1", "z-4"], EnsembleGate.TakeDown(Silent(stage, 2), 3, mayPause: false).Blockers.Select(blocker => blocker.Subject));
    }

    private static EnsembleTopology Silent(EnsembleTopology topology, int id) =>
        Answering(topology, id, "This ZooKeeper instance is not currently serving requests");

    private static EnsembleTopology Unanswered(EnsembleTopology topology, int id) => Answering(topology, id, "it did not answer within 5 seconds");

    private static EnsembleTopology Answering(EnsembleTopology topology, int id, string problem) => topology with
    {
        Members = [.. topology.Members.Select(member => member.Id == id ? member with { Answer = new MemberMode(member.Pod, null, null, problem) } : member)],
    };

    private static EnsembleTopology Knowing(EnsembleTopology topology, params (int Id, long Zxid)[] known) => topology with
    {
        Members = [.. topology.Members.Select(member => member with { Answer = member.Answer! with { Zxid = known.First(pair => pair.Id == member.Id).Zxid } })],
    };
}
