using System.Text.Json.Nodes;

namespace KafkaK8s.Sandbox.Pods.Simulated;

/// <summary>
/// Runs ZooKeeper, Kafka brokers and Kafka's command-line tools in memory. Images, settings, waits, outputs and failures are those of
/// the real programs as far as the quickstart and the fast tests need them; any other program is not found.
/// </summary>
/// <param name="clock">The time that start-ups, sessions and timeouts take.</param>
/// <param name="random">What decides where replica placement starts, as in Kafka; given by tests that want one placement.</param>
internal sealed class SimulatedRuntime(SandboxClock clock, Random? random = null) : IContainerRuntime
{
    private readonly SimulatedWorld _world = new(clock, random ?? Random.Shared);

    /// <inheritdoc/>
    public bool HasImage(string image) => SimulatedImage.Find(image) is not null;

    /// <inheritdoc/>
    public Task<IContainer> StartAsync(ContainerStart start, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var name = start.Container["image"]?.GetValue<string>() ?? "";
        var image = SimulatedImage.Find(name) ?? throw new InvalidOperationException($"there is no simulated image {name}");
        var pod = new SimulatedPod(start, image, _world);
        var process = MainProcess.Create(pod, CommandLine(start.Container, image));
        return Task.FromResult<IContainer>(new SimulatedContainer(pod, process));
    }

    private static string[] CommandLine(JsonObject container, SimulatedImage image)
    {
        var command = Strings(container["command"]);
        var arguments = Strings(container["args"]);
        return command.Count > 0 ? [.. command, .. arguments]
            : arguments.Count > 0 ? [.. image.EntryPoint, .. arguments]
            : [.. image.EntryPoint, .. image.Command];
    }

    private static List<string> Strings(JsonNode? node) =>
        node is JsonArray array ? [.. array.Select(item => item?.GetValue<string>() ?? "")] : [];
}
