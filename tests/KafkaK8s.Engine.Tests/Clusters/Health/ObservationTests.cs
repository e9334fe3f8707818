using System.Text.Json.Nodes;
using KafkaK8s.Engine.Clusters;
using KafkaK8s.Engine.Clusters.Health;
using KafkaK8s.Engine.Clusters.Health.Rules;
using KafkaK8s.Engine.Kafka;
using KafkaK8s.Engine.Tests.Manifests;

namespace KafkaK8s.Engine.Tests.Clusters.Health;

/// <summary>What a healthy practice cluster can't be brought to, and what the pods' programs print.</summary>
public sealed class ObservationTests
{
    private const string Outside = "This ZooKeeper instance is not currently serving requests";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Brokers_without_a_controller()
    {
        var seen = await SeenAsync() with { Registry = new BrokerRegistry("id", null, [Broker(0, "kafka-0.kafka-headless"), Broker(1, "kafka-1.kafka-headless")]) };

        var finding = Assert.Single(new ControllerMissingRule().Check(seen));

        Assert.Equal((HealthSeverity.Critical, "kafka", "registered: 0, 1; controller: nobody"), (finding.Severity, finding.Subject, finding.Evidence));
        Assert.Empty(new ControllerMissingRule().Check(seen with { Registry = seen.Registry! with { ControllerId = 1 } }));
    }

