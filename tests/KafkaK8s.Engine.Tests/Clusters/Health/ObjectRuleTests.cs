using System.Text.Json.Nodes;
using KafkaK8s.Engine.Clusters;
using KafkaK8s.Engine.Clusters.Health;
using KafkaK8s.Engine.Manifests;
using KafkaK8s.Engine.Tests.Manifests;
using KafkaK8s.Sandbox.Api;

namespace KafkaK8s.Engine.Tests.Clusters.Health;

/// <summary>What Kubernetes' objects alone tell of a cluster's health: each rule on a cluster that was broken on purpose.</summary>
public sealed class ObjectRuleTests
{
    private const string Namespace = "the-project";

    private static readonly string[] Rules =
        ["EphemeralEnsemble", "EnsembleList", "NoEnsemble", "NoBrokers", "PodNotReady", "JmxPort", "TightProbe", "BudgetBlocksDrain", "BudgetMissing", "FloatingImage"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_standard_cluster_has_nothing_to_find()
    {
        await using var practice = await StandAsync();

        Assert.Empty(await CheckAsync(practice));
    }

    [Fact]
    public async Task An_ensemble_without_claims_under_brokers_with_claims()
    {
        var whole = Specifications.Whole(ClusterPreset.Standard);
        await using var practice = await StandAsync(whole with
        {
            Zookeeper = whole.Zookeeper! with { Override = Json("""{"spec":{"volumeClaimTemplates":[{"$patch":"replace"}],"template":{"spec":{"volumes":[{"name":"data","emptyDir":{}}]}}}}""") },
        });

        var finding = Assert.Single(await CheckAsync(practice));

        Assert.Equal(("EphemeralEnsemble", HealthSeverity.Warning, "kafka-zookeeper"), (finding.Rule, finding.Severity, finding.Subject));
    }

    [Fact]
    public async Task A_list_of_members_that_is_not_the_number_of_replicas()
    {
        await using var practice = await StandAsync();
        practice.Server.Store.Change(ResourceKind.StatefulSets, Namespace, "kafka-zookeeper", live => live["spec"]!["replicas"] = 2);

        var finding = Assert.Single(await CheckAsync(practice));

        Assert.Equal(("EnsembleList", "kafka-zookeeper", "ZOO_SERVERS has 3 members, spec.replicas is 2"), (finding.Rule, finding.Subject, finding.Evidence));
        Assert.Equal("Set-KafkaZookeeper -Replicas 2 -Namespace the-project", finding.Command);
    }

    [Fact]
    public async Task A_member_that_was_started_with_an_older_list()
    {
        await using var practice = await StandAsync(set: "kafka-zookeeper", change: spec => Variable(spec["template"]!["spec"]!, "ZOO_SERVERS")["value"] = "server.1=a server.2=b server.3=c");

        var findings = await CheckAsync(practice);

        Assert.Equal(
            [("EnsembleList", "kafka-zookeeper-0"), ("EnsembleList", "kafka-zookeeper-1"), ("EnsembleList", "kafka-zookeeper-2")],
            findings.Select(finding => (finding.Rule, finding.Subject)));
        Assert.Equal("Set-KafkaZookeeper -Replicas 3 -Namespace the-project", findings[1].Command);
    }

    [Theory]
    [InlineData("""{"env":[{"name":"ZOOKEEPER_SERVERS","value":"z-0:2888:3888;z-1:2888:3888"}]}""", "ZOOKEEPER_SERVERS")]
    [InlineData("""{"command":["sh","-c","start-zookeeper --servers=2 --heap=512M"]}""", "--servers")]
    public async Task A_list_that_the_image_takes_from_elsewhere(string container, string where)
    {
        await using var practice = await StandAsync(set: "kafka-zookeeper", change: spec => Relist(spec["template"]!["spec"]!, container));

        var findings = (await CheckAsync(practice)).Where(finding => finding.Rule == "EnsembleList").ToList();

        Assert.Equal($"{where} has 2 members, spec.replicas is 3", findings[0].Evidence);
        Assert.Equal(["kafka-zookeeper", "kafka-zookeeper-0", "kafka-zookeeper-1", "kafka-zookeeper-2"], findings.Select(finding => finding.Subject));
        Assert.Equal("ZOO_SERVERS has 3 members in kafka-zookeeper-0, and 2 in kafka-zookeeper", findings[1].Evidence);
    }

    [Fact]
    public async Task A_pod_that_is_not_ready_or_not_there()
    {
        await using var practice = await StandAsync();
        practice.SetStatus("kafka-1", PracticeCluster.StartingStatus("ImagePullBackOff", "no such image"));
        practice.Remove("kafka-2");

        var findings = await CheckAsync(practice);

        Assert.Equal([("PodNotReady", "kafka-1"), ("PodNotReady", "kafka-2")], findings.Select(finding => (finding.Rule, finding.Subject)));
        Assert.All(findings, finding => Assert.Equal(HealthSeverity.Critical, finding.Severity));
        Assert.Contains("can't pull image", findings[0].Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_jmx_port_that_every_program_in_the_pod_inherits()
    {
        var whole = Specifications.Whole(ClusterPreset.Standard);
        await using var practice = await StandAsync(whole with
        {
            Brokers = whole.Brokers! with { Replicas = 1, Override = Json("""{"spec":{"template":{"spec":{"containers":[{"name":"kafka-broker","env":[{"name":"JMX_PORT","value":"5555"}]}]}}}}""") },
        });

        var finding = Assert.Single(await CheckAsync(practice));

        Assert.Equal(("JmxPort", "kafka-0"), (finding.Rule, finding.Subject));
        Assert.Contains("JMX_PORT=5555", finding.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_liveness_probe_that_kills_before_a_broker_has_recovered()
    {
        await using var practice = await StandAsync(set: "kafka", change: spec => spec["template"]!["spec"]!["containers"]![0]!.AsObject().Remove("startupProbe"));

        var finding = Assert.Single(await CheckAsync(practice));

        Assert.Equal(("TightProbe", "kafka"), (finding.Rule, finding.Subject));
        Assert.Contains("60 seconds", finding.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{failureThreshold: 3, periodSeconds: 10, tcpSocket: {port: 9092}}", "startup probe kills a container that doesn't answer 30 seconds", "startupProbe = @{ failureThreshold = 300; periodSeconds = 1 }")]
    [InlineData("{failureThreshold: 30, exec: {command: [pgrep, java]}}", "liveness probe kills a container that doesn't answer 60 seconds", "startupProbe = @{ '$patch' = 'replace'; tcpSocket = ")]
    [InlineData("{failureThreshold: 12, tcpSocket: {port: 9092}}", null, null)]
    public async Task A_startup_probe_helps_as_long_as_it_waits(string probe, string? message, string? command)
    {
        await using var practice = await StandAsync(set: "kafka", change: spec => spec["template"]!["spec"]!["containers"]![0]!["startupProbe"] = ManifestReader.Read($"{{p: {probe}}}", "probe")["p"]!.DeepClone());

        var findings = await CheckAsync(practice);

        Assert.Equal(message is null ? [] : [("TightProbe", "kafka")], findings.Select(finding => (finding.Rule, finding.Subject)));
        Assert.All(findings, finding => Assert.Contains(message!, finding.Message, StringComparison.Ordinal));
        Assert.All(findings, finding => Assert.Contains(command!, finding.Command, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_startup_probe_alone_kills_too()
    {
        await using var practice = await StandAsync(set: "kafka", change: spec =>
        {
            var container = spec["template"]!["spec"]!["containers"]![0]!.AsObject();
            container.Remove("livenessProbe");
            container["startupProbe"] = new JsonObject { ["tcpSocket"] = new JsonObject { ["port"] = 9092 } };
        });

        Assert.Equal("TightProbe", Assert.Single(await CheckAsync(practice)).Rule);
    }

    [Theory]
    [InlineData("maxUnavailable", "0")]
    [InlineData("maxUnavailable", "'0%'")]
    [InlineData("minAvailable", "3")]
    [InlineData("minAvailable", "'90%'")]
    public async Task A_budget_that_lets_no_pod_go(string field, string value)
    {
        await using var practice = await StandAsync();
        practice.Server.Store.Change(ResourceKind.PodDisruptionBudgets, Namespace, "kafka", live =>
        {
            live["spec"]!.AsObject().Remove("maxUnavailable");
            live["spec"]![field] = ManifestReader.Read($"{{v: {value}}}", "value")["v"]!.DeepClone();
        });

        var finding = Assert.Single(await CheckAsync(practice));

        Assert.Equal(("BudgetBlocksDrain", HealthSeverity.Warning, "kafka"), (finding.Rule, finding.Severity, finding.Subject));

        // The advice is what the server takes.
        var manifest = finding.Command.Split('\'')[1];
        Assert.EndsWith("Import-KafkaManifest ./kafka-budget.json -Force -Namespace the-project", finding.Command, StringComparison.Ordinal);
        await new ClusterDeployment(practice.Connection).ImportAsync(
            [.. ManifestFiles.Read(manifest, "kafka-budget.json")], Namespace, new DeploymentOptions(Force: true), Cancellation);
        Assert.Empty(await CheckAsync(practice));
    }

    [Fact]
    public async Task Two_budgets_on_one_pod_let_none_go_whatever_they_allow()
    {
        await using var practice = await StandAsync();
        var other = practice.Server.Store.Get(ResourceKind.PodDisruptionBudgets, Namespace, "kafka")!.DeepClone().AsObject();
        other["metadata"] = new JsonObject { ["name"] = "everything", ["namespace"] = Namespace };
        practice.Server.Store.Create(ResourceKind.PodDisruptionBudgets, other);

        var finding = Assert.Single(await CheckAsync(practice));

        Assert.Equal(("BudgetBlocksDrain", HealthSeverity.Warning, "kafka", "budgets: everything, kafka"), (finding.Rule, finding.Severity, finding.Subject, finding.Evidence));
        Assert.Equal("kubectl delete poddisruptionbudget everything --namespace the-project", finding.Command);
    }

    [Fact]
    public async Task A_set_without_a_budget()
    {
        await using var practice = await StandAsync();
        practice.Server.Store.Delete(ResourceKind.PodDisruptionBudgets, Namespace, "kafka-zookeeper", new Deletion());

        var finding = Assert.Single(await CheckAsync(practice));

        Assert.Equal(("BudgetMissing", "kafka-zookeeper"), (finding.Rule, finding.Subject));
        Assert.EndsWith("Import-KafkaManifest ./budget/150-zookeeper-disruptionbudget.yml -Namespace the-project", finding.Command, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("confluentinc/cp-kafka", true)]
    [InlineData("confluentinc/cp-kafka:latest", true)]
    [InlineData("registry.local:5000/cp-kafka", true)]
    [InlineData("confluentinc/cp-kafka:7", true)]
    [InlineData("confluentinc/cp-kafka:7.9", false)]
    [InlineData("confluentinc/cp-kafka:7@sha256:0123456789012345678901234567890123456789012345678901234567890123", false)]
    public async Task An_image_that_floats(string image, bool floats)
    {
        await using var practice = await StandAsync(set: "kafka", change: spec => spec["template"]!["spec"]!["containers"]![0]!["image"] = image);

        var findings = await CheckAsync(practice);

        Assert.Equal(floats ? [("FloatingImage", "kafka")] : [], findings.Select(finding => (finding.Rule, finding.Subject)));
    }

    [Fact]
    public async Task What_can_not_be_asked_is_a_finding()
    {
        await using var practice = await StandAsync();
        practice.Server.Faults.Add(Fault.Forbidden() with { Path = "/poddisruptionbudgets" });

        var finding = Assert.Single(await CheckAsync(practice));

        Assert.Equal(("Unanswered", HealthSeverity.Warning), (finding.Rule, finding.Severity));
        Assert.Contains("disruption budgets", finding.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "New-KafkaBroker -Namespace the-project")]
    [InlineData(0, "Set-KafkaBroker -Replicas '<brokers>' -Namespace the-project")]
    public async Task A_cluster_without_brokers_does_not_work_whichever_rules_would_ask_them(int? replicas, string command)
    {
        await using var practice = await StandAsync();
        foreach (var broker in new[] { "kafka-0", "kafka-1", "kafka-2" })
        {
            practice.Remove(broker);
        }

        if (replicas is { } left)
        {
            practice.Server.Store.Change(ResourceKind.StatefulSets, Namespace, "kafka", live => live["spec"]!["replicas"] = left);
        }
        else
        {
            practice.Server.Store.Delete(ResourceKind.StatefulSets, Namespace, "kafka", new Deletion());
        }

        var finding = Assert.Single(await CheckAsync(practice));
        Assert.Equal(("NoBrokers", HealthSeverity.Critical, "kafka", command), (finding.Rule, finding.Severity, finding.Subject, finding.Command));
        var partitions = await new HealthCheck(practice.Connection).CheckAsync(PracticeCluster.Kafka, rule => rule.StartsWith("Partition", StringComparison.Ordinal), Cancellation);
        Assert.Equal(["NoBrokers"], partitions.Select(found => found.Rule));
    }

    [Fact]
    public async Task Brokers_whose_ensemble_is_gone()
    {
        await using var practice = await StandAsync();
        practice.Server.Store.Delete(ResourceKind.StatefulSets, Namespace, "kafka-zookeeper", new Deletion());

        var finding = Assert.Single(await CheckAsync(practice));

        Assert.Equal(("NoEnsemble", HealthSeverity.Critical, "kafka-zookeeper"), (finding.Rule, finding.Severity, finding.Subject));
    }

    [Theory]
    [InlineData("zookeeper.example.com:2181/kafka")]
    [InlineData("kafka-zookeeper.elsewhere:2181")]
    public async Task An_ensemble_that_is_elsewhere_is_not_missed(string connect)
    {
        await using var practice = await StandAsync(set: "kafka", change: spec => Variable(spec["template"]!["spec"]!, "KAFKA_ZOOKEEPER_CONNECT")["value"] = connect);
        practice.Server.Store.Delete(ResourceKind.StatefulSets, Namespace, "kafka-zookeeper", new Deletion());

        Assert.Empty(await CheckAsync(practice));
    }

    [Fact]
    public async Task A_cluster_that_is_not_there_is_an_error()
    {
        await using var practice = await PracticeCluster.StartAsync();

        var error = await Assert.ThrowsAsync<EngineException>(() => CheckAsync(practice));

        Assert.Equal("ClusterNotFound", error.Id);
    }

    private static Task<PracticeCluster> StandAsync(string? set = null, Action<JsonObject>? change = null) =>
        StandAsync(Specifications.Whole(ClusterPreset.Standard), set, change);

    private static async Task<PracticeCluster> StandAsync(ClusterSpecification specification, string? set = null, Action<JsonObject>? change = null)
    {
        var practice = await PracticeCluster.StartAsync();
        practice.Put(specification, ready: true);
        if (set is not null)
        {
            practice.Server.Store.Change(ResourceKind.StatefulSets, Namespace, set, live => change!(live["spec"]!.AsObject()));
        }

        return practice;
    }

    private static JsonObject Json(string text) => JsonNode.Parse(text)!.AsObject();

    private static void Relist(JsonNode podSpec, string container)
    {
        var live = podSpec["containers"]![0]!.AsObject();
        live.Remove("env");
        foreach (var (field, value) in Json(container))
        {
            live[field] = value!.DeepClone();
        }
    }

    private static JsonNode Variable(JsonNode podSpec, string name) =>
        podSpec["containers"]![0]!["env"]!.AsArray().Single(variable => (string?)variable!["name"] == name)!;

    private static Task<IReadOnlyList<HealthFinding>> CheckAsync(PracticeCluster practice) =>
        new HealthCheck(practice.Connection).CheckAsync(PracticeCluster.Kafka, rule => Rules.Contains(rule), Cancellation);
}
