using System.Globalization;
using System.Management.Automation;
using KafkaK8s.Tests.Hosting;

namespace KafkaK8s.Tests;

/// <summary>Where reading begins, where it ends, and what a group has read afterwards.</summary>
public sealed class ReceiveTests(ReadyCluster cluster) : IDisposable
{
    private static int _groups;

    private readonly ModuleSession _session = cluster.Session();

    [Fact]
    public void A_partition_is_read_from_an_offset_on()
    {
        var topic = Filled(partitions: 2, count: 20);

        var read = _session.Run($"Receive-KafkaMessage {topic} -Partition 1 -Offset 3 -MaxCount 4 | ForEach-Object {{ \"$($_.Partition)/$($_.Offset)\" }}").Succeeded();

        Assert.Equal(["1/3", "1/4", "1/5", "1/6"], read.Select(line => line.ToString()));
    }

    [Fact]
    public void An_only_partition_needs_no_number()
        => Assert.Equal(5L, (long)_session.Run($"Receive-KafkaMessage {Filled(1, 9)} -Offset 5 -MaxCount 1").One().Offset);

    [Fact]
    public void What_a_group_would_read_next_is_seen_without_reading_it()
    {
        var (group, topic) = (Group(), Filled(partitions: 2, count: 20));
        _session.Run($"Reset-KafkaConsumerGroup {group} {topic} -Offset 4").Succeeded();

        var next = _session.Run($"(Get-KafkaConsumerGroup {group}).Offsets | Receive-KafkaMessage -MaxCount 1 | ForEach-Object {{ \"$($_.Partition)/$($_.Offset)\" }}").Succeeded();

        Assert.Equal(["0/4", "1/4"], next.Select(line => line.ToString()));
        Assert.Equal(8, Committed(group));
    }

    [Fact]
    public void A_row_without_a_partition_means_all_of_its_topic() =>
        Assert.Equal(8, _session.Run($"\"Partition,Topic`n,{Filled(partitions: 2, count: 8)}\" | ConvertFrom-Csv | Receive-KafkaMessage -FromBeginning -MaxCount 8 -Timeout 2").Succeeded().Count);

    [Theory]
    [InlineData("-Partition 1 -Offset 99", "OffsetOutOfRange", ErrorCategory.InvalidArgument)]
    [InlineData("-Partition 2", "PartitionNotFound", ErrorCategory.ObjectNotFound)]
    [InlineData("-Partition -1", "ReceiveContradiction", ErrorCategory.InvalidArgument)]
    [InlineData("-Offset 1", "PartitionNotGiven", ErrorCategory.InvalidArgument)]
    [InlineData("-Partition 0 -Offset 1 -FromBeginning", "ReceiveContradiction", ErrorCategory.InvalidArgument)]
    [InlineData("-Group g -Partition 0", "ReceiveContradiction", ErrorCategory.InvalidArgument)]
    [InlineData("-Group g -Offset 0", "ReceiveContradiction", ErrorCategory.InvalidArgument)]
    public void What_does_not_go_together_or_is_not_there_is_refused(string what, string id, ErrorCategory category)
    {
        var error = _session.Run($"Receive-KafkaMessage {Filled(2, 4)} {what} -Timeout 1").Failure();

        Assert.Equal((id, category), (error.FullyQualifiedErrorId.Split(',')[0], error.CategoryInfo.Category));
        Assert.False(string.IsNullOrEmpty(error.ErrorDetails.RecommendedAction));
    }

    [Fact]
    public void Reading_without_a_group_leaves_none_behind()
    {
        var before = Groups();
        _session.Run($"Receive-KafkaMessage {Filled(2, 4)} -FromBeginning -MaxCount 4; Receive-KafkaMessage {Filled(1, 4)} -FromBeginning -Timeout 1; Receive-KafkaMessage {Filled(2, 4)} -Partition 1 -FromBeginning -Timeout 1").Succeeded();

        Assert.DoesNotContain(Groups().Except(before), group => group.StartsWith("kafkak8s", StringComparison.Ordinal) || group.StartsWith("console", StringComparison.Ordinal));
    }

