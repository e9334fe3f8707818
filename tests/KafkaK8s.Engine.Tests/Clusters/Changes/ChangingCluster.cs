using System.Text.Json.Nodes;
using KafkaK8s.Engine.Clusters;
using KafkaK8s.Engine.Clusters.Changes;
using KafkaK8s.Engine.Kafka;
using KafkaK8s.Engine.Tests.Manifests;
using KafkaK8s.Sandbox.Api;
using KafkaK8s.Sandbox.Controllers;

namespace KafkaK8s.Engine.Tests.Clusters.Changes;

/// <summary>A running cluster in the sandbox, whose plans are carried out with everything kept that they say.</summary>
internal sealed class ChangingCluster : IAsyncDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(2);

    private ChangingCluster(PracticeCluster practice) => Practice = practice;

    public PracticeCluster Practice { get; }

    public BrokerChanges Changes => new(Practice.Connection);

    public List<StepResult> Results { get; } = [];

    public List<StepHold> Holds { get; } = [];

    /// <summary>The pods that were deleted through the API, in order.</summary>
    public IReadOnlyList<string> Deleted => Practice.Heard.DeletedPods;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<ChangingCluster> StartAsync(Func<ClusterSpecification, ClusterSpecification>? change = null, ClusterPreset preset = ClusterPreset.Standard)
    {
        var practice = await PracticeCluster.StartRunningAsync(60);
        var specification = Specifications.Whole(preset);
        specification = change is null ? specification : change(specification);
        var deployed = await new ClusterDeployment(practice.Connection).DeployAsync(specification, new DeploymentOptions(), Cancellation);
        await new ClusterWait(practice.Connection).UntilReadyAsync(specification.Identity, ClusterParts.All, Long, deployed, Cancellation);
        return new ChangingCluster(practice);
    }

    public async Task TopicAsync(string name, int partitions = 3, int replicas = 3, params (string Key, string Value)[] settings)
    {
        var outcome = await (await KafkaAsync()).Topics.CreateAsync(
            [new TopicCreation(name, partitions, replicas, settings.ToDictionary(setting => setting.Key, setting => setting.Value))], Cancellation);
        Assert.Null(outcome[0].Error);
    }

    public async Task<IKafkaOperations> KafkaAsync() =>
        (await ClusterKafka.OpenAsync(Practice.Connection, "kafka", Cancellation)).Operations;

    public async Task RunAsync(ChangePlan plan, int timeout = 120, CancellationToken? cancellation = null, Func<StepResult, Task>? after = null) =>
        await new PlanRunner(Practice.Heard).RunAsync(
            plan,
            TimeSpan.FromSeconds(timeout),
            new StepListener(
                async result =>
                {
                    Results.Add(result);
                    if (after is not null)
                    {
                        await after(result);
                    }
                },
                hold =>
                {
                    Holds.Add(hold);
                    return Task.CompletedTask;
                }),
            cancellation ?? Cancellation);

    public Task<ChangePlan> PlanRestartAsync(bool force, params string[] members) =>
        Changes.PlanRestartAsync(PracticeCluster.Kafka, members.Length == 0 ? null : members, force, Cancellation);

    public string Uid(string pod) => (string)Pod(pod)!["metadata"]!["uid"]!;

    public JsonObject? Pod(string pod) => Practice.Server.Store.Get(ResourceKind.Pods, "the-project", pod);

    public JsonObject Set(string name = "kafka") => Practice.Server.Store.Get(ResourceKind.StatefulSets, "the-project", name)!;

    /// <summary>A set as people and programs wrote it, without what its controller goes on to say of it.</summary>
    public string Written()
    {
        var set = (JsonObject)Set().DeepClone();
        set.Remove("status");
        var metadata = set["metadata"]!.AsObject();
        metadata.Remove("resourceVersion");
        metadata.Remove("managedFields");
        return set.ToJsonString();
    }

    /// <summary>Drains a pod's node, as far as the pod is concerned.</summary>
    public void Evict(string pod) => Eviction.Evict(Practice.Server.Store, "the-project", pod, new Deletion());

    public ValueTask DisposeAsync() => Practice.DisposeAsync();
}
