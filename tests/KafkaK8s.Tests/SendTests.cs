using System.Management.Automation;
using KafkaK8s.Tests.Hosting;

namespace KafkaK8s.Tests;

/// <summary>What is sent, what is refused, and what is said of it.</summary>
public sealed class SendTests(ReadyCluster cluster) : IDisposable
{
    private static readonly string[] Rows = ["Key,Value", "1,one", "2,\"two, and a half\""];

    private readonly ModuleSession _session = cluster.Session();

    [Fact]
    public void Rows_of_a_file_are_sent_by_their_columns()
    {
        var topic = cluster.Topic(_session);
        _session.Run($"$input | ConvertFrom-Csv | Send-KafkaMessage {topic}", Rows).Succeeded();

        Assert.Equal(["1=one", "2=two, and a half"], Received(topic));
    }

    [Fact]
    public void A_key_from_the_command_line_counts_for_all()
    {
        var topic = cluster.Topic(_session);
        _session.Run($"'a', @{{ Key = 'own'; Value = 'b' }}, [pscustomobject]@{{ Key = 'own'; Value = 3 }} | Send-KafkaMessage {topic} -Key 7").Succeeded();

        Assert.Equal(["7=a", "7=b", "7=3"], Received(topic));
    }

    [Theory]
    [InlineData("$table = [Collections.Generic.Dictionary[string, string]]::new(); $table['h'] = 'x'; $table")]
    [InlineData("$table = [Collections.Generic.SortedDictionary[string, object]]::new(); $table['h'] = 'x'; $table")]
    [InlineData("[pscustomobject]@{ h = 'x' }")]
    [InlineData("[pscustomobject]@{ Key = 'h'; Value = 'x' }")]
    [InlineData(", @(@{ Key = 'h'; Value = 'x' })")]
    [InlineData("[Collections.ArrayList]@([pscustomobject]@{ Key = 'h'; Value = 'x' })")]
    [InlineData("@{ h = 'x' }.GetEnumerator()")]
    public void Headers_are_taken_in_whatever_they_come(string headers)
    {
        var topic = cluster.Topic(_session);
        _session.Run($"$headers = & {{ {headers} }}; Send-KafkaMessage {topic} value -Headers $headers; Send-KafkaMessage {topic} bare -Headers @()").Succeeded();

        Assert.Equal(["value h=x", "bare "], _session.Run($"Receive-KafkaMessage {topic} -FromBeginning -MaxCount 2 | ForEach-Object {{ \"$_ $($_.Headers)\" }}").Succeeded().Select(line => line.ToString()));
    }

    [Theory]
    [InlineData("ConvertTo-Json -Depth 5 | ConvertFrom-Json")]
    [InlineData("ForEach-Object { [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize($_)) }")]
    public void A_message_that_was_written_down_is_sent_with_its_headers(string written)
    {
        var (from, to) = (cluster.Topic(_session), cluster.Topic(_session));
        _session.Run($"@{{ Key = 'k'; Value = 'v'; Headers = [ordered]@{{ h = 'x'; i = 'y=z' }} }}, 'plain' | Send-KafkaMessage {from}").Succeeded();

        _session.Run($"Receive-KafkaMessage {from} -FromBeginning -MaxCount 2 | {written} | Send-KafkaMessage {to}").Succeeded();

        Assert.Equal(
            ["k=v h=x i=y=z", "=plain "],
            _session.Run($"Receive-KafkaMessage {to} -FromBeginning -MaxCount 2 | ForEach-Object {{ \"$($_.Key)=$($_.Value) $($_.Headers)\" }}").Succeeded().Select(line => line.ToString()));
    }

