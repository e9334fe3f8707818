using System.Management.Automation;
using KafkaK8s.Tests.Hosting;

namespace KafkaK8s.Tests;

public sealed class ConfigurationTests(ReadyCluster cluster) : IDisposable
{
    private readonly ModuleSession _session = cluster.Session();

    [Fact]
    public void A_topics_settings_say_where_their_values_come_from()
    {
        var name = cluster.Topic(_session);

        _session.Run($"Set-KafkaConfiguration {name} -Name retention.ms -Value 60000").Succeeded();
        var set = _session.Run($"Get-KafkaConfiguration {name} -Name retention.ms").One();
        var left = _session.Run($"Get-KafkaConfiguration {name} segment.ms").One();

        Assert.Equal(("60000", "DynamicTopic", name, false), ((string)set.Value, set.Source.ToString(), (string)set.Topic, (bool)set.IsReadOnly));
        Assert.Equal(("604800000", "Default"), ((string)left.Value, left.Source.ToString()));
        Assert.Contains("Milliseconds", (string)left.Meaning, StringComparison.Ordinal);
        Assert.True(_session.Run($"Get-KafkaConfiguration {name}").Succeeded().Count > 20);
    }

    [Fact]
    public void Settings_are_set_and_removed_in_one_call_and_a_preview_shows_from_what_to_what()
    {
        var name = cluster.Topic(_session);
        _session.Run($"Set-KafkaConfiguration {name} -Configuration @{{ 'retention.ms' = 60000; 'segment.bytes' = 1MB }}").Succeeded();
        var change = $"Set-KafkaConfiguration {name} -Configuration @{{ 'retention.ms' = 70000; 'segment.bytes' = $null; 'cleanup.policy' = 'compact', 'delete'; 'flush.ms' = $null }}";

        var preview = _session.Run(change + " -WhatIf").Screen;
        Assert.Equal(["retention.ms=60000", "segment.bytes=1048576"], Set(name));
        _session.Run(change).Succeeded();

        Assert.Contains($"topic {name} in the-project/kafka", preview, StringComparison.Ordinal);
        Assert.Contains("cleanup.policy (not set) -> compact,delete, retention.ms 60000 -> 70000, segment.bytes 1048576 -> (not set)", preview, StringComparison.Ordinal);
        Assert.Equal(["cleanup.policy=compact,delete", "retention.ms=70000"], Set(name));
        Assert.DoesNotContain("What if", _session.Run(change + " -WhatIf").Screen, StringComparison.Ordinal);
    }

    [Fact]
    public void Brokers_from_the_pipeline_have_settings_of_their_own()
    {
        _session.Run("Set-KafkaConfiguration -Broker 1 -Configuration @{ 'log.cleaner.threads' = 2 }").Succeeded();
        _session.Run("Set-KafkaConfiguration -BrokerDefault -Name num.replica.fetchers -Value 3").Succeeded();

        var rows = _session.Run("Get-KafkaBroker | Get-KafkaConfiguration -Name log.cleaner.threads, num.replica.fetchers | ForEach-Object { \"$($_.Broker) $($_.Name) $($_.Value) $($_.Source)\" }")
            .Succeeded().Select(row => row.ToString());
        var shared = _session.Run("Get-KafkaConfiguration -BrokerDefault").One();
        var fixedAtStart = _session.Run("Get-KafkaConfiguration -Broker 0 -Name zookeeper.connect").One();
        _session.Run("Set-KafkaConfiguration -Broker 1 -Remove log.cleaner.threads; Set-KafkaConfiguration -BrokerDefault -Remove num.replica.fetchers, background.threads").Succeeded();

        Assert.Equal(
            [
                "0 log.cleaner.threads 1 Default", "0 num.replica.fetchers 3 DynamicBrokerDefault", "1 log.cleaner.threads 2 DynamicBroker",
                "1 num.replica.fetchers 3 DynamicBrokerDefault", "2 log.cleaner.threads 1 Default", "2 num.replica.fetchers 3 DynamicBrokerDefault",
            ],
            rows);
        Assert.Equal(("num.replica.fetchers", "3", "all brokers"), ((string)shared.Name, (string)shared.Value, (string)shared.Target));
        Assert.Equal(("Static", true), (fixedAtStart.Source.ToString(), (bool)fixedAtStart.IsReadOnly));
        Assert.Empty(_session.Run("Get-KafkaConfiguration -BrokerDefault").Succeeded());
    }

