using System.Text.Json.Nodes;
using KafkaK8s.Engine.Kubernetes;
using KafkaK8s.Sandbox;

namespace KafkaK8s.Engine.Tests.Kubernetes;

/// <summary>A sandbox for tests that each keep to a namespace of their own.</summary>
public sealed class SandboxFixture : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("kafkak8s-").FullName;
    private SandboxServer? _server;

    private string KubeConfigFile => Path.Combine(_folder, "config");

    /// <summary>The sandbox itself.</summary>
    internal SandboxServer Server => _server!;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        _server = await SandboxServer.StartAsync(new SandboxOptions { Clock = SandboxClock.RunningAt(200) }, CancellationToken.None);
        _server.WriteKubeConfig(KubeConfigFile);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Opens a connection in a new namespace.</summary>
    internal async Task<KubernetesConnection> OpenAsync(RecordingObserver? observer = null)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var space = $"test-{Guid.NewGuid():N}"[..20];
        var connection = await KubernetesConnection.OpenAsync(new ConnectionOptions(KubeConfigFile, null, space), observer ?? new RecordingObserver(), cancellation);
        await connection.Resources.ApplyAsync(
            new JsonObject
            {
                ["apiVersion"] = "v1",
                ["kind"] = "Namespace",
                ["metadata"] = new JsonObject { ["name"] = space },
            },
            new ApplyOptions(),
            cancellation);
        return connection;
    }
}
