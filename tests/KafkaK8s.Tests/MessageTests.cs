using System.Management.Automation;
using KafkaK8s.Tests.Hosting;

namespace KafkaK8s.Tests;

public sealed class MessageTests(ReadyCluster cluster) : IDisposable
{
    private readonly ModuleSession _session = cluster.Session();

    [Fact]
    public void What_is_sent_is_received_in_order_with_its_key()
    {
        var topic = cluster.Topic(_session);
        _session.Run($"1..3 | ForEach-Object {{ @{{ Key = \"k$_\"; Value = \"v$_\" }} }} | Send-KafkaMessage {topic}").Succeeded();

        Assert.Equal(["k1=v1", "k2=v2", "k3=v3"], Received(topic, "\"$($_.Key)=$($_.Value)\""));
    }

    [Fact]
    public void Text_and_numbers_are_sent_as_they_are()
    {
        var topic = cluster.Topic(_session);
        _session.Run($"'plain text', '', 42, 1.5, $true, \"tab`tand ünïcode\" | Send-KafkaMessage {topic}").Succeeded();

        Assert.Equal(["plain text", "", "42", "1.5", "true", "tab\tand ünïcode"], Received(topic, "$_.Value"));
    }

    [Fact]
    public void A_received_message_can_be_sent_on()
    {
        var (from, to) = (cluster.Topic(_session), cluster.Topic(_session));
        _session.Run($"Send-KafkaMessage {from} 'the value' -Key 'the key'; Receive-KafkaMessage {from} -FromBeginning -MaxCount 1 | Send-KafkaMessage {to}").Succeeded();

        Assert.Equal(["the key/the value"], Received(to, "\"$($_.Key)/$($_.Value)\""));
    }

    [Theory]
    [InlineData("[pscustomobject]@{ Name = 1 }", "MessageNotText")]
    [InlineData("$null", "MessageIsNull")]
    public void What_has_no_text_is_refused_before_anything_is_sent(string value, string id)
    {
        var topic = cluster.Topic(_session);
        var refused = _session.Run($"'first', ({value}) | Send-KafkaMessage {topic}").Failure();

        Assert.StartsWith(id, refused.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.NotEqual(ErrorCategory.NotSpecified, refused.CategoryInfo.Category);
        Assert.Empty(Received(topic, "$_.Value", timeout: 1));
    }

    [Fact]
    public void A_line_break_is_refused_before_anything_is_sent()
    {
        var topic = cluster.Topic(_session);
        var refused = _session.Run($"'first', \"two`nlines\" | Send-KafkaMessage {topic}").Failure();

        Assert.Equal(ErrorCategory.InvalidArgument, refused.CategoryInfo.Category);
        Assert.Empty(Received(topic, "$_.Value", timeout: 1));
    }

    [Fact]
    public void A_topic_that_is_not_there_is_an_error_for_both()
    {
        _session.Run("'lost' | Send-KafkaMessage no-such-topic").Failure("TopicNotFound", ErrorCategory.ObjectNotFound, "no-such-topic");
        _session.Run("Receive-KafkaMessage no-such-topic -Timeout 1").Failure("TopicNotFound", ErrorCategory.ObjectNotFound, "no-such-topic");
        Assert.Empty(_session.Run("Get-KafkaTopic no-such-*").Succeeded());
    }

    [Fact]
    public void What_if_sends_nothing()
    {
        var topic = cluster.Topic(_session);
        var preview = _session.Run($"'a', 'b' | Send-KafkaMessage {topic} -WhatIf");

        Assert.Contains("Send 2 records", preview.Screen, StringComparison.Ordinal);
        Assert.Empty(Received(topic, "$_.Value", timeout: 1));
    }

    [Fact]
    public void It_ends_after_so_many_records()
    {
        var topic = cluster.Topic(_session);
        _session.Run($"1..9 | Send-KafkaMessage {topic}").Succeeded();

        Assert.Equal(4, _session.Run($"Receive-KafkaMessage {topic} -FromBeginning -MaxCount 4").Succeeded().Count);
    }

    [Fact]
    public void A_topic_from_the_pipeline_is_received_from()
    {
        var topic = cluster.Topic(_session);
        _session.Run($"Send-KafkaMessage {topic} hello").Succeeded();

        Assert.Equal("hello", (string)_session.Run($"Get-KafkaTopic {topic} | Receive-KafkaMessage -FromBeginning -MaxCount 1").One().Value);
    }

    [Fact]
    public void A_command_downstream_that_has_enough_ends_the_listening()
    {
        var topic = cluster.Topic(_session);
        _session.Run($"1..5 | Send-KafkaMessage {topic}").Succeeded();

        var first = _session.Run($"foreach ($once in 1) {{ Receive-KafkaMessage {topic} -FromBeginning -Follow | ForEach-Object {{ $_.Value; break }} }}");

        Assert.Equal("1", Assert.Single(first.Succeeded()).ToString());
    }

    [Fact]
    public void Messages_are_a_table()
    {
        var topic = cluster.Topic(_session);
        _session.Run($"Send-KafkaMessage {topic} hello -Key greeting").Succeeded();
        var screen = _session.Run($"Receive-KafkaMessage {topic} -FromBeginning -MaxCount 1 | Out-Default").Screen;

        Assert.Matches(@"PARTITION\s+OFFSET\s+TIMESTAMP\s+KEY\s+VALUE", screen);
        Assert.Matches(@"0\s+0\s+\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}\s+greeting\s+hello", screen);
    }

    private IEnumerable<string> Received(string topic, string expression, int timeout = 2)
        => _session.Run($"Receive-KafkaMessage {topic} -FromBeginning -Timeout {timeout} | ForEach-Object {{ {expression} }}").Succeeded().Select(value => value.ToString());

    public void Dispose() => _session.Dispose();
}
