using System.Management.Automation;
using KafkaK8s.Tests.Hosting;

namespace KafkaK8s.Tests;

/// <summary>What a runbook does with a hundred topics: one or two calls to the cluster, and an outcome of its own for every topic.</summary>
public sealed class ManyTopicsTests(ReadyCluster cluster) : IDisposable
{
    private readonly ModuleSession _session = cluster.Session();

    [Fact]
    public void A_hundred_topics_cost_two_calls_each_time()
    {
        const string names = "(1..100 | ForEach-Object { \"crowd-$_\" })";

        var created = Calls($"{names} | New-KafkaTopic -Partitions 1 -ReplicationFactor 1 -Verbose", 100);
        var got = Calls($"{names} | Get-KafkaTopic -Verbose", 100);
        var grown = Calls("Get-KafkaTopic crowd-* | Set-KafkaTopic -Partitions 2 -Verbose", 0);
        var set = Calls("Get-KafkaTopic crowd-* | Set-KafkaConfiguration -Configuration @{ 'retention.ms' = 60000 } -Verbose", 0);
        var settings = Calls("Get-KafkaTopic crowd-* | Get-KafkaConfiguration -Name retention.ms -Verbose", 100);
        var offsets = Calls("Get-KafkaTopic crowd-* | Get-KafkaOffset -Verbose", 200);
        var removed = Calls("Get-KafkaTopic crowd-* | Remove-KafkaTopic -Confirm:$false -Verbose", 0);

        Assert.Equal([2, 1, 2, 2, 1, 2, 2], [created, got, grown, set, settings, offsets, removed]);
        Assert.Empty(_session.Run("Get-KafkaTopic crowd-*").Succeeded());
    }

    [Fact]
    public void Each_of_many_topics_has_an_outcome_of_its_own()
    {
        var there = cluster.Topic(_session);
        var result = _session.Run($"'many-a', '{there}', 'many b', 'many-c' | New-KafkaTopic -Partitions 1 -ReplicationFactor 1");

        Assert.Equal(["many-a", "many-c"], result.Output.Select(topic => topic.ToString()));
        Assert.Equal(
            [("TopicAlreadyExists", there), ("InvalidTopicName", "many b")],
            result.Errors.Select(error => (error.FullyQualifiedErrorId.Split(',')[0], error.TargetObject.ToString())));

        var changed = _session.Run("'many-a', 'many-nobody', 'many-c' | Set-KafkaTopic -Partitions 3");
        changed.Failure("TopicNotFound", ErrorCategory.ObjectNotFound, "many-nobody");
        Assert.Equal([3, 3], _session.Run("Get-KafkaTopic many-*").Succeeded().Select(topic => (int)((dynamic)topic).PartitionCount));
    }

    [Fact]
    public void Topics_are_made_from_objects_and_from_a_file()
    {
        var made = _session.Run(
            """
            @'
            Name,Partitions,ReplicationFactor,Configuration
            csv-a,2,3,retention.ms=60000;cleanup.policy=compact
            csv-b,,,
            '@ | ConvertFrom-Csv | New-KafkaTopic
            """).Succeeded();

        Assert.Equal([("csv-a", 2, 3), ("csv-b", 1, 3)], made.Select(Shape).ToList());
        Assert.Equal(("60000", "compact"), ((string)((dynamic)made[0]).Configuration["retention.ms"], (string)((dynamic)made[0]).Configuration["cleanup.policy"]));

        _session.Run("$topics = Get-KafkaTopic csv-a; $topics | Remove-KafkaTopic -Confirm:$false; $topics | New-KafkaTopic").Succeeded();
        Assert.Equal(("csv-a", 2, 3), Shape(Assert.Single(_session.Run("Get-KafkaTopic csv-a").Succeeded())));
    }

    public void Dispose() => _session.Dispose();

    private static (string Name, int Partitions, int Replicas) Shape(PSObject topic) =>
        ((string)((dynamic)topic).Name, (int)((dynamic)topic).PartitionCount, (int)((dynamic)topic).ReplicationFactor);

    // The cluster is looked up in Kubernetes as well; what counts here is what runs in a pod, of the last cmdlet of the line.
    private int Calls(string line, int objects)
    {
        var transcript = _session.Run(line);
        Assert.Equal(objects, transcript.Succeeded().Count);
        return transcript.Verbose.Count(verbose => verbose.Contains("exec", StringComparison.OrdinalIgnoreCase) && verbose.Contains(" ms)", StringComparison.Ordinal));
    }
}
