using KafkaK8s.Engine.Kafka;
using KafkaK8s.Engine.Kafka.Tools;

namespace KafkaK8s.Engine.Tests.Kafka;

/// <summary>What kafka-consumer-groups once answered, and what a caller gets from it.</summary>
public sealed class GroupTranscriptTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("1.1.1", 7)]
    [InlineData("3.9.2", 6)]
    [InlineData("4.3.1", 6)]
    public async Task All_groups_are_listed(string version, int count)
    {
        var (kafka, _) = await Scripted.OpenAsync(version, "groups-list");

        var groups = await kafka.Groups.ListAsync(Cancellation);

        Assert.Equal(count, groups.Count);
        Assert.Contains("billing", groups);
    }

    [Theory]
    [InlineData("1.1.1")]
    [InlineData("3.9.2")]
    [InlineData("4.3.1")]
    public async Task A_group_without_members_has_its_offsets(string version)
    {
        var kafka = await OpenAsync(version, "billing", "groups-describe-lag", "groups-describe-members", "groups-describe-state");

        var group = Assert.Single(await kafka.Groups.DescribeAsync(["billing", "nobody"], Cancellation));

        Assert.Equal(("billing", "Empty", null, 0), (group.Name, group.State, group.Strategy, group.Members.Count));
        Assert.Equal([(0, 0L, 0L, 0L), (1, 0L, 4L, 4L), (2, 0L, 0L, 0L), (3, 0L, 0L, 0L)], group.Offsets.Select(offset =>
            (offset.Partition, offset.CurrentOffset!.Value, offset.LogEndOffset!.Value, offset.Lag!.Value)));
        Assert.All(group.Offsets, offset => Assert.Equal(("orders", null), (offset.Topic, offset.MemberId)));
    }

    [Theory]
    [InlineData("1.1.1", "consumer-1")]
    [InlineData("3.9.2", "console-consumer")]
    [InlineData("4.3.1", "console-consumer")]
    public async Task An_active_group_has_its_members(string version, string client)
    {
        var kafka = await OpenAsync(version, "live", "groups-describe-active", "groups-members-active", "groups-state-active");

        var group = Assert.Single(await kafka.Groups.DescribeAsync(null, Cancellation));

        Assert.Equal(("Stable", "range"), (group.State, group.Strategy));
        var member = Assert.Single(group.Members);
        Assert.Equal((client, "127.0.0.1", 4), (member.ClientId, member.Host, member.PartitionCount));
        Assert.StartsWith(client, member.Id, StringComparison.Ordinal);
        Assert.All(group.Offsets, offset => Assert.Equal(member.Id, offset.MemberId));
    }

    [Theory]
    [InlineData("3.9.2")]
    [InlineData("4.3.1")]
    public void Several_groups_come_in_one_table_each(string version)
    {
        var transcript = Transcript.Of(version, "groups-describe-all");

        var offsets = GroupReader.ReadOffsets(TextLines.Of(transcript.Stdout + "\n" + transcript.Stdout.Replace("billing", "a b c", StringComparison.Ordinal)));

        Assert.Equal([("a b c", 4), ("billing", 4)], offsets.GroupBy(offset => offset.Group!).Select(group => (group.Key, group.Count())).Order());
    }

    [Theory]
    [InlineData("groups-reset-dry", true)]
    [InlineData("groups-reset", false)]
    public async Task A_reset_tells_from_where_to_where(string name, bool dryRun)
    {
        foreach (var version in new[] { "1.1.1", "3.9.2", "4.3.1" })
        {
            var kafka = await OpenAsync(version, "billing", "groups-describe", "groups-describe-members", "groups-describe-state", name);

            var moves = await kafka.Groups.ResetAsync(ToEarliest("billing"), dryRun, Cancellation);

            Assert.Equal([(0, 0L, 0L), (1, 4L, 0L), (2, 0L, 0L), (3, 0L, 0L)], moves.Select(move => (move.Partition, move.From!.Value, move.To)));
        }
    }

    [Theory]
    [InlineData("1.1.1")]
    [InlineData("3.9.2")]
    [InlineData("4.3.1")]
    public async Task A_group_with_members_is_not_reset(string version)
    {
        var kafka = await OpenAsync(version, "live", "groups-describe-active", "groups-members-active", "groups-state-active", "groups-reset-active");
        var late = await OpenAsync(version, "live", "groups-describe", "groups-describe-members", "groups-describe-state", "groups-reset-active");

        var error = await Assert.ThrowsAsync<EngineException>(() => kafka.Groups.ResetAsync(ToEarliest("live"), dryRun: false, Cancellation));
        var race = await Assert.ThrowsAsync<EngineException>(() => late.Groups.ResetAsync(ToEarliest("live"), dryRun: false, Cancellation));

        Assert.Equal([("GroupActive", EngineErrorKind.Conflict), ("GroupActive", EngineErrorKind.Conflict)], [(error.Id, error.Kind), (race.Id, race.Kind)]);
        Assert.Contains("127.0.0.1", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("groups-delete", "billing", null)]
    [InlineData("groups-delete-active", "live", "GroupActive")]
    [InlineData("groups-delete-missing", "nobody", "GroupNotFound")]
    public async Task Deleting_tells_what_became_of_each_group(string name, string group, string? id)
    {
        foreach (var version in new[] { "1.1.1", "3.9.2", "4.3.1" })
        {
            var all = Transcript.Of(version);
            var (kafka, _) = await Scripted.OpenAsync(version, arguments => ScriptedAnswer.From(all[
                arguments.Contains("--delete") ? name : arguments.Contains("--state") ? "groups-state-active" : "groups-describe-active"]));

            var error = Assert.Single(await kafka.Groups.DeleteAsync([group], Cancellation)).Error;

            Assert.Equal((version, id), (version, error?.Id));
            Assert.True(id != "GroupActive" || error!.Message.Contains("127.0.0.1", StringComparison.Ordinal), error?.Message);
        }
    }

    [Fact]
    public async Task Many_groups_are_deleted_a_hundred_at_once_and_a_call_that_fails_is_not_the_others()
    {
        var (kafka, runner) = await Scripted.OpenAsync("3.9.2", arguments =>
            arguments.Contains("--group=g150") ? new ScriptedAnswer("Error: Executing consumer group command failed due to Call timed out\n")
            : arguments.Contains("--group=g7") ? new ScriptedAnswer("Error: Deletion of some consumer groups failed:\n* Group 'g7' could not be deleted due to: java.util.concurrent.ExecutionException: org.apache.kafka.common.errors.GroupIdNotFoundException: The group id does not exist.\n", "", 1)
            : new ScriptedAnswer("Deletion of requested consumer groups was successful.\n"));

        var outcomes = await kafka.Groups.DeleteAsync([.. Enumerable.Range(0, 250).Select(number => $"g{number}")], Cancellation);

        Assert.Equal((1, 3), (runner.RemoteCalls, runner.Calls.Count));
        Assert.Equal([100, 100, 50], runner.Calls.Select(call => call.Count(argument => argument.StartsWith("--group=", StringComparison.Ordinal))));
        Assert.Equal(["g7", .. Enumerable.Range(100, 100).Select(number => $"g{number}")], outcomes.Where(outcome => outcome.Error is not null).Select(outcome => outcome.Name));
        Assert.Equal(("GroupNotFound", "g150"), (outcomes[7].Error!.Id, outcomes[150].Error!.Target));
    }

    [Theory]
    [InlineData("1.1.1")]
    [InlineData("3.9.2")]
    [InlineData("4.3.1")]
    public async Task An_offset_behind_the_end_becomes_the_end_with_a_warning(string version)
    {
        var observer = new RecordingObserver();
        var kafka = await OpenAsync(version, "billing", "groups-describe", "groups-describe-members", "groups-describe-state", "groups-reset-shift", observer);
        var reset = new OffsetReset.ToPosition("billing", new Dictionary<string, IReadOnlyList<int>> { ["orders"] = [0] }, new OffsetPosition.Exactly(1));

        Assert.Equal(new OffsetMove("orders", 0, 0, 0), Assert.Single(await kafka.Groups.ResetAsync(reset, dryRun: false, Cancellation)));
        Assert.StartsWith("orders-0 has no offset 1", Assert.Single(observer.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1.1.1")]
    [InlineData("3.9.2")]
    [InlineData("4.3.1")]
    public async Task Offsets_of_their_own_go_in_one_file(string version)
    {
        var all = Transcript.Of(version);
        var (kafka, runner) = await Scripted.OpenAsync(version, Script(all, "billing", "groups-describe", "groups-describe-members", "groups-describe-state", "groups-reset"));
        var offsets = new Dictionary<TopicPartition, long> { [new("orders", 0)] = 0, [new("orders", 1)] = 3, [new("orders", 2)] = 0, [new("orders", 3)] = 0 };

        await kafka.Groups.ResetAsync(new OffsetReset.ToOffsets("billing", offsets), dryRun: false, Cancellation);

        Assert.Equal(["--reset-offsets", "--group=billing", "--execute", "--from-file"], runner.Calls[^1].Skip(3));
        Assert.Equal("orders,0,0\norders,1,3\norders,2,0\norders,3,0\n", Assert.Single(runner.Inputs));
    }

    [Theory]
    [InlineData("1.1.1")]
    [InlineData("3.9.2")]
    [InlineData("4.3.1")]
    public async Task All_topics_of_a_group_that_is_not_there_are_an_error(string version)
    {
        var all = Transcript.Of(version);
        var (kafka, runner) = await Scripted.OpenAsync(version, Script(all, "billing", "groups-describe", "groups-describe-members", "groups-describe-state", "groups-reset"));

        var error = await Assert.ThrowsAsync<EngineException>(() =>
            kafka.Groups.ResetAsync(new OffsetReset.ToPosition("nobody", null, new OffsetPosition.Latest()), dryRun: false, Cancellation));

        Assert.Equal(("GroupNotFound", "nobody"), (error.Id, error.Target));
        Assert.DoesNotContain(runner.Calls, call => call.Contains("--reset-offsets"));
    }

    [Theory]
    [InlineData("1.1.1", "Error: Executing consumer group command failed due to Cannot shift offset for partition orders-1 since there is no current committed offset\n", "", 0)]
    [InlineData("3.9.2", "", "Cannot shift offset for partition orders-1 since there is no current committed offset\nOption                                  Description\n", 1)]
    public async Task What_was_never_committed_can_not_be_shifted(string version, string output, string errors, int exitCode)
    {
        var script = Script(Transcript.Of(version), "billing", "groups-describe", "groups-describe-members", "groups-describe-state", "groups-reset");
        var (kafka, _) = await Scripted.OpenAsync(version, arguments =>
            arguments.Contains("--reset-offsets") ? new ScriptedAnswer(output, errors, exitCode) : script(arguments));

        var error = await Assert.ThrowsAsync<EngineException>(() =>
            kafka.Groups.ResetAsync(new OffsetReset.ToPosition("billing", null, new OffsetPosition.ShiftedBy(1)), dryRun: false, Cancellation));

        Assert.Equal(("NothingCommitted", EngineErrorKind.InvalidArgument), (error.Id, error.Kind));
    }

    [Theory]
    [InlineData("--reset-offsets")]
    [InlineData("--delete")]
    public async Task A_connection_that_breaks_in_a_change_leaves_the_outcome_unknown_and_one_that_breaks_in_a_question_does_not(string broken)
    {
        var all = Transcript.Of("3.9.2");
        var script = Script(all, "billing", "groups-describe", "groups-describe-members", "groups-describe-state", "groups-reset");
        var (kafka, _) = await Scripted.OpenAsync("3.9.2", arguments => arguments.Contains(broken) ? throw Lost() : script(arguments));

        var change = await Assert.ThrowsAsync<EngineException>(() => broken == "--delete"
            ? kafka.Groups.DeleteAsync(["billing"], Cancellation)
            : kafka.Groups.ResetAsync(ToEarliest("billing"), dryRun: false, Cancellation));
        Assert.Equal(EngineErrorKind.OutcomeUnknown, change.Kind);
        if (broken == "--reset-offsets")
        {
            var question = await Assert.ThrowsAsync<EngineException>(() => kafka.Groups.ResetAsync(ToEarliest("billing"), dryRun: true, Cancellation));
            Assert.Equal(("ConnectionLost", EngineErrorKind.Connection), (question.Id, question.Kind));
        }
    }

    private static EngineException Lost() => new("OutcomeUnknown", EngineErrorKind.OutcomeUnknown, "kafka-0", "The connection broke.");

    private static OffsetReset.ToPosition ToEarliest(string group) => new(group, new Dictionary<string, IReadOnlyList<int>> { ["orders"] = [] }, new OffsetPosition.Earliest());

    private static async Task<IKafkaOperations> OpenAsync(
        string version, string group, string offsets, string members, string state, string reset = "groups-reset", IOperationObserver? observer = null) =>
        (await Scripted.OpenAsync(version, Script(Transcript.Of(version), group, offsets, members, state, reset), observer)).Operations;

    private static Func<IReadOnlyList<string>, ScriptedAnswer> Script(
        IReadOnlyDictionary<string, Transcript> all, string group, string offsets, string members, string state, string reset) => arguments =>
        arguments.Contains("--list") ? new ScriptedAnswer(group + "\n")
        : ScriptedAnswer.From(all[
            arguments[0] == "kafka-topics" ? "describe-one-broker-down"
            : arguments.Contains("--group=nobody") ? "groups-describe-missing"
            : arguments.Contains("--reset-offsets") ? reset
            : arguments.Contains("--state") ? state
            : arguments.Contains("--members") ? members : offsets]);
}
