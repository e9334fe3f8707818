using System.Management.Automation;
using KafkaK8s.Tests.Hosting;

namespace KafkaK8s.Tests;

/// <summary>Restarting brokers: the plan as objects, the steps as they end, and who is meant.</summary>
public sealed class RestartTests(PracticeCluster cluster) : IClassFixture<PracticeCluster>, IDisposable
{
    private readonly ModuleSession _session = cluster.Session();

    [Fact]
    public void A_preview_returns_the_plan_and_a_run_carries_out_exactly_that()
    {
        _session.Run("New-KafkaCluster -Namespace roll").Succeeded();
        _session.Run("New-KafkaTopic orders -Namespace roll -Partitions 3 -ReplicationFactor 3").Succeeded();
        var before = cluster.Objects();
        var preview = _session.Run("Restart-KafkaBroker -Namespace roll -WhatIf");
        var plan = preview.Succeeded().Select(step => $"{((dynamic)step).Number} {((dynamic)step).Action} {((dynamic)step).Target}").ToList();
        Assert.Equal(before, cluster.Objects());
        Assert.Equal(4, plan.Count);
        Assert.All(preview.Output, step => Assert.Equal("Planned", (string)((dynamic)step).Status));
        Assert.All(preview.Output, step => Assert.Null(((dynamic)step).Duration));
        Assert.All(preview.Output.Skip(1), step => Assert.Contains("minimum of in-sync replicas", (string)((dynamic)step).BlockedBy, StringComparison.Ordinal));

        var done = _session.Run("Restart-KafkaBroker -Namespace roll -PassThru").Succeeded();
        Assert.Equal(plan, done.Select(step => $"{((dynamic)step).Number} {((dynamic)step).Action} {((dynamic)step).Target}"));
        Assert.All(done, step => Assert.Equal("Done", (string)((dynamic)step).Status));
        Assert.All(done.Skip(1), step => Assert.True(((dynamic)step).Duration > TimeSpan.Zero));
        Assert.Equal(before.Count, cluster.Objects().Count);
        var table = _session.Run("Restart-KafkaBroker -Namespace roll -Id 1 -WhatIf | Out-String -Width 250").Succeeded();
        Assert.Matches(@"STEP +STATUS +SECONDS +ACTION +TARGET +REASON", string.Concat(table));
        Assert.Matches(@"2 +Planned +RestartPod +kafka-1 +a restart was asked for", string.Concat(table));
    }

    [Fact]
    public void Brokers_are_meant_by_name_id_object_and_cluster_and_one_plan_is_made_for_all()
    {
        _session.Run("New-KafkaCluster -Namespace meant").Succeeded();

        Assert.Equal(["kafka-1", "kafka-2"], Restarted("Restart-KafkaBroker kafka-[12] -Namespace meant -WhatIf"));
        Assert.Equal(["kafka-0", "kafka-2"], Restarted("Restart-KafkaBroker -Id 2, 0 -Namespace meant -WhatIf"));
        Assert.Equal(["kafka-0", "kafka-1"], Restarted("Get-KafkaBroker -Namespace meant | Where-Object Id -lt 2 | Restart-KafkaBroker -WhatIf"));
        Assert.Equal(["kafka-0", "kafka-1", "kafka-2"], Restarted("Get-KafkaCluster -Namespace meant | Restart-KafkaBroker -WhatIf"));
        Assert.Empty(_session.Run("Restart-KafkaBroker nobody* -Namespace meant").Succeeded());
        _session.Run("Restart-KafkaBroker kafka-7 -Namespace meant").Failure("MemberNotFound", ErrorCategory.ObjectNotFound, "kafka-7");
        foreach (var nothing in new[] { "$null", "@()", "''", "-Id $null", "-Id @()", "-Id ''" })
        {
            var refused = _session.Run($"Restart-KafkaBroker {nothing} -Namespace meant -WhatIf");
            Assert.StartsWith("ParameterArgument", refused.Failure().FullyQualifiedErrorId, StringComparison.Ordinal);
            Assert.Empty(refused.Output);
        }
    }

    [Fact]
    public void What_holds_it_comes_out_as_objects_while_it_waits_and_as_the_error_in_the_end()
    {
        _session.Run("New-KafkaCluster -Namespace held -Replicas 4").Succeeded();
        _session.Run("New-KafkaTopic orders -Namespace held -Partitions 8 -ReplicationFactor 3 -Configuration @{ 'min.insync.replicas' = 2 }").Succeeded();

        // Somebody takes a broker away without looking.
        cluster.Server.Store.Change(Sandbox.Api.ResourceKind.StatefulSets, "held", "kafka", live => live["spec"]!["replicas"] = 3);
        SpinWait.SpinUntil(() => cluster.Server.Store.Get(Sandbox.Api.ResourceKind.Pods, "held", "kafka-3") is null, TimeSpan.FromSeconds(30));
        var held = _session.Run("Restart-KafkaBroker -Namespace held -Timeout 3");

        held.Failure("RestartBlocked", ErrorCategory.OperationTimeout, "held/kafka");
        dynamic blocker = held.Output[0];
        Assert.Equal("KafkaK8s.KafkaChangeBlocker", held.Output[0].BaseObject.GetType().FullName);
        Assert.StartsWith("orders-", (string)blocker.Subject, StringComparison.Ordinal);
        Assert.Equal((2, 2, 3), ((int)blocker.InSyncReplicas.Count, (int)blocker.MinInSyncReplicas, (int)blocker.Replicas.Count));
        var table = string.Concat(_session.Run("Restart-KafkaBroker -Namespace held -Timeout 3 -ErrorAction SilentlyContinue | Out-String -Width 250").Output);
        Assert.Matches(@"STEP +TARGET +BLOCKED-BY +IN-SYNC +MINIMUM +REPLICAS +RULE", table);
        Assert.Matches(@"kafka-\d +orders-\d +\d,\d +2 +\d,\d,\d +it has just as many", table);
    }

    [Fact]
    public void A_question_is_asked_once_and_no_is_no()
    {
        _session.Run("New-KafkaCluster -Namespace unsure").Succeeded();
        var before = cluster.Objects().Where(item => item.StartsWith("unsure/", StringComparison.Ordinal)).ToList();

        var asked = _session.Run("Restart-KafkaBroker -Namespace unsure -Confirm");

        Assert.Contains("restart kafka-2", asked.Screen, StringComparison.Ordinal);
        Assert.Equal(before, cluster.Objects().Where(item => item.StartsWith("unsure/", StringComparison.Ordinal)));
    }

    public void Dispose() => _session.Dispose();

    // In order of their names: which of them is the controller, and comes last, is settled when they start.
    private IEnumerable<string> Restarted(string script) => _session.Run(script).Succeeded()
        .Where(step => (string)((dynamic)step).Action == "RestartPod")
        .Select(step => (string)((dynamic)step).Target)
        .Order(StringComparer.Ordinal);
}
