using KafkaK8s.Engine.Clusters;
using KafkaK8s.Engine.Clusters.Ensembles;

namespace KafkaK8s.Engine.Tests.Clusters.Ensembles;

public sealed class EnsembleStagingTests
{
    public static TheoryData<int, int> Sizes => new(
        from size in Enumerable.Range(1, 7)
        from target in Enumerable.Range(1, 7)
        where size != target
        select (size, target));

    [Theory]
    [MemberData(nameof(Sizes))]
    public void At_no_moment_of_any_stage_can_two_majorities_miss_each_other(int size, int target)
    {
        var stages = EnsembleStaging.Plan(Ensembles.Sound(size), target);

        var moments = Moments.Of(Ensembles.Sound(size), stages).ToList();

        Assert.Equal(Math.Abs(target - size), stages.Count);
        Assert.Empty(moments.SelectMany(Moments.DisjointMajorities));

        // The last moment is the ensemble that was asked for.
        Assert.Equal(Enumerable.Range(1, target).ToDictionary(id => id, _ => target), moments[^1]);
    }

    [Fact]
    public void From_three_to_five_in_one_step_two_majorities_would_miss_each_other()
    {
        EnsembleStage naive = new(3, 5,
        [
            new EnsembleMove.Resize(5, 5),
            new EnsembleMove.Join(4),
            new EnsembleMove.Join(5),
            new EnsembleMove.Restart(1),
            new EnsembleMove.Restart(2),
            new EnsembleMove.Restart(3),
        ]);

        var disjoint = Moments.Of(Ensembles.Sound(3), [naive]).SelectMany(Moments.DisjointMajorities).ToList();

        Assert.Contains("1,2 of 3 and 3,4,5 of 5", disjoint);
        Assert.False(EnsembleQuorum.Overlap(3, 5));
        Assert.True(EnsembleQuorum.Overlap(3, 4));
    }

    [Fact]
    public void The_newcomer_is_first_and_the_one_who_leaves_is_last()
    {
        Assert.Equal(
            [
                "3 to 4: replicas 4 list 4, 4 joins, 1 restarts, 2 restarts, 3 restarts",
                "4 to 5: replicas 5 list 5, 5 joins, 1 restarts, 2 restarts, 3 restarts, 4 restarts",
            ],
            Words(Ensembles.Sound(3), 5));
        Assert.Equal(
            [
                "5 to 4: 5 hands over, replicas 5 list 4, 1 restarts, 2 restarts, 3 restarts, 4 restarts, replicas 4 list 4, 5 leaves",
                "4 to 3: 4 hands over, replicas 4 list 3, 1 restarts, 2 restarts, 3 restarts, replicas 3 list 3, 4 leaves",
            ],
            Words(Ensembles.Sound(5), 3));
    }

    [Fact]
    public void An_ensemble_that_agrees_needs_nothing() => Assert.Empty(EnsembleStaging.Plan(Ensembles.Sound(3), 3));

    [Theory]
    [InlineData(1, 3)]
    [InlineData(3, 1)]
    [InlineData(3, 2)]
    [InlineData(2, 1)]
    public void What_would_leave_no_pod_with_the_data_is_refused(int size, int target)
    {
        var error = Assert.Throws<EngineException>(() => EnsembleStaging.Plan(Ensembles.Sound(size) with { IsEphemeral = true }, target));

        Assert.Equal(("EnsembleDataWouldBeLost", EngineErrorKind.Conflict, "z"), (error.Id, error.Kind, error.Target));
    }

    [Fact]
    public void Ephemeral_data_survives_between_three_members_and_more() =>
        Assert.Equal(2, EnsembleStaging.Plan(Ensembles.Sound(3) with { IsEphemeral = true }, 5).Count);

    [Fact]
    public void With_one_or_two_members_every_restart_is_a_pause()
    {
        Assert.All(EnsembleStaging.Plan(Ensembles.Sound(1), 3), stage => Assert.True(stage.Pauses));
        Assert.All(EnsembleStaging.Plan(Ensembles.Sound(3), 5), stage => Assert.False(stage.Pauses));
    }

