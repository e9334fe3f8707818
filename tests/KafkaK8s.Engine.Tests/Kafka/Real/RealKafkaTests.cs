using System.Diagnostics;
using KafkaK8s.Engine.Kafka;

namespace KafkaK8s.Engine.Tests.Kafka.Real;

[Trait("Category", "RealKafka")]
[Collection(RealKafkaInTurn.Name)]
public sealed class Kafka111Tests(Kafka111 kafka) : RealKafkaTests(kafka), IClassFixture<Kafka111>;

[Trait("Category", "RealKafka")]
[Collection(RealKafkaInTurn.Name)]
public sealed class Kafka392Tests(Kafka392 kafka) : RealKafkaTests(kafka), IClassFixture<Kafka392>;

[Trait("Category", "RealKafka")]
[Collection(RealKafkaInTurn.Name)]
public sealed class Kafka431Tests(Kafka431 kafka) : RealKafkaTests(kafka), IClassFixture<Kafka431>;

/// <summary>What holds on every release, proved on its real programs and a real broker.</summary>
public abstract class RealKafkaTests(RealKafka kafka)
{
    private readonly RealKafka _kafka = kafka.OrSkip();

    private static readonly IReadOnlyDictionary<string, string> NoSettings = new Dictionary<string, string>();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private bool IsOld => _kafka.Version == "1.1.1";

    [Fact]
    public void The_release_is_known() => Assert.Equal(IsOld ? new Version(1, 1) : Version.Parse(_kafka.Version), _kafka.Operations.Version);

