using System.Globalization;
using System.Management.Automation;
using KafkaK8s.Tests.Hosting;

namespace KafkaK8s.Tests;

public sealed class ConsumerGroupTests(ReadyCluster cluster) : IDisposable
{
    private static int _groups;

    private readonly ModuleSession _session = cluster.Session();

    [Fact]
    public void A_group_has_its_state_its_offsets_and_its_lag()
    {
        var (group, topic) = (Group(), cluster.Topic(_session, partitions: 2));
        Read(group, topic, sent: 4);
        _session.Run($"1..3 | ForEach-Object {{ @{{ Key = \"k$_\"; Value = 'later' }} }} | Send-KafkaMessage {topic}").Succeeded();

        Assert.Equal(
            $"{group} Empty lag 3 members 0 offsets 2",
            _session.Run($"Get-KafkaConsumerGroup {group} | ForEach-Object {{ \"$_ $($_.State) lag $($_.TotalLag) members $($_.Members.Count) offsets $($_.Offsets.Count)\" }}").One().ToString());
        var offsets = _session.Run($"(Get-KafkaConsumerGroup {group}).Offsets").Succeeded();
        Assert.Equal([(topic, 0), (topic, 1)], offsets.Select(offset => ((string)((dynamic)offset).Topic, (int)((dynamic)offset).Partition)));
        Assert.Equal(4L, offsets.Sum(offset => (long)((dynamic)offset).Offset));
        Assert.Equal(7L, offsets.Sum(offset => (long)((dynamic)offset).LogEndOffset));
    }

    [Fact]
    public void A_name_that_is_not_there_is_an_error_and_a_wildcard_is_not()
    {
        _session.Run("Get-KafkaConsumerGroup nobody").Failure("GroupNotFound", ErrorCategory.ObjectNotFound, "nobody");
        _session.Run("Reset-KafkaConsumerGroup nobody -ToEarliest").Failure("GroupNotFound", ErrorCategory.ObjectNotFound, "nobody");
        _session.Run("Remove-KafkaConsumerGroup nobody -Confirm:$false").Failure("GroupNotFound", ErrorCategory.ObjectNotFound, "nobody");
        Assert.Empty(_session.Run("Get-KafkaConsumerGroup nobody-*; Remove-KafkaConsumerGroup nobody-* -Confirm:$false").Succeeded());
    }

    [Fact]
    public void Groups_are_a_table_and_so_are_their_offsets()
    {
        var (group, topic) = (Group(), cluster.Topic(_session));
        Read(group, topic, sent: 2);

        Assert.Matches(@"NAME\s+STATE\s+MEMBERS\s+PARTITIONS\s+LAG\s+COORDINATOR\s+-+.*\n" + group + @"\s+Empty\s+0\s+1\s+0\s+\d", _session.Run($"Get-KafkaConsumerGroup {group} | Out-Default").Screen);
        Assert.Matches(@"GROUP\s+TOPIC\s+PARTITION\s+OFFSET\s+END\s+LAG\s+MEMBER\s+-+.*\n" + group + @"\s+" + topic + @"\s+0\s+2\s+2\s+0", _session.Run($"(Get-KafkaConsumerGroup {group}).Offsets | Out-Default").Screen);
    }

    [Fact]
    public void Tab_knows_the_groups()
    {
        var (group, topic) = (Group(), cluster.Topic(_session));
        Read(group, topic, sent: 1);

        Assert.Contains(group, _session.Complete("Get-KafkaConsumerGroup group"));
        Assert.Contains(group, _session.Complete("Reset-KafkaConsumerGroup -Group group"));
    }

    [Theory]
    [InlineData("-ToEarliest", 0)]
    [InlineData("-ToLatest", 5)]
    [InlineData("-Offset 2", 2)]
    [InlineData("-ShiftBy -1", 4)]
    [InlineData("-ToTime 2000-01-01", 0)]
    [InlineData("-ToTime 2200-01-01", 5)]
    public void A_group_is_moved(string to, int expected)
    {
        var (group, topic) = (Group(), cluster.Topic(_session));
        Read(group, topic, sent: 5);

        Assert.Empty(_session.Run($"Reset-KafkaConsumerGroup {group} {to}").Succeeded());

        Assert.Equal((long)expected, (long)_session.Run($"(Get-KafkaConsumerGroup {group}).Offsets").One().Offset);
    }