    [Fact]
    public void Rows_of_received_messages_are_sent_unless_they_had_headers()
    {
        var (from, to) = (cluster.Topic(_session), cluster.Topic(_session));
        _session.Run($"'plain', @{{ Key = 'k'; Value = 'v'; Headers = @{{ h = 'x' }} }} | Send-KafkaMessage {from}; $rows = Receive-KafkaMessage {from} -FromBeginning -MaxCount 2 | ConvertTo-Csv | ConvertFrom-Csv").Succeeded();

        _session.Run($"$rows[0] | Send-KafkaMessage {to}").Succeeded();
        var refused = _session.Run($"$rows | Send-KafkaMessage {to}").Failure();
        _session.Run($"$rows | Select-Object Key, Value | Send-KafkaMessage {to}").Succeeded();

        Assert.Contains("h=x", refused.Exception.Message, StringComparison.Ordinal);
        Assert.Contains("Select-Object Key, Value", refused.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        Assert.Equal(["=plain", "=plain", "k=v"], Received(to));
    }

    [Theory]
    [InlineData("[ordered]@{ first = 'a'; second = 2; third = $null; '' = '' }", "first=a,second=2,third=,=")]
    [InlineData("@{ 'ä=,' = \"tab`t: comma,\" }", "ä=,=tab\t: comma,")]
    public void Headers_come_back_as_they_were_sent(string headers, string expected)
    {
        var topic = cluster.Topic(_session);
        _session.Run($"Send-KafkaMessage {topic} value -Key key -Headers ({headers})").Succeeded();

        Assert.Equal(expected, _session.Run($"(Receive-KafkaMessage {topic} -FromBeginning -MaxCount 1).Headers -join ','").One().ToString());
    }

    [Fact]
    public void Headers_are_copied_with_their_records()
    {
        var (from, to) = (cluster.Topic(_session), cluster.Topic(_session));
        _session.Run($"@{{ Key = 'k'; Value = 'v'; Headers = @{{ h = 'x' }} }}, 'plain' | Send-KafkaMessage {from}").Succeeded();
        _session.Run($"Receive-KafkaMessage {from} -FromBeginning -MaxCount 2 | Send-KafkaMessage {to}").Succeeded();

        Assert.Equal(
            ["k=v h=x", "=plain "],
            _session.Run($"Receive-KafkaMessage {to} -FromBeginning -MaxCount 2 | ForEach-Object {{ \"$($_.Key)=$($_.Value) $($_.Headers -join ',')\" }}").Succeeded().Select(line => line.ToString()));
    }

    [Theory]
    [InlineData("-Headers 'text'")]
    [InlineData("-Headers @{ h = @{} }")]
    [InlineData("-Headers @{ a = 1 }, @{ b = 2 }")]
    [InlineData("-Headers 'h=x', $null")]
    [InlineData("-Headers 7")]
    [InlineData("-Key @{}")]
    public void What_is_no_header_or_key_is_refused(string what)
    {
        var error = _session.Run($"Send-KafkaMessage any value {what}").Failure();

        Assert.Equal(("MessageNotText", ErrorCategory.InvalidType), (error.FullyQualifiedErrorId.Split(',')[0], error.CategoryInfo.Category));
    }

    [Fact]
    public void A_tombstone_comes_back_as_null_and_is_not_the_empty_text()
    {
        var topic = cluster.Topic(_session);
        _session.Run($"Send-KafkaMessage {topic} -Key gone -Value $null; Send-KafkaMessage {topic} -Key empty -Value ''; Send-KafkaMessage {topic} -Key text -Value null").Succeeded();

        Assert.Equal(
            ["gone True", "empty False", "text False"],
            _session.Run($"Receive-KafkaMessage {topic} -FromBeginning -MaxCount 3 | ForEach-Object {{ \"$($_.Key) $($null -eq $_.Value)\" }}").Succeeded().Select(line => line.ToString()));
    }

    [Theory]
    [InlineData(1, "0")]
    [InlineData(2, "")]
    public void What_was_accepted_is_returned_when_asked_for_and_nothing_is_invented(int partitions, string partition)
    {
        var topic = cluster.Topic(_session, partitions);

        Assert.Empty(_session.Run($"'a' | Send-KafkaMessage {topic}; 'a' | Send-KafkaMessage {topic} -PassThru -WhatIf").Succeeded());
        var sent = _session.Run($"@{{ Key = 'k'; Value = 'v' }}, 'w' | Send-KafkaMessage {topic} -PassThru | ForEach-Object {{ \"$($_.Topic) $($_.Partition)/$($_.Offset)/$($_.Timestamp) $($_.Key)=$($_.Value)\" }}").Succeeded();

        Assert.Equal([$"{topic} {partition}// k=v", $"{topic} {partition}// =w"], sent.Select(line => line.ToString()));
    }

    [Fact]
    public void A_record_that_the_brokers_refuse_is_the_target_of_its_error_and_can_be_sent_elsewhere()
    {
        var (compacted, other) = (Compacted(), cluster.Topic(_session));
        var result = _session.Run(
            $"@{{ Key = 'k'; Value = 'kept' }}, 'refused without key', @{{ Key = 'longer key'; Value = 'kept' }} | Send-KafkaMessage {compacted} -PassThru -ErrorVariable refused -ErrorAction SilentlyContinue; $refused.TargetObject | Send-KafkaMessage {other}; $refused");

        // A broker refuses a whole batch for one record, so the others may be refused with it; then they are errors, too.
        var errors = result.Succeeded().Select(item => item.BaseObject).OfType<ErrorRecord>().ToList();
        Assert.All(errors, error => Assert.Equal(("RecordRefused", ErrorCategory.InvalidData), (error.FullyQualifiedErrorId.Split(',')[0], error.CategoryInfo.Category)));
        Assert.Single(errors, error => error.Exception.Message.StartsWith($"Record 2 of 3 to {compacted} was not accepted", StringComparison.Ordinal));
        Assert.Equal(3, result.Output.Count);
        Assert.Contains("=refused without key", Received(other));
        Assert.Equal(errors.Count, Received(other).Count());
        Assert.Equal(3 - errors.Count, Received(compacted).Count());
    }

    [Fact]
    public void Where_the_brokers_do_not_say_which_record_it_was_none_is_reported_as_accepted()
    {
        var topic = cluster.Topic(_session);
        var large = new string('x', 1_100_000);
        _session.Variable("large", large);

        var result = _session.Run($"'small', $large, ('y' * {large.Length}), 'other' | Send-KafkaMessage {topic} -PassThru");

        Assert.All(result.Errors, error => Assert.StartsWith("RecordTooLarge,", error.FullyQualifiedErrorId, StringComparison.Ordinal));
        Assert.Equal(2, result.Errors.Count);
        Assert.Equal(["small", "other"], result.Output.Select(record => record.ToString()));
        Assert.Equal(["=small", "=other"], Received(topic));
    }

    private string Compacted()
    {
        var name = $"compacted-{Guid.NewGuid():n}";
        _session.Run($"New-KafkaTopic {name} -Partitions 1 -ReplicationFactor 1 -Configuration @{{ 'cleanup.policy' = 'compact' }}").Succeeded();
        return name;
    }

    private IEnumerable<string> Received(string topic) =>
        _session.Run($"Receive-KafkaMessage {topic} -FromBeginning -Timeout 2 | ForEach-Object {{ \"$($_.Key)=$($_.Value)\" }}").Succeeded().Select(line => line.ToString());

    public void Dispose() => _session.Dispose();
}