    [Fact]
    public async Task The_broker_is_registered_and_is_the_controller()
    {
        var registry = await _kafka.Operations.Brokers.DescribeAsync(Cancellation);

        Assert.Equal((22, 0), (registry.ClusterId!.Length, registry.ControllerId));
        var broker = Assert.Single(registry.Brokers);
        Assert.Equal((0, null), (broker.Id, broker.Rack));
        Assert.StartsWith("127.0.0.1:", broker.Address, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_topic_is_created_described_and_deleted_by_its_exact_name()
    {
        var settings = new Dictionary<string, string> { ["cleanup.policy"] = "compact,delete", ["retention.ms"] = "60000" };
        var topics = _kafka.Operations.Topics;

        var created = await topics.CreateAsync(
            [new("exact.name", 2, 1, settings), new("exactXname", null, null, NoSettings), new("exact.name", 1, 1, NoSettings), new("wide", 1, 9, NoSettings)], Cancellation);
        var described = await topics.DescribeAsync(["exact.name", "missing"], Cancellation);
        var deleted = await topics.DeleteAsync(["exact.name", "missing", "__consumer_offsets"], Cancellation);

        Assert.Equal([null, null, "TopicAlreadyExists", "TooFewBrokers"], created.Select(outcome => outcome.Error?.Id));
        var topic = Assert.Single(described);
        Assert.Equal(("exact.name", 2, 1), (topic.Name, topic.Partitions.Count, topic.ReplicationFactor));
        Assert.Equal("compact,delete", topic.Configuration["cleanup.policy"]);
        Assert.All(topic.Partitions, partition => Assert.Equal((0, 0), (partition.Leader, partition.Replicas.Single())));
        Assert.Equal([null, "TopicNotFound", "TopicIsInternal"], deleted.Select(outcome => outcome.Error?.Id));
        var left = await topics.ListAsync(Cancellation);
        Assert.Contains("exactXname", left);
        Assert.DoesNotContain("exact.name", left);
    }

    [Fact]
    public async Task Records_come_back_as_they_were_sent()
    {
        var records = new List<OutgoingRecord>
        {
            new(null, "hello"), new("key", "grüße"), new("", "日本"), new("schlüssel", "😀 non-BMP"), new("tab\tkey", ""),
            new(null, "  leading"), new(null, "trailing  "), new("k", "a\tb:c,d=e"), new(null, ">"), new("k", "nul\0byte"),
            new("k", "\u2028\u0085\ufeff"), new(null, "back\\slash\\n \"quoted\" $HOME `x` %s"), new("k", "null"), new(null, " "),
        };
        if (!IsOld)
        {
            records.AddRange([new("null", "text null as key"), new("tombstone", null), new(null, "headers", [new("a", "1,2:3"), new("b", ""), new("ä", null)])]);
        }

        await CreateAsync("nasty", 1);

        var sent = await _kafka.Operations.Messages.SendAsync("nasty", records, Cancellation);
        var received = await ReceiveAsync(new ReceiveRequest("nasty", FromBeginning: true, records.Count, TimeSpan.FromSeconds(10)));

        Assert.Equal((records.Count, 0), (sent.Accepted, sent.Failures.Count));
        Assert.Equal(records.Select(record => (record.Key, record.Value)), received.Select(record => (record.Key, record.Value)));
        Assert.All(received, record => Assert.InRange(record.Timestamp!.Value, DateTimeOffset.UtcNow.AddMinutes(-10), DateTimeOffset.UtcNow.AddMinutes(1)));
        Assert.All(received, record => Assert.Equal(0, record.Partition));
        if (IsOld)
        {
            Assert.All(received, record => Assert.Null(record.Offset));
        }
        else
        {
            Assert.Equal(Enumerable.Range(0, records.Count), received.Select(record => (int)record.Offset!.Value));
            Assert.Equal(records[^1].Headers!, received[^1].Headers!);
        }
    }

    [Fact]
    public async Task Several_partitions_are_read_and_no_group_stays_behind()
    {
        await CreateAsync("spread", 3);
        var records = Enumerable.Range(0, 200).Select(i => new OutgoingRecord($"key {i}", $"value {i}")).ToList();

        var sent = await _kafka.Operations.Messages.SendAsync("spread", records, Cancellation);
        var received = await ReceiveAsync(new ReceiveRequest("spread", FromBeginning: true, null, TimeSpan.FromSeconds(2)));

        Assert.Equal(200, sent.Accepted);
        Assert.Equal(records.Select(record => record.Value).Order(), received.Select(record => record.Value).Order());
        await _kafka.Runner.Processes.Last().WaitForExitAsync(Cancellation);
        Assert.DoesNotContain("kafkak8s", await RunAsync("kafka-consumer-groups", "--list"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_broker_refuses_is_a_failure_with_its_record()
    {
        Assert.Null((await _kafka.Operations.Topics.CreateAsync([new("compacted", 1, 1, new Dictionary<string, string> { ["cleanup.policy"] = "compact" })], Cancellation))[0].Error);
        var messages = _kafka.Operations.Messages;
        var several = new OutgoingRecord[] { new("a", "fine"), new(null, "without"), new("bb", "fine"), new(null, "none here"), new("k", new string('x', 2_000_000)) };

        var one = await messages.SendAsync("compacted", [new(null, "no key")], Cancellation);
        var some = await messages.SendAsync("compacted", several, Cancellation);
        var last = await messages.SendAsync("compacted", [new("last", "fine")], Cancellation);
        var stored = await ReceiveAsync(new ReceiveRequest("compacted", true, some.Accepted + last.Accepted, TimeSpan.FromSeconds(5)));

        Assert.Equal((0, "no key", "RecordRefused"), (one.Accepted, one.Failures.Single().Record?.Value, one.Failures.Single().Error.Id));
        Assert.Contains(some.Failures, failure => failure.Error.Id == "RecordTooLarge" && failure.Record == several[4]);
        Assert.Contains(some.Failures, failure => failure.Error.Id == "RecordRefused" && failure.Record == several[1]);
        Assert.Contains(some.Failures, failure => failure.Error.Id == "RecordRefused" && failure.Record == several[3]);
        // A broker refuses whole batches: a good record beside a bad one may be refused as well, and then it is among the failures.
        var accepted = several.Where(record => some.Failures.All(failure => failure.Record != record));
        Assert.Equal([.. accepted.Select(record => record.Key), "last"], stored.Select(record => record.Key));
    }

    [Fact]
    public async Task Random_records_come_back_as_they_were_sent_in_the_order_of_their_partition()
    {
        await CreateAsync("random", 3);
        var records = RandomRecords.Make(seed: 20261127, count: 400, canSendNull: !IsOld);

        var sent = await _kafka.Operations.Messages.SendAsync("random", records, Cancellation);
        var received = await ReceiveAsync(new ReceiveRequest("random", FromBeginning: true, records.Count, TimeSpan.FromSeconds(10)));

        Assert.Equal((records.Count, 0), (sent.Accepted, sent.Failures.Count));
        Assert.Equal(records.Select(Text).Order(StringComparer.Ordinal), received.Select(Text).Order(StringComparer.Ordinal));
        // Records of one key go to one partition, and there they stay in order.
        Assert.All(received.Where(record => record.Key is not null).GroupBy(record => record.Key), key => Assert.Equal(
            records.Where(record => record.Key == key.Key).Select(record => record.Value), key.Select(record => record.Value)));
        if (!IsOld)
        {
            Assert.All(received.GroupBy(record => record.Partition), partition =>
                Assert.Equal(Enumerable.Range(0, partition.Count()), partition.Select(record => (int)record.Offset!.Value)));
        }

        static string Text(object record) => record is OutgoingRecord outgoing ? $"{outgoing.Key ?? "\u0001"}\u0000{outgoing.Value ?? "\u0001"}"
            : record is ReceivedRecord incoming ? $"{incoming.Key ?? "\u0001"}\u0000{incoming.Value ?? "\u0001"}" : "";
    }

    [Fact]
    public async Task A_partition_is_read_from_an_offset_and_leaves_no_group()
    {
        await CreateAsync("placed", 2);
        var records = Enumerable.Range(0, 20).Select(i => new OutgoingRecord($"key {i}", $"value {i}")).ToList();
        await _kafka.Operations.Messages.SendAsync("placed", records, Cancellation);
        var end = (await _kafka.Operations.Topics.OffsetsAsync(["placed"], new OffsetPosition.Latest(), Cancellation))[1].Offset!.Value;
        var request = new ReceiveRequest("placed", FromBeginning: false, (int)end - 2, TimeSpan.FromSeconds(5)) { Partition = 1, Offset = 2 };

        var received = await ReceiveAsync(request);
        var beyond = await Assert.ThrowsAsync<EngineException>(() => ReceiveAsync(request with { Offset = end + 7 }));

        Assert.Equal((int)end - 2, received.Count);
        Assert.All(received, record => Assert.Equal(1, record.Partition));
        Assert.Equal(IsOld ? null : 2L, received[0].Offset);
        Assert.Equal("OffsetOutOfRange", beyond.Id);
        Assert.DoesNotContain("console-consumer", await RunAsync("kafka-consumer-groups", "--list"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_taken_is_committed_for_the_group_and_what_was_not_comes_again()
    {
        await CreateAsync("shared", 2);
        await _kafka.Operations.Messages.SendAsync("shared", [.. Enumerable.Range(0, 9).Select(i => new OutgoingRecord($"key {i}", $"{i}"))], Cancellation);
        var request = new ReceiveRequest("shared", FromBeginning: true, 4, TimeSpan.FromSeconds(5)) { Group = "takers" };

        var first = await ReceiveAsync(request);
        var committed = await CommittedAsync("takers");
        var second = await TakeAsync(request with { MaxCount = 100, Timeout = TimeSpan.FromSeconds(30) }, 2);
        await _kafka.Runner.Processes.Last().WaitForExitAsync(Cancellation).WaitAsync(TimeSpan.FromSeconds(20), Cancellation);

        Assert.Equal((4, 4L), (first.Count, committed));
        // The old reader can't say what it has passed on: when it is stopped, all of that run comes again.
        Assert.Equal(IsOld ? 4L : 6L, await CommittedAsync("takers"));
        Assert.Equal(first.Count + second.Count, first.Concat(second).Select(record => record.Value).Distinct().Count());
    }

    [Fact]
    public async Task A_missing_topic_stays_missing()
    {
        var sent = await Assert.ThrowsAsync<EngineException>(() => _kafka.Operations.Messages.SendAsync("typo", [new(null, "x")], Cancellation));
        var read = await Assert.ThrowsAsync<EngineException>(() => ReceiveAsync(new ReceiveRequest("typo", true, 1, TimeSpan.FromSeconds(1))));

        Assert.Equal(["TopicNotFound", "TopicNotFound"], [sent.Id, read.Id]);
        Assert.DoesNotContain("typo", await _kafka.Operations.Topics.ListAsync(Cancellation));
    }

    [Fact]
    public async Task Following_ends_at_once_when_the_caller_stops_and_so_does_the_reader_in_the_cluster()
    {
        await CreateAsync("followed", 1);
        Assert.Empty(await ReceiveAsync(new ReceiveRequest("followed", true, null, TimeSpan.FromSeconds(1))));
        await _kafka.Operations.Messages.SendAsync("followed", [new(null, "first")], Cancellation);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        await using var records = _kafka.Operations.Messages.ReceiveAsync(new ReceiveRequest("followed", true, null, null), stop.Token).GetAsyncEnumerator(Cancellation);
        Assert.True(await records.MoveNextAsync());
        var reader = _kafka.Runner.Processes.Last();
        var next = records.MoveNextAsync();

        var watch = Stopwatch.StartNew();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await next);
        var elapsed = watch.Elapsed;

        Assert.InRange(elapsed, TimeSpan.Zero, TimeSpan.FromMilliseconds(Prompt.Milliseconds));
        await reader.WaitForExitAsync(Cancellation).WaitAsync(TimeSpan.FromSeconds(20), Cancellation);
        Assert.Equal(143, reader.ExitCode);
    }

    [Fact]
    public async Task Settings_and_partitions_are_changed_and_read_back()
    {
        await CreateAsync("set.tings", 1);
        var target = ConfigurationTarget.Topic("set.tings");

        await _kafka.Operations.Topics.SetPartitionsAsync("set.tings", 3, Cancellation);
        await _kafka.Operations.Topics.SetPartitionsAsync("set.tings", 3, Cancellation);
        await _kafka.Operations.Configuration.SetAsync(target, new Dictionary<string, string?> { ["cleanup.policy"] = "compact,delete", ["retention.ms"] = "60000" }, Cancellation);
        await _kafka.Operations.Configuration.SetAsync(target, new Dictionary<string, string?> { ["retention.ms"] = null, ["flush.ms"] = null, ["segment.ms"] = "70000" }, Cancellation);
        var entries = await _kafka.Operations.Configuration.GetAsync(target, all: !IsOld, Cancellation);
        var offsets = await _kafka.Operations.Topics.OffsetsAsync(["set.tings"], new OffsetPosition.Latest(), Cancellation);
        var readOnly = await Assert.ThrowsAsync<EngineException>(() =>
            _kafka.Operations.Configuration.SetAsync(ConfigurationTarget.Broker(0), new Dictionary<string, string?> { ["broker.rack"] = "a" }, Cancellation));

        Assert.Equal(
            [("cleanup.policy", "compact,delete"), ("segment.ms", "70000")],
            entries.Where(entry => entry.Source == ConfigurationSource.DynamicTopic).Select(entry => (entry.Name, entry.Value)));
        Assert.Equal([0, 1, 2], offsets.Select(offset => offset.Partition));
        Assert.Equal("ConfigurationReadOnly", readOnly.Id);
    }

    [Fact]
    public async Task Many_topics_are_made_enlarged_set_and_deleted_together_and_each_says_what_became_of_it()
    {
        var topics = _kafka.Operations.Topics;

        var created = await topics.CreateAsync(
            [new("many.a", 1, 1, NoSettings), new("many.b", null, null, NoSettings) { ReplicaAssignment = [[0]] }, new("many.c", 1, 9, NoSettings)], Cancellation);
        var grown = await topics.SetPartitionsAsync(new Dictionary<string, int> { ["many.a"] = 2, ["many.b"] = 2, ["many.x"] = 2 }, Cancellation);
        var changed = await _kafka.Operations.Configuration.SetManyAsync(
            [
                new(ConfigurationTarget.Topic("many.a"), new Dictionary<string, string?> { ["min.insync.replicas"] = "2", ["retention.ms"] = "60000" }),
                new(ConfigurationTarget.Topic("many.b"), new Dictionary<string, string?> { ["retention.mss"] = "1" }),
            ],
            Cancellation);
        var described = await topics.DescribeInFullAsync(["many.a", "many.b", "many.x"], Cancellation);
        var deleted = await topics.DeleteAsync(["many.a", "many.b", "manyXb"], Cancellation);

        Assert.Equal([null, null, "TooFewBrokers"], created.Select(outcome => outcome.Error?.Id));
        Assert.Equal([null, null, "TopicNotFound"], grown.Select(outcome => outcome.Error?.Id));
        Assert.Equal([null, "UnknownTopicConfiguration"], changed.Select(outcome => outcome.Error?.Id));
        Assert.Contains("retention.ms", changed[1].Error!.Advice, StringComparison.Ordinal);
        Assert.Equal([("many.a", 2, 2), ("many.b", 2, 1)], described.Select(topic => (topic.Name, topic.Partitions.Count, topic.MinInSyncReplicas!.Value)));
        Assert.Equal([null, null, "TopicNotFound"], deleted.Select(outcome => outcome.Error?.Id));
    }

    [Fact]
    public async Task A_groups_offsets_are_read_moved_and_deleted()
    {
        await CreateAsync("grouped", 1);
        await _kafka.Operations.Messages.SendAsync("grouped", [new(null, "a"), new(null, "b"), new(null, "c")], Cancellation);
        await RunAsync("kafka-console-consumer", "--topic", "grouped", "--group", "readers", "--from-beginning", "--max-messages", "3");
        var groups = _kafka.Operations.Groups;
        var all = new OffsetReset.ToPosition("readers", null, new OffsetPosition.ShiftedBy(-2));

        var before = Assert.Single(await groups.DescribeAsync(["readers", "nobody"], Cancellation));
        var planned = await groups.ResetAsync(all, dryRun: true, Cancellation);
        var moved = await groups.ResetAsync(all with { Position = new OffsetPosition.At(DateTimeOffset.UtcNow.AddHours(-1)) }, dryRun: false, Cancellation);
        var after = Assert.Single(await groups.DescribeAsync(["readers"], Cancellation));
        var restored = await groups.ResetAsync(new OffsetReset.ToOffsets("readers", new Dictionary<TopicPartition, long> { [new("grouped", 0)] = 2 }), dryRun: false, Cancellation);
        var deleted = await groups.DeleteAsync(["readers", "nobody"], Cancellation);

        Assert.Equal(("Empty", 3L, 0L), (before.State, before.Offsets.Single().CurrentOffset, before.Offsets.Single().Lag));
        Assert.Equal(new OffsetMove("grouped", 0, 3, 1), planned.Single());
        Assert.Equal(new OffsetMove("grouped", 0, 3, 0), moved.Single());
        Assert.Equal(3L, after.Offsets.Single().Lag);
        Assert.Equal(new OffsetMove("grouped", 0, 0, 2), restored.Single());
        Assert.Equal([null, "GroupNotFound"], deleted.Select(outcome => outcome.Error?.Id));
    }

    private async Task<long> CommittedAsync(string group) =>
        Assert.Single(await _kafka.Operations.Groups.DescribeAsync([group], Cancellation)).Offsets.Sum(offset => offset.CurrentOffset ?? 0);

    private async Task<List<ReceivedRecord>> TakeAsync(ReceiveRequest request, int count)
    {
        var records = new List<ReceivedRecord>();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        await using var reading = _kafka.Operations.Messages.ReceiveAsync(request, stop.Token).GetAsyncEnumerator(stop.Token);
        while (records.Count < count && await reading.MoveNextAsync())
        {
            records.Add(reading.Current);
        }

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await reading.MoveNextAsync());
        return records;
    }

    private async Task CreateAsync(string topic, int partitions) =>
        Assert.Null((await _kafka.Operations.Topics.CreateAsync([new(topic, partitions, 1, NoSettings)], Cancellation))[0].Error);

    private async Task<List<ReceivedRecord>> ReceiveAsync(ReceiveRequest request)
    {
        var records = new List<ReceivedRecord>();
        await foreach (var record in _kafka.Operations.Messages.ReceiveAsync(request, Cancellation))
        {
            records.Add(record);
        }

        return records;
    }

    private Task<string> RunAsync(string tool, params string[] arguments) => _kafka.RunAsync(tool, arguments);
}
