using KafkaK8s.Engine.Kafka;
using KafkaK8s.Engine.Kafka.Tools;

namespace KafkaK8s.Engine.Tests.Kafka;

/// <summary>What kafka-topics once answered, in three generations, and what a caller gets from it.</summary>
public sealed class TopicTranscriptTests
{
    private static readonly TopicCreation Orders = new("orders", 3, 3, new Dictionary<string, string>());

    [Theory]
    [InlineData("1.1.1", new[] { "__consumer_offsets", "audit.log_v1", "misplaced", "orders", "placed", "settings", "test" })]
    [InlineData("3.9.2", new[] { "audit.log_v1", "defaults", "orders", "placed", "settings" })]
    [InlineData("4.3.1", new[] { "audit.log_v1", "defaults", "orders", "placed", "settings" })]
    public async Task All_topics_are_listed(string version, string[] expected)
    {
        var (kafka, runner) = await Scripted.OpenAsync(version, "list-topics-several");

        Assert.Equal(expected, await kafka.Topics.ListAsync(TestContext.Current.CancellationToken));
        Assert.Equal(version == "1.1.1" ? "--zookeeper" : "--bootstrap-server", runner.Calls.Single()[1]);
    }

    [Theory]
    [InlineData("3.9.2")]
    [InlineData("4.3.1")]
    public async Task An_empty_cluster_has_no_topics(string version)
    {
        var (kafka, _) = await Scripted.OpenAsync(version, "list-topics");

        Assert.Empty(await kafka.Topics.ListAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("1.1.1", null)]
    [InlineData("3.9.2", "gQuGOsTESxeGgalrfKH4MA")]
    [InlineData("4.3.1", "EXGO42O-ToOEPqrk0vAJPQ")]
    public async Task A_topic_has_its_partitions(string version, string? id)
    {
        var (kafka, _) = await Scripted.OpenAsync(version, "describe-one");

        var topic = Assert.Single(await kafka.Topics.DescribeAsync(["orders"], TestContext.Current.CancellationToken));

        Assert.Equal(("orders", id, 3), (topic.Name, topic.TopicId, topic.ReplicationFactor));
        Assert.Equal([0, 1, 2], topic.Partitions.Select(partition => partition.Partition));
        Assert.All(topic.Partitions, partition =>
        {
            Assert.Equal(partition.Replicas[0], partition.Leader);
            Assert.Equal([0, 1, 2], partition.Replicas.Order());
            Assert.Equal(partition.Replicas, partition.InSyncReplicas);
        });
    }

    [Theory]
    [InlineData("1.1.1")]
    [InlineData("3.9.2")]
    [InlineData("4.3.1")]
    public async Task A_setting_may_contain_commas(string version)
    {
        var (kafka, _) = await Scripted.OpenAsync(version, "describe-with-config");

        var topic = Assert.Single(await kafka.Topics.DescribeAsync(["settings"], TestContext.Current.CancellationToken));

        Assert.Equal(
            [("cleanup.policy", "compact,delete"), ("min.insync.replicas", "2"), ("retention.ms", "86400000")],
            topic.Configuration.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => (entry.Key, entry.Value)));
    }

    [Theory]
    [InlineData("1.1.1", 7)]
    [InlineData("3.9.2", 5)]
    [InlineData("4.3.1", 5)]
    public async Task All_topics_come_in_one_answer(string version, int count)
    {
        var (kafka, runner) = await Scripted.OpenAsync(version, "describe-all");

        var topics = await kafka.Topics.DescribeAsync(null, TestContext.Current.CancellationToken);

        Assert.Equal(count, topics.Count);
        Assert.Equal(topics.Select(topic => topic.Name).Order(StringComparer.Ordinal), topics.Select(topic => topic.Name));
        Assert.Single(runner.Calls);
    }

