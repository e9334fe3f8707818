using System.Management.Automation;
using KafkaK8s.Tests.Hosting;

namespace KafkaK8s.Tests;

public sealed class TopicTests(ReadyCluster cluster) : IDisposable
{
    private readonly ModuleSession _session = cluster.Session();

    [Fact]
    public void A_topic_is_an_object_with_its_partitions()
    {
        var topic = _session.Run("New-KafkaTopic shaped -Partitions 2 -ReplicationFactor 3 -Configuration @{ 'retention.ms' = 60000 }").One();

        Assert.Equal(("shaped", 2, 3, 0), ((string)topic.Name, (int)topic.PartitionCount, (int)topic.ReplicationFactor, (int)topic.OfflinePartitionCount));
        Assert.Equal("60000", (string)topic.Configuration["retention.ms"]);
        Assert.Equal(
            ["shaped-0 3 3 True", "shaped-1 3 3 True"],
            _session.Run("(Get-KafkaTopic shaped).Partitions | ForEach-Object { \"$_ $($_.Replicas.Count) $($_.InSyncReplicas.Count) $($_.Leader -in $_.Replicas)\" }")
                .Succeeded().Select(line => line.ToString()));
    }

    [Fact]
    public void A_topic_knows_where_it_came_from()
    {
        var name = cluster.Topic(_session);
        var topic = _session.Run($"Get-KafkaTopic {name}").One();

        Assert.Equal(("kafka", "the-project", "sandbox"), ((string)topic.Cluster, (string)topic.Namespace, (string)topic.Context));
    }

    [Fact]
    public void A_missing_literal_is_an_error_and_a_wildcard_without_a_match_is_silence()
    {
        var name = cluster.Topic(_session);
        var mixed = _session.Run($"Get-KafkaTopic no-such-topic, {name}");

        mixed.Failure("TopicNotFound", ErrorCategory.ObjectNotFound, "no-such-topic");
        Assert.Equal(name, Assert.Single(mixed.Output).ToString());
        Assert.Empty(_session.Run("Get-KafkaTopic no-such-*").Succeeded());
    }

