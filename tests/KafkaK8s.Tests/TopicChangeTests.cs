using System.Management.Automation;
using KafkaK8s.Tests.Hosting;

namespace KafkaK8s.Tests;

public sealed class TopicChangeTests(ReadyCluster cluster) : IDisposable
{
    private readonly ModuleSession _session = cluster.Session();

    [Fact]
    public void A_topic_gets_more_partitions_and_other_settings_and_a_second_run_changes_nothing()
    {
        var name = cluster.Topic(_session);
        var change = $"Set-KafkaTopic {name} -Partitions 3 -Config @{{ 'retention.ms' = 60000 }}";

        var preview = _session.Run(change + " -WhatIf").Screen;
        Assert.Equal(1, (int)_session.Run($"Get-KafkaTopic {name}").One().PartitionCount);
        var changed = _session.Run(change + " -PassThru").One();

        Assert.Contains("Set partitions 1 -> 3, retention.ms (not set) -> 60000", preview, StringComparison.Ordinal);
        Assert.Equal((3, "60000"), ((int)changed.PartitionCount, (string)changed.Configuration["retention.ms"]));
        Assert.DoesNotContain("What if", _session.Run(change + " -WhatIf").Screen, StringComparison.Ordinal);
        _session.Run(change).Succeeded();
        _session.Run($"Set-KafkaTopic {name} -Config @{{ 'retention.ms' = $null }}").Succeeded();
        Assert.Equal("Default", _session.Run($"Get-KafkaConfiguration {name} retention.ms").One().Source.ToString());
    }

    [Fact]
    public void A_topic_gets_more_replicas_and_fewer_again()
    {
        var name = cluster.Topic(_session, partitions: 2);

        var preview = _session.Run($"Set-KafkaTopic {name} -ReplicationFactor 3 -WhatIf").Screen;
        var more = _session.Run($"Set-KafkaTopic {name} -Partitions 3 -ReplicationFactor 3 -PassThru").One();
        var fewer = _session.Run($"Set-KafkaTopic {name} -ReplicationFactor 2 -PassThru").One();

        Assert.Contains("Set replication factor 1 -> 3", preview, StringComparison.Ordinal);
        Assert.Equal((3, 3), ((int)more.PartitionCount, (int)more.ReplicationFactor));
        Assert.All((IEnumerable<object>)fewer.Partitions, partition => Assert.Equal(2, (int)((dynamic)partition).Replicas.Count));
        Assert.DoesNotContain("What if", _session.Run($"Set-KafkaTopic {name} -ReplicationFactor 2 -WhatIf").Screen, StringComparison.Ordinal);
        _session.Run($"Set-KafkaTopic {name} -ReplicationFactor 9").Failure("TooFewBrokers", ErrorCategory.ResourceUnavailable, name);
    }

    [Fact]
    public void A_topic_never_gets_fewer_partitions()
    {
        var name = cluster.Topic(_session, partitions: 4);

        _session.Run($"Set-KafkaTopic {name} -Partitions 2").Failure("InvalidPartitionCount", ErrorCategory.InvalidArgument, name);
        _session.Run($"Set-KafkaTopic {name} -Partitions 2 -WhatIf").Failure("InvalidPartitionCount", ErrorCategory.InvalidArgument, name);
        Assert.Equal(4, (int)_session.Run($"Get-KafkaTopic {name}").One().PartitionCount);
    }

    [Fact]
    public void Brokers_can_be_said_and_those_that_are_not_there_are_refused()
    {
        var placed = _session.Run("New-KafkaTopic placed -ReplicaAssignment @{ 0 = 2, 0; 1 = 0, 1 }").One();
        Assert.Equal(["2 0", "0 1"], ((IEnumerable<object>)placed.Partitions).Select(partition => string.Join(' ', ((dynamic)partition).Replicas)));

        var typed = _session.Run("$assignment = [Collections.Generic.Dictionary[int, int[]]]::new(); $assignment[0] = 2, 1; New-KafkaTopic typed -ReplicaAssignment $assignment").One();
        Assert.Equal([2, 1], (IEnumerable<int>)((dynamic)((IEnumerable<object>)typed.Partitions).Single()).Replicas);

        _session.Run("New-KafkaTopic misplaced -ReplicaAssignment '7:8'").Failure("BrokerNotFound", ErrorCategory.ObjectNotFound, "misplaced");
        _session.Run("New-KafkaTopic misplaced -ReplicaAssignment @{ 0 = 1, 1 }").Failure("InvalidReplicaAssignment", ErrorCategory.InvalidArgument, "misplaced");
        _session.Run("New-KafkaTopic misplaced -ReplicaAssignment @{ 1 = 1 }").Failure("InvalidReplicaAssignment", ErrorCategory.InvalidArgument, "misplaced");
        _session.Run("New-KafkaTopic misplaced -ReplicaAssignment 0:1 -Partitions 1").Failure("InvalidReplicaAssignment", ErrorCategory.InvalidArgument, "misplaced");
        Assert.Empty(_session.Run("Get-KafkaTopic mis*").Succeeded());
    }

    [Fact]
    public void Deleting_by_name_leaves_what_a_pattern_would_take()
    {
        _session.Run("'a.b', 'aXb' | New-KafkaTopic -Partitions 1 -ReplicationFactor 1").Succeeded();

        _session.Run("Remove-KafkaTopic a.b -Confirm:$false").Succeeded();

        Assert.Equal("aXb", Assert.Single(_session.Run("Get-KafkaTopic a?b").Succeeded()).ToString());
    }

    [Fact]
    public void Internal_topics_are_there_when_they_are_asked_for()
    {
        var name = cluster.Topic(_session, partitions: 2);
        _session.Run($"'x' | Send-KafkaMessage {name}; Receive-KafkaMessage {name} -FromBeginning -MaxCount 1").Succeeded();

        Assert.DoesNotContain("__consumer_offsets", _session.Run("Get-KafkaTopic").Succeeded().Select(topic => topic.ToString()));
        Assert.Contains("__consumer_offsets", _session.Run("Get-KafkaTopic -IncludeInternal").Succeeded().Select(topic => topic.ToString()));
        Assert.Equal("__consumer_offsets", _session.Run("Get-KafkaTopic __consumer_offsets").One().ToString());
    }

    [Fact]
    public void A_cluster_from_the_pipeline_never_means_all_topics_to_one_that_changes_them()
    {
        _session.Run("Get-KafkaCluster | Remove-KafkaTopic -Confirm:$false").Failure("NotATopic", ErrorCategory.InvalidArgument, "kafka");
        _session.Run("Get-KafkaCluster | Set-KafkaTopic -Partitions 9").Failure("NotATopic", ErrorCategory.InvalidArgument, "kafka");
    }

    public void Dispose() => _session.Dispose();
}
