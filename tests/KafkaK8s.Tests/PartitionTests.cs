using System.Management.Automation;
using System.Text.RegularExpressions;
using KafkaK8s.Tests.Hosting;

namespace KafkaK8s.Tests;

public sealed class PartitionTests(ReadyCluster cluster) : IDisposable
{
    private readonly ModuleSession _session = cluster.Session();

    [Fact]
    public void A_partition_says_who_leads_it_and_who_should()
    {
        var name = Topic("0:1,2:0", "min.insync.replicas=2");

        var partitions = _session.Run($"Get-KafkaPartition {name}").Succeeded().Cast<dynamic>().ToList();

        Assert.Equal([(0, 0, 0, true, "Healthy"), (1, 2, 2, true, "Healthy")], partitions.Select(partition =>
            ((int)partition.Partition, (int)partition.Leader, (int)partition.PreferredLeader, (bool)partition.IsLedByPreferred, (string)partition.Status)));
        Assert.Equal((2, false, true), ((int)partitions[0].MinInSyncReplicas, (bool)partitions[0].IsUnderMinIsr, (bool)partitions[0].IsAtMinIsr));
        Assert.Equal((name, "kafka", "the-project", "sandbox"), ((string)partitions[0].Topic, (string)partitions[0].Cluster, (string)partitions[0].Namespace, (string)partitions[0].Context));
        Assert.Null((object?)partitions[0].Size);
    }

    [Fact]
    public void Sizes_are_asked_for_and_many_topics_cost_one_question()
    {
        var names = new[] { Topic("0:1"), Topic("1:2") };
        _session.Run($"1..20 | Send-KafkaMessage {names[0]}").Succeeded();

        var asked = _session.Run($"Get-KafkaTopic {string.Join(',', names)} | Get-KafkaPartition -IncludeSize -Verbose");

        var sizes = asked.Succeeded().Cast<dynamic>().ToDictionary(partition => (string)partition.Topic, partition => (long)partition.Size);
        Assert.True(sizes[names[0]] > sizes[names[1]]);
        Assert.Equal(0, sizes[names[1]]);
        // Topics once, sizes once.
        Assert.Equal(2, asked.Verbose.Count(line => line.Contains("exec", StringComparison.OrdinalIgnoreCase)));
        Assert.Equal([0, 1], (IEnumerable<int>)_session.Run($"(Get-KafkaPartition {names[0]} -IncludeSize).SizeByBroker.Keys").Succeeded().Select(key => (int)key.BaseObject));
    }

    [Fact]
    public void What_is_not_there_is_an_error_of_its_own_and_wildcards_are_silent()
    {
        var name = Topic("0:1");
        var mixed = _session.Run($"Get-KafkaPartition {name} -Partition 0, 7");

        mixed.Failure("PartitionNotFound", ErrorCategory.ObjectNotFound, $"{name}-7");
        Assert.Equal($"{name}-0", Assert.Single(mixed.Output).ToString());
        _session.Run("Get-KafkaPartition no-such-topic").Failure("TopicNotFound", ErrorCategory.ObjectNotFound, "no-such-topic");
        Assert.Empty(_session.Run("Get-KafkaPartition no-such-*").Succeeded());
        _session.Run("Get-KafkaPartition -Partition 0").Failure("TopicNotGiven", ErrorCategory.InvalidArgument, "Get-KafkaPartition");
        Assert.NotEmpty(_session.Run("Get-KafkaCluster | Get-KafkaPartition").Succeeded());
    }

    [Fact]
    public void The_preview_is_the_plan_and_moves_nothing()
    {
        var name = Topic("0:1,1:0,0:2");
        _session.Run($"1..30 | ForEach-Object {{ [pscustomobject]@{{ Key = \"$_\"; Value = 'x' * 100 }} }} | Send-KafkaMessage {name}").Succeeded();

        var plan = _session.Run($"Move-KafkaPartition {name} -FromBroker 0 -WhatIf").Succeeded().Cast<dynamic>().ToList();

        Assert.Equal(["0,1 -> 2,1", "1,0 -> 1,2", "0,2 -> 2,1"], plan.Select(move => Regex.Replace((string)move.ToString(), "^.*: ", "")));
        Assert.All(plan, move => Assert.Equal(("Planned", 1), ((string)move.Status, ((IReadOnlyList<int>)move.Adding).Count)));
        Assert.True(plan.Sum(move => (long)move.Bytes) > 3000);
        Assert.Equal(["0,1", "1,0", "0,2"], Replicas(name));
        // Partitions from the pipeline are planned for together, and what their replicas are now is not where they are to go.
        Assert.Equal(
            plan.Skip(1).Select(move => (string)move.ToString()),
            _session.Run($"Get-KafkaPartition {name} | Where-Object Partition -gt 0 | Move-KafkaPartition -FromBroker 0 -WhatIf").Succeeded().Select(move => move.ToString()));
        Assert.Matches(@"TOPIC\s+PARTITION\s+FROM\s+TO\s+COPIES TO\s+BYTES\s+STATUS", _session.Run($"Move-KafkaPartition {name} -FromBroker 0 -WhatIf | Out-Default").Screen);
    }