    [Theory]
    [InlineData("Get-KafkaTopic $null")]
    [InlineData("Get-KafkaTopic @() | Remove-KafkaTopic -WhatIf")]
    [InlineData("Get-KafkaOffset $null")]
    [InlineData("Get-KafkaConsumerGroup $null")]
    [InlineData("Get-KafkaBroker @()")]
    public void A_name_that_turned_out_empty_does_not_mean_all(string command)
    {
        var run = _session.Run(command);

        Assert.StartsWith("ParameterArgumentValidationError,", run.Failure().FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }

    [Fact]
    public void A_name_is_never_a_regular_expression()
        => _session.Run("Get-KafkaTopic .").Failure();

    [Fact]
    public void A_topic_that_exists_is_refused()
    {
        var name = cluster.Topic(_session);

        _session.Run($"New-KafkaTopic {name} -Partitions 1 -ReplicationFactor 1").Failure("TopicAlreadyExists", ErrorCategory.ResourceExists, name);
    }

    [Fact]
    public void One_refused_topic_does_not_stop_the_others()
    {
        var name = cluster.Topic(_session);
        var created = _session.Run($"New-KafkaTopic {name}, beside-{name} -Partitions 1 -ReplicationFactor 1");

        created.Failure("TopicAlreadyExists", ErrorCategory.ResourceExists, name);
        Assert.Equal($"beside-{name}", Assert.Single(created.Output).ToString());
    }

    [Theory]
    [InlineData("'not/a/topic' -Partitions 1 -ReplicationFactor 1", "InvalidTopicName", ErrorCategory.InvalidArgument)]
    [InlineData("bad-partitions -Partitions 0 -ReplicationFactor 1", "InvalidPartitionCount", ErrorCategory.InvalidArgument)]
    [InlineData("bad-replicas -Partitions 1 -ReplicationFactor -1", "InvalidReplicationFactor", ErrorCategory.InvalidArgument)]
    [InlineData("too-many-replicas -Partitions 1 -ReplicationFactor 9", "TooFewBrokers", ErrorCategory.ResourceUnavailable)]
    [InlineData("unknown-key -Partitions 1 -ReplicationFactor 1 -Configuration @{ 'no.such.key' = 1 }", "UnknownTopicConfiguration", ErrorCategory.InvalidArgument)]
    public void What_Kafka_would_refuse_is_an_error_and_nothing_is_made(string arguments, string id, ErrorCategory category)
    {
        var refused = _session.Run($"New-KafkaTopic {arguments}");

        refused.Failure(id, category, arguments.Split(' ')[0].Trim('\''));
        Assert.Empty(refused.Output);
        Assert.Empty(_session.Run("Get-KafkaTopic bad-*, too-many-*, unknown-*").Succeeded());
    }

    [Fact]
    public void What_if_creates_and_removes_nothing()
    {
        var name = cluster.Topic(_session);

        Assert.Contains("Create topic", _session.Run("New-KafkaTopic imagined -Partitions 1 -ReplicationFactor 1 -WhatIf").Screen, StringComparison.Ordinal);
        Assert.Contains(name, _session.Run($"Remove-KafkaTopic {name} -WhatIf").Screen, StringComparison.Ordinal);
        Assert.Empty(_session.Run("Get-KafkaTopic imagined*").Succeeded());
        Assert.Single(_session.Run($"Get-KafkaTopic {name}").Succeeded());
    }

    [Fact]
    public void Removing_a_topic_asks_and_no_is_no()
    {
        var name = cluster.Topic(_session);

        Assert.Contains("all its records", _session.Run($"Remove-KafkaTopic {name}").Screen, StringComparison.Ordinal);
        Assert.Single(_session.Run($"Get-KafkaTopic {name}").Succeeded());
    }

    [Fact]
    public void Topics_from_the_pipeline_are_removed()
    {
        var name = cluster.Topic(_session);

        _session.Run($"Get-KafkaTopic {name} | Remove-KafkaTopic -Confirm:$false").Succeeded();

        Assert.Empty(_session.Run($"Get-KafkaTopic {name}*").Succeeded());
        _session.Run($"Remove-KafkaTopic {name} -Confirm:$false").Failure("TopicNotFound", ErrorCategory.ObjectNotFound, name);
        Assert.Empty(_session.Run($"Remove-KafkaTopic {name}* -Confirm:$false").Succeeded());
    }

    [Fact]
    public void A_cluster_from_the_pipeline_says_where_and_never_what()
    {
        var name = cluster.Topic(_session);

        Assert.Contains(name, _session.Run("Get-KafkaCluster | Get-KafkaTopic").Succeeded().Select(topic => topic.ToString()));
    }

    [Fact]
    public void Topics_are_a_table()
    {
        var name = cluster.Topic(_session, partitions: 4);
        var screen = _session.Run($"Get-KafkaTopic {name} | Out-Default").Screen;

        Assert.Matches(@"NAME\s+PARTITIONS\s+REPLICATION\s+UNDER-REPLICATED\s+OFFLINE\s+CONFIGURATION", screen);
        Assert.Matches($@"{name}\s+4\s+1\s+0\s+0", screen);
        Assert.Matches(@"TOPIC\s+PARTITION\s+LEADER\s+REPLICAS\s+IN-SYNC", _session.Run($"(Get-KafkaTopic {name}).Partitions | Out-Default").Screen);
    }

    [Fact]
    public void Tab_completes_topics_clusters_and_namespaces()
    {
        var name = cluster.Topic(_session);

        Assert.Contains(name, _session.Complete("Get-KafkaTopic topic-"));
        Assert.Contains(name, _session.Complete("Receive-KafkaMessage -Namespace the-project -Topic topic-"));
        Assert.Equal(["kafka"], _session.Complete("Get-KafkaTopic -Cluster "));
        Assert.Equal(["the-project"], _session.Complete("Get-KafkaTopic -Namespace the"));
        Assert.Empty(_session.Complete("Get-KafkaTopic -Cluster nobody -Name topic-"));
    }

    [Fact]
    public void A_cluster_that_is_not_there_is_named()
    {
        var error = _session.Run("Get-KafkaTopic -Cluster nobody").Failure("ClusterNotFound", ErrorCategory.ObjectNotFound, "nobody");

        Assert.Contains("sandbox", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_chosen_namespace_is_the_only_one_looked_into()
        => _session.Run("Get-KafkaTopic -Namespace default").Failure("ClusterNotFound", ErrorCategory.ObjectNotFound, "kafka");

    [Fact]
    public void Verbose_has_a_line_for_every_remote_call()
        => Assert.Contains(
            _session.Run("Get-KafkaTopic -Verbose").Verbose,
            line => line.Contains("exec", StringComparison.OrdinalIgnoreCase) && line.Contains(" ms)", StringComparison.Ordinal));

    public void Dispose() => _session.Dispose();
}