    [Theory]
    [InlineData("replicas without the list", 5, 3, new[] { 3, 3, 3, 3, 3 }, 5, "3 to 3: replicas 3 list 3, 5 leaves, 4 leaves|3 to 4: *|4 to 5: *")]
    [InlineData("the list without replicas", 3, 5, new[] { 3, 3, 3 }, 3, "3 to 3: replicas 3 list 3")]
    [InlineData("all at once upwards, nobody restarted", 5, 5, new[] { 3, 3, 3, 5, 5 }, 5, "3 to 3: replicas 3 list 3, 5 leaves, 4 leaves|3 to 4: *|4 to 5: *")]
    [InlineData("all at once downwards", 3, 3, new[] { 5, 5, 5 }, 3, "5 to 5: replicas 5 list 5, 4 joins, 5 joins|5 to 4: *|4 to 3: *")]
    [InlineData("a pod is away", 3, 3, new[] { 3, 0, 3 }, 3, "3 to 3: 2 joins")]
    public void A_broken_ensemble_is_mended_by_the_list_that_counts_before_it_goes_on(string what, int replicas, int list, int[] lists, int target, string expected)
    {
        var broken = Ensembles.Of(replicas, list, lists, leader: 3);

        Assert.Equal(expected.Split('|').Length, Words(broken, target).Count);
        Assert.All(
            expected.Split('|').Zip(Words(broken, target)),
            pair => Assert.True(pair.First.EndsWith('*') ? pair.Second.StartsWith(pair.First[..^1], StringComparison.Ordinal) : pair.First == pair.Second, $"{what}: {pair.Second}"));
    }

    [Fact]
    public void When_the_leader_has_the_longer_list_that_one_counts() =>
        Assert.Equal(["5 to 5: 2 restarts, 3 restarts"], Words(Ensembles.Of(5, 5, [5, 3, 3, 5, 5], leader: 5), 5));

    [Fact]
    public void Lists_that_differ_by_more_without_a_leader_are_not_touched()
    {
        var error = Assert.Throws<EngineException>(() => EnsembleStaging.Plan(Ensembles.Of(5, 5, [5, 3, 3, 5, 5], leader: null), 5));

        Assert.Equal("EnsembleInconsistent", error.Id);
        Assert.Contains("z-1, z-2 started with a list of 3, and ZOO_SERVERS lists 5 now", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_split_ensemble_is_not_touched()
    {
        var split = Ensembles.Of(3, 1, [1, 1, 1], leader: 1);
        split = split with { Members = [.. split.Members.Select(member => member with { Answer = new MemberMode(member.Pod, "standalone", "3.4.10", null) })] };

        var error = Assert.Throws<EngineException>(() => EnsembleStaging.Plan(split, 3));

        Assert.Equal("EnsembleSplit", error.Id);
        Assert.Contains("z-0 and z-1 and z-2 both lead", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Whoever_asks_again_after_an_interruption_gets_the_rest(int size, int target)
    {
        var stages = EnsembleStaging.Plan(Ensembles.Sound(size), target);
        var all = stages.SelectMany(stage => stage.Moves).ToList();
        var sets = Moments.SetsDuring(Ensembles.Sound(size), stages).ToList();

        for (var done = 0; done <= all.Count; done++)
        {
            var left = EnsembleStaging.Plan(sets[done], target).SelectMany(stage => stage.Moves).Where(move => move is not EnsembleMove.HandOver);

            Assert.Equal(all.Skip(done).Where(move => move is not EnsembleMove.HandOver), left);
        }
    }

    private static IReadOnlyList<string> Words(EnsembleTopology topology, int target) =>
        [.. EnsembleStaging.Plan(topology, target).Select(stage => $"{stage.From} to {stage.To}: {string.Join(", ", stage.Moves.Select(Word))}")];

    private static string Word(EnsembleMove move) => move switch
    {
        EnsembleMove.Resize resize => $"replicas {resize.Replicas} list {resize.ListSize}",
        EnsembleMove.Join join => $"{join.Id} joins",
        EnsembleMove.HandOver handOver => $"{handOver.Id} hands over",
        EnsembleMove.Restart restart => $"{restart.Id} restarts",
        EnsembleMove.Leave leave => $"{leave.Id} leaves",
        _ => throw new ArgumentOutOfRangeException(nameof(move)),
    };
}