    [Theory]
    [InlineData("1.1.1")]
    [InlineData("3.9.2")]
    [InlineData("4.3.1")]
    public async Task A_missing_topic_is_left_out(string version)
    {
        var (kafka, _) = await Scripted.OpenAsync(version, "describe-missing");

        Assert.Empty(await kafka.Topics.DescribeAsync(["missing"], TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_partition_without_leader_has_none()
    {
        var (kafka, _) = await Scripted.OpenAsync("1.1.1", "describe-all");

        var topic = (await kafka.Topics.DescribeAsync(null, TestContext.Current.CancellationToken)).Single(topic => topic.Name == "misplaced");

        Assert.Null(topic.Partitions[0].Leader);
        Assert.Equal([7, 8], topic.Partitions[0].Replicas);
        Assert.Empty(topic.Partitions[0].InSyncReplicas);
    }

    [Theory]
    [InlineData("1.1.1", "describe-under-replicated")]
    [InlineData("3.9.2", "describe-under-replicated")]
    [InlineData("4.3.1", "describe-under-replicated")]
    [InlineData("1.1.1", "describe-under-replicated-none")]
    [InlineData("3.9.2", "describe-under-replicated-none")]
    [InlineData("1.1.1", "describe-unavailable")]
    [InlineData("3.9.2", "describe-under-min-isr")]
    [InlineData("3.9.2", "describe-at-min-isr")]
    [InlineData("4.3.1", "describe-under-min-isr")]
    [InlineData("4.3.1", "describe-at-min-isr")]
    public void Filtered_partitions_are_read(string version, string name)
    {
        var transcript = Transcript.Of(version, name);

        var partitions = TopicDescriptionReader.ReadPartitions(TextLines.Of(transcript.Stdout));

        Assert.Equal(transcript.Stdout.Count(c => c == '\n'), partitions.Count);
        Assert.All(partitions, partition => Assert.True(partition.InSyncReplicas.Count <= partition.Replicas.Count));
    }

    [Theory]
    [InlineData("1.1.1", "describe-one-broker-down")]
    [InlineData("3.9.2", "describe-one-broker-down")]
    [InlineData("4.3.1", "describe-one-broker-down")]
    public async Task A_broker_that_is_down_is_missing_from_the_replicas_in_sync(string version, string name)
    {
        var (kafka, _) = await Scripted.OpenAsync(version, name);

        var topics = await kafka.Topics.DescribeAsync(null, TestContext.Current.CancellationToken);

        Assert.Contains(topics.SelectMany(topic => topic.Partitions), partition => partition.InSyncReplicas.Count < partition.Replicas.Count);
        Assert.DoesNotContain(topics.SelectMany(topic => topic.Partitions), partition => partition.InSyncReplicas.Contains(1));
    }

    [Theory]
    [InlineData("1.1.1", "create-topic")]
    [InlineData("3.9.2", "create-topic")]
    [InlineData("4.3.1", "create-topic")]
    [InlineData("1.1.1", "create-topic-with-period")]
    [InlineData("3.9.2", "create-topic-with-period")]
    [InlineData("4.3.1", "create-topic-with-period")]
    [InlineData("3.9.2", "create-topic-defaults")]
    [InlineData("4.3.1", "create-topic-one-broker-down")]
    public async Task A_created_topic_is_reported_as_created(string version, string name)
    {
        var (kafka, _) = await Scripted.OpenAsync(version, name);

        Assert.Null(Assert.Single(await kafka.Topics.CreateAsync([Orders], TestContext.Current.CancellationToken)).Error);
    }

    [Theory]
    [InlineData("create-topic-exists", "TopicAlreadyExists", EngineErrorKind.AlreadyExists)]
    [InlineData("create-topic-collides", "TopicNameCollision", EngineErrorKind.Conflict)]
    [InlineData("create-topic-replication-too-large", "TooFewBrokers", EngineErrorKind.Unavailable)]
    [InlineData("create-topic-zero-partitions", "InvalidPartitionCount", EngineErrorKind.InvalidArgument)]
    [InlineData("create-topic-bad-name", "InvalidTopicName", EngineErrorKind.InvalidArgument)]
    [InlineData("create-topic-long-name", "InvalidTopicName", EngineErrorKind.InvalidArgument)]
    [InlineData("create-topic-unknown-config", "UnknownTopicConfiguration", EngineErrorKind.InvalidArgument)]
    [InlineData("create-topic-bad-config-value", "InvalidTopicConfiguration", EngineErrorKind.InvalidArgument)]
    public async Task A_refused_topic_says_why(string name, string id, EngineErrorKind kind)
    {
        foreach (var version in new[] { "1.1.1", "3.9.2", "4.3.1" })
        {
            var (kafka, _) = await Scripted.OpenAsync(version, name);

            var error = Assert.Single(await kafka.Topics.CreateAsync([Orders], TestContext.Current.CancellationToken)).Error;

            Assert.NotNull(error);
            Assert.Equal((version, id, kind, "orders"), (version, error.Id, error.Kind, error.Target));
            Assert.DoesNotContain("\n", error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("Error while executing", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_request_that_timed_out_may_have_been_carried_out()
    {
        var (kafka, _) = await Scripted.OpenAsync("3.9.2", "create-topic-bad-broker");

        var error = Assert.Single(await kafka.Topics.CreateAsync([Orders], TestContext.Current.CancellationToken)).Error;

        Assert.Equal(EngineErrorKind.OutcomeUnknown, error?.Kind);
    }

    [Theory]
    [InlineData("1.1.1")]
    [InlineData("3.9.2")]
    [InlineData("4.3.1")]
    public async Task A_cluster_that_is_not_there_is_an_error(string version)
    {
        var (kafka, _) = await Scripted.OpenAsync(version, "no-broker");

        var error = await Assert.ThrowsAsync<EngineException>(() => kafka.Topics.ListAsync(TestContext.Current.CancellationToken));

        Assert.Equal(("KafkaUnreachable", EngineErrorKind.Connection), (error.Id, error.Kind));
    }

    [Theory]
    [InlineData("1.1.1", "unknown-option")]
    [InlineData("3.9.2", "unknown-option")]
    [InlineData("4.3.1", "unknown-option")]
    [InlineData("1.1.1", "no-action")]
    [InlineData("3.9.2", "no-action")]
    public async Task A_tool_that_refuses_its_arguments_is_an_error(string version, string name)
    {
        var (kafka, _) = await Scripted.OpenAsync(version, name);

        var error = await Assert.ThrowsAsync<EngineException>(() => kafka.Topics.ListAsync(TestContext.Current.CancellationToken));

        Assert.Equal("KafkaToolFailed", error.Id);
        Assert.Contains(name == "no-action" ? "exactly one action" : "no-such-option", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1.1.1")]
    [InlineData("3.9.2")]
    [InlineData("4.3.1")]
    public async Task Deleting_asks_for_exactly_the_names_and_waits_until_they_are_gone(string version)
    {
        var deletion = Transcript.Of(version, "delete-topic");
        var lists = new Queue<string>(["audit.log_v1\nauditXlog_v1\n", "audit.log_v1 - marked for deletion\nauditXlog_v1\n", "auditXlog_v1\n"]);
        var (kafka, runner) = await Scripted.OpenAsync(version, arguments =>
            arguments.Contains("--list") ? new ScriptedAnswer(lists.Dequeue()) : ScriptedAnswer.From(deletion));

        var outcomes = await kafka.Topics.DeleteAsync(["audit.log_v1", "missing"], TestContext.Current.CancellationToken);

        Assert.Equal([null, "TopicNotFound"], outcomes.Select(outcome => outcome.Error?.Id));
        Assert.Equal([deletion.Argv[^1], "missing"], runner.Calls.Single(call => call.Contains("--delete"))[^1].Split('|'));
        Assert.Empty(lists);
    }

    [Theory]
    [InlineData("1.1.1")]
    [InlineData("3.9.2")]
    [InlineData("4.3.1")]
    public async Task A_topic_that_someone_else_deleted_in_between_is_gone_all_the_same(string version)
    {
        var missing = Transcript.Of(version, "delete-missing");
        var lists = new Queue<string>(["missing\n", "\n"]);
        var (kafka, _) = await Scripted.OpenAsync(version, arguments =>
            arguments.Contains("--list") ? new ScriptedAnswer(lists.Dequeue()) : ScriptedAnswer.From(missing));

        Assert.Null(Assert.Single(await kafka.Topics.DeleteAsync(["missing"], TestContext.Current.CancellationToken)).Error);
    }

    [Theory]
    [InlineData("1.1.1")]
    [InlineData("3.9.2")]
    [InlineData("4.3.1")]
    public async Task Where_the_list_before_a_deletion_failed_the_deletion_that_ran_is_told_all_the_same(string version)
    {
        var deletion = ScriptedAnswer.From(Transcript.Of(version, "delete-topic"));
        var lists = new Queue<ScriptedAnswer>([new("", "Killed\n", 137), new("staying\n"), new("\n")]);
        var (kafka, _) = await Scripted.OpenAsync(version, arguments => arguments.Contains("--list") ? lists.Dequeue() : deletion);

        var outcomes = await kafka.Topics.DeleteAsync(["gone", "staying"], TestContext.Current.CancellationToken);

        Assert.Equal([EngineErrorKind.OutcomeUnknown, null], outcomes.Select(outcome => outcome.Error?.Kind));
        Assert.Equal("gone", outcomes[0].Error!.Target);
        Assert.Empty(lists);
    }

    [Fact]
    public async Task Where_the_list_behind_a_deletion_failed_whether_it_is_gone_is_not_known()
    {
        var deletion = ScriptedAnswer.From(Transcript.Of("3.9.2", "delete-topic"));
        var lists = new Queue<ScriptedAnswer>([new("a\n"), new("", "Killed\n", 137)]);
        var (kafka, _) = await Scripted.OpenAsync("3.9.2", arguments => arguments.Contains("--list") ? lists.Dequeue() : deletion);

        var outcomes = await kafka.Topics.DeleteAsync(["a", "missing"], TestContext.Current.CancellationToken);

        Assert.Equal([("a", EngineErrorKind.OutcomeUnknown), ("missing", EngineErrorKind.NotFound)], outcomes.Select(outcome => (outcome.Name, outcome.Error!.Kind)));
    }

    [Fact]
    public async Task Where_nothing_could_be_asked_the_reason_is_the_error()
    {
        var (kafka, _) = await Scripted.OpenAsync("3.9.2", _ => new ScriptedAnswer("", "org.apache.kafka.common.errors.TimeoutException: Timed out waiting for a node assignment. Call: listTopics\n", 1));

        var error = await Assert.ThrowsAsync<EngineException>(() => kafka.Topics.DeleteAsync(["a", "b"], TestContext.Current.CancellationToken));

        Assert.Equal("KafkaUnreachable", error.Id);
    }

    [Fact]
    public async Task A_line_that_is_not_understood_is_shown()
    {
        var (kafka, _) = await Scripted.OpenAsync("3.9.2", _ => new ScriptedAnswer("orders\nsomething else entirely\n"));

        var error = await Assert.ThrowsAsync<EngineException>(() => kafka.Topics.ListAsync(TestContext.Current.CancellationToken));

        Assert.Equal(("UnreadableOutput", EngineErrorKind.InvalidData), (error.Id, error.Kind));
        Assert.Contains("something else entirely", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a b")]
    [InlineData("a.*")]
    [InlineData("käse")]
    [InlineData("a|b")]
    public async Task An_impossible_name_is_refused_before_anything_is_sent(string name)
    {
        var (kafka, runner) = await Scripted.OpenAsync("3.9.2", _ => new ScriptedAnswer());

        var created = Assert.Single(await kafka.Topics.CreateAsync([Orders with { Name = name }], TestContext.Current.CancellationToken));
        var described = await Assert.ThrowsAsync<EngineException>(() => kafka.Topics.DescribeAsync([name], TestContext.Current.CancellationToken));

        Assert.Equal(["InvalidTopicName", "InvalidTopicName"], [created.Error!.Id, described.Id]);
        Assert.Empty(runner.Calls);
    }
}
