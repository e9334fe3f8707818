using KafkaK8s.Sandbox.Pods.Simulated.ZooKeeper;

namespace KafkaK8s.Sandbox.Pods.Simulated.Programs;

/// <summary>The scripts in ZooKeeper's images that ask the server in their own container.</summary>
internal static class ZooKeeperScripts
{
    private const int ClientPort = 2181;

    /// <summary>zkOk.sh: whether the server answers, in a quorum or not.</summary>
    public static Task<int> OkAsync(ProgramCall call, CancellationToken cancellation) =>
        Task.FromResult(Ask(call, "ruok") == "imok" ? 0 : 1);

    /// <summary>zkMetrics.sh.</summary>
    public static Task<int> MetricsAsync(ProgramCall call, CancellationToken cancellation)
    {
        call.Console.Output.Write(Ask(call, "mntr"));
        return Task.FromResult(0);
    }

    /// <summary>zkServer.sh status.</summary>
    public static Task<int> ServerAsync(ProgramCall call, CancellationToken cancellation)
    {
        var console = call.Console;
        if (call.Arguments is not ["status", ..])
        {
            console.Error.WriteLine("zkServer.sh: a simulated pod knows zkServer.sh status only");
            return Task.FromResult(1);
        }

        var isOld = call.Pod.Image.Kind == ImageKind.KubernetesZooKeeper;
        console.Error.WriteLine("ZooKeeper JMX enabled by default");
        console.Error.WriteLine($"Using config: {(isOld ? "/opt/zookeeper/bin/../conf/zoo.cfg" : "/conf/zoo.cfg")}");
        if (!isOld)
        {
            console.Output.WriteLine($"Client port found: {ClientPort}. Client address: localhost. Client SSL: false.");
        }

        var mode = Ask(call, "srvr")?.Split('\n').FirstOrDefault(line => line.StartsWith("Mode: ", StringComparison.Ordinal));
        console.Output.WriteLine(mode ?? "Error contacting service. It is probably not running.");
        return Task.FromResult(mode is null ? 1 : 0);
    }

    /// <summary>What the pod's own server answers to a word; null when it doesn't listen.</summary>
    public static string? Ask(ProgramCall call, string word) => Ask(call, call.Pod.Address, ClientPort, word);

    /// <summary>What a server answers to a word; null when none listens there.</summary>
    public static string? Ask(ProgramCall call, string address, int port, string word) =>
        call.Pod.World.ZooKeeperAt(address, port) is { } server ? FourLetterWords.Answer(server, word) ?? "" : null;
}
