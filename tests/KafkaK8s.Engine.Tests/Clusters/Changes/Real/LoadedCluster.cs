using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using KafkaK8s.Engine.Clusters;
using KafkaK8s.Engine.Clusters.Changes;
using KafkaK8s.Engine.Kafka;
using KafkaK8s.Engine.Tests.Manifests;
using KafkaK8s.Sandbox;
using KafkaK8s.Sandbox.Api;
using KafkaK8s.Sandbox.Pods.Real;

namespace KafkaK8s.Engine.Tests.Clusters.Changes.Real;

/// <summary>A cluster of real processes to which records are written with acks=all, and from which they are read, with every partition watched.</summary>
internal sealed class LoadedCluster : IAsyncDisposable
{
    private const int Minimum = 2;

    private readonly ITestOutputHelper _output;

    private LoadedCluster(PracticeCluster practice, VerifiableLoad load, ReplicaWatch watch, ITestOutputHelper output)
    {
        (Practice, Load, Watch) = (practice, load, watch);
        _output = output;
    }

    /// <summary>How long a step may take.</summary>
    public static TimeSpan Long { get; } = TimeSpan.FromMinutes(5);

    public PracticeCluster Practice { get; }

    public VerifiableLoad Load { get; }

    public ReplicaWatch Watch { get; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static string? Missing { get; } = WhyNot();

    /// <summary>Has a cluster of three brokers made, loaded and changed, and sees that nothing was lost and nothing is there twice.</summary>
    public static async Task RunAsync(ClusterPreset preset, ITestOutputHelper output, Func<LoadedCluster, Task> changes)
    {
        Assert.SkipUnless(Missing is null, Missing ?? "");
        await using var cluster = await StartAsync(preset, output);
        await changes(cluster);
        await cluster.CompleteAsync();
    }

    public Task<IKafkaOperations> KafkaAsync() => KafkaAsync(Practice);

    /// <summary>Creates a topic of six partitions, each on all brokers, of which two must have a record before it counts.</summary>
    public Task TopicAsync(string name, params (string Key, string Value)[] settings) => CreateAsync(Practice, name, settings);

    /// <summary>A pod as the cluster has it, or null where there is none.</summary>
    public JsonObject? Pod(string name) => Practice.Server.Store.Get(ResourceKind.Pods, "the-project", name);

    /// <summary>The identities of the brokers' pods.</summary>
    public IReadOnlyList<string> Uids() =>
    [
        .. Practice.Server.Store.List(ResourceKind.Pods, "the-project")
            .Where(pod => (string?)pod["metadata"]!["labels"]?["app"] == "kafka")
            .Select(pod => (string)pod["metadata"]!["uid"]!),
    ];

    /// <summary>Carries a plan out during which every partition has a leader and as many replicas in sync as it must.</summary>
    public async Task CarryOutAsync(string what, ChangePlan plan)
    {
        Watch.Take();
        var results = new List<StepResult>();
        var began = Stopwatch.GetTimestamp();
        await new PlanRunner(Practice.Heard).RunAsync(
            plan,
            Long,
            new StepListener(
                result =>
                {
                    results.Add(result);
                    return Task.CompletedTask;
                },
                hold =>
                {
                    _output.WriteLine($"  held: {hold.Step}: {hold.Blockers[0]}");
                    return Task.CompletedTask;
                }),
            Cancellation);
        var took = Stopwatch.GetElapsedTime(began);
        foreach (var result in results.DistinctBy(result => (result.Step.Action, result.Step.Action == ChangeAction.MovePartition ? "" : result.Step.Target)))
        {
            _output.WriteLine($"  {result.Duration.TotalSeconds,6:0.0} s  {result.Step}");
        }

        Sound(what, took);
    }

    /// <summary>Sees that, since it was last asked, no partition was without a leader or below its minimum.</summary>
    public void Sound(string what, TimeSpan took)
    {
        var worst = Tell(what, took);
        Assert.True(worst.LongestOffline == TimeSpan.Zero, $"{worst.Offline} had no leader for {worst.LongestOffline}");
        Assert.True(worst.LongestBelowMinimum == TimeSpan.Zero, $"{worst.BelowMinimum} was below its minimum for {worst.LongestBelowMinimum}");
    }

    /// <summary>Writes down what was seen since it was last asked.</summary>
    public ReplicaWatch.Worst Tell(string what, TimeSpan took)
    {
        var worst = Watch.Take();
        _output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{what}: {took.TotalSeconds:0.0} s; longest below the minimum {worst.LongestBelowMinimum.TotalSeconds:0.00} s {worst.BelowMinimum}; longest without a leader {worst.LongestOffline.TotalSeconds:0.00} s {worst.Offline}; {worst.Looks} looks, at most {worst.LongestGap.TotalSeconds:0.00} s apart; longest without an acknowledgement {Load.TakeLongestSilence().TotalSeconds:0.00} s"));
        return worst;
    }

    public async ValueTask DisposeAsync()
    {
        await Watch.DisposeAsync();
        await Load.DisposeAsync();
        await Practice.DisposeAsync();
    }

    private static async Task<LoadedCluster> StartAsync(ClusterPreset preset, ITestOutputHelper output)
    {
        var started = Stopwatch.GetTimestamp();
        var practice = await PracticeCluster.StartAsync(new SandboxOptions
        {
            Clock = SandboxClock.RunningAt(5),
            Runtime = surroundings => new RealRuntime(Sandbox.Pods.Real.KafkaDistribution.Find(), surroundings),
        });
        try
        {
            var specification = Specifications.Whole(preset) with { Brokers = new BrokerSpecification(HeapOptions: "-Xmx256M") };
            var deployed = await new ClusterDeployment(practice.Connection).DeployAsync(specification, new DeploymentOptions(), Cancellation);
            await new ClusterWait(practice.Connection).UntilReadyAsync(specification.Identity, ClusterParts.All, Long, deployed, Cancellation);
            await CreateAsync(practice, VerifiableLoad.Topic);
            var load = VerifiableLoad.Start(practice.Connection, preset == ClusterPreset.Article, perSecond: 100, Cancellation);
            var address = (string)practice.Server.Store.Get(ResourceKind.Pods, "the-project", "kafka-zookeeper-0")!["status"]!["podIP"]!;
            var watch = await ReplicaWatch.StartAsync(
                address, topic => topic == VerifiableLoad.Topic || preset == ClusterPreset.Standard ? Minimum : 1, Cancellation);
            var cluster = new LoadedCluster(practice, load, watch, output);
            await load.UntilFlowingAsync(200, Cancellation);
            output.WriteLine($"{preset}: standing after {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s");
            return cluster;
        }
        catch
        {
            await practice.DisposeAsync();
            throw;
        }
    }

    private static async Task<IKafkaOperations> KafkaAsync(PracticeCluster practice) => (await ClusterKafka.OpenAsync(practice.Connection, "kafka", Cancellation)).Operations;

    private static async Task CreateAsync(PracticeCluster practice, string name, params (string Key, string Value)[] settings)
    {
        var all = settings.Append((Key: "min.insync.replicas", Value: Minimum.ToString(CultureInfo.InvariantCulture))).ToDictionary(setting => setting.Key, setting => setting.Value);
        Assert.Null(Assert.Single(await (await KafkaAsync(practice)).Topics.CreateAsync([new TopicCreation(name, 6, 3, all)], Cancellation)).Error);
    }

    private async Task CompleteAsync()
    {
        await Load.EndAsync(Cancellation);
        _output.WriteLine($"{Load.Acknowledged.Count} records acknowledged, {Load.Read.Count} places read, {Load.Failures.Values.Sum()} failures");
        Assert.True(Load.Failures.Count == 0, string.Join('\n', Load.Failures.Select(failure => $"{failure.Value} x {failure.Key}")));
        var lost = Load.Acknowledged.Where(record => !Load.Read.TryGetValue(record.Value, out var value) || value != record.Key).ToList();
        Assert.True(lost.Count == 0, $"{lost.Count} acknowledged records were not read, such as {lost.FirstOrDefault()}");
        var twice = Load.Read.GroupBy(record => record.Value).Where(places => places.Count() > 1).ToList();
        Assert.True(twice.Count == 0, $"{twice.Count} records are in the log twice, such as {twice.FirstOrDefault()?.Key}");
    }

    private static string? WhyNot()
    {
        try
        {
            Sandbox.Pods.Real.KafkaDistribution.Find();
            return null;
        }
        catch (KafkaDistributionException missing)
        {
            return missing.Message;
        }
    }
}
