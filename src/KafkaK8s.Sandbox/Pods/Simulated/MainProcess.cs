using KafkaK8s.Sandbox.Pods.Simulated.Kafka;
using KafkaK8s.Sandbox.Pods.Simulated.ZooKeeper;

namespace KafkaK8s.Sandbox.Pods.Simulated;

/// <summary>Finds the program that a container's command line means.</summary>
internal static class MainProcess
{
    /// <exception cref="ProgramNotFoundException">The image has no such program: the container can't be created.</exception>
    public static IMainProcess Create(SimulatedPod pod, string[] commandLine) =>
        commandLine is [var first, ..] && ProgramName(first) is "sh" or "bash"
            ? new ScriptProcess(pod, commandLine)
            : Find(pod, commandLine, pod.Environment) ?? throw new ProgramNotFoundException(commandLine.Length > 0 ? commandLine[0] : "");

    /// <summary>The program that a command line means, or null when the image has none of that name.</summary>
    public static IMainProcess? Find(SimulatedPod pod, string[] commandLine, IReadOnlyDictionary<string, string> environment) =>
        (pod.Image.Kind, commandLine) switch
        {
            (ImageKind.ZooKeeper, ["/docker-entrypoint.sh" or "docker-entrypoint.sh", .. var rest]) => Find(pod, rest, environment),
            (ImageKind.ApacheKafka, ["/__cacert_entrypoint.sh", .. var rest]) => Find(pod, rest, environment),
            (ImageKind.KubernetesZooKeeper or ImageKind.ZooKeeper, [var program, "start-foreground"]) when ProgramName(program) == "zkServer.sh" =>
                new ZooKeeperServer(pod, environment),
            (ImageKind.ConfluentKafka, ["/etc/confluent/docker/run"]) => new KafkaBroker(pod, environment),
            (ImageKind.ApacheKafka, ["/etc/kafka/docker/run"]) => new KafkaBroker(pod, environment),
            (_, [var program, "-f", ..]) when ProgramName(program) == "tail" => new IdleProcess(),
            (_, [var program, "infinity"]) when ProgramName(program) == "sleep" => new IdleProcess(),
            (_, [var program]) when ProgramName(program) is "bash" or "sh" or "true" => new EndingProcess(),
            _ => null,
        };

    /// <summary>The bare name of a program given by name or by path.</summary>
    public static string ProgramName(string program) => program[(program.LastIndexOf('/') + 1)..];

    // As the first process of a container it has no default action for SIGTERM: only SIGKILL ends it.
    private sealed class IdleProcess : IMainProcess
    {
        public async Task<int> RunAsync(Signals signals)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, signals.Kill);
            return 0;
        }
    }

    // A shell without a terminal reads the end of its input.
    private sealed class EndingProcess : IMainProcess
    {
        public Task<int> RunAsync(Signals signals) => Task.FromResult(0);
    }
}
