using KafkaK8s.Tests.Hosting;

namespace KafkaK8s.Tests;

/// <summary>The lines that the module promises, typed as they are.</summary>
public sealed class FirstPageTests(PracticeCluster cluster) : IClassFixture<PracticeCluster>
{
    [Fact]
    public void From_nothing_to_a_message_and_once_more()
    {
        using var session = cluster.Session();

        var made = session.Run("New-KafkaNamespace the-project | New-KafkaZookeeper | New-KafkaBroker | New-KafkaClient").One();
        Assert.Equal(("kafka", "the-project", "Ready"), ((string)made.Name, (string)made.Namespace, (string)made.State));

        var topic = session.Run("New-KafkaTopic test -Partitions 1 -ReplicationFactor 1").One();
        Assert.Equal(("test", 1, 1), ((string)topic.Name, (int)topic.PartitionCount, (int)topic.ReplicationFactor));

        Assert.Empty(session.Run("'hello' | Send-KafkaMessage test").Succeeded());
        Assert.Equal("hello", (string)session.Run("Receive-KafkaMessage test -FromBeginning").One().Value);
        Assert.Empty(session.Run("Get-KafkaTopic | Where-Object UnderReplicatedPartitionCount -gt 0").Succeeded());

        var before = cluster.Objects();
        var again = session.Run("New-KafkaNamespace the-project | New-KafkaZookeeper | New-KafkaBroker | New-KafkaClient");
        Assert.Equal("Ready", (string)again.One().State);
        Assert.Equal(4, again.Information.Count(line => line.Contains("nothing was changed", StringComparison.Ordinal)));
        Assert.Equal(before, cluster.Objects());
    }
}
