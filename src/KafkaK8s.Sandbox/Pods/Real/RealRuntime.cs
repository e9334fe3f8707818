using System.Text.Json.Nodes;
using KafkaK8s.Sandbox.Api;

namespace KafkaK8s.Sandbox.Pods.Real;

/// <summary>
/// Runs containers as processes of this machine: ZooKeeper, Kafka and its tools from a distribution, started by the pod's own command
/// in a real shell, and configured from the pod's environment as the image would do it. Each binds its pod's loopback address only.
/// </summary>
internal sealed class RealRuntime(KafkaDistribution distribution, SandboxSurroundings surroundings) : IContainerRuntime, IAsyncDisposable
{
    private readonly ProcessWatchdog _watchdog = new(surroundings.Folder);
    private long _count;

    /// <inheritdoc />
    public TimeProvider OwnTime => TimeProvider.System;

    /// <inheritdoc />
    public bool UsesSockets => true;

    /// <inheritdoc />
    public bool HasImage(string image) => RealImage.Find(distribution, image) is not null;

    /// <inheritdoc />
    public Task<IContainer> StartAsync(ContainerStart start, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var name = start.Container.TextAt("image") ?? "";
        var image = RealImage.Find(distribution, name) ?? throw new InvalidOperationException($"no release stands in for the image {name}");
        var root = Path.Combine(surroundings.Folder, "roots", $"{start.HostName}-{Interlocked.Increment(ref _count)}");
        var files = new ContainerFiles(root, distribution, image, start);
        try
        {
            return Task.FromResult<IContainer>(new RealContainer(start, files, Command(start.Container, image), _watchdog));
        }
        catch
        {
            Directory.Delete(root, recursive: true);
            throw;
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _watchdog.DisposeAsync();

    private static IReadOnlyList<string> Command(JsonObject container, RealImage image)
    {
        var command = Words(container["command"]);
        return [.. command.Count > 0 ? command : image.Command, .. Words(container["args"])];
    }

    private static List<string> Words(JsonNode? list) => [.. (list as JsonArray ?? []).Select(word => word?.GetValue<string>() ?? "")];
}