    [Theory]
    [InlineData("-Broker 0 -Name broker.rack -Value a", "ConfigurationReadOnly", ErrorCategory.NotImplemented, "broker 0", "Set-KafkaBroker -Configuration")]
    [InlineData("-BrokerDefault -Name num.io.thread -Value 9", "UnknownBrokerSetting", ErrorCategory.InvalidArgument, "all brokers", "num.io.threads")]
    [InlineData("-Broker 7 -Name num.io.threads -Value 9", "BrokerNotFound", ErrorCategory.ObjectNotFound, "broker 7", "Get-KafkaBroker")]
    [InlineData("no-such-topic -Name retention.ms -Value 9", "TopicNotFound", ErrorCategory.ObjectNotFound, "no-such-topic", "Get-KafkaTopic")]
    public void What_cannot_be_set_says_why_and_what_to_do(string arguments, string id, ErrorCategory category, string target, string advice)
        => Assert.Contains(
            advice, _session.Run($"Set-KafkaConfiguration {arguments}").Failure(id, category, target).ErrorDetails.RecommendedAction, StringComparison.Ordinal);

    [Fact]
    public void A_cluster_from_the_pipeline_says_where()
    {
        Assert.Equal("num.io.threads=8", _session.Run("Get-KafkaCluster | Get-KafkaConfiguration -Broker 0 -Name num.io.threads").One().ToString());
        _session.Run("Get-KafkaCluster | Get-KafkaConfiguration -BrokerDefault").Succeeded();
    }

    [Theory]
    [InlineData("Set-KafkaTopic any", "NothingToSet")]
    [InlineData("Set-KafkaConfiguration any", "NothingToSet")]
    [InlineData("Set-KafkaConfiguration any -Name retention.ms", "SettingIncomplete")]
    public void Saying_nothing_to_change_is_a_mistake(string line, string id) => _session.Run(line).Failure(id, ErrorCategory.InvalidArgument, id == "SettingIncomplete" ? "retention.ms" : null);

    [Fact]
    public void A_misspelled_setting_of_a_topic_has_neighbours()
    {
        var name = cluster.Topic(_session);

        var set = _session.Run($"Set-KafkaConfiguration {name} -Name retention.mss -Value 1").Failure("UnknownTopicConfiguration", ErrorCategory.InvalidArgument, name);
        var got = _session.Run($"Get-KafkaConfiguration {name} -Name retention.mss").Failure("UnknownTopicConfiguration", ErrorCategory.InvalidArgument, "retention.mss");

        Assert.Contains("retention.ms", set.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        Assert.Contains("retention.ms", got.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public void A_secret_is_never_shown()
    {
        const string secret = "open-sesame";
        var set = _session.Run($"Set-KafkaConfiguration -Broker 2 -Name listener.name.plaintext.ssl.keystore.password -Value {secret} -Verbose");
        var preview = _session.Run($"Set-KafkaConfiguration -Broker 2 -Name listener.name.plaintext.ssl.keystore.password -Value {secret} -WhatIf -Verbose");
        var got = _session.Run("Get-KafkaConfiguration -Broker 2 -Name listener.name.* | Out-Default");
        _session.Run("Set-KafkaConfiguration -Broker 2 -Remove listener.name.plaintext.ssl.keystore.password").Succeeded();

        Assert.Contains("(hidden)", preview.Screen, StringComparison.Ordinal);
        foreach (var transcript in new[] { set, preview, got })
        {
            Assert.DoesNotContain(secret, transcript.Screen + string.Concat(transcript.Verbose) + string.Concat(transcript.Errors), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Settings_are_a_table()
        => Assert.Matches(@"TARGET\s+NAME\s+VALUE\s+SOURCE\s+READ-ONLY", _session.Run("Get-KafkaConfiguration -Broker 0 | Out-Default").Screen);

    [Fact]
    public void Tab_completes_settings_with_their_meaning_and_brokers()
    {
        Assert.Equal(["retention.bytes", "retention.ms"], _session.Complete("Set-KafkaConfiguration orders -Name retention."));
        Assert.Contains("Milliseconds that records are kept", Assert.Single(_session.ToolTips("Set-KafkaConfiguration orders -Name retention.m")), StringComparison.Ordinal);
        Assert.Contains("log.cleaner.threads", _session.Complete("Set-KafkaConfiguration -Broker 0 -Name log.cleaner"));
        Assert.Empty(_session.Complete("Set-KafkaConfiguration -Broker 0 -Name broker.rac"));
        Assert.Equal(["broker.rack"], _session.Complete("Get-KafkaConfiguration -Broker 0 -Name broker.rac"));
        Assert.Equal(["0", "1", "2"], _session.Complete("Get-KafkaConfiguration -Broker "));
    }

    public void Dispose() => _session.Dispose();

    private IEnumerable<string> Set(string topic) =>
        _session.Run($"Get-KafkaConfiguration {topic} | Where-Object Source -eq DynamicTopic | ForEach-Object {{ \"$_\" }}").Succeeded().Select(row => row.ToString());
}