    [Fact]
    public void What_if_shows_from_where_to_where_and_moves_nothing()
    {
        var (group, topic) = (Group(), cluster.Topic(_session));
        Read(group, topic, sent: 5);

        var preview = _session.Run($"Reset-KafkaConsumerGroup {group} -ShiftBy -2 -WhatIf").Screen;

        Assert.Contains($"{group} in the-project/kafka", preview, StringComparison.Ordinal);
        Assert.Contains($"{topic}-0: 5 -> 3 (-2)", preview, StringComparison.Ordinal);
        Assert.Equal(5L, (long)_session.Run($"(Get-KafkaConsumerGroup {group}).Offsets").One().Offset);
    }

    [Fact]
    public void Moves_are_returned_when_asked_for_and_can_be_undone()
    {
        var (group, topic) = (Group(), cluster.Topic(_session, partitions: 3));
        Read(group, topic, sent: 20);
        var before = Offsets(group);

        var undone = _session.Run(
            $"""
            $moves = Reset-KafkaConsumerGroup {group} {topic} -Partition 0, 2 -ToEarliest -PassThru
            $moves
            $moves | Select-Object Group, Topic, Partition, @{"{"} n = 'Offset'; e = 'From' {"}"} | Reset-KafkaConsumerGroup
            """).Succeeded();

        Assert.Equal([(0, 0L), (2, 0L)], undone.Select(move => ((int)((dynamic)move).Partition, (long)((dynamic)move).To)));
        Assert.All(undone, move => Assert.Equal(before[(int)((dynamic)move).Partition], (long)((dynamic)move).From));
        Assert.Equal(before, Offsets(group));
    }

    [Fact]
    public void Offsets_go_to_a_file_and_come_back_exactly()
    {
        var (first, second, topic) = (Group(), Group(), cluster.Topic(_session, partitions: 3));
        Read(first, topic, sent: 20);
        Read(second, topic, sent: 10);
        _session.Run($"Reset-KafkaConsumerGroup {second} {topic} -Partition 1 -Offset 1").Succeeded();
        var (before, other) = (Offsets(first), Offsets(second));
        var file = Path.Combine(Directory.CreateTempSubdirectory("kafkak8s-groups-").FullName, "offsets.csv");
        _session.Variable("file", file);
        _session.Run($"(Get-KafkaConsumerGroup {first}, {second}).Offsets | Export-Csv $file").Succeeded();
        Assert.StartsWith("\"Group\",\"Topic\",\"Partition\",\"Offset\",", File.ReadAllText(file), StringComparison.Ordinal);
        _session.Run($"Reset-KafkaConsumerGroup {first} -ToLatest; Reset-KafkaConsumerGroup {second} -ToEarliest").Succeeded();
        Assert.NotEqual(other, Offsets(second));

        var restored = _session.Run("Import-Csv $file | Reset-KafkaConsumerGroup -Verbose");

        Assert.Empty(restored.Succeeded());
        Assert.Equal(before, Offsets(first));
        Assert.Equal(other, Offsets(second));
        // Of each group the topic, the group, and one change.
        Assert.Equal(2 * 3, Calls(restored));
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }

    [Fact]
    public void A_row_without_an_offset_is_left_alone_and_never_the_beginning()
    {
        var (group, topic) = (Group(), cluster.Topic(_session, partitions: 2));
        Read(group, topic, sent: 10);
        var before = Offsets(group);
        Assert.True(before[0] > 1);

        var file = $"Group,Topic,Partition,Offset\n{group},{topic},0,\n{group},{topic},1,1\n";
        var restored = _session.Run("$input | ConvertFrom-Csv | Reset-KafkaConsumerGroup", new[] { file });

        Assert.Empty(restored.Succeeded());
        Assert.Contains($"{topic} 0 of {group}", Assert.Single(restored.Warnings), StringComparison.Ordinal);
        Assert.Equal([before[0], 1], Offsets(group));
    }

    [Fact]
    public void A_row_without_a_partition_means_all_of_its_topic()
    {
        var (group, topic) = (Group(), cluster.Topic(_session, partitions: 2));
        Read(group, topic, sent: 10);

        _session.Run("$input | ConvertFrom-Csv | Reset-KafkaConsumerGroup", new[] { $"Group,Topic,Partition,Offset\n{group},{topic},,1\n" }).Succeeded();

        Assert.Equal([1, 1], Offsets(group));
    }

