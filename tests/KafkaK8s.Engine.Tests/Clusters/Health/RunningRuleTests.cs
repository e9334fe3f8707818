using System.Text.Json.Nodes;
using KafkaK8s.Engine.Clusters;
using KafkaK8s.Engine.Clusters.Health;
using KafkaK8s.Engine.Kafka;
using KafkaK8s.Engine.Tests.Manifests;
using KafkaK8s.Sandbox.Api;

namespace KafkaK8s.Engine.Tests.Clusters.Health;

/// <summary>What running pods tell of a cluster's health: healthy ones, and each rule on one that was broken on purpose.</summary>
public sealed class RunningRuleTests
{
    private const string Namespace = "the-project";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_healthy_standard_cluster_has_no_finding_until_a_claim_fills_up()
    {
        await using var practice = await StandAsync(Specifications.Whole(ClusterPreset.Standard));
        await CreateAsync(practice, new TopicCreation("orders", 3, 3, new Dictionary<string, string>()));

        Assert.Empty(await CheckAsync(practice));

        practice.Server.PodFaults.Fill(Namespace, "kafka-0", "datadir", 900L << 20);
        practice.Server.PodFaults.Fill(Namespace, "kafka-zookeeper-1", "data", 1000L << 20);
        var findings = await CheckAsync(practice);
        Assert.Equal(
            [("ClaimNearlyFull", HealthSeverity.Critical, "data-kafka-zookeeper-1"), ("ClaimNearlyFull", HealthSeverity.Warning, "datadir-kafka-0")],
            findings.Select(finding => (finding.Rule, finding.Severity, finding.Subject)));
        Assert.Equal("87 % used: 900 of 1024 MiB", findings[1].Evidence);
        Assert.Equal("Set-KafkaBroker -StorageSize '<size>' -Namespace the-project", findings[1].Command);
    }

    [Fact]
    public async Task The_articles_cluster_has_the_findings_that_it_deserves()
    {
        await using var practice = await StandAsync(Specifications.Whole(ClusterPreset.Article));

        var findings = await CheckAsync(practice);

        Assert.Equal(
            [("BudgetMissing", "kafka"), ("EphemeralEnsemble", "kafka-zookeeper"), ("FloatingImage", "kafka-zookeeper"), ("TightProbe", "kafka-zookeeper")],
            findings.Select(finding => (finding.Rule, finding.Subject)).Order());
        Assert.All(findings, finding => Assert.Equal(HealthSeverity.Warning, finding.Severity));
    }

    [Theory]
    [InlineData(ClusterPreset.Standard)]
    [InlineData(ClusterPreset.Article)]
    public async Task A_broker_that_is_gone_is_seen_in_the_cluster_and_in_its_topics(ClusterPreset preset)
    {
        await using var practice = await StandAsync(Specifications.Whole(preset));
        await CreateAsync(
            practice,
            new TopicCreation("orders", 3, 3, new Dictionary<string, string> { ["min.insync.replicas"] = "2" }),
            new TopicCreation("strict", 3, 3, new Dictionary<string, string> { ["min.insync.replicas"] = "3" }),
            new TopicCreation("alone", 3, 1, new Dictionary<string, string> { ["min.insync.replicas"] = "1" }));

        practice.Server.PodFaults.Hold(Namespace, "kafka-1");
        var findings = await UntilAsync(practice, found => found.Any(finding => finding.Rule == "PartitionLeaderless") && found.Any(finding => finding.Rule == "BrokerMissing"));

        string[] expected =
        [
            "BrokerMissing kafka-1 Critical", "PartitionLeaderless alone Critical", "PartitionUnderReplicated orders Warning", "PartitionUnderReplicated strict Warning",
            "PodNotReady kafka-1 Critical", "TopicMinimum alone Information", "TopicMinimum orders Warning", "TopicMinimum strict Critical",
        ];
        Assert.Equal(
            expected,
            findings.Where(finding => finding.Rule is not ("BudgetMissing" or "EphemeralEnsemble" or "FloatingImage" or "TightProbe" or "PodRestarting"))
                .Select(finding => $"{finding.Rule} {finding.Subject} {finding.Severity}").Order());
        Assert.Equal("Restart-KafkaBroker kafka-1 -Namespace the-project", findings.Single(finding => finding.Rule == "BrokerMissing").Command);
        Assert.Contains("leader none", findings.Single(finding => finding.Rule == "PartitionLeaderless").Evidence, StringComparison.Ordinal);
        Assert.Equal(findings.Select(finding => finding.Severity), findings.Select(finding => finding.Severity).OrderDescending());
    }

