using System.Net.Sockets;
using System.Runtime.InteropServices;
using KafkaK8s.Sandbox;
using KafkaK8s.Sandbox.Pods.Real;

const int Misused = 2;

CommandLine asked;
SandboxOptions options;
try
{
    asked = CommandLine.Parse(args);
    if (asked.IsHelp)
    {
        Console.WriteLine(CommandLine.Usage);
        return 0;
    }

    RequireOwn(asked.KubeConfig);

    options = new SandboxOptions { Port = asked.Port, Clock = SandboxClock.RunningAt(asked.Speed) };
    if (asked.Kafka is { } folder and not "none")
    {
        var distribution = KafkaDistribution.Find(folder == "default" ? null : folder);
        options = options with { Runtime = surroundings => new RealRuntime(distribution, surroundings) };
    }
}
catch (Exception refused) when (refused is ArgumentException or KafkaDistributionException)
{
    await Console.Error.WriteLineAsync(refused.Message);
    await Console.Error.WriteLineAsync(CommandLine.Usage);
    return Misused;
}

using var ending = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, End);

Console.WriteLine("This is a practice cluster: a Kubernetes API on this machine's loopback, for rehearsal and tests. Nothing in it outlives it.");
var hasWritten = false;
try
{
    await using var sandbox = await SandboxServer.StartAsync(options, ending.Token);
    sandbox.WriteKubeConfig(asked.KubeConfig);
    hasWritten = true;
    Console.WriteLine($"ready: {asked.KubeConfig}");
    await await Task.WhenAny(sandbox.Broken, Task.Delay(Timeout.Infinite, ending.Token));
    return 0;
}
catch (OperationCanceledException) when (ending.IsCancellationRequested)
{
    return 0;
}
catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or SocketException)
{
    await Console.Error.WriteLineAsync(failure.Message);
    return 1;
}
finally
{
    if (hasWritten)
    {
        // It leads nowhere any more.
        File.Delete(asked.KubeConfig);
    }
}

static void RequireOwn(string kubeConfig)
{
    if (File.Exists(kubeConfig) && !File.ReadAllText(kubeConfig).Contains("current-context: sandbox\n", StringComparison.Ordinal))
    {
        throw new ArgumentException($"{kubeConfig} exists and leads to other clusters; it would be overwritten");
    }
}

void End(PosixSignalContext signal)
{
    signal.Cancel = true;
    ending.Cancel();
}
