using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using KafkaK8s.Engine.Clusters;
using KafkaK8s.Engine.Clusters.Changes;
using KafkaK8s.Engine.Clusters.Ensembles;
using KafkaK8s.Engine.Kubernetes;
using KafkaK8s.Engine.Tests.Manifests;
using KafkaK8s.Sandbox.Api;

namespace KafkaK8s.Engine.Tests.Clusters.Ensembles;

/// <summary>An ensemble whose members run in memory, and plans that are carried out on it with everything kept that they say.</summary>
public abstract class ChangingEnsemble
{
    private protected const string Set = "kafka-zookeeper";

    private protected static readonly TimeSpan Long = TimeSpan.FromMinutes(2);

    private protected List<StepResult> Results { get; } = [];
    private protected List<StepHold> Holds { get; } = [];

    private protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private protected static async Task<PracticeCluster> StandUpAsync(ClusterPreset preset, int members, double speed = 60, BrokerSpecification? brokers = null)
    {
        var practice = await PracticeCluster.StartRunningAsync(speed);
        var specification = Specifications.Whole(preset) with { Zookeeper = new ZookeeperSpecification(Replicas: members), Brokers = brokers, Client = null };
        var deployed = await new ClusterDeployment(practice.Connection).DeployAsync(specification, new DeploymentOptions(), Cancellation);
        await new ClusterWait(practice.Connection).UntilReadyAsync(specification.Identity, ClusterParts.Zookeeper, Long, deployed, Cancellation);
        await UntilServingAsync(practice);
        return practice;
    }

    private protected static Task<ChangePlan> PlanAsync(PracticeCluster practice, EnsembleRequest request) =>
        new EnsembleChanges(practice.Connection).PlanAsync(PracticeCluster.Kafka, request, force: false, Cancellation);

    private protected Task RunAsync(
        PracticeCluster practice, ChangePlan plan, TimeSpan? timeout = null, Func<StepResult, Task>? onStep = null, CancellationToken? stop = null) =>
        new PlanRunner(practice.Heard).RunAsync(
            plan,
            timeout ?? Long,
            new StepListener(
                async result =>
                {
                    Results.Add(result);
                    await (onStep?.Invoke(result) ?? Task.CompletedTask);
                },
                hold =>
                {
                    Holds.Add(hold);
                    return Task.CompletedTask;
                }),
            stop ?? Cancellation);

    private protected IReadOnlyList<string> Restarted() =>
        [.. Results.Where(result => result is { Status: StepStatus.Done, Step.Action: ChangeAction.RestartPod }).Select(result => result.Step.Target)];

    private protected static IEnumerable<string> Deleted(PracticeCluster practice) => practice.Heard.Calls
        .Where(call => call.StartsWith("DELETE /api/v1/namespaces/the-project/pods/", StringComparison.Ordinal))
        .Select(call => call.Split(' ')[1].Split('/')[^1]);

    private protected static async Task<EnsembleTopology> LookAsync(PracticeCluster practice)
    {
        var state = await new ClusterInspection(practice.Connection).GetAsync(PracticeCluster.Kafka, Cancellation);
        return await new EnsembleInspection(practice.Connection).AskAsync("the-project", state.Zookeeper!.Topology, Cancellation);
    }

    // The replicas, the list, the list that each pod has, and the members of the quorum are the same.
    private protected static async Task<EnsembleTopology> SoundAsync(PracticeCluster practice, int members)
    {
        var topology = await LookAsync(practice);
        Assert.Equal((members, members, members), (topology.Replicas, topology.ListSize!.Value, topology.Members.Count));
        Assert.All(topology.Members, member => Assert.Equal(members, member.ListSize));
        Assert.Equal([.. Enumerable.Repeat("follower", members - 1), "leader"], topology.Members.Select(member => member.Answer!.Mode!).Order());
        Assert.Empty(topology.Disagreements());
        return topology;
    }

    private protected static Task UntilServingAsync(PracticeCluster practice) =>
        UntilAsync(practice, topology => topology.Members.All(member => member.Uid is not null && (member.Serves || !EnsembleQuorum.CanServe(member, topology.Members)) && member.IsRunning));

    private protected static Task UntilSilentAsync(PracticeCluster practice, string pod) =>
        UntilAsync(practice, topology => topology.Members.Any(member => member.Pod == pod && !member.Serves));

    private protected static async Task UntilAsync(PracticeCluster practice, Func<EnsembleTopology, bool> isSo)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        patience.CancelAfter(Long);
        await foreach (var _ in practice.Connection.Resources.WatchAsync(new ResourceQuery("v1", "Pod", "the-project"), patience.Token))
        {
            if (isSo(await LookAsync(practice)))
            {
                return;
            }
        }
    }

    // Calls back when the StatefulSet is given another spec, and when a pod comes, becomes ready or is deleted.
    private protected static async Task WatchAsync(PracticeCluster practice, ConcurrentQueue<string> created, Action changed, CancellationToken stop)
    {
        try
        {
            await foreach (var told in practice.Server.Store.WatchAsync(ResourceKind.Pods, "the-project", practice.Server.Store.Version, stop))
            {
                if (told.Type == StoreEventType.Added)
                {
                    created.Enqueue((string)told.Object["metadata"]!["name"]!);
                }

                if (told.Previous is null
                    || PodReading.IsReady(told.Object) != PodReading.IsReady(told.Previous)
                    || told.Object["metadata"]!["deletionTimestamp"] is not null != told.Previous["metadata"]!["deletionTimestamp"] is not null)
                {
                    changed();
                }
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private protected static JsonObject Pod(PracticeCluster practice, string name) => practice.Server.Store.Get(ResourceKind.Pods, "the-project", name)!;

    private protected static string Version(PracticeCluster practice) => (string)practice.Server.Store.Get(ResourceKind.StatefulSets, "the-project", Set)!["metadata"]!["generation"]!.ToString();

    private protected static JsonObject Override(string container)
    {
        var fields = JsonNode.Parse(container)!.AsObject();
        fields["name"] = "zookeeper";
        return new JsonObject { ["spec"] = new JsonObject { ["template"] = new JsonObject { ["spec"] = new JsonObject { ["containers"] = new JsonArray(fields) } } } };
    }

    private protected static IEnumerable<string> Words(IEnumerable<ChangeStep> steps) => steps.Select(step => step.ToString());
}
