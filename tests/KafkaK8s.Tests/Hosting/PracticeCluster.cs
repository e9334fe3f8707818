using System.Text.Json.Nodes;
using KafkaK8s.Sandbox;
using KafkaK8s.Sandbox.Api;
using KafkaK8s.Sandbox.Pods.Simulated;

namespace KafkaK8s.Tests.Hosting;

/// <summary>A sandbox in this process with simulated pods, on a clock that runs fast, and the kubeconfig that leads there.</summary>
public class PracticeCluster : IAsyncLifetime
{
    private const double Speed = 60;

    private SandboxServer? _server;

    internal SandboxServer Server => _server ?? throw new InvalidOperationException("The sandbox is not started.");

    /// <summary>The kubeconfig's path; its one context has no namespace.</summary>
    public string KubeConfig { get; } = Path.Combine(Path.GetTempPath(), $"kafkak8s-{Guid.NewGuid():n}.kubeconfig");

    public virtual async ValueTask InitializeAsync()
    {
        var options = new SandboxOptions
        {
            Clock = new RunningClock(Speed),
            Runtime = surroundings => new SimulatedRuntime(surroundings.Clock, new Random(1)),
        };
        _server = await SandboxServer.StartAsync(options, TestContext.Current.CancellationToken);
        Server.WriteKubeConfig(KubeConfig);
    }

    /// <summary>A session that works here.</summary>
    internal ModuleSession Session()
    {
        var session = new ModuleSession();
        session.Variable("kubeconfig", KubeConfig);
        session.Run("Set-KafkaContext -KubeConfig $kubeconfig").Succeeded();
        return session;
    }

    /// <summary>Every object that somebody made, as it was made: without its status, which controllers write when they come to it.</summary>
    internal IReadOnlyList<string> Objects() =>
    [
        .. new[]
            {
                ResourceKind.Namespaces,
                ResourceKind.Services,
                ResourceKind.StatefulSets,
                ResourceKind.PodDisruptionBudgets,
                ResourceKind.PersistentVolumeClaims,
                ResourceKind.Pods,
            }
            .SelectMany(kind => Server.Store.List(kind))
            .Select(item => $"{item["metadata"]!["namespace"]}/{item["metadata"]!["name"]} {AsMade(item)}"),
    ];

    private static string AsMade(JsonObject item)
    {
        var made = item.DeepClone().AsObject();
        made.Remove("status");
        var metadata = made["metadata"]!.AsObject();
        metadata.Remove("resourceVersion");
        metadata.Remove("managedFields");
        return made.ToJsonString();
    }

    public virtual async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        File.Delete(KubeConfig);
        GC.SuppressFinalize(this);
    }
}