    [Fact]
    public void A_broker_is_left_and_asking_again_moves_nothing()
    {
        var name = Topic("0:1,1:0,2:1");

        var moved = _session.Run($"Move-KafkaPartition {name} -FromBroker 1 -Throttle 50MB -PassThru");
        var again = _session.Run($"Move-KafkaPartition {name} -FromBroker 1 -PassThru");

        Assert.Equal(3, moved.Succeeded().Count);
        Assert.All(moved.Output.Cast<dynamic>(), move => Assert.Equal("Done", (string)move.Status));
        Assert.All(Replicas(name), replicas => Assert.DoesNotContain('1', replicas));
        Assert.Empty(again.Succeeded());
        Assert.Contains("nothing would be moved", _session.Run($"Move-KafkaPartition {name} -FromBroker 1 -WhatIf").Screen, StringComparison.Ordinal);
        Assert.Empty(_session.Run("Get-KafkaReassignment").Succeeded());
        Assert.DoesNotContain("throttled", (string)_session.Run($"(Get-KafkaTopic {name}).Configuration.Keys -join ','").One().ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Replicas_are_given_taken_back_and_counted_otherwise()
    {
        var name = Topic("0:1,1:2");

        _session.Run($"$moves = Move-KafkaPartition {name} -Partition 0 -Replicas 2, 0 -PassThru").Succeeded();
        Assert.Equal(["2,0", "1,2"], Replicas(name));
        _session.Run("$moves | Select-Object Topic, Partition, @{ n = 'Replicas'; e = 'From' } | Move-KafkaPartition").Succeeded();
        Assert.Equal(["0,1", "1,2"], Replicas(name));
        _session.Run($"\"Topic,Partition,Replicas`n{name},0,`\"2,1`\"`n{name},1,`\"0,2`\"\" | ConvertFrom-Csv | Move-KafkaPartition").Succeeded();
        Assert.Equal(["2,1", "0,2"], Replicas(name));
        _session.Run($"Move-KafkaPartition {name} -ReplicationFactor 3").Succeeded();
        Assert.Equal(["2,1,0", "0,2,1"], Replicas(name));
        _session.Run($"Get-KafkaTopic {name} | Move-KafkaPartition -ReplicationFactor 1").Succeeded();
        Assert.Equal(["2", "0"], Replicas(name));
        _session.Run($"Move-KafkaPartition {name} -Broker 1").Succeeded();
        Assert.Equal(["1", "1"], Replicas(name));
        _session.Run($"Move-KafkaPartition {name} -Broker 0, 1 -Rebalance").Succeeded();
        Assert.Equal(["0", "1"], Replicas(name).Order());
    }

    [Theory]
    [InlineData("-FromBroker 9", "BrokerNotFound", ErrorCategory.ObjectNotFound, "9")]
    [InlineData("-Broker 0, 9", "BrokerNotFound", ErrorCategory.ObjectNotFound, "9")]
    [InlineData("-Broker 0", "TooFewBrokers", ErrorCategory.ResourceUnavailable, "{0}-0")]
    [InlineData("-ReplicationFactor 4", "TooFewBrokers", ErrorCategory.ResourceUnavailable, "{0}-0")]
    [InlineData("-Partition 0 -Replicas 1, 1", "InvalidReplicas", ErrorCategory.InvalidArgument, "{0}-0")]
    [InlineData("-Partition 3 -Replicas 1", "PartitionNotFound", ErrorCategory.ObjectNotFound, "{0}-3")]
    public void What_can_not_be_is_an_error_and_nothing_moves(string arguments, string id, ErrorCategory category, string target)
    {
        var name = Topic("0:1");

        _session.Run($"Move-KafkaPartition {name} {arguments}").Failure(id, category, target.Replace("{0}", name, StringComparison.Ordinal));

        Assert.Equal(["0,1"], Replicas(name));
    }

    [Theory]
    [InlineData("Move-KafkaPartition $none -FromBroker 2")]
    [InlineData("Move-KafkaPartition @() -FromBroker 2")]
    [InlineData("Move-KafkaPartition '' -FromBroker 2")]
    [InlineData("Move-KafkaPartition * -Partition @() -FromBroker 2")]
    [InlineData("Move-KafkaPartition * -Partition '' -FromBroker 2")]
    [InlineData("Move-KafkaPartition * -Partition $none -FromBroker 2")]
    [InlineData("Move-KafkaPartition * -Partition 0, '' -FromBroker 2")]
    [InlineData("Move-KafkaPartition * -FromBroker ''")]
    [InlineData("Move-KafkaPartition * -Broker ''")]
    [InlineData("Get-KafkaPartition $none | Move-KafkaPartition -FromBroker 2")]
    [InlineData("[pscustomobject]@{ Topic = $none } | Move-KafkaPartition -FromBroker 2")]
    [InlineData("[pscustomobject]@{ Topic = '' } | Move-KafkaPartition -FromBroker 2")]
    [InlineData("[pscustomobject]@{ Topic = '*'; Partition = @() } | Move-KafkaPartition -FromBroker 2")]
    [InlineData("Start-KafkaLeaderElection $none")]
    [InlineData("Start-KafkaLeaderElection * -Partition @()")]
    public void Nothing_is_not_everything(string script)
    {
        var name = Topic("2:1");

        var asked = _session.Run($"$none = (Get-KafkaTopic no-such-*).Name; {script} -WhatIf");

        Assert.Matches("^(ParameterArgument|PartitionNotGiven,)", asked.Failure().FullyQualifiedErrorId);
        Assert.Empty(asked.Output);
        Assert.Equal(["2,1"], Replicas(name));
    }

    [Fact]
    public void A_row_without_a_partition_means_all_of_its_topic()
    {
        var name = Topic("0:1,1:2");

        _session.Run($"\"Topic,Partition,Replicas`n{name},,`\"2,0`\"\" | ConvertFrom-Csv | Move-KafkaPartition").Succeeded();
        Assert.Equal(["2,0", "2,0"], Replicas(name));
        _session.Run($"\"Topic,Partition,Replicas`n{name},`\"0,1`\",`\"1,2`\"\" | ConvertFrom-Csv | Move-KafkaPartition").Succeeded();
        Assert.Equal(["1,2", "1,2"], Replicas(name));
    }

    [Fact]
    public void Where_partitions_are_goes_to_a_file_and_comes_back()
    {
        var name = Topic("0:1,1:2");

        _session.Run($"$before = Get-KafkaPartition {name} | ConvertTo-Csv; Move-KafkaPartition {name} -Partition 0, 1 -Replicas 2, 0; $before | ConvertFrom-Csv | Move-KafkaPartition").Succeeded();

        Assert.Equal(["0,1", "1,2"], Replicas(name));
    }

    [Fact]
    public void Two_places_for_one_partition_are_an_error_and_nothing_moves()
    {
        var name = Topic("0:1,1:0");
        var rows = $"\"Topic,Partition,Replicas`n{name},1,`\"2,1`\"`n{name},0,`\"2,1`\"`n{name},0,`\"1,2`\"\"";

        _session.Run($"{rows} | ConvertFrom-Csv | Move-KafkaPartition").Failure("ReplicasAmbiguous", ErrorCategory.InvalidArgument, $"{name}-0");
        Assert.Equal(["0,1", "1,0"], Replicas(name));
        _session.Run($"{rows} | ConvertFrom-Csv | Where-Object Replicas -eq '2,1' | ForEach-Object {{ $_; $_ }} | Move-KafkaPartition").Succeeded();
        Assert.Equal(["2,1", "2,1"], Replicas(name));
    }

    [Fact]
    public void Who_changes_how_many_replicas_there_are_says_of_what()
        => _session.Run("Move-KafkaPartition -ReplicationFactor 1").Failure("TopicNotGiven", ErrorCategory.InvalidArgument, "Move-KafkaPartition");

    [Fact]
    public void What_runs_is_seen_refuses_another_move_and_is_picked_up()
    {
        var name = Topic("0:1,1:0");
        var other = Topic("0:1");
        _session.Run($"1..30 | ForEach-Object {{ [pscustomobject]@{{ Key = \"$_\"; Value = 'x' * 20000 }} }} | Send-KafkaMessage {name}").Succeeded();

        // A byte a second would take days, and even on the practice cluster's fast clock minutes.
        _session.Run($"Move-KafkaPartition {name} -FromBroker 1 -Throttle 1 -NoWait").Succeeded();
        try
        {
            var running = _session.Run($"Get-KafkaReassignment {name}").Succeeded().Cast<dynamic>().ToList();
            Assert.Equal(["0,2", "2,0"], running.Select(moving => string.Join(',', (IEnumerable<int>)moving.Replicas)));
            Assert.All(running, moving => Assert.Equal((2, 1), (((IReadOnlyList<int>)moving.Adding)[0], ((IReadOnlyList<int>)moving.Removing)[0])));
            Assert.All(running, moving => Assert.InRange((int)moving.PercentCopied, 0, 99));
            Assert.Matches(@"TOPIC\s+PARTITION\s+REPLICAS\s+ADDING\s+REMOVING\s+COPIED", _session.Run("Get-KafkaReassignment | Out-Default").Screen);
            _session.Run($"Move-KafkaPartition {other} -FromBroker 1").Failure("ReassignmentRunning", ErrorCategory.ResourceBusy, $"{name}-0");
            Assert.Equal(["0,1"], Replicas(other));
            Assert.Contains("nothing would be moved", _session.Run($"Move-KafkaPartition {name} -FromBroker 1 -WhatIf").Screen, StringComparison.Ordinal);
            _session.Run($"Move-KafkaPartition {name} -FromBroker 1 -Timeout 1").Failure("ReassignmentTimeout", ErrorCategory.OperationTimeout, $"{name}-0");
        }
        finally
        {
            // Its topic takes what moves with it.
            _session.Run($"Remove-KafkaTopic {name} -Confirm:$false").Succeeded();
        }

        _session.Run($"Move-KafkaPartition {other} -FromBroker 1").Succeeded();
        Assert.Equal(["0,2"], Replicas(other));
    }

    [Fact]
    public void Preferred_leaders_are_elected_and_only_where_another_leads()
    {
        var name = Topic("0:1,1:2");
        _session.Run($"Move-KafkaPartition {name} -Partition 0 -Replicas 1, 0").Succeeded();

        Assert.Equal("NotPreferred", (string)_session.Run($"Get-KafkaPartition {name} -Partition 0").One().Status);
        Assert.Contains($"{name}-0 in the-project/kafka", _session.Run($"Start-KafkaLeaderElection {name} -WhatIf").Screen, StringComparison.Ordinal);
        var elected = _session.Run($"Get-KafkaPartition {name} | Start-KafkaLeaderElection -PassThru").One();
        Assert.Equal((0, 1, "Healthy"), ((int)elected.Partition, (int)elected.Leader, (string)elected.Status));
        Assert.Empty(_session.Run($"Start-KafkaLeaderElection {name} -PassThru").Succeeded());
    }

    [Fact]
    public void Tab_completes_brokers_by_their_ids()
    {
        Assert.Equal(["0", "1", "2"], _session.Complete("Move-KafkaPartition -FromBroker "));
        Assert.Equal(["0", "1", "2"], _session.Complete("Move-KafkaPartition orders -Partition 0 -Replicas "));
    }

    public void Dispose() => _session.Dispose();

    // A topic of exactly these replicas, by the program itself, so that plans have one answer.
    private string Topic(string assignment, string? setting = null)
    {
        var name = cluster.Topic(_session);
        _session.Run($"Remove-KafkaTopic {name} -Confirm:$false").Succeeded();
        var words = string.Join(", ", new[] { "--bootstrap-server", "kafka:9092", "--create", "--topic", name, "--replica-assignment", $"'{assignment}'" }
            .Concat(setting is null ? [] : ["--config", $"'{setting}'"]));
        _session.Run($"Invoke-KafkaCommand kafka-topics {words}").Succeeded();
        return name;
    }

    private IEnumerable<string> Replicas(string name)
        => _session.Run($"Get-KafkaPartition {name} | ForEach-Object {{ $_.Replicas -join ',' }}").Succeeded().Select(line => line.ToString());
}
