using System.Text.Json.Nodes;
using KafkaK8s.Engine.Clusters;
using KafkaK8s.Engine.Kubernetes;
using KafkaK8s.Engine.Manifests;
using KafkaK8s.Engine.Tests.Manifests;
using KafkaK8s.Sandbox.Api;

namespace KafkaK8s.Engine.Tests.Clusters;

public sealed class ClusterDeploymentTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ClusterPreset.Article, 9)]
    [InlineData(ClusterPreset.Standard, 10)]
    public async Task Creates_everything_and_the_second_time_changes_nothing_and_says_so(ClusterPreset preset, int resources)
    {
        await using var practice = await PracticeCluster.StartAsync();
        var specification = Specifications.Whole(preset);

        var first = await DeployAsync(practice, specification);
        var versions = Versions(practice);
        var second = await DeployAsync(practice, specification);

        Assert.Equal(resources, first.Resources.Count);
        Assert.All(first.Resources, resource => Assert.Equal(ResourceOutcome.Created, resource.Outcome));
        Assert.True(second.IsUnchanged, string.Join('\n', second.Resources.SelectMany(resource => resource.Changes)));
        Assert.Equal(versions, Versions(practice));
    }

    [Fact]
    public async Task Where_a_webhook_refuses_dry_runs_a_deployment_goes_without_and_a_preview_says_so()
    {
        await using var practice = await PracticeCluster.StartAsync();
        practice.Server.Faults.Add(new Fault(FaultKind.Answer)
        {
            Path = "dryRun=All",
            Refusal = new ApiException(400, "BadRequest", "admission webhook \"policy.example.com\" does not support dry run", []),
        });
        var specification = Specifications.Whole(ClusterPreset.Standard);

        var first = await DeployAsync(practice, specification);
        var second = await DeployAsync(practice, specification);
        var preview = await Assert.ThrowsAsync<EngineException>(() => DeployAsync(practice, specification, new DeploymentOptions(DryRun: true)));

        Assert.All(first.Resources, resource => Assert.Equal(ResourceOutcome.Created, resource.Outcome));
        Assert.True(second.IsUnchanged, string.Join('\n', second.Resources.SelectMany(resource => resource.Changes)));
        Assert.Equal("DryRunNotSupported", preview.Id);
        Assert.Contains("policy.example.com", preview.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dry_run_creates_nothing_and_names_each_resource()
    {
        await using var practice = await PracticeCluster.StartAsync();

        var result = await DeployAsync(practice, Specifications.Whole(ClusterPreset.Standard), new DeploymentOptions(DryRun: true));

        Assert.True(result.IsDryRun);
        Assert.Equal(10, result.Resources.Count(resource => resource.Outcome == ResourceOutcome.Created));
        Assert.Null(practice.Server.Store.Get(ResourceKind.Namespaces, null, "the-project"));
    }

    [Fact]
    public async Task A_dry_run_names_the_fields_that_would_change_and_not_what_the_server_fills_in()
    {
        await using var practice = await PracticeCluster.StartAsync();
        await DeployAsync(practice, Specifications.Whole(ClusterPreset.Article));
        var versions = Versions(practice);
        var grown = Specifications.Whole(ClusterPreset.Article) with { Zookeeper = new ZookeeperSpecification(Replicas: 5) };

        var result = await DeployAsync(practice, grown, new DeploymentOptions(DryRun: true));

        Assert.Equal(
            ["spec.replicas: 3 -> 5", "spec.template.spec.containers[zookeeper].env[ZK_REPLICAS].value: 3 -> 5"],
            result.Resources.SelectMany(resource => resource.Changes).Select(change => change.ToString()).Order());
        Assert.Equal(versions, Versions(practice));
    }

    public static TheoryData<string, ZookeeperSpecification?, BrokerSpecification?> WhatHasToBeDoneByStep => new()
    {
        { "BrokersNotDrained Set-KafkaBroker -Replicas 1 -Drain -Namespace the-project", null, new BrokerSpecification(Replicas: 1) },
        { "BrokersNotDrained Set-KafkaBroker -Replicas 2 -Drain -Namespace the-project", null, new BrokerSpecification(Override: ManifestReader.Read("spec: {replicas: 2}", "override")) },
        { "EnsembleIsStaged Set-KafkaZookeeper -Replicas 5 -Namespace the-project", new ZookeeperSpecification(Replicas: 5), null },
        { "EnsembleIsStaged Set-KafkaZookeeper -Replicas 1 -Namespace the-project", new ZookeeperSpecification(Replicas: 1), null },
        {
            "EnsembleIsStaged Set-KafkaZookeeper -Replicas 3 -Namespace the-project",
            new ZookeeperSpecification(Override: ManifestReader.Read("spec: {template: {spec: {containers: [{name: zookeeper, env: [{name: ZOO_SERVERS, value: 'server.1=a server.2=b server.3=c server.4=d server.5=e'}]}]}}}", "override")),
            null
        },
    };

    [Theory]
    [MemberData(nameof(WhatHasToBeDoneByStep))]
    public async Task What_would_take_brokers_with_their_replicas_or_split_an_ensemble_is_refused_in_a_preview_too(string expected, ZookeeperSpecification? zookeeper, BrokerSpecification? brokers)
    {
        await using var practice = await PracticeCluster.StartAsync();
        practice.Put(Specifications.Whole(ClusterPreset.Standard), ready: true);
        var versions = Versions(practice);
        var specification = Specifications.Whole(ClusterPreset.Standard) with { Zookeeper = zookeeper ?? new(), Brokers = brokers ?? new() };

        foreach (var options in new[] { new DeploymentOptions(DryRun: true, Force: true), new DeploymentOptions(Force: true) })
        {
            var error = await Assert.ThrowsAsync<EngineException>(() => DeployAsync(practice, specification, options));

            Assert.Equal((EngineErrorKind.Conflict, zookeeper is null ? "kafka" : "kafka-zookeeper"), (error.Kind, error.Target));
            Assert.StartsWith(expected, $"{error.Id} {error.Advice}", StringComparison.Ordinal);
            Assert.Equal(versions, Versions(practice));
        }
    }

    [Fact]
    public async Task Where_nothing_can_be_tried_brokers_do_not_leave_either()
    {
        await using var practice = await PracticeCluster.StartAsync();
        practice.Put(Specifications.Whole(ClusterPreset.Standard), ready: true);
        practice.Server.Faults.Add(new Fault(FaultKind.Answer)
        {
            Path = "dryRun=All",
            Refusal = new ApiException(400, "BadRequest", "admission webhook \"policy.example.com\" does not support dry run", []),
        });

        var error = await Assert.ThrowsAsync<EngineException>(() => DeployAsync(practice, Specifications.Whole(ClusterPreset.Standard) with { Brokers = new BrokerSpecification(Replicas: 2) }));

        Assert.Equal("BrokersNotDrained", error.Id);
        Assert.Contains("kafka-2 with all replicas on it", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Brokers_may_join_and_an_ensemble_without_pods_may_be_anything()
    {
        await using var practice = await PracticeCluster.StartAsync();
        practice.Put(Specifications.Whole(ClusterPreset.Standard), ready: true);
        foreach (var member in new[] { "kafka-zookeeper-0", "kafka-zookeeper-1", "kafka-zookeeper-2" })
        {
            practice.Remove(member);
        }

        var grown = Specifications.Whole(ClusterPreset.Standard) with { Zookeeper = new ZookeeperSpecification(Replicas: 5), Brokers = new BrokerSpecification(Replicas: 4) };
        await DeployAsync(practice, grown, new DeploymentOptions(Force: true));

        Assert.Equal((5, 4), (Replicas("kafka-zookeeper"), Replicas("kafka")));

        int Replicas(string set) => (int)practice.Server.Store.Get(ResourceKind.StatefulSets, "the-project", set)!["spec"]!["replicas"]!;
    }

    [Fact]
    public async Task The_number_of_replicas_stays_where_none_is_asked_for()
    {
        await using var practice = await PracticeCluster.StartAsync();
        await DeployAsync(practice, Specifications.Whole(ClusterPreset.Standard) with { Brokers = new BrokerSpecification(Replicas: 5), Zookeeper = new ZookeeperSpecification(Replicas: 5) });

        var again = await DeployAsync(practice, Specifications.Whole(ClusterPreset.Standard));

        Assert.True(again.IsUnchanged, string.Join('\n', again.Resources.SelectMany(resource => resource.Changes)));
    }

    [Fact]
    public async Task A_cluster_made_with_kubectl_is_taken_over_without_a_change()
    {
        await using var practice = await PracticeCluster.StartAsync();
        CreateByHand(practice);

        var result = await DeployAsync(practice, Specifications.Whole(ClusterPreset.Article));

        Assert.True(result.IsUnchanged, string.Join('\n', result.Resources.SelectMany(resource => resource.Changes)));
        var managers = practice.Server.Store.Get(ResourceKind.StatefulSets, "the-project", "kafka")!["metadata"]!["managedFields"]!.AsArray();
        Assert.Contains(managers, entry => (string?)entry!["manager"] == ResourceClient.FieldManager);
    }

    [Fact]
    public async Task A_conflict_names_the_other_manager_and_changes_nothing()
    {
        await using var practice = await PracticeCluster.StartAsync();
        CreateByHand(practice);
        var versions = Versions(practice);
        var other = Specifications.Whole(ClusterPreset.Article) with { Brokers = new BrokerSpecification(Image: "confluentinc/cp-kafka:4.1.2-1") };

        var error = await Assert.ThrowsAsync<EngineException>(() => DeployAsync(practice, other));

        Assert.Equal(("FieldManagerConflict", EngineErrorKind.Conflict), (error.Id, error.Kind));
        Assert.Contains("kubectl-create", error.Message, StringComparison.Ordinal);
        Assert.Equal(versions, Versions(practice));

        var forced = await DeployAsync(practice, other with { Client = null }, new DeploymentOptions(Force: true));
        Assert.Equal(ResourceOutcome.Changed, Assert.Single(forced.Resources, resource => resource is { Kind: "StatefulSet", Name: "kafka" }).Outcome);
        Assert.Contains(practice.Heard.Warnings, warning => warning.Contains("when they are restarted", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_standard_preset_on_a_hand_made_cluster_is_a_conflict_that_knows_the_way_out()
    {
        await using var practice = await PracticeCluster.StartAsync();
        CreateByHand(practice);

        var error = await Assert.ThrowsAsync<EngineException>(() => DeployAsync(practice, Specifications.Whole(ClusterPreset.Standard)));

        Assert.Equal("FieldManagerConflict", error.Id);
        Assert.Contains("-Preset Article", error.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hand_made_cluster_is_brought_to_the_standard_in_place_and_keeps_what_can_not_change()
    {
        await using var practice = await PracticeCluster.StartAsync();
        CreateByHand(practice);

        await DeployAsync(practice, Specifications.Whole(ClusterPreset.Standard), new DeploymentOptions(Force: true));

        var zookeeper = practice.Server.Store.Get(ResourceKind.StatefulSets, "the-project", "kafka-zookeeper")!["spec"]!;
        var brokers = practice.Server.Store.Get(ResourceKind.StatefulSets, "the-project", "kafka")!["spec"]!;
        Assert.Equal("OrderedReady", (string?)zookeeper["podManagementPolicy"]);
        Assert.Null(zookeeper["volumeClaimTemplates"]);
        Assert.Equal("zookeeper:3.9.4", (string?)zookeeper["template"]!["spec"]!["containers"]![0]!["image"]);
        Assert.Equal("rook-block", (string?)brokers["volumeClaimTemplates"]![0]!["spec"]!["storageClassName"]);
        var again = await DeployAsync(practice, Specifications.Whole(ClusterPreset.Standard));
        Assert.True(again.IsUnchanged, string.Join('\n', again.Resources.SelectMany(resource => resource.Changes)));
    }

    [Fact]
    public async Task A_client_that_differs_is_replaced_only_by_force()
    {
        await using var practice = await PracticeCluster.StartRunningAsync();
        var specification = Specifications.Whole(ClusterPreset.Article) with { Zookeeper = null, Brokers = null };
        await DeployAsync(practice, specification);
        var other = specification with { Client = new ClientSpecification(Override: ManifestReader.Read("spec: {hostname: elsewhere}", "override")) };

        Assert.Equal("ClientDiffers", (await Assert.ThrowsAsync<EngineException>(() => DeployAsync(practice, other))).Id);
        var forced = await DeployAsync(practice, other, new DeploymentOptions(Force: true));

        Assert.Equal(ResourceOutcome.Replaced, Assert.Single(forced.Resources, resource => resource.Kind == "Pod").Outcome);
        Assert.Equal("elsewhere", (string?)practice.Server.Store.Get(ResourceKind.Pods, "the-project", "kafka-test-client")!["spec"]!["hostname"]);
    }

    [Fact]
    public async Task A_namespace_that_is_not_there_is_an_error_unless_it_may_be_made()
    {
        await using var practice = await PracticeCluster.StartAsync();

        var error = await Assert.ThrowsAsync<EngineException>(
            () => DeployAsync(practice, Specifications.Whole(ClusterPreset.Standard) with { IncludeNamespace = false }));

        Assert.Equal(("NamespaceNotFound", "the-project"), (error.Id, error.Target));
    }

    [Fact]
    public async Task A_namespace_that_is_being_deleted_takes_nothing()
    {
        await using var practice = await PracticeCluster.StartAsync();
        await new NamespaceOperations(practice.Connection).CreateAsync("the-project", dryRun: false, Cancellation);
        practice.Server.Store.Change(ResourceKind.Namespaces, null, "the-project", live => live["status"] = new JsonObject { ["phase"] = "Terminating" });

        var error = await Assert.ThrowsAsync<EngineException>(() => DeployAsync(practice, Specifications.Whole(ClusterPreset.Standard)));

        Assert.Equal(("NamespaceTerminating", EngineErrorKind.Conflict), (error.Id, error.Kind));
    }

    [Fact]
    public async Task What_the_server_refuses_in_one_resource_keeps_all_others_from_being_made()
    {
        await using var practice = await PracticeCluster.StartAsync();
        await new NamespaceOperations(practice.Connection).CreateAsync("the-project", dryRun: false, Cancellation);
        var misspelled = Specifications.Whole(ClusterPreset.Standard) with
        {
            Brokers = new BrokerSpecification(Override: ManifestReader.Read("spec: {repplicas: 4}", "override")),
        };

        var error = await Assert.ThrowsAsync<EngineException>(() => DeployAsync(practice, misspelled));

        Assert.Equal("ResourceInvalid", error.Id);
        Assert.Contains("repplicas", error.Message, StringComparison.Ordinal);
        Assert.Empty(practice.Server.Store.List(ResourceKind.Services, "the-project"));
    }

    [Fact]
    public async Task Storage_asked_of_a_set_that_is_there_is_a_warning()
    {
        await using var practice = await PracticeCluster.StartAsync();
        await DeployAsync(practice, Specifications.Whole(ClusterPreset.Standard));

        var result = await DeployAsync(practice, Specifications.Whole(ClusterPreset.Standard) with { Brokers = new BrokerSpecification(StorageSize: "50Gi") });

        Assert.True(result.IsUnchanged);
        Assert.Contains(practice.Heard.Warnings, warning => warning.Contains("its storage stays as it is", StringComparison.Ordinal));
    }

    private static Task<DeploymentResult> DeployAsync(PracticeCluster practice, ClusterSpecification specification, DeploymentOptions? options = null) =>
        new ClusterDeployment(practice.Connection).DeployAsync(specification, options ?? new DeploymentOptions(), Cancellation);

    // As the server has it after kubectl create: each field owned by kubectl-create, by an update.
    private static void CreateByHand(PracticeCluster practice)
    {
        foreach (var manifest in Specifications.Whole(ClusterPreset.Article).Manifests(new HashSet<string> { "policy/v1" }))
        {
            practice.Server.Store.Create(PracticeCluster.KindOf(manifest.Kind), manifest.Body.DeepClone().AsObject(), PracticeCluster.Kubectl);
        }
    }

    private static List<string> Versions(PracticeCluster practice) =>
        new[] { ResourceKind.Namespaces, ResourceKind.Services, ResourceKind.StatefulSets, ResourceKind.PodDisruptionBudgets, ResourceKind.Pods }
            .SelectMany(kind => practice.Server.Store.List(kind))
            .Select(resource => $"{resource["metadata"]!["name"]} {resource["metadata"]!["resourceVersion"]}")
            .ToList();
}
