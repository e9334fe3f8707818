using System.Management.Automation;
using System.Management.Automation.Language;
using KafkaK8s.Sandbox.Api;
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
    public void Who_may_not_ask_is_not_told_that_it_works_and_without_brokers_it_does_not()
    {
        _session.Run("New-KafkaCluster -Namespace blind -ZookeeperReplicas 1 -Replicas 1").Succeeded();
        Assert.Equal([true], _session.Run("Test-KafkaCluster -Namespace blind").Succeeded().Select(result => result.BaseObject));

        cluster.Server.Faults.Add(Fault.Forbidden() with { Path = "/exec?" });
        var blind = _session.Run("Test-KafkaCluster -Namespace blind -Verbose");
        cluster.Server.Faults.Clear();
        Assert.Equal([false], blind.Succeeded().Select(result => result.BaseObject));
        Assert.Contains(blind.Verbose, line => line.Contains("Could not ask: ", StringComparison.Ordinal));

        _session.Run("Remove-KafkaBroker -Namespace blind").Succeeded();
        Assert.Equal([false], _session.Run("Test-KafkaCluster -Namespace blind -Rule Partition*").Succeeded().Select(result => result.BaseObject));
        Assert.Equal(["NoBrokers"], _session.Run("Get-KafkaHealth -Namespace blind -Rule NoBrokers, Partition*").Succeeded().Select(finding => (string)((dynamic)finding).Rule));
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

    [Fact]
    public void Every_line_that_a_finding_gives_is_a_command_that_there_is()
    {
        _session.Variable("jmx", "@{ spec = @{ template = @{ spec = @{ containers = @(@{ name = 'kafka-broker'; env = @(@{ name = 'JMX_PORT'; value = '5556' }) }) } } } }");
        _session.Run("New-KafkaNamespace lines | New-KafkaZookeeper -Preset Article | New-KafkaBroker -Preset Article -Override (Invoke-Expression $jmx) | New-KafkaClient -Preset Article").Succeeded();
        _session.Run("New-KafkaTopic orders -Namespace lines -Partitions 3 -ReplicationFactor 3 -Configuration @{ 'min.insync.replicas' = '2' }").Succeeded();
        _session.Run("New-KafkaTopic strict -Namespace lines -Partitions 3 -ReplicationFactor 1 -Configuration @{ 'min.insync.replicas' = '3' }").Succeeded();
        _session.Run("New-KafkaTopic alone -Namespace lines -Partitions 3 -ReplicationFactor 1").Succeeded();
        cluster.Server.PodFaults.Fill("lines", "kafka-0", "datadir", 1000L << 20);
        cluster.Server.PodFaults.Hold("lines", "kafka-1");
        cluster.Server.PodFaults.Hold("lines", "kafka-zookeeper-0");

        // What comes of the brokers that are gone is seen one after the other.
        var findings = _session.Run(
            "do { $found = @(Get-KafkaHealth -Namespace lines) } until ($found.Rule -contains 'PartitionLeaderless' -and $found.Rule -contains 'BrokerMissing'); $found").Succeeded();

        var rules = findings.Select(finding => (string)((dynamic)finding).Rule).ToHashSet();
        Assert.Superset(
            new HashSet<string>(
            [
                "BrokerMissing", "BudgetMissing", "ClaimNearlyFull", "EphemeralEnsemble", "FloatingImage", "JmxPort", "PartitionLeaderless", "PartitionUnderReplicated",
                "PodNotReady", "TightProbe", "TopicMinimum",
            ]),
            rules);
        Assert.All(findings, finding => CheckLine((string)((dynamic)finding).Command));
    }

    private void CheckLine(string line)
    {
        var script = Parser.ParseInput(line, out _, out var errors);
        Assert.True(errors.Length == 0, $"{line}: {string.Join(' ', errors.Select(error => error.Message))}");
        foreach (var command in script.FindAll(part => part is CommandAst, searchNestedScriptBlocks: true).Cast<CommandAst>())
        {
            var known = (CommandInfo)Assert.Single(_session.Run($"Get-Command {command.GetCommandName()}").Succeeded()).BaseObject;
            foreach (var parameter in command.CommandElements.OfType<CommandParameterAst>())
            {
                Assert.True(known.Parameters.ContainsKey(parameter.ParameterName), $"{line}: {known.Name} has no {parameter.ParameterName}");
            }
        }
    }

    public void Dispose() => _session.Dispose();
}