    [Fact]
    public void A_group_goes_on_where_it_has_left_off()
    {
        var (group, topic) = (Group(), Filled(partitions: 3, count: 12));

        var first = Values($"Receive-KafkaMessage {topic} -Group {group} -FromBeginning -MaxCount 5");
        var committed = Committed(group);
        var second = Values($"Receive-KafkaMessage {topic} -Group {group} -FromBeginning -Timeout 2");

        Assert.Equal((5, 5), (first.Count, committed));
        Assert.Equal(Enumerable.Range(1, 12).Select(number => $"{number}").Order(), first.Concat(second).Order());
        Assert.Equal(12, Committed(group));
        Assert.Empty(Values($"Receive-KafkaMessage {topic} -Group {group} -FromBeginning -Timeout 1"));
    }

    [Fact]
    public void What_is_sent_while_a_new_group_is_away_is_not_missed()
    {
        var (group, topic) = (Group(), Filled(partitions: 1, count: 3));

        Assert.Empty(Values($"Receive-KafkaMessage {topic} -Group {group} -Timeout 1"));
        _session.Run($"'later' | Send-KafkaMessage {topic}").Succeeded();

        Assert.Equal(["later"], Values($"Receive-KafkaMessage {topic} -Group {group} -MaxCount 1"));
    }

    [Theory]
    [InlineData("ForEach-Object { if ($_.Value -eq 4) { throw 'broken' }; $_ }", 3)]
    [InlineData("Select-Object -First 4", 4)]
    public async Task The_record_at_which_the_pipeline_ended_comes_again_and_none_before_it(string downstream, int seen)
    {
        var (group, topic) = (Group(), Filled(partitions: 1, count: 10));

        var ended = _session.Run($"Receive-KafkaMessage {topic} -Group {group} -FromBeginning -MaxCount 10 | {downstream} | ForEach-Object Value");

        Assert.Equal(Enumerable.Range(1, seen).Select(number => $"{number}"), ended.Output.Select(value => value.ToString()));
        await Until(() => Committed(group) == 3);
        await Until(() => IsEmpty(group));
        Assert.Equal("4", Values($"Receive-KafkaMessage {topic} -Group {group} -MaxCount 1").Single());
    }

    [Fact]
    public async Task A_group_with_a_reader_is_left_to_it()
    {
        var (group, topic) = (Group(), Filled(partitions: 1, count: 2));
        using var other = cluster.Session();
        using var reading = other.Start($"Receive-KafkaMessage {topic} -Group {group} -FromBeginning -Follow");
        await reading.Wrote(2);

        var refused = _session.Run($"Receive-KafkaMessage {topic} -Group {group} -Timeout 1").Failure("GroupActive", ErrorCategory.ResourceBusy, group);

        Assert.Contains("console-consumer (127.", refused.ToString(), StringComparison.Ordinal);
        reading.Stop();
        reading.End();
        // The second record was taken, and the next one was asked for.
        await Until(() => Committed(group) == 2);
    }

    private string Filled(int partitions, int count)
    {
        var topic = cluster.Topic(_session, partitions);
        _session.Run($"1..{count} | ForEach-Object {{ @{{ Key = \"key $_\"; Value = $_ }} }} | Send-KafkaMessage {topic}").Succeeded();
        return topic;
    }

    private List<string> Values(string script) => [.. _session.Run($"{script} | ForEach-Object Value").Succeeded().Select(value => value.ToString())];

    private List<string> Groups() => [.. _session.Run("Get-KafkaConsumerGroup").Succeeded().Select(group => group.ToString())];

    private bool IsEmpty(string group) => (string)_session.Run($"Get-KafkaConsumerGroup {group}").One().State == "Empty";

    private int Committed(string group) => Convert.ToInt32(
        _session.Run($"((Get-KafkaConsumerGroup {group}).Offsets | Measure-Object Offset -Sum).Sum").Succeeded()[0].BaseObject, CultureInfo.InvariantCulture);

    private static async Task Until(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!condition())
        {
            await Task.Delay(20, patience.Token);
        }
    }

    private static string Group() => $"reader-{Interlocked.Increment(ref _groups)}";

    public void Dispose() => _session.Dispose();
}