    [Theory]
    [InlineData("Reset-KafkaConsumerGroup {0} $none -ToEarliest")]
    [InlineData("Reset-KafkaConsumerGroup {0} @() -ToEarliest")]
    [InlineData("Reset-KafkaConsumerGroup {0} {1} -Partition @() -ToEarliest")]
    [InlineData("Reset-KafkaConsumerGroup {0} {1} -Partition '' -ToEarliest")]
    [InlineData("Reset-KafkaConsumerGroup {0} {1} -Partition $none -ToEarliest")]
    [InlineData("[pscustomobject]@{{ Group = '{0}'; Topic = $none }} | Reset-KafkaConsumerGroup -ToEarliest")]
    public void Nothing_is_not_everything(string script)
    {
        var (group, topic) = (Group(), cluster.Topic(_session));
        Read(group, topic, sent: 2);

        _session.Run("$none = (Get-KafkaTopic no-such-*).Name; " + string.Format(CultureInfo.InvariantCulture, script, group, topic)).Failure();

        Assert.Equal([2], Offsets(group));
    }

    [Fact]
    public void A_topic_is_no_group_and_a_group_says_its_own_name()
    {
        var (group, topic) = (Group(), cluster.Topic(_session));
        Read(group, topic, sent: 2);

        _session.Run($"Get-KafkaTopic {topic} | Reset-KafkaConsumerGroup -ToEarliest").Failure();
        Assert.Empty(_session.Run($"Get-KafkaConsumerGroup {topic}*").Succeeded());
        _session.Run($"Get-KafkaTopic {topic} | Reset-KafkaConsumerGroup {group} -ShiftBy -1").Succeeded();
        Assert.Equal([1], Offsets(group));
        _session.Run($"Get-KafkaConsumerGroup {group} | Reset-KafkaConsumerGroup -ToEarliest").Succeeded();
        Assert.Equal([0], Offsets(group));
    }