    [Theory]
    [InlineData("leader", "leader")]
    [InlineData("standalone", "leader")]
    public async Task Two_ensembles_where_there_should_be_one(string first, string second)
    {
        var seen = await SeenAsync() with
        {
            Modes = [new("kafka-zookeeper-0", first, "3.9.4", null), new("kafka-zookeeper-1", second, "3.9.4", null), new("kafka-zookeeper-2", "follower", "3.9.4", null)],
        };

        var finding = Assert.Single(new EnsembleQuorumRule().Check(seen));

        // Set-KafkaZookeeper refuses a split ensemble, so it is not what helps now.
        Assert.Equal((HealthSeverity.Critical, "Get-KafkaZookeeper -Namespace the-project"), (finding.Severity, finding.Command));
        Assert.Contains("stop the members of the other one", finding.Recommendation, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_member_that_is_ready_and_outside_the_quorum()
    {
        var seen = await SeenAsync() with
        {
            Modes = [new("kafka-zookeeper-0", null, null, Outside), new("kafka-zookeeper-1", "leader", "3.9.4", null), new("kafka-zookeeper-2", "follower", "3.9.4", null)],
        };

        Assert.Equal((HealthSeverity.Warning, "kafka-zookeeper-0"), Assert.Single(new EnsembleQuorumRule().Check(seen)) is var finding ? (finding.Severity, finding.Subject) : default);
        Assert.Empty(new UnansweredRule().Check(seen));
    }

    [Fact]
    public async Task A_leader_that_does_not_answer_is_not_known_to_be_down_and_its_followers_prove_that_there_is_one()
    {
        var seen = await SeenAsync() with
        {
            Modes = [new("kafka-zookeeper-0", "follower", "3.9.4", null), new("kafka-zookeeper-1", null, null, "it did not answer within 5 seconds"), new("kafka-zookeeper-2", "follower", "3.9.4", null)],
        };

        Assert.Empty(new EnsembleQuorumRule().Check(seen));
        var finding = Assert.Single(new UnansweredRule().Check(seen));
        Assert.Equal(("Unanswered", HealthSeverity.Warning, "kafka-zookeeper-1"), (finding.Rule, finding.Severity, finding.Subject));
        Assert.Equal("kafka-zookeeper-1: it did not answer within 5 seconds", finding.Evidence);
    }

    [Theory]
    [InlineData("srvr is not executed because it is not in the whitelist.", "Allow the word srvr")]
    [InlineData("it did not answer within 5 seconds", "Ask again")]
    public async Task Ready_members_that_do_not_say_are_unanswered_and_an_ensemble_of_them_is_not_called_down(string problem, string advice)
    {
        var seen = await SeenAsync() with { Modes = [.. Enumerable.Range(0, 3).Select(ordinal => new MemberMode($"kafka-zookeeper-{ordinal}", null, null, problem))] };

        Assert.Empty(new EnsembleQuorumRule().Check(seen));
        var findings = new UnansweredRule().Check(seen).ToList();
        Assert.Equal(3, findings.Count);
        Assert.All(findings, finding => Assert.Equal(HealthSeverity.Critical, finding.Severity));
        Assert.All(findings, finding => Assert.StartsWith(advice, finding.Recommendation, StringComparison.Ordinal));

        // Two that say so are enough to know.
        var down = seen with { Modes = [.. seen.Modes!.Select((member, ordinal) => ordinal == 0 ? member : member with { Problem = Outside })] };
        Assert.Equal(HealthSeverity.Critical, Assert.Single(new EnsembleQuorumRule().Check(down)).Severity);
    }

    [Fact]
    public async Task A_disk_of_another_cluster_or_another_broker_under_a_broker_that_still_runs()
    {
        var seen = await SeenAsync() with
        {
            Registry = new BrokerRegistry("new-id", 0, []),
            Disks = [new("kafka-0", 0, "old-id", 0), new("kafka-1", 1, "new-id", 5), new("kafka-2", 2, null, 2)],
        };

        var findings = new IdentityMismatchRule().Check(seen).ToList();

        Assert.Equal(
            [("kafka-0", "meta.properties says cluster.id=old-id, the cluster's id is new-id"), ("kafka-1", "meta.properties says broker.id=5, the pod's number is 1")],
            findings.Select(finding => (finding.Subject, finding.Evidence)));
    }

    [Fact]
    public async Task An_address_that_leads_to_another_broker()
    {
        var seen = await SeenAsync() with { Registry = new BrokerRegistry("id", 0, [Broker(0, "kafka-0.kafka-headless"), Broker(1, "kafka-0.kafka-headless.the-project.svc.cluster.local")]) };

        var finding = Assert.Single(new AdvertisedAddressRule().Check(seen));

        Assert.Equal(("kafka-1", "PLAINTEXT://kafka-0.kafka-headless.the-project.svc.cluster.local:9092 is kafka-0"), (finding.Subject, finding.Evidence));
    }

    [Theory]
    [InlineData("localhost", "is loopback: each client that is told it connects to itself")]
    [InlineData("127.0.0.1", "is loopback: each client that is told it connects to itself")]
    [InlineData("::1", "is loopback: each client that is told it connects to itself")]
    [InlineData("broker-0.example.com", "can't be connected to from another pod of the cluster")]
    public async Task An_address_that_does_not_lead_there_from_inside_is_critical_where_there_is_no_other(string host, string why)
    {
        var outside = new AdvertisedListener("OUTSIDE", host, 19092);
        var seen = await SeenAsync() with
        {
            Registry = new BrokerRegistry("id", 0, [
                new RegisteredBroker(0, [outside], null), new RegisteredBroker(1, [new("PLAINTEXT", "kafka-1.kafka-headless", 9092), outside with { Port = 19093 }], null),
            ]),
            UnreachableAddresses = new HashSet<string> { "broker-0.example.com:19092", "broker-0.example.com:19093" },
        };

        var findings = new AdvertisedAddressRule().Check(seen).ToList();

        Assert.Equal([("kafka-0", HealthSeverity.Critical), ("kafka-1", HealthSeverity.Warning)], findings.Select(finding => (finding.Subject, finding.Severity)));
        Assert.All(findings, finding => Assert.EndsWith(why, finding.Evidence, StringComparison.Ordinal));
        Assert.StartsWith("One of the broker's addresses ", findings[1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_only_leads_back_is_not_tried_from_a_pod_that_it_would_lead_to()
    {
        var seen = await SeenAsync();
        var registry = new BrokerRegistry("id", 0, [Broker(0, "localhost"), Broker(1, "127.0.0.1"), Broker(2, "broker-2.example.com")]);

        Assert.Equal(["broker-2.example.com:9092"], AdvertisedAddresses.OutsideOf(seen.Snapshot, registry));
    }

    [Fact]
    public async Task One_address_for_two_brokers()
    {
        var shared = new AdvertisedListener("OUTSIDE", "lb.example.com", 9094);
        var seen = await SeenAsync() with
        {
            Registry = new BrokerRegistry("id", 0, [
                new RegisteredBroker(0, [new("PLAINTEXT", "kafka-0.kafka-headless", 9092), shared], null),
                new RegisteredBroker(1, [new("PLAINTEXT", "kafka-1.kafka-headless", 9092), shared with { Host = "LB.example.com" }], null),
                new RegisteredBroker(2, [new("PLAINTEXT", "kafka-2.kafka-headless", 9092), shared with { Port = 9095 }], null),
            ]),
        };

        Assert.Equal(
            [("kafka-0", HealthSeverity.Critical, "OUTSIDE://lb.example.com:9094 is what kafka-1 advertises too"), ("kafka-1", HealthSeverity.Critical, "OUTSIDE://LB.example.com:9094 is what kafka-0 advertises too")],
            new AdvertisedAddressRule().Check(seen).Select(finding => (finding.Subject, finding.Severity, finding.Evidence)));
    }

    [Theory]
    [InlineData(nameof(HealthParts.Brokers), EngineErrorKind.PermissionDenied, HealthSeverity.Critical)]
    [InlineData(nameof(HealthParts.Topics), EngineErrorKind.NotSupported, HealthSeverity.Critical)]
    [InlineData(nameof(HealthParts.Ensemble), EngineErrorKind.PermissionDenied, HealthSeverity.Critical)]
    [InlineData(nameof(HealthParts.Volumes), EngineErrorKind.PermissionDenied, HealthSeverity.Warning)]
    [InlineData(nameof(HealthParts.Addresses), EngineErrorKind.NotSupported, HealthSeverity.Warning)]
    [InlineData(nameof(HealthParts.Budgets), EngineErrorKind.Timeout, HealthSeverity.Critical)]
    public async Task Who_can_not_ask_whether_it_works_is_not_told_that_it_does(string part, EngineErrorKind kind, HealthSeverity severity)
    {
        var seen = await SeenAsync() with
        {
            Unanswered = [new(Enum.Parse<HealthParts>(part), "something", new EngineException("No", kind, "kafka", "It can't be."))],
        };

        Assert.Equal(severity, Assert.Single(new UnansweredRule().Check(seen)).Severity);
    }

    [Fact]
    public async Task Partitions_of_a_topic_are_held_each_against_its_own_replicas()
    {
        var seen = await SeenAsync() with
        {
            Topics = [Topic("mixed", new("mixed", 0, 0, [0, 1, 2], [0, 1, 2]), new("mixed", 1, 1, [1], [1])), Topic("away", new("away", 0, 0, [0], [0]), new("away", 1, 1, [1, 2], [1]))],
        };

        var findings = new TopicMinimumRule().Check(seen).ToList();

        Assert.Equal([("mixed", HealthSeverity.Critical), ("away", HealthSeverity.Critical)], findings.Select(finding => (finding.Subject, finding.Severity)));
        Assert.Equal("min.insync.replicas=2; partition 1: leader 1, replicas 1, in sync 1", findings[0].Evidence);
        Assert.Equal("Set-KafkaTopic mixed -ReplicationFactor 3 -Namespace the-project", findings[0].Command);
        Assert.Equal("Restart-KafkaBroker -Id 2 -Namespace the-project", findings[1].Command);

        static TopicDescription Topic(string name, params PartitionDescription[] partitions) =>
            new(name, null, partitions[0].Replicas.Count, new Dictionary<string, string>(), false, partitions) { MinInSyncReplicas = 2 };
    }

    [Theory]
    [InlineData("""{"restartCount":4,"state":{"running":{}},"lastState":{"terminated":{"exitCode":1,"finishedAt":"2026-11-20T07:30:00Z"}}}""", HealthSeverity.Warning)]
    [InlineData("""{"restartCount":1,"state":{"running":{}},"lastState":{"terminated":{"exitCode":1,"finishedAt":"2026-11-20T07:30:00Z"}}}""", HealthSeverity.Information)]
    [InlineData("""{"restartCount":4,"state":{"running":{}},"lastState":{"terminated":{"exitCode":137,"reason":"OOMKilled","finishedAt":"2026-11-20T06:59:00Z"}}}""", null)]
    [InlineData("""{"restartCount":4,"state":{"running":{}},"lastState":{}}""", null)]
    [InlineData("""{"restartCount":4,"state":{"waiting":{"reason":"CrashLoopBackOff"}},"lastState":{"terminated":{"exitCode":1,"finishedAt":"2026-11-20T06:30:00Z"}}}""", HealthSeverity.Critical)]
    [InlineData("""{"restartCount":0,"state":{"running":{}}}""", null)]
    public async Task A_restart_counts_while_it_is_recent_or_goes_on(string container, HealthSeverity? severity)
    {
        var seen = await SeenAsync() with { At = new DateTimeOffset(2026, 11, 20, 8, 0, 0, TimeSpan.Zero) };
        var pod = seen.Snapshot.Find("kafka-1")!;
        pod["status"]!["containerStatuses"] = new JsonArray(JsonNode.Parse(container));
        pod["status"]!["conditions"]![0]!["status"] = severity == HealthSeverity.Critical ? "False" : "True";

        Assert.Equal(severity is { } wanted ? [("kafka-1", wanted)] : [], new PodRestartingRule().Check(seen).Select(finding => (finding.Subject, finding.Severity)));
    }

    [Fact]
    public async Task Internal_topics_with_fewer_replicas_than_the_brokers_allow()
    {
        var seen = await SeenAsync() with { Topics = [new("__consumer_offsets", null, 1, new Dictionary<string, string>(), false, [])] };

        var finding = Assert.Single(new InternalTopicRule().Check(seen));

        Assert.Equal((HealthSeverity.Warning, "Set-KafkaTopic __consumer_offsets -ReplicationFactor 3 -Namespace the-project"), (finding.Severity, finding.Command));
    }

    // As Kafka 1.1.1 and 3.9.2 wrote them.
    [Theory]
    [InlineData("#\n#Fri Nov 27 23:38:05 UTC 2026\nbroker.id=0\nversion=0\n", null, 0)]
    [InlineData("#\n#Fri Nov 27 23:38:05 UTC 2026\nbroker.id=0\nversion=0\ncluster.id=dQaRid7nSxyUpgkbcb1ESg\n", "dQaRid7nSxyUpgkbcb1ESg", 0)]
    [InlineData("version=1\n", null, null)]
    public void The_disks_own_words_are_read(string text, string? cluster, int? broker) =>
        Assert.Equal(new DiskIdentity("kafka-0", 0, cluster, broker), MetaPropertiesReader.Read(text, "kafka-0", 0));

    // As GNU's df and busybox's print them.
    [Theory]
    [InlineData("Filesystem     1024-blocks     Used Available Capacity Mounted on\n/dev/vda         264212084 17188492  79589480      18% /\n", 17)]
    [InlineData("Filesystem           1024-blocks    Used Available Capacity Mounted on\n/dev/mapper/pvc-0f3b  1000   900       100  90% /opt/kafka/data\n", 90)]
    public void The_use_of_a_claim_is_read(string output, int percent) => Assert.Equal(percent, DiskUseReader.Read(output, "kafka-0", "datadir-kafka-0").UsedPercent);

    [Fact]
    public void What_df_never_says_is_shown()
    {
        var error = Assert.Throws<EngineException>(() => DiskUseReader.Read("df: nothing\n", "kafka-0", "datadir-kafka-0"));

        Assert.Equal("UnreadableOutput", error.Id);
        Assert.Contains("df: nothing", error.Message, StringComparison.Ordinal);
    }

    private static RegisteredBroker Broker(int id, string host) => new(id, [new AdvertisedListener("PLAINTEXT", host, 9092)], null);

    private static async Task<ClusterObservation> SeenAsync()
    {
        await using var practice = await PracticeCluster.StartAsync();
        practice.Put(Specifications.Whole(ClusterPreset.Standard), ready: true);
        var snapshot = await new ClusterInspection(practice.Connection).SnapshotAsync(PracticeCluster.Kafka, Cancellation);
        return new ClusterObservation(snapshot, snapshot.Read(practice.Connection.ContextName));
    }
}
