using System.Management.Automation;
using KafkaK8s.Tests.Hosting;

namespace KafkaK8s.Tests;

public sealed class OffsetTests(ReadyCluster cluster) : IDisposable
{
    private readonly ModuleSession _session = cluster.Session();

    [Fact]
    public void Each_partition_says_where_its_records_begin_and_end()
    {
        var name = cluster.Topic(_session, partitions: 2);
        _session.Run($"1..5 | ForEach-Object {{ @{{ Key = 'same'; Value = $_ }} }} | Send-KafkaMessage {name}").Succeeded();

        var offsets = _session.Run($"Get-KafkaOffset {name}").Succeeded().Select(offset => (dynamic)offset).ToList();

        Assert.Equal([0, 1], offsets.Select(offset => (int)offset.Partition));
        Assert.Equal([0L, 5L], offsets.Select(offset => (long)offset.Count).Order());
        Assert.All(offsets, offset => Assert.Equal(0L, (long)offset.Earliest));
    }

    [Fact]
    public void A_time_is_found_or_there_is_nothing_so_late()
    {
        var name = cluster.Topic(_session);
        _session.Run($"'a', 'b' | Send-KafkaMessage {name}").Succeeded();

        var early = _session.Run($"Get-KafkaOffset {name} -At 2000-01-01").One();
        var late = _session.Run($"Get-KafkaOffset {name} -At 2999-01-01").One();

        Assert.Equal((0L, 2L), ((long)early.OffsetAt, (long)early.Latest));
        Assert.Null((object?)late.OffsetAt);
    }

    [Fact]
    public void Names_wildcards_and_topics_from_the_pipeline_are_all_right()
    {
        var name = cluster.Topic(_session);

        Assert.Equal(name, (string)_session.Run($"Get-KafkaOffset {name}*").Succeeded().Select(offset => (dynamic)offset).First().Topic);
        Assert.Equal(name, (string)_session.Run($"Get-KafkaTopic {name} | Get-KafkaOffset").One().Topic);
        Assert.Equal(name, (string)_session.Run($"'{name}' | Get-KafkaOffset").One().Topic);
        Assert.Empty(_session.Run("Get-KafkaOffset nothing-like-it-*").Succeeded());
        _session.Run("Get-KafkaOffset no-such-topic").Failure("TopicNotFound", ErrorCategory.ObjectNotFound, "no-such-topic");
    }

    [Fact]
    public void Offsets_are_a_table()
        => Assert.Matches(@"TOPIC\s+PARTITION\s+EARLIEST\s+LATEST\s+COUNT\s+OFFSET AT", _session.Run($"Get-KafkaOffset {cluster.Topic(_session)} | Out-Default").Screen);

    public void Dispose() => _session.Dispose();
}
