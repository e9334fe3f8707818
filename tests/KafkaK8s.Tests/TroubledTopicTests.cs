using System.Management.Automation;
using KafkaK8s.Sandbox.Api;
using KafkaK8s.Tests.Hosting;

namespace KafkaK8s.Tests;

/// <summary>The article's cluster, of Kafka 1.1, with a broker that is down.</summary>
public sealed class TroubledTopicTests : PracticeCluster
{
    /// <inheritdoc/>
    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        using var session = Session();
        session.Run("New-KafkaCluster -Namespace the-project -Preset Article").Succeeded();
    }

    [Fact]
    public void What_is_not_well_is_found_by_what_is_wrong_with_it()
    {
        using var session = Session();
        session.Run(
            """
            New-KafkaTopic whole -ReplicaAssignment @{ 0 = 0, 1 }
            New-KafkaTopic thin -ReplicaAssignment @{ 0 = 0, 2 }
            New-KafkaTopic strict -ReplicaAssignment @{ 0 = 1, 2 } -Config @{ 'min.insync.replicas' = 2 }
            New-KafkaTopic gone -ReplicaAssignment @{ 0 = 2 }
            """).Succeeded();
        Assert.Empty(session.Run("Get-KafkaTopic -UnderReplicated -Unavailable -UnderMinIsr").Succeeded());
        Assert.Null((object?)session.Run("Get-KafkaTopic whole").One().MinInSyncReplicas);

        Server.PodFaults.Hold("the-project", "kafka-2");
        Names found;
        do
        {
            found = new(Find("-UnderReplicated"), Find("-Unavailable"), Find("-UnderMinIsr"));
        }
        while (found.UnderReplicated == "" || found.Unavailable == "");

        Assert.Equal(new Names("strict thin", "gone", "gone strict"), found);
        Assert.Equal(["gone 1 1", "strict 2 1"], session.Run("Get-KafkaTopic -UnderMinIsr | ForEach-Object { \"$_ $($_.MinInSyncReplicas) $($_.UnderMinIsrPartitionCount)\" }").Succeeded().Select(row => row.ToString()));

        session.Run("Set-KafkaConfiguration -BrokerDefault -Name min.insync.replicas -Value 2").Succeeded();
        Assert.Equal("gone strict thin", Find("-UnderMinIsr"));

        string Find(string filter) => string.Join(' ', session.Run($"Get-KafkaTopic {filter}").Succeeded());
    }

    [Fact]
    public void A_topic_that_waits_to_be_deleted_is_left_as_it_is()
    {
        using var session = Session();
        session.Run("New-KafkaTopic leaving -ReplicaAssignment '0:2,1:2'; New-KafkaTopic staying -ReplicaAssignment '0'").Succeeded();
        Server.PodFaults.Hold("the-project", "kafka-2");
        while (session.Run("Get-KafkaTopic -UnderReplicated").Succeeded().Count == 0)
        {
        }

        session.Run("Invoke-KafkaCommand kafka-topics --zookeeper kafka-zookeeper:2181 --delete --topic leaving").Succeeded();
        Assert.True((bool)session.Run("Get-KafkaTopic leaving").One().IsMarkedForDeletion);

        foreach (var named in new[] { "Move-KafkaPartition leaving -ReplicationFactor 1", "Set-KafkaTopic leaving -ReplicationFactor 1", "Set-KafkaTopic leaving -Partitions 5", "Start-KafkaLeaderElection leaving" })
        {
            session.Run(named).Failure("TopicDeletionPending", ErrorCategory.ResourceBusy, "leaving");
        }

        var moved = session.Run("Move-KafkaPartition -FromBroker 0 -PassThru");
        var changed = session.Run("Set-KafkaTopic * -ReplicationFactor 2 -PassThru");

        Assert.Equal("staying", (string)moved.One().Topic);
        Assert.Equal("staying", (string)changed.One().Name);
        Assert.All([moved, changed], transcript => Assert.Contains("leaving in the-project/kafka is marked for deletion", Assert.Single(transcript.Warnings), StringComparison.Ordinal));
        Assert.Equal([2, 2], ((IEnumerable<object>)session.Run("Get-KafkaTopic leaving").One().Partitions).Select(partition => (int)((dynamic)partition).Replicas.Count));
    }

    [Fact]
    public void A_topic_whose_settings_cannot_be_read_is_an_error_and_left_as_it_is()
    {
        using var session = Session();
        session.Run("New-KafkaTopic unread -Partitions 1 -ReplicationFactor 1 -Config @{ 'retention.ms' = 60000 }").Succeeded();
        var fault = Server.Faults.Add(Fault.Forbidden() with { Path = "kafka-configs", Times = 1 });

        var refused = session.Run("Set-KafkaTopic unread -Partitions 2 -Config @{ 'retention.ms' = $null } -PassThru");

        Assert.Equal("unread", refused.Failure().TargetObject);
        Assert.Empty(refused.Output);
        Assert.Equal(1, fault.Struck);
        Assert.Equal(1, (int)session.Run("Get-KafkaTopic unread").One().PartitionCount);
        session.Run("Set-KafkaTopic unread -Partitions 2 -Config @{ 'retention.ms' = $null }").Succeeded();
        Assert.Empty(session.Run("Get-KafkaConfiguration unread").Succeeded());
    }

    [Fact]
    public void What_an_old_release_cannot_tell_is_said_once()
    {
        using var session = Session();
        session.Run("'old-a', 'old-b' | New-KafkaTopic; Set-KafkaConfiguration old-a -Name retention.ms -Value 60000").Succeeded();

        var got = session.Run("'old-a', 'old-b' | ForEach-Object { [pscustomobject]@{ Topic = $_ } } | Get-KafkaConfiguration");
        var set = session.Run("Set-KafkaConfiguration old-a, old-b -Name retention.ms -Value 70000");

        Assert.Equal("retention.ms=60000", Assert.Single(got.Succeeded()).ToString());
        Assert.Contains("can't tell defaults", Assert.Single(got.Warnings), StringComparison.Ordinal);
        Assert.Empty(set.Warnings);
        Assert.Equal(2, session.Run("Get-KafkaConfiguration old-* -Name retention.ms").Succeeded().Count);
    }

    [Fact]
    public void What_the_release_does_not_know_is_refused_and_leaves_nothing_behind()
    {
        using var session = Session();

        session.Run("Set-KafkaConfiguration -Broker 0 -Configuration @{ 'max.connections' = 100; 'num.io.threads' = 9 }")
            .Failure("UnknownBrokerSetting", ErrorCategory.InvalidArgument, "broker 0");

        Assert.Equal("num.io.threads=9", session.Run("Get-KafkaConfiguration -Broker 0").One().ToString());
        session.Run("Set-KafkaConfiguration -Broker 0 -Remove num.io.threads").Succeeded();
    }

    [Fact]
    public void A_time_is_found_exactly_by_an_old_release_too()
    {
        using var session = Session();
        session.Run("New-KafkaTopic timed -Partitions 2 -ReplicationFactor 1; 'a', 'b' | ForEach-Object { @{ Key = 'k'; Value = $_ } } | Send-KafkaMessage timed").Succeeded();

        Assert.Equal(["0 ", "2 0"], Find("2000-01-01").Order());
        Assert.Equal(["0 ", "2 "], Find("2999-01-01").Order());

        IEnumerable<string> Find(string time) => session.Run($"Get-KafkaOffset timed -At {time} | ForEach-Object {{ \"$($_.Count) $($_.OffsetAt)\" }}")
            .Succeeded().Select(row => row.ToString());
    }

    private sealed record Names(string UnderReplicated, string Unavailable, string UnderMinIsr);
}