    [Fact]
    public void An_offset_that_is_not_there_becomes_the_nearest_with_a_warning()
    {
        var (group, topic) = (Group(), cluster.Topic(_session));
        Read(group, topic, sent: 3);

        var moved = _session.Run($"Reset-KafkaConsumerGroup {group} -Offset 99 -PassThru");

        Assert.Equal(3L, (long)moved.One().To);
        Assert.Contains("99", Assert.Single(moved.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_group_that_is_made_by_naming_a_topic_is_reported()
    {
        var (group, topic) = (Group(), cluster.Topic(_session));
        _session.Run($"1..3 | Send-KafkaMessage {topic}").Succeeded();

        var made = _session.Run($"Reset-KafkaConsumerGroup {group} {topic} -Offset 1 -PassThru");

        Assert.Equal((null, 1L), ((long?)made.One().From, (long)made.One().To));
        Assert.Contains(group, Assert.Single(made.Warnings), StringComparison.Ordinal);
        Assert.Equal(2L, (long)_session.Run($"Get-KafkaConsumerGroup {group}").One().TotalLag);
    }

    [Theory]
    [InlineData("no-such-topic -ToEarliest", "TopicNotFound", ErrorCategory.ObjectNotFound)]
    [InlineData("{0} -Partition 7 -ToEarliest", "PartitionNotFound", ErrorCategory.ObjectNotFound)]
    public void A_topic_or_partition_that_is_not_there_is_an_error_and_stays_missing(string what, string id, ErrorCategory category)
    {
        var (group, topic) = (Group(), cluster.Topic(_session));
        Read(group, topic, sent: 1);

        var error = _session.Run($"Reset-KafkaConsumerGroup {group} {string.Format(CultureInfo.InvariantCulture, what, topic)}").Failure();

        Assert.Equal((id, category), (error.FullyQualifiedErrorId.Split(',')[0], error.CategoryInfo.Category));
        Assert.Empty(_session.Run("Get-KafkaTopic no-such-*").Succeeded());
        Assert.Equal([1L], Offsets(group));
    }

    [Theory]
    [InlineData("-Partition 1 -ToEarliest", "TopicNotGiven")]
    [InlineData("-Offset -1", "OffsetNegative")]
    public void What_can_not_be_meant_is_refused(string what, string id) =>
        Assert.StartsWith(id + ",", _session.Run($"Reset-KafkaConsumerGroup any {what}").Failure().FullyQualifiedErrorId, StringComparison.Ordinal);

    [Fact]
    public async Task A_group_with_members_is_left_alone_and_its_members_are_named()
    {
        var (group, topic) = (Group(), cluster.Topic(_session));
        Read(group, topic, sent: 2);
        using var other = cluster.Session();
        using var reading = other.Start($"Invoke-KafkaCommand -- kafka-console-consumer --bootstrap-server kafka:9092 --topic {topic} --group {group} --from-beginning");
        await Until(() => (int)_session.Run($"(Get-KafkaConsumerGroup {group}).Offsets.Where({{ $_.MemberId }}).Count").Succeeded()[0].BaseObject == 1);

        var moved = _session.Run($"Reset-KafkaConsumerGroup {group} -ToEarliest").Failure("GroupActive", ErrorCategory.ResourceBusy, group);
        var previewed = _session.Run($"Reset-KafkaConsumerGroup {group} -ToEarliest -WhatIf").Failure("GroupActive", ErrorCategory.ResourceBusy, group);
        var removed = _session.Run($"Remove-KafkaConsumerGroup {group} -Confirm:$false").Failure("GroupActive", ErrorCategory.ResourceBusy, group);

        Assert.All([moved, previewed, removed], error => Assert.Contains("console-consumer (127.", error.ToString(), StringComparison.Ordinal));
        Assert.Equal("Stable 1", _session.Run($"Get-KafkaConsumerGroup {group} | ForEach-Object {{ \"$($_.State) $($_.Members[0].PartitionCount)\" }}").One().ToString());
        Assert.Equal([2L], Offsets(group));
    }

    [Fact]
    public void Groups_are_removed_together_and_only_those()
    {
        var (first, second, third, topic) = (Group(), Group(), Group(), cluster.Topic(_session));
        Read(first, topic, sent: 1);
        Read(second, topic, sent: 1);
        Read(third, topic, sent: 1);

        Assert.Contains(first, _session.Run($"Remove-KafkaConsumerGroup {first} -WhatIf").Screen, StringComparison.Ordinal);
        Assert.Equal(2, _session.Run($"Get-KafkaConsumerGroup {first}, {second}").Succeeded().Count);
        var removed = _session.Run($"Get-KafkaConsumerGroup {first}, {second} | Remove-KafkaConsumerGroup -Confirm:$false -Verbose");

        Assert.Empty(removed.Succeeded());
        Assert.Equal(1, Calls(removed));
        Assert.Empty(_session.Run($"Get-KafkaConsumerGroup {first}*, {second}*").Succeeded());
        Assert.Single(_session.Run($"Get-KafkaConsumerGroup {third}").Succeeded());
    }

    [Fact]
    public void Many_groups_cost_one_call()
    {
        var topic = cluster.Topic(_session);
        for (var i = 0; i < 5; i++)
        {
            Read(Group(), topic, sent: 1);
        }

        var all = _session.Run("Get-KafkaConsumerGroup -Verbose");

        Assert.True(all.Succeeded().Count >= 5);
        // A second tells about members that have nothing to read, where there are any.
        Assert.InRange(Calls(all), 1, 2);
    }

    private List<long> Offsets(string group) =>
        [.. _session.Run($"(Get-KafkaConsumerGroup {group}).Offsets").Succeeded().Select(offset => (long)((dynamic)offset).Offset)];

    /// <summary>Has a group read what a topic holds, as a consumer does that commits.</summary>
    private void Read(string group, string topic, int sent)
    {
        _session.Run($"1..{sent} | ForEach-Object {{ @{{ Key = \"key $_\"; Value = \"value $_\" }} }} | Send-KafkaMessage {topic}").Succeeded();
        _session.Run($"Invoke-KafkaCommand -- kafka-console-consumer --bootstrap-server kafka:9092 --topic {topic} --group {group} --from-beginning --timeout-ms 5000").Succeeded();
    }

    private static int Calls(Transcript transcript) => transcript.Verbose.Count(line => line.Contains("/exec", StringComparison.Ordinal));

    private static async Task Until(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!condition())
        {
            await Task.Delay(20, patience.Token);
        }
    }

    private static string Group() => $"group-{Interlocked.Increment(ref _groups)}";

    public void Dispose() => _session.Dispose();
}
