namespace KafkaK8s.Tests.Real;

/// <summary>Every cmdlet once, on pods whose programs are real ZooKeeper and Kafka processes: Kafka 1.1.1 of the article, 3.9.2 of the standard preset.</summary>
[Trait("Category", "RealKafka")]
[Collection(RealKafkaInTurn.Name)]
public class RealPodsTests
{
    private const string StandUp =
        """
        New-KafkaNamespace the-project |
            New-KafkaZookeeper -Preset $preset -Timeout 600 |
            New-KafkaBroker -Preset $preset -HeapOptions '-Xmx256M' -Timeout 600 |
            New-KafkaClient -Preset $preset -Timeout 600
        """;

    [Theory]
    [InlineData("Article")]
    [InlineData("Standard")]
    public async Task EveryCmdletWorksOnRealProcesses(string preset)
    {
        await using var pods = await RealPods.StartAsync();
        var session = pods.Session;
        session.Variable("preset", preset);

        Assert.Equal("Ready", session.Run(StandUp).One().State.ToString());
        Assert.Equal("Ready", session.Run("New-KafkaCluster -Preset $preset -HeapOptions '-Xmx256M' -Timeout 600").One().State.ToString());
        session.Run("Wait-KafkaCluster -Timeout 60").Succeeded();
        Assert.Equal(3, session.Run("Get-KafkaBroker").Succeeded().Count);
        Assert.Single(session.Run("Get-KafkaZookeeper | Where-Object Mode -eq leader").Succeeded());
        Assert.Single(session.Run("Get-KafkaClient").Succeeded());
        Assert.Single(session.Run("Get-KafkaNamespace the-*").Succeeded());

        var topic = session.Run("New-KafkaTopic a.b -Partitions 2 -ReplicationFactor 3; New-KafkaTopic aXb -Partitions 1 -ReplicationFactor 1; Get-KafkaTopic a.b").Succeeded()[^1];
        Assert.Equal(2, (int)((dynamic)topic).PartitionCount);
        Assert.Equal("TopicAlreadyExists", session.Run("New-KafkaTopic a.b -Partitions 2 -ReplicationFactor 3").Failure().FullyQualifiedErrorId.Split(',')[0]);

        session.Run("'hello', 'größer', \"with`ttab\" | Send-KafkaMessage a.b").Succeeded();
        var received = session.Run("Receive-KafkaMessage a.b -FromBeginning -MaxCount 3 -Timeout 30").Succeeded();
        Assert.Equal(["größer", "hello", "with\ttab"], received.Select(record => (string)((dynamic)record).Value).Order(StringComparer.Ordinal));

        // Deleting by a name that is also a pattern leaves the other topic alone.
        session.Run("Remove-KafkaTopic a.b -Confirm:$false").Succeeded();
        Assert.Equal(["aXb"], session.Run("Get-KafkaTopic a*").Succeeded().Select(found => (string)((dynamic)found).Name));

        Assert.Contains("aXb", session.Run(
            preset == "Article"
                ? "Invoke-KafkaCommand kafka-topics --zookeeper, kafka-zookeeper:2181, --list"
                : "Invoke-KafkaCommand kafka-topics --bootstrap-server, kafka:9092, --list").Succeeded().Select(line => line.ToString()));
        Assert.NotEmpty(session.Run("Get-KafkaLog kafka-0 -Tail 5").Succeeded());
        CheckHealth(pods, preset);
        session.Run("Remove-KafkaCluster -IncludeData -Confirm:$false -Timeout 300").Succeeded();
        session.Run("Remove-KafkaNamespace the-project -Confirm:$false -Timeout 300").Succeeded();
        Assert.Empty(session.Run("Get-KafkaNamespace the-*").Succeeded());
    }

    // What each preset deserves, and the topic that was made without a second replica. Then a broker of the old release stops, which
    // its cluster notices after six seconds; the new one would take eighteen.
    private static void CheckHealth(RealPods pods, string preset)
    {
        var session = pods.Session;
        string[] deserved = preset == "Article"
            ? ["BudgetMissing kafka Warning", "EphemeralEnsemble kafka-zookeeper Warning", "FloatingImage kafka-zookeeper Warning", "TightProbe kafka-zookeeper Warning", "TopicMinimum aXb Information"]
            : ["TopicMinimum aXb Critical"];
        Assert.Equal(deserved, Findings("").Order(StringComparer.Ordinal));
        Assert.Equal(preset == "Article", session.Run("Test-KafkaCluster").One());
        if (preset == "Article")
        {
            session.Run("New-KafkaTopic spread -Partitions 3 -ReplicationFactor 3").Succeeded();
            pods.Faults.Hold("the-project", "kafka-1");
            session.Run("while (-not (Get-KafkaHealth -Rule BrokerMissing)) { }").Succeeded();
            Assert.Equal(
                ["BrokerMissing kafka-1 Critical", "PartitionUnderReplicated spread Warning"],
                Findings("-Rule BrokerMissing, PartitionUnder*").Where(finding => !finding.Contains("__consumer_offsets", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
            pods.Faults.Release("the-project", "kafka-1");
        }

        IEnumerable<string> Findings(string rules) => session.Run($"Get-KafkaHealth {rules}").Succeeded()
            .Select(finding => (dynamic)finding)
            .Select(finding => $"{finding.Rule} {finding.Subject} {finding.Severity}");
    }
}
