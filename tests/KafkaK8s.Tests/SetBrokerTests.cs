using System.Management.Automation;
using KafkaK8s.Tests.Hosting;

namespace KafkaK8s.Tests;

/// <summary>Changing the brokers of a running cluster from the prompt.</summary>
public sealed class SetBrokerTests(PracticeCluster cluster) : IClassFixture<PracticeCluster>, IDisposable
{
    private readonly ModuleSession _session = cluster.Session();

    [Fact]
    public void A_setting_is_planned_set_and_taken_away_again()
    {
        _session.Run("New-KafkaCluster -Namespace settings -Replicas 1 -ZookeeperReplicas 1").Succeeded();
        var before = Objects("settings");
        var preview = _session.Run("Set-KafkaBroker -Namespace settings -Configuration @{ 'num.io.threads' = 4 } -Requests @{ cpu = '100m' } -WhatIf").Succeeded();
        Assert.Equal(before, Objects("settings"));
        Assert.Contains(preview, step => Text(step) == "ChangeField StatefulSet kafka spec.template.spec.containers[kafka-broker].env[KAFKA_NUM_IO_THREADS].value  4");
        Assert.Contains(preview, step => Text(step) == "ChangeField StatefulSet kafka spec.template.spec.containers[kafka-broker].resources.requests.cpu  100m");
        Assert.Equal("RestartPod kafka-0  ", Text(preview[^1]));

        Assert.Empty(_session.Run("Set-KafkaBroker -Namespace settings -Configuration @{ 'num.io.threads' = 4 }").Succeeded());
        var again = _session.Run("Set-KafkaBroker -Namespace settings -Configuration @{ 'num.io.threads' = 4 }");
        Assert.Empty(again.Succeeded());
        Assert.Contains("already as asked for; nothing was changed", again.Screen, StringComparison.Ordinal);

        var taken = _session.Run("Get-KafkaCluster -Namespace settings | Set-KafkaBroker -Configuration @{ 'num.io.threads' = $null } -PassThru").Succeeded();
        Assert.Equal(["Done"], taken.Select(step => (string)((dynamic)step).Status).Distinct());
        Assert.Contains(taken, step => ((string)((dynamic)step).Target).Contains("KAFKA_NUM_IO_THREADS", StringComparison.Ordinal) && ((dynamic)step).To is null);
    }

    [Fact]
    public void Fewer_brokers_name_their_claims_and_losing_them_asks_first()
    {
        _session.Run("New-KafkaCluster -Namespace fewer -Replicas 2 -ZookeeperReplicas 1").Succeeded();
        Assert.Equal(
            ["RemoveMember kafka-1 2 1", "KeepClaim datadir-kafka-1 1Gi 1Gi"],
            _session.Run("Set-KafkaBroker -Namespace fewer -Replicas 1 -WhatIf").Succeeded().Select(Text));

        // Nobody answers the question, and no answer is no.
        var before = Objects("fewer");
        var asked = _session.Run("Set-KafkaBroker -Namespace fewer -Replicas 1 -IncludeData");
        Assert.Contains("The data in the claims that are deleted is lost", asked.Screen, StringComparison.Ordinal);
        Assert.Equal(before, Objects("fewer"));

        _session.Run("Set-KafkaBroker -Namespace fewer -Replicas 1 -IncludeData -Confirm:$false").Succeeded();
        Assert.DoesNotContain(Objects("fewer"), item => item.Contains("kafka-1", StringComparison.Ordinal));
    }

    [Fact]
    public void Bad_input_changes_nothing_and_says_why()
    {
        _session.Run("New-KafkaCluster -Namespace careful -Replicas 1 -ZookeeperReplicas 1").Succeeded();
        var before = Objects("careful");

        _session.Run("Set-KafkaBroker -Namespace careful -IncludeData").Failure("ReplicasMissing", ErrorCategory.InvalidArgument, "kafka");
        _session.Run("Set-KafkaBroker -Namespace careful -Replicas 0").Failure("InvalidReplicas", ErrorCategory.InvalidArgument, "kafka");
        _session.Run("Set-KafkaBroker -Namespace careful -Configuration @{ 'num.oi.threads' = 4 }").Failure("UnknownBrokerSetting", ErrorCategory.InvalidArgument, "num.oi.threads");
        _session.Run("Set-KafkaBroker -Namespace careful -StorageSize 5Mi").Failure("StorageShrinks", ErrorCategory.InvalidArgument, "datadir-kafka-0");
        _session.Run("Set-KafkaBroker -Namespace careful -StorageSize 5Gi").Failure("StorageNotExpandable", ErrorCategory.NotImplemented, "datadir-kafka-0");
        Assert.Equal("ResourceInvalid", _session.Run("Set-KafkaBroker -Namespace careful -Override @{ spec = @{ serviceName = 'other' } }").Failure().FullyQualifiedErrorId.Split(',')[0]);
        _session.Run("Set-KafkaBroker -Namespace careful -Cluster nobody -Replicas 3").Failure("ClusterNotFound", ErrorCategory.ObjectNotFound, "nobody");
        Assert.Equal(before, Objects("careful"));
    }

    public void Dispose() => _session.Dispose();

    private IReadOnlyList<string> Objects(string space) =>
        [.. cluster.Objects().Where(item => item.StartsWith($"{space}/", StringComparison.Ordinal))];

    private static string Text(object step)
    {
        dynamic change = step;
        return $"{change.Action} {change.Target} {change.From} {change.To}";
    }
}