    [Fact]
    public async Task An_ensemble_without_a_majority_and_brokers_without_an_ensemble()
    {
        await using var practice = await StandAsync(Specifications.Whole(ClusterPreset.Standard));

        practice.Server.PodFaults.Hold(Namespace, "kafka-zookeeper-0");
        practice.Server.PodFaults.Hold(Namespace, "kafka-zookeeper-2");
        var findings = await UntilAsync(practice, found => found.Any(finding => finding.Rule == "EnsembleQuorum"));

        var quorum = findings.Single(finding => finding.Rule == "EnsembleQuorum");
        Assert.Equal((HealthSeverity.Critical, "kafka-zookeeper"), (quorum.Severity, quorum.Subject));
        Assert.Contains("not currently serving requests", quorum.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_container_that_was_started_again_and_its_last_words()
    {
        await using var practice = await StandAsync(Small(ClusterPreset.Standard));

        practice.Server.PodFaults.Kill(Namespace, "kafka-0");
        var findings = await UntilAsync(practice, found => found.Any(finding => finding is { Rule: "PodRestarting", Severity: HealthSeverity.Information }));

        var finding = findings.Single(finding => finding.Rule == "PodRestarting");
        Assert.StartsWith("1 restarts; exit code 137", finding.Evidence, StringComparison.Ordinal);
        Assert.Contains("last words: ", finding.Evidence, StringComparison.Ordinal);
        Assert.Equal("Get-KafkaLog kafka-0 -Previous -Namespace the-project", finding.Command);
    }

    [Fact]
    public async Task A_broker_on_somebody_elses_disk()
    {
        await using var practice = await StandAsync(Small(ClusterPreset.Standard));
        ChangeBroker(practice, command => command.Replace("${HOSTNAME##*-}", "7", StringComparison.Ordinal));

        await practice.Connection.Resources.DeleteAsync(new("v1", "Pod", Namespace, "kafka-0"), new(), Cancellation);
        var findings = await UntilAsync(practice, found => found.Any(finding => finding.Rule == "IdentityMismatch"));

        var finding = findings.Single(finding => finding.Rule == "IdentityMismatch");
        Assert.Equal((HealthSeverity.Critical, "kafka-0"), (finding.Severity, finding.Subject));
        Assert.Contains("Configured broker.id 7 doesn't match stored broker.id 0", finding.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_ensemble_that_forgot_the_cluster()
    {
        var specification = Small(ClusterPreset.Standard);
        await using var practice = await StandAsync(specification with
        {
            Zookeeper = specification.Zookeeper! with
            {
                Override = JsonNode.Parse("""{"spec":{"volumeClaimTemplates":[{"$patch":"replace"}],"template":{"spec":{"volumes":[{"name":"data","emptyDir":{}}]}}}}""")!.AsObject(),
            },
        });

        foreach (var pod in new[] { "kafka-zookeeper-0", "kafka-0" })
        {
            await practice.Connection.Resources.DeleteAsync(new("v1", "Pod", Namespace, pod), new(), Cancellation);
        }

        var findings = await UntilAsync(practice, found => found.Any(finding => finding.Rule == "IdentityMismatch"));

        Assert.Contains("InconsistentClusterIdException", findings.Single(finding => finding.Rule == "IdentityMismatch").Evidence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("broker.example.com", "can't be connected to from another pod of the cluster")]
    [InlineData("kafka-9.kafka-headless.the-project.svc.cluster.local", "names no pod that is there")]
    [InlineData("kafka-zookeeper-0.kafka-zookeeper-headless", "can't be connected to from another pod of the cluster")]
    public async Task An_advertised_address_that_leads_nowhere(string host, string why)
    {
        await using var practice = await StandAsync(Small(ClusterPreset.Standard));
        Assert.Empty(await CheckAsync(practice, "AdvertisedAddress"));
        ChangeBroker(practice, command => System.Text.RegularExpressions.Regex.Replace(command, "PLAINTEXT://[^:]+:", $"PLAINTEXT://{host}:"));

        await practice.Connection.Resources.DeleteAsync(new("v1", "Pod", Namespace, "kafka-0"), new(), Cancellation);
        var findings = await UntilAsync(practice, found => found.Any(finding => finding.Rule == "AdvertisedAddress"), "AdvertisedAddress");

        var finding = Assert.Single(findings);
        Assert.Equal($"PLAINTEXT://{host}:9092 {why}", finding.Evidence);
    }

    [Fact]
    public async Task Internal_topics_that_want_more_replicas_than_there_are_brokers()
    {
        await using var practice = await StandAsync(Small(ClusterPreset.Article));

        var finding = Assert.Single(await CheckAsync(practice, "InternalTopic"), finding => finding.Subject == "__consumer_offsets");

        Assert.Equal((HealthSeverity.Critical, "offsets.topic.replication.factor=3, brokers: 1"), (finding.Severity, finding.Evidence));
    }

    [Fact]
    public async Task Nobody_is_told_that_all_is_well_where_kafka_can_not_be_asked()
    {
        await using var practice = await StandAsync(Small(ClusterPreset.Standard) with { Client = null });

        // While the broker ends, single questions may fail; then there is nobody left to ask.
        practice.Server.PodFaults.Hold(Namespace, "kafka-0");
        var findings = await UntilAsync(
            practice, found => found.Any(finding => finding.Rule == "Unanswered" && finding.Message.StartsWith("Could not ask: Kafka.", StringComparison.Ordinal)), "Partition*");

        Assert.Equal(HealthSeverity.Critical, Assert.Single(findings).Severity);
    }

    private static ClusterSpecification Small(ClusterPreset preset)
    {
        var whole = Specifications.Whole(preset);
        return whole with { Zookeeper = whole.Zookeeper! with { Replicas = 1 }, Brokers = whole.Brokers! with { Replicas = 1 } };
    }

    private static async Task<PracticeCluster> StandAsync(ClusterSpecification specification)
    {
        var practice = await PracticeCluster.StartRunningAsync();
        var deployed = await new ClusterDeployment(practice.Connection).DeployAsync(specification, new DeploymentOptions(), Cancellation);
        await new ClusterWait(practice.Connection).UntilReadyAsync(specification.Identity, ClusterParts.All, TimeSpan.FromMinutes(2), deployed, Cancellation);
        return practice;
    }

    private static async Task CreateAsync(PracticeCluster practice, params TopicCreation[] topics)
    {
        var kafka = await ClusterKafka.OpenAsync(practice.Connection, "kafka", Cancellation);
        Assert.All(await kafka.Operations.Topics.CreateAsync(topics, Cancellation), outcome => Assert.Null(outcome.Error));
    }

    private static void ChangeBroker(PracticeCluster practice, Func<string, string> change) =>
        practice.Server.Store.Change(ResourceKind.StatefulSets, Namespace, "kafka", live =>
        {
            var command = live["spec"]!["template"]!["spec"]!["containers"]![0]!["command"]!.AsArray();
            command[2] = change((string)command[2]!);
        });

    private static Task<IReadOnlyList<HealthFinding>> CheckAsync(PracticeCluster practice, string rules = "") =>
        new HealthCheck(practice.Connection).CheckAsync(PracticeCluster.Kafka, rule => rule.StartsWith(rules.TrimEnd('*'), StringComparison.Ordinal), Cancellation);

    // What was broken shows when the next probe or the end of a session says so.
    private static async Task<IReadOnlyList<HealthFinding>> UntilAsync(PracticeCluster practice, Func<IReadOnlyList<HealthFinding>, bool> isSeen, string rules = "")
    {
        var start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var findings = await CheckAsync(practice, rules);
            if (isSeen(findings))
            {
                return findings;
            }

            Assert.True(TimeProvider.System.GetElapsedTime(start) < Patience, string.Join('\n', findings));
        }
    }
}
