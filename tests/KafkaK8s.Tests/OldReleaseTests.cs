using System.Management.Automation;
using KafkaK8s.Tests.Hosting;

namespace KafkaK8s.Tests;

/// <summary>The article's Kafka 1.1 beside the standard one: what its programs can't do is refused with the reason, and the rest is the same.</summary>
public sealed class OldReleaseTests : IAsyncLifetime
{
    private readonly PracticeCluster _cluster = new();
    private ModuleSession? _opened;

    private ModuleSession Session => _opened!;

    public async ValueTask InitializeAsync()
    {
        await _cluster.InitializeAsync();
        _opened = _cluster.Session();
        Session.Run("Set-KafkaContext -Namespace the-past; New-KafkaCluster -Preset Article; New-KafkaTopic old -Partitions 1 -ReplicationFactor 1; New-KafkaTopic wide -Partitions 2 -ReplicationFactor 1").Succeeded();
    }

    [Fact]
    public void What_it_can_not_send_is_refused_before_anything_is_sent()
    {
        var headers = Session.Run("'fine', @{ Key = 'k'; Value = 'v'; Headers = @{ h = 1 } } | Send-KafkaMessage old").Failure("RecordNotSupported", ErrorCategory.NotImplemented, "k");
        var tombstone = Session.Run("Send-KafkaMessage old -Key k -Value $null").Failure("RecordNotSupported", ErrorCategory.NotImplemented, "k");

        Assert.Contains("Record 2 of 2 has headers", headers.ToString(), StringComparison.Ordinal);
        Assert.Contains("tombstone", tombstone.ToString(), StringComparison.Ordinal);
        Assert.Empty(Session.Run("Receive-KafkaMessage old -FromBeginning -Timeout 1").Succeeded());
    }

    [Fact]
    public void A_partition_is_read_from_an_offset_whose_number_is_not_told()
    {
        Session.Run("1..9 | Send-KafkaMessage old").Succeeded();

        Assert.Equal(
            ["0//7", "0//8"],
            Session.Run("Receive-KafkaMessage old -Offset 6 -MaxCount 2 | ForEach-Object { \"$($_.Partition)/$($_.Offset)/$($_.Value)\" }").Succeeded().Select(line => line.ToString()));
        Assert.Empty(Session.Run("Get-KafkaConsumerGroup").Succeeded());
    }

    [Fact]
    public void A_group_is_committed_by_the_reader_itself_which_is_said()
    {
        Session.Run("1..9 | ForEach-Object { @{ Key = $_; Value = $_ } } | Send-KafkaMessage wide").Succeeded();

        Session.Run("Receive-KafkaMessage wide -Group g -Follow").Failure("CommitNotSupported", ErrorCategory.NotImplemented, "g");
        var first = Session.Run("Receive-KafkaMessage wide -Group g -FromBeginning -MaxCount 4 | ForEach-Object Value");
        var rest = Session.Run("Receive-KafkaMessage wide -Group g -FromBeginning -MaxCount 5 | ForEach-Object Value");

        Assert.Contains("commits for g by itself", Assert.Single(first.Warnings), StringComparison.Ordinal);
        Assert.Equal(Enumerable.Range(1, 9).Select(number => $"{number}"), first.Succeeded().Concat(rest.Succeeded()).Select(value => value.ToString()).Order());
    }

    [Fact]
    public void Groups_are_read_moved_and_removed_as_everywhere()
    {
        Session.Run("1..9 | ForEach-Object { @{ Key = $_; Value = $_ } } | Send-KafkaMessage wide; 'a', 'b', 'c' | ForEach-Object { Reset-KafkaConsumerGroup $_ wide -ToEarliest -WarningAction SilentlyContinue }").Succeeded();

        var all = Session.Run("Get-KafkaConsumerGroup -Verbose");
        Assert.Equal(["a", "b", "c"], all.Succeeded().Select(group => group.ToString()));
        // One call for their names, which this release wants to be told, and one for all the rest.
        Assert.Equal(2, all.Verbose.Count(line => line.Contains("/exec", StringComparison.Ordinal)));
        Session.Run("(Get-KafkaConsumerGroup a, b).Offsets | Reset-KafkaConsumerGroup -ToLatest; Reset-KafkaConsumerGroup a wide -Partition 1 -ShiftBy -1").Succeeded();
        Assert.Equal("a=1 b=0 c=9", string.Join(' ', Session.Run("Get-KafkaConsumerGroup | ForEach-Object { \"$_=$($_.TotalLag)\" }").Succeeded()));
        Session.Run("$offsets = (Get-KafkaConsumerGroup a).Offsets | ConvertTo-Csv; Reset-KafkaConsumerGroup a -ToEarliest; $offsets | ConvertFrom-Csv | Reset-KafkaConsumerGroup").Succeeded();
        Assert.Equal(1L, (long)Session.Run("Get-KafkaConsumerGroup a").One().TotalLag);
        Session.Run("Get-KafkaConsumerGroup nobody").Failure("GroupNotFound", ErrorCategory.ObjectNotFound, "nobody");
        Session.Run("Remove-KafkaConsumerGroup a, b -Confirm:$false").Succeeded();
        Assert.Equal("c", Assert.Single(Session.Run("Get-KafkaConsumerGroup").Succeeded()).ToString());
    }

    public async ValueTask DisposeAsync()
    {
        _opened?.Dispose();
        await _cluster.DisposeAsync();
    }
}
