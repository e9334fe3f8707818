using System.Management.Automation;
using KafkaK8s.Sandbox.Api;
using KafkaK8s.Tests.Hosting;

namespace KafkaK8s.Tests;

/// <summary>Changing an ensemble under a cluster that works: the plan as objects, the topics that stay, and an ensemble that does not agree with itself.</summary>
public sealed class EnsembleTests(PracticeCluster cluster) : IClassFixture<PracticeCluster>, IDisposable
{
    private readonly ModuleSession _session = cluster.Session();

    [Fact]
    public void A_cluster_keeps_its_topics_while_its_ensemble_grows_and_shrinks()
    {
        _session.Run("Set-KafkaContext -Namespace scale; New-KafkaCluster; New-KafkaTopic orders -Partitions 3 -ReplicationFactor 3").Succeeded();
        var before = cluster.Objects();

        var preview = _session.Run("Set-KafkaZookeeper -Replicas 4 -WhatIf");
        Assert.Equal(
            ["ChangeField", "ChangeField", "AddMember", "RestartPod", "RestartPod", "RestartPod"],
            preview.Succeeded().Select(step => (string)((dynamic)step).Action));
        Assert.Contains(preview.Warnings, warning => warning.StartsWith("An ensemble of 4 members outlives the loss of 1", StringComparison.Ordinal));
        Assert.Contains("the brokers connect to kafka-zookeeper:2181, which stays", (string)((dynamic)preview.Output[1]).Reason, StringComparison.Ordinal);
        Assert.Equal(before, cluster.Objects());

        var done = _session.Run("Set-KafkaZookeeper -Replicas 4 -PassThru").Succeeded();
        Assert.All(done, step => Assert.Equal("Done", (string)((dynamic)step).Status));
        Assert.Equal("orders", (string)_session.Run("Get-KafkaTopic").One().Name);
        Assert.Equal((4, 4), (_session.Run("Get-KafkaCluster").One().Zookeeper.Replicas, _session.Run("Get-KafkaCluster").One().Zookeeper.ListSize));
        var table = string.Concat(_session.Run("Get-KafkaZookeeper | Out-String -Width 200").Succeeded());
        Assert.Matches(@"NAME +ID +READY +STATUS +MODE +LIST +RESTARTS", table);
        Assert.Matches(@"kafka-zookeeper-3 +4 +1/1 +Running +(follower|leader) +4 +0", table);
        Assert.Equal(3, (int)_session.Run("Get-KafkaZookeeper | Where-Object Mode -eq leader").One().SyncedFollowers);

        _session.Run("Get-KafkaCluster | Set-KafkaZookeeper -Replicas 3").Succeeded();
        Assert.Equal(3, _session.Run("Get-KafkaZookeeper").Succeeded().Count);
        Assert.Equal("orders", (string)_session.Run("Get-KafkaTopic").One().Name);
        Assert.Contains("already as asked for", _session.Run("Set-KafkaZookeeper -Replicas 3").Screen, StringComparison.Ordinal);
    }

    [Fact]
    public void What_does_not_agree_is_told_wherever_one_looks()
    {
        _session.Run("Set-KafkaContext -Namespace broken; New-KafkaNamespace broken | New-KafkaZookeeper").Succeeded();
        cluster.Server.Store.Change(ResourceKind.StatefulSets, "broken", "kafka-zookeeper", set => set["spec"]!["template"]!["spec"]!["containers"]![0]!["env"]!.AsArray()
            .Single(variable => (string?)variable!["name"] == "ZOO_SERVERS")!["value"] = "server.1=kafka-zookeeper-0:2888:3888;2181");

        const string Disagreement = "broken/kafka: kafka-zookeeper has 3 replicas, and ZOO_SERVERS lists 1.";
        Assert.Contains(Disagreement, _session.Run("Get-KafkaZookeeper").Warnings);
        var found = _session.Run("Get-KafkaCluster");
        Assert.Contains(Disagreement, found.Warnings);
        Assert.Equal(1, (int)found.One().Zookeeper.ListSize);
        Assert.Equal(2, ((IReadOnlyList<string>)found.One().Zookeeper.Disagreements).Count);

        _session.Run("Set-KafkaZookeeper").Succeeded();
        Assert.Empty(_session.Run("Get-KafkaZookeeper").Warnings);
    }

    [Fact]
    public void Members_are_meant_by_name_object_and_cluster_and_what_can_not_be_is_an_error_with_advice()
    {
        _session.Run("Set-KafkaContext -Namespace meant; New-KafkaNamespace meant | New-KafkaZookeeper").Succeeded();

        Assert.Equal(["kafka-zookeeper-1"], Restarted("Restart-KafkaZookeeper *-1 -WhatIf"));
        Assert.Equal(["kafka-zookeeper-0", "kafka-zookeeper-1"], Restarted("Get-KafkaZookeeper | Where-Object Id -lt 3 | Restart-KafkaZookeeper -WhatIf").Order());
        Assert.Equal(3, Restarted("Get-KafkaCluster | Restart-KafkaZookeeper -WhatIf").Count());
        Assert.Equal((string)_session.Run("Get-KafkaZookeeper | Where-Object Mode -eq leader").One().Name, Restarted("Restart-KafkaZookeeper -WhatIf").Last());
        Assert.Empty(_session.Run("Restart-KafkaZookeeper nobody*").Succeeded());
        Assert.StartsWith("ParameterArgumentValidationError,", _session.Run("Restart-KafkaZookeeper $null -WhatIf").Failure().FullyQualifiedErrorId, StringComparison.Ordinal);
        _session.Run("Restart-KafkaZookeeper kafka-zookeeper-7").Failure("MemberNotFound", ErrorCategory.ObjectNotFound, "kafka-zookeeper-7");
        _session.Run("Set-KafkaZookeeper -Replicas 0").Failure("InvalidReplicas", ErrorCategory.InvalidArgument, "kafka-zookeeper");
        _session.Run("Set-KafkaZookeeper -Replicas 5 -Cluster nothing").Failure("ClusterNotFound", ErrorCategory.ObjectNotFound, "nothing");
        Assert.Contains("kafka-zookeeper-2", _session.Complete("Restart-KafkaZookeeper "));
    }

    [Theory]
    [InlineData("joining", "add kafka-zookeeper-3")]
    [InlineData("restarting", "deleting the pod")]
    public async Task Stopped_while_it_works_it_returns_at_once_and_the_same_command_does_the_rest(string name, string phase)
    {
        _session.Run($"Set-KafkaContext -Namespace {name}; New-KafkaNamespace {name} | New-KafkaZookeeper").Succeeded();
        using var running = _session.Start("Set-KafkaZookeeper -Replicas 4");
        await running.ShowedProgress(record => record.StatusDescription.Contains(phase, StringComparison.Ordinal));

        // The promise is 200 ms of the module's; the rest is for a machine that does other things too.
        Assert.InRange(running.Stop(), TimeSpan.Zero, TimeSpan.FromSeconds(1));
        Assert.True(running.End().WasStopped);

        _session.Run("Set-KafkaZookeeper -Replicas 4").Succeeded();
        Assert.Equal(4, (int)_session.Run("Get-KafkaCluster").One().Zookeeper.ListSize);
        Assert.Equal(4, _session.Run("Get-KafkaZookeeper | Where-Object ListSize -eq 4").Succeeded().Count);
    }

    public void Dispose() => _session.Dispose();

    private IEnumerable<string> Restarted(string script) => _session.Run(script).Succeeded()
        .Where(step => (string)((dynamic)step).Action == "RestartPod")
        .Select(step => (string)((dynamic)step).Target);
}
