using System.Management.Automation;
using KafkaK8s.Tests.Hosting;

namespace KafkaK8s.Tests;

/// <summary>Get-KafkaHealth and Test-KafkaCluster.</summary>
public sealed class HealthTests(PracticeCluster cluster) : IClassFixture<PracticeCluster>, IDisposable
{
    private readonly ModuleSession _session = cluster.Session();

    [Fact]
    public void A_healthy_cluster_is_silence_and_true_and_one_without_a_broker_is_neither()
    {
        _session.Run("New-KafkaCluster -Namespace well -ZookeeperReplicas 1 -Replicas 1").Succeeded();

        Assert.Empty(_session.Run("Get-KafkaHealth -Namespace well").Succeeded());
        Assert.Equal([true], _session.Run("Get-KafkaCluster -Namespace well | Test-KafkaCluster").Succeeded().Select(result => result.BaseObject));

        cluster.Server.PodFaults.Hold("well", "kafka-0");
        var finding = _session.Run("while (-not ($found = Get-KafkaHealth -Namespace well -Rule PodNotReady)) { }; $found").One();
        Assert.Equal(("PodNotReady", "Critical", "kafka-0", "well"), ((string)finding.Rule, finding.Severity.ToString(), (string)finding.Subject, (string)finding.Namespace));
        Assert.Equal([false], _session.Run("Test-KafkaCluster -Namespace well -Rule Pod*").Succeeded().Select(result => result.BaseObject));
        Assert.Contains(_session.Run("Test-KafkaCluster -Namespace well -Rule Pod* -Verbose").Verbose, line => line.Contains("kafka-0", StringComparison.Ordinal));
    }

    [Fact]
    public void The_articles_cluster_works_and_its_findings_are_a_table()
    {
        _session.Run("New-KafkaCluster -Namespace article -Preset Article").Succeeded();

        Assert.Equal([true], _session.Run("Test-KafkaCluster -Namespace article").Succeeded().Select(result => result.BaseObject));
        var screen = _session.Run("Get-KafkaHealth -Namespace article | Out-Default").Screen;
        Assert.Matches(@"SEVERITY\s+RULE\s+SUBJECT\s+MESSAGE", screen);
        Assert.Matches(@"Warning\s+EphemeralEnsemble\s+kafka-zookeeper\s+ZooKeeper keeps its data in the pods", screen);
        var list = _session.Run("Get-KafkaHealth -Namespace article -Rule budgetmissing | Format-List | Out-Default").Screen;
        Assert.Contains("Recommendation : Give it one with maxUnavailable 1.", list, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rule_that_there_is_not_is_an_error_and_a_pattern_without_match_is_silence()
    {
        _session.Run("New-KafkaCluster -Namespace rules -ZookeeperReplicas 1 -Replicas 1 -NoWait").Succeeded();

        _session.Run("Get-KafkaHealth -Namespace rules -Rule NoSuchRule").Failure("HealthRuleNotFound", ErrorCategory.ObjectNotFound, "NoSuchRule");
        Assert.Empty(_session.Run("Get-KafkaHealth -Namespace rules -Rule NoSuch*").Succeeded());
        Assert.Contains("FloatingImage", _session.Complete("Get-KafkaHealth -Rule Floa"));
    }

    [Fact]
    public void A_cluster_that_is_not_there_is_an_error_and_no_answer()
    {
        _session.Run("New-KafkaNamespace empty-of-kafka").Succeeded();

        _session.Run("Test-KafkaCluster -Namespace empty-of-kafka").Failure("ClusterNotFound", ErrorCategory.ObjectNotFound, "kafka");
    }

    public void Dispose() => _session.Dispose();
}
